"""Pages of the accounts: who may sign in, in which roles, on which days, and whether they can."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from consortium.core.errors import Conflict, Invalid
from consortium.core.words import mark
from consortium.http.asking import Form, Line, MaybeDay, fields_of, form_of, settings, works
from consortium.http.paging import pager, paging_of
from consortium.members.queries import members
from consortium.people.admitting import Terms, open_account
from consortium.people.changing import (
    Particulars,
    change_account,
    close_account,
    particulars,
    reopen_account,
)
from consortium.people.inviting import invite
from consortium.people.overview import (
    State,
    account_by_name,
    account_lines,
    account_view,
    counts,
    fitting,
)
from consortium.people.rules import Grant
from consortium.people.signing_in import sign_out_everywhere
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.nav import ROLE_NAMES
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, undoable

pages = Pages("accounts", __name__, "/konton", right="people.change")

STATES: Final = {
    State.OPEN: mark("Open"),
    State.LOCKED: mark("Shut after wrong passwords"),
    State.CLOSED: mark("Closed"),
    State.ENDED: mark("Ended"),
    State.WAITING: mark("Opens later"),
    State.INVITED: mark("Without a password yet"),
}
SOON: Final = mark("Ends within 30 days")
MOST_ROLES: Final = 20
BLANK_ROWS: Final = 2


class Filters(Form):
    """visa: a State, `soon`, or nothing for all. sok: a part of a name, title or address."""

    visa: Literal["", "open", "locked", "closed", "ended", "waiting", "invited", "soon"] = ""
    sok: Line = ""


class AccountForm(Form):
    """An account as it can be changed; its roles stand in rows of their own (`roles_in`)."""

    title: Line = ""
    email: Line = ""
    from_on: MaybeDay = None
    ends_on: MaybeDay = None


class NewAccount(AccountForm):
    """invite: not empty where a letter is to be written at once."""

    username: Line = ""
    invite: Line = ""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A row of the form: a role and the code of its member, each empty where none is chosen."""

    role: str = ""
    member: str = ""


@pages.get("")
def index() -> str:
    form = form_of(Filters, request.args)
    paging = paging_of(request.args.get("sida"))
    with works().reading(asker()) as work:
        lines = account_lines(work)
    found = fitting(lines, form.visa, form.sok)
    chosen = {name: text for name, text in form.model_dump().items() if text}
    return render_template(
        "accounts/index.html",
        rows=found[paging.offset : paging.offset + paging.size],
        total=len(found),
        pages=pager(paging, len(found), lambda n: url_for(".index", **chosen, sida=n)),
        form=form,
        states=STATES,
        counts=counts(lines),
        soon=SOON,
        filtered=bool(chosen),
    )


@pages.get("/nytt")
def new(problem: Invalid | Conflict | None = None) -> ResponseReturnValue:
    rows = rows_in(request.form) if problem else []
    return with_faults("accounts/new.html", problem, rows=blanks(rows), **choices())


@pages.post("/nytt")
def open_one() -> ResponseReturnValue:
    """Open an account and, where that is asked for, invite its holder; both or neither."""
    try:
        form = form_of(NewAccount, request.form)
        terms = Terms(form.email, form.from_on, form.ends_on)
        with works().writing(asker()) as work:
            account = open_account(
                work, form.username, form.title, "", roles_in(request.form), terms
            )
            if form.invite:
                invite(work, account.username, settings().web)
    except (Invalid, Conflict) as problem:
        return new(problem)
    said = told(mark("The account {name} is opened"), name=account.username)
    if form.invite:
        done(said, told(mark("The invitation is on its way.")))
    else:
        undoable(said, url_for(".close", username=account.username))
    return see(url_for(".show", username=account.username))


@pages.get("/<username>")
def show(username: str, problem: Invalid | Conflict | None = None) -> ResponseReturnValue:
    with works().reading(asker()) as work:
        view = account_view(work, username)
    kept = [RoleRow(role, code or "") for role, code in view.grants]
    rows = rows_in(request.form) if problem and "role1" in request.form else kept
    return with_faults(
        "accounts/show.html",
        problem,
        view=view,
        account=view.account,
        rows=blanks(rows),
        states=STATES,
        now=work.now,
        own=username == asker().name,
        **choices(),
    )


@pages.post("/<username>")
def change(username: str) -> ResponseReturnValue:
    try:
        form = form_of(AccountForm, request.form)
        terms = Terms(form.email, form.from_on, form.ends_on)
        wanted = Particulars(form.title, roles_in(request.form), terms)
        with works().writing(asker()) as work:
            before = particulars(work, account_by_name(work, username))
            account = change_account(work, username, wanted)
            after = particulars(work, account)
    except (Invalid, Conflict) as problem:
        return show(username, problem)
    if after == before:
        done(told(mark("Nothing was changed")))
    else:
        said = told(mark("The account {name} is changed"), name=username)
        undoable(said, url_for(".change", username=username), **_posted(before))
    return see(url_for(".show", username=username))


@pages.post("/<username>/stang")
def close(username: str) -> Response:
    with works().writing(asker()) as work:
        close_account(work, username)
    said = told(mark("The account {name} is closed and signed out"), name=username)
    undoable(said, url_for(".reopen", username=username))
    return see(url_for(".show", username=username))


@pages.post("/<username>/oppna")
def reopen(username: str) -> Response:
    with works().writing(asker()) as work:
        reopen_account(work, username)
    said = told(mark("The account {name} is open again"), name=username)
    undoable(said, url_for(".close", username=username))
    return see(url_for(".show", username=username))


@pages.post("/<username>/logga-ut")
def end_sessions(username: str) -> Response:
    with works().writing(asker()) as work:
        sign_out_everywhere(work, account_by_name(work, username))
    done(told(mark("{name} is signed out everywhere"), name=username))
    return see(url_for(".show", username=username))


@pages.post("/<username>/bjud-in")
def invite_again(username: str) -> ResponseReturnValue:
    try:
        with works().writing(asker()) as work:
            invite(work, username, settings().web)
    except Conflict as problem:
        return show(username, problem)
    done(
        told(mark("An invitation to {name} is on its way"), name=username),
        told(mark("Its link holds for 7 days. Links sent before open nothing any more.")),
    )
    return see(url_for(".show", username=username))


def choices() -> dict[str, Any]:
    """What the form of an account chooses among, and whether a letter can be sent."""
    with works().reading(asker()) as work:
        places = [(member.code, member.name) for member in members(work)]
    web = settings().web
    return {
        "role_choices": [("", told(mark("No role")))]
        + [(role, told(name)) for role, name in ROLE_NAMES.items()],
        "member_choices": [("", told(mark("For all members"))), *places],
        "can_invite": web.local_sign_in and bool(web.address),
        "by_password": web.local_sign_in,
    }


def rows_in(form: Mapping[str, str]) -> list[RoleRow]:
    """The rows of roles that a form has, the empty ones left out."""
    roles, places = fields_of(form, "role"), fields_of(form, "member")
    numbers = [str(number) for number in range(1, MOST_ROLES + 1) if roles.get(str(number))]
    return [RoleRow(roles[number], places.get(number, "")) for number in numbers]


def roles_in(form: Mapping[str, str]) -> tuple[Grant, ...]:
    return tuple((row.role, row.member or None) for row in rows_in(form))


def blanks(rows: list[RoleRow]) -> list[RoleRow]:
    """`rows` and empty ones after them, to choose more."""
    return [*rows, *[RoleRow()] * BLANK_ROWS][:MOST_ROLES]


def _posted(known: Particulars) -> dict[str, str]:
    """`known` as the form posts it."""
    fields = {
        "title": known.title,
        "email": known.terms.email,
        "from_on": known.terms.from_on.isoformat() if known.terms.from_on else "",
        "ends_on": known.terms.ends_on.isoformat() if known.terms.ends_on else "",
    }
    for number, (role, code) in enumerate(known.roles, 1):
        fields |= {f"role{number}": role, f"member{number}": code or ""}
    return fields
