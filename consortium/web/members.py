"""Pages of the members: who they are and how they are billed."""

from http import HTTPStatus
from typing import Final, Literal

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from consortium.core.errors import Invalid
from consortium.core.words import mark
from consortium.http.asking import Form, Line, MaybeDay, form_of, works
from consortium.members.joining import Address, change_address
from consortium.members.leaving import set_last_day
from consortium.members.queries import (
    gaps_of,
    member_to_see,
    members_to_see,
    membership_of,
)
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.refusals import with_faults
from consortium.web.toasts import done, offer_undo

pages = Pages("members", __name__, "/medlemmar", right="members.see")

GAP_NAMES: Final = {
    "organisation_number": mark("Organisation number"),
    "buyer_reference": mark("Buyer reference"),
    "endpoint_id": mark("E-invoice address"),
    "email": mark("E-mail"),
}


class AddressForm(Form):
    """How a member is billed, as `Address`."""

    buyer_reference: Line = ""
    endpoint_scheme: Literal["", "0007", "0088"] = ""
    endpoint_id: Line = ""
    delivery: Literal["access_point", "email"]
    email: Line = ""
    street: Line = ""
    postcode: Line = ""
    city: Line = ""


class LastDayForm(Form):
    to_on: MaybeDay = None


@pages.get("")
def index() -> str:
    with works().reading(asker()) as work:
        rows = members_to_see(work)
    gaps = {row.code: gaps_of(row) for row in rows}
    return render_template("members/index.html", rows=rows, gaps=gaps, gap_names=GAP_NAMES)


@pages.get("/<code>")
def show(code: str, problem: Invalid | None = None) -> tuple[str, HTTPStatus]:
    with works().reading(asker()) as work:
        member = member_to_see(work, code)
        membership = membership_of(work, member)
    return with_faults(
        "members/show.html",
        problem,
        member=member,
        membership=membership,
        gaps=[told(GAP_NAMES[name]) for name in gaps_of(member)],
    )


@pages.post("/<code>", right="members.change")
def change(code: str) -> Response | tuple[str, HTTPStatus]:
    try:
        given = form_of(AddressForm, request.form).model_dump()
        with works().writing(asker()) as work:
            member = change_address(work, code, Address(**given))
    except Invalid as problem:
        return show(code, problem)
    if work.audited:
        said = told(mark("The billing details of {name} are changed"), name=member.name)
        offer_undo(said, work.audited)
    else:
        done(told(mark("Nothing was changed")))
    return see(url_for("web.members.show", code=code))


@pages.post("/<code>/sista-dag", right="members.change")
def last_day(code: str) -> Response | tuple[str, HTTPStatus]:
    """Record until when a member belongs; empty: until further notice."""
    try:
        form = form_of(LastDayForm, request.form)
        with works().writing(asker()) as work:
            set_last_day(work, code, form.to_on)
    except Invalid as problem:
        return show(code, problem)
    said = told(mark("The last day of the member is recorded"))
    offer_undo(said, work.audited, told(mark("Its final settlement is on the page of settlement.")))
    return see(url_for("web.members.show", code=code))
