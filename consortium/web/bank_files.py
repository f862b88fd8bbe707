"""Pages of a bank's file: it is sent, what it pays is seen, then it is taken in or thrown away."""

from http import HTTPStatus
from typing import Final

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.http.asking import Filled, Form, form_of, works
from consortium.http.paging import pager, paging_of
from consortium.payments.importing import take_in_file, try_file
from consortium.payments.waiting import receive_file, throw_file_away, waiting_file
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.payments import STATES, state_names
from consortium.web.refusals import with_faults, worded
from consortium.web.sent_files import file_sent, name_of_file
from consortium.web.toasts import done

pages = Pages("bank_files", __name__, "/betalningar/in", right="billing.receive")

MOST_SHOWN: Final = 100


class WaitingForm(Form):
    """A file that waits. name: what it was called."""

    name: Filled


class TakingForm(WaitingForm):
    """seen: the digest of what was shown."""

    seen: Filled


@pages.get("")
def choose(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """The form for a bank's file, and what was wrong with one that could not be read."""
    wrong = [(fault.at, worded(fault)) for fault in problem.faults] if problem else []
    return with_faults(
        "payments/choose.html",
        problem,
        wrong=[(at, text) for at, text in wrong if at != "file"][:MOST_SHOWN],
        wrong_count=len(wrong),
        tried=name_of_file() if problem else "",
    )


@pages.post("")
def attempt() -> Response | tuple[str, HTTPStatus]:
    """Keep a file that can be read while its sender looks at what it would pay."""
    try:
        content, name = file_sent(), name_of_file()
        with works().writing(asker()) as work:
            sha256 = receive_file(work, content)
    except Invalid as problem:
        return choose(problem)
    return see(url_for("web.bank_files.review", sha256=sha256, name=name))


@pages.get("/<sha256>")
def review(sha256: str) -> tuple[str, HTTPStatus]:
    """What a file that waits would pay as things stand now; `visa` chooses a state."""
    form, paging = form_of(WaitingForm, request.args), paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        found = try_file(work, waiting_file(work, sha256))
    chosen = request.args.get("visa", "")
    show = chosen if chosen in STATES else ""
    lines = [line for line in found.lines if show in {"", line.state}]
    return with_faults(
        "payments/try.html",
        found=found,
        form=form,
        sha256=sha256,
        names=state_names(),
        show=show,
        seen=found.digest(),
        placed_ore=sum(ore for line in found.lines for _number, ore, _how in line.parts),
        rows=lines[paging.offset : paging.offset + paging.size],
        pages=pager(
            paging,
            len(lines),
            lambda number: url_for(
                ".review", sha256=sha256, name=form.name, visa=show or None, sida=number
            ),
        ),
    )


@pages.post("/<sha256>")
def take(sha256: str) -> Response:
    """Take a file that waits in; a Conflict where it would pay something else by now."""
    form = form_of(TakingForm, request.form)
    with works().writing(asker()) as work:
        taken = take_in_file(work, form.name, waiting_file(work, sha256), form.seen)
    done(
        told(mark("{name} is taken in: {count} payments"), name=form.name, count=len(taken.lines)),
        told(mark("What they pay is booked. What waits for you is on the list of what to place.")),
    )
    return see(url_for("web.payments.index", fil=taken.row.id))


@pages.post("/<sha256>/kasta")
def drop(sha256: str) -> Response:
    """Throw a file that waits away."""
    with works().writing(asker()) as work:
        throw_file_away(work, sha256)
    done(told(mark("The file is thrown away")), told(mark("Nothing of it was saved.")))
    return see(url_for("web.bank_files.choose"))
