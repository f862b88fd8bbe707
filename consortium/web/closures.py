"""Pages of the closures: what is closed and when, closing a library, and taking that back."""

from http import HTTPStatus

from flask import request, url_for
from werkzeug.wrappers import Response

from consortium.branches.closing import close_branch, lift_closure
from consortium.branches.queries import branch_of_closure, branches, closures_to_see
from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.http.asking import Day, Filled, Form, Line, form_of, works
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import offer_undo

pages = Pages("closures", __name__, "/stangningar", right="branches.see")


class ClosureForm(Form):
    """branch: its slug. from_on, to_on: the first and the last day."""

    branch: Filled
    from_on: Day
    to_on: Day
    reason: Line = ""


@pages.get("")
def index(problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    """Closures to come; `bibliotek` in the address chooses the library in the form."""
    actor = asker()
    with works().reading(actor) as work:
        rows = closures_to_see(work)
        places = [
            (branch.slug, branch.name)
            for branch, member in branches(work)
            if actor.may("branches.change", member.code)
        ]
    chosen = request.args.get("bibliotek", "")
    return with_faults(
        "closures/index.html", problem, rows=rows, places=places, chosen=chosen, today=work.today
    )


@pages.post("", right="branches.change")
def close() -> Response | tuple[str, HTTPStatus]:
    try:
        form = form_of(ClosureForm, request.form)
        with works().writing(asker()) as work:
            closure = close_branch(work, form.branch, (form.from_on, form.to_on), form.reason)
            name = branch_of_closure(work, closure).name
    except Invalid as problem:
        return index(problem)
    said = told(mark("{name} is closed as you said; new plans are made"), name=name)
    offer_undo(said, work.audited)
    return see(url_for("web.closures.index"))


@pages.post("/<int(max=2147483647):closure_id>/lyft", right="branches.change")
def lift(closure_id: int) -> Response:
    with works().writing(asker()) as work:
        closure = lift_closure(work, closure_id)
        branch = branch_of_closure(work, closure)
    said = told(mark("The closure of {name} is lifted; new plans are made"), name=branch.name)
    offer_undo(said, work.audited)
    return see(url_for("web.closures.index"))
