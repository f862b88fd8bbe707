"""Changes, and what is newer and depends on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import select

from consortium.agreements.queries import agreements
from consortium.agreements.signing import add_clause, sign_agreement
from consortium.billing.handing_over import hand_over
from consortium.billing.issuing import issue_invoices
from consortium.branches.closing import lift_closure
from consortium.branches.registering import NewBranch, register_branch
from consortium.cards.blocking import block_card, lift_block
from consortium.cards.issuing import issue_card, replace_card
from consortium.cards.tables import Card
from consortium.core.work import Work
from consortium.costs.agreeing import KeyRule, Vat, change_budget, set_key, set_vat, take_part
from consortium.costs.budgeting import put_lines
from consortium.costs.changing import correct_cost
from consortium.costs.entries import NewCost, NewLine
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import replace_costs
from consortium.costs.tables import ActualCost
from consortium.crates.counting import count_crates
from consortium.crates.empties import keep_empties
from consortium.crates.moving import pack
from consortium.crates.registering import register_crates
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import know_customer, set_price
from consortium.ledger.locking import lock_month
from consortium.ledger.posting import choose_accounts
from consortium.measures.entering import add_measure, enter_values, lock_values
from consortium.members.joining import Address, Newcomer, join, make_host, name_consortium
from consortium.payments.rates import set_rate
from consortium.people.changing import close_account, reopen_account
from consortium.transports.feeds import renew_feed
from consortium.transports.measuring_legs import NewLeg, enter_leg
from consortium.transports.registering import WeeklyStop, set_template_stop
from tests.emedia.making import sheet
from tests.transports.making import FALUN, MORA
from tests.undo.changes import (
    NOVEMBER,
    SEPTEMBER,
    Change,
    approve,
    book_in_september,
    card_number,
    change_person,
    close_mora,
    decide_key,
    move_address,
    send_budget,
)
from tests.undo.held import pin_otherwise
from tests.undo.world import EQUAL, JULY, WINDOW, YEAR_END

AGAIN = "It has been changed since: {event}, {day}, by {actor}"
ISSUED = "The invoices of {month} are issued by it"
APPROVED = "The approved invoice run of {month} rests on it"
GONE = "It is not there any more"
RUN = {"month": "2026-11"}


@dataclass(frozen=True)
class Case:
    """A change, something newer that depends on it, and what is said of that.

    change: a kind of CHANGES, or the change itself for an entry of kind `event`. at: the page.
    """

    event: str
    newer: Change
    text: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    at: str = ""
    change: Change | None = None


OTHER_LINES = [NewLine(1, "Annat", 1_00)]


def correct_again(work: Work) -> None:
    rows = select(ActualCost.id).where(ActualCost.reference == "F 4712")
    new = NewCost("F 4712", date(2026, 4, 1), "Drift", "", 7)
    correct_cost(work, work.session.exec(rows).one(), "office", new)


def issue(work: Work) -> None:
    issue_invoices(work, approve(work))


def by(event: str) -> dict[str, str | int]:
    return {"event": event, "day": "2026-11-24", "actor": "operator"}


def lift_only_closure(work: Work) -> None:
    lift_closure(work, 1)


def weigh_by_loans(work: Work) -> None:
    """A key that reads the loans of the year before, and a run by it."""
    parts = [{"take": "rest", "split": {"kind": "measure", "measure": "loans", "latest": True}}]
    given = {"2062": "5", "2080": "6", "2081": "7"}
    enter_values(work, "loans", YEAR_END, given, "Egen")
    set_key(work, "system", 2026, KeyRule({"name": "Lån", "parts": parts}, "§ 1", NOVEMBER, {}))


def newly_issued(work: Work) -> str:
    rows = select(Card.number).order_by(Card.number)
    return next(number for number in work.session.exec(rows) if number[1:5] == "2062")


def sign_clause(work: Work) -> None:
    signed = next(each for each in agreements(work) if each.title == "Tilläggsavtal")
    add_clause(work, signed, "§ 9", "Nio.", JULY)


def share_emedia(work: Work) -> None:
    """The pool of e-media gets key and VAT and is invoiced."""
    pool = pool_of_year(work, "emedia", 2026)
    set_vat(work, pool, date(2026, 1, 1), Vat("S", 25))
    set_key(work, "emedia", 2026, KeyRule(EQUAL, "§ 1", date(2026, 7, 1), {}))
    issue(work)


def register_rattvik(work: Work) -> None:
    register_branch(work, NewBranch("Rättviks bibliotek", "2031", "main", "Rättvik", 60, 15), {})


def count(work: Work) -> None:
    for code in ("crates_sent", "crates_received"):
        add_measure(work, code, (code, code), "lådor")
    count_crates(work, NOVEMBER)


def join_ready(work: Work) -> None:
    """Rättvik joins with all that an invoice needs."""
    address = Address("R", "0007", "2120002213", city="Rättvik")
    join(work, Newcomer("2031", "Rättvik", "", "municipality", "212000-2213"), address, JULY)


def pass_claims(work: Work) -> None:
    book_in_september(work)
    hand_over(work, date(2026, 11, 20), transfer=True)


def bill_newcomer(work: Work) -> None:
    enter_values(work, "population", YEAR_END, {"2031": "10000"}, "SCB")
    issue(work)


CASES = (
    Case("agreements.signed", sign_clause, "It has the clause {thing}",
         {"thing": "§ 9"}),
    Case("agreements.clause_added",
         lambda work: set_key(work, "system", 2026, KeyRule(EQUAL, "§ 2", JULY, {})),
         "An allocation key from {thing} rests on it", {"thing": "2026-07-01"}),
    Case("billing.approved", lambda work: issue_invoices(work, 1),
         "The invoices of {month} are issued", RUN, "run 2026-11"),
    Case("billing.approval_withdrawn", approve, AGAIN, by("billing.approved")),
    Case("branches.closed", lift_only_closure, AGAIN, by("branches.closure_lifted"),
         change=close_mora),
    Case("branches.registered", lambda work: register_crates(work, "orsa-bibliotek", 1),
         "The crate {thing} belongs to it", {"thing": "LD000003"}, "crate LD000003"),
    Case("branches.registered",
         lambda work: set_template_stop(work, WeeklyStop(1, "orsa-bibliotek", WINDOW, 60)),
         "It has a stop in the week"),
    Case("cards.blocked", lambda work: lift_block(work, card_number(work), "lost"), AGAIN,
         by("cards.block_lifted")),
    Case("cards.blocked", lambda work: replace_card(work, card_number(work)), AGAIN,
         by("cards.replaced")),
    Case("cards.block_lifted", lambda work: block_card(work, card_number(work), "unpaid"), AGAIN,
         by("cards.blocked")),
    Case("cards.issued", lambda work: replace_card(work, newly_issued(work)), AGAIN,
         by("cards.replaced")),
    Case("cards.issued", lambda work: block_card(work, newly_issued(work), "lost"), AGAIN,
         by("cards.blocked")),
    Case("cards.replaced", lambda work: replace_card(work, card_number(work)),
         "The card {number} is no longer in use"),
    Case("cards.replaced", lambda work: block_card(work, card_number(work), "misuse"),
         "The blocks on the card {number} have changed since"),
    Case("costs.budget_changed", lambda work: change_budget(work, "system", 2026, 9_000_00), AGAIN,
         by("costs.budget_changed")),
    Case("costs.budget_changed", issue, ISSUED, RUN, "run 2026-11"),
    Case("costs.budget_changed", approve, APPROVED, RUN, "run 2026-11"),
    Case("costs.contribution_added", issue, ISSUED, RUN, "run 2026-11"),
    Case("costs.key_set", issue, ISSUED, RUN, "run 2026-11",
         change=lambda work: decide_key(work, JULY)),
    Case("costs.key_set", lambda work: decide_key(work, NOVEMBER), "The key from {day} follows it",
         {"day": "2026-11-01"}, "pool system 2026", change=lambda work: decide_key(work, JULY)),
    Case("costs.participant_added", share_emedia, ISSUED, RUN, "run 2026-11"),
    Case("costs.pool_added",
         lambda work: set_vat(work, pool_of_year(work, "vans", 2026), JULY, Vat("S", 25)),
         "Its VAT is set from {thing}", {"thing": "2026-07-01"}),
    Case("costs.pool_added",
         lambda work: take_part(work, pool_of_year(work, "vans", 2026), "2062"),
         "Its part in a cost pool is recorded"),
    Case("costs.budget_changed", lambda work: put_lines(work, "system", 2026, OTHER_LINES), AGAIN,
         by("costs.lines_changed")),
    Case("costs.lines_changed", lambda work: put_lines(work, "system", 2026, OTHER_LINES), AGAIN,
         by("costs.lines_changed")),
    Case("costs.lines_changed", issue, ISSUED, RUN, "run 2026-11"),
    Case("costs.corrected", correct_again, AGAIN, by("costs.corrected")),
    Case("costs.year_opened", lambda work: change_budget(work, "office", 2027, 5), AGAIN,
         by("costs.budget_changed")),
    Case("costs.round_commented", send_budget, "The version is no longer out for answers", {},
         "budget 2027"),
    Case("costs.pool_added", lambda work: change_budget(work, "vans", 2026, 1), AGAIN,
         by("costs.budget_changed")),
    Case("costs.recorded",
         lambda work: replace_costs(work, pool_of_year(work, "system", 2026), "F 4711", []), GONE),
    Case("costs.vat_set", issue, ISSUED, RUN, "run 2026-11"),
    Case("crates.empties_kept", lambda work: keep_empties(work, MORA, 9), AGAIN,
         by("crates.empties_kept")),
    Case("emedia.price_set", lambda work: set_price(work, "film", JULY, "4000"), AGAIN,
         by("emedia.price_set")),
    Case("emedia.price_set", lambda work: set_price(work, "film", date(2026, 9, 1), "4000"), AGAIN,
         by("emedia.price_set")),
    Case("emedia.price_set", lambda work: set_price(work, "film", date(2026, 5, 1), "4000"), AGAIN,
         by("emedia.price_set")),
    Case("emedia.price_set",
         lambda work: import_usage(work, sheet("film;2026-08;2080;3"), "augusti.csv"),
         "The usage of {month} is paid for by it", {"month": "2026-08"}, "usage 2026"),
    Case("emedia.supplier_added", lambda work: set_price(work, "e-books", JULY, "1"),
         "A price from {thing} is set", {"thing": "2026-07-01"}),
    Case("emedia.supplier_added", lambda work: know_customer(work, "e-books", "2080", "X"),
         "The customer id {thing} is kept", {"thing": "X"}),
    Case("emedia.usage_imported",
         lambda work: import_usage(work, sheet("film;2026-03;2062;6"), "ny.csv"),
         "The usage of {supplier} in {month} has been imported anew since",
         {"supplier": "film", "month": "2026-03"}),
    Case("emedia.usage_imported", lambda work: lock_values(work, "e_loans", date(2026, 12, 31)),
         "The values of {code} on {day} are locked", {"code": "e_loans", "day": "2026-12-31"},
         "measure e_loans"),
    Case("ledger.accounts_chosen", lambda work: choose_accounts(work, {"receivable": "1512"}),
         AGAIN, by("ledger.accounts_chosen")),
    Case("ledger.accounts_chosen", issue, "{name} is booked by it", {"name": "20260001"}, "ledger"),
    Case("ledger.month_locked", lambda work: lock_month(work, date(2026, 10, 1)),
         "{month} is locked after it", {"month": "2026-10"}, "ledger"),
    Case("ledger.month_opened", lambda work: lock_month(work, SEPTEMBER), AGAIN,
         by("ledger.month_locked")),
    Case("measures.added", lambda work: enter_values(work, "loans", YEAR_END, {"2080": "1"}, "X"),
         "There are values of {thing}", {"thing": "2025-12-31"}),
    Case("measures.added", weigh_by_loans, "An allocation key reads it", {}, "sharing"),
    Case("measures.entered",
         lambda work: enter_values(work, "population", YEAR_END, {"2080": "1"}, "X"), AGAIN,
         by("measures.entered")),
    Case("measures.entered", lambda work: lock_values(work, "population", YEAR_END),
         "The values of {code} on {day} are locked", {"code": "population", "day": "2025-12-31"},
         "measure population"),
    Case("measures.entered", issue, ISSUED, RUN, "run 2026-11"),
    Case("measures.entered", approve, APPROVED, RUN, "run 2026-11"),
    Case("measures.entered", lambda _work: None,
         "It is counted by the service, from usage or scans", {}, "measure e_loans",
         change=lambda work: import_usage(work, sheet("film;2026-03;2062;6"), "ny.csv")),
    Case("members.address_changed", lambda work: move_address(work, "annan@2062.example"), AGAIN,
         by("members.address_changed")),
    Case("members.consortium_named", lambda work: name_consortium(work, "Tredje", example=False),
         AGAIN, by("members.consortium_named")),
    Case("members.host_made", issue, ISSUED, RUN, "run 2026-11",
         change=lambda work: make_host(work, "2081", date(2026, 10, 1), "991-2346")),
    Case("payments.rate_set", lambda work: set_rate(work, JULY, "3"), AGAIN,
         by("payments.rate_set")),
    Case("payments.rate_removed", lambda work: set_rate(work, JULY, "3"), AGAIN,
         by("payments.rate_set")),
    Case("members.host_made", pass_claims, "Claims have passed to the host from {day}",
         {"day": "2026-11-20"}, "hosting",
         change=lambda work: make_host(work, "2081", date(2026, 11, 20), "991-2346", series="7")),
    Case("members.joined", register_rattvik,
         "The library {thing} belongs to it", {"thing": "rattviks-bibliotek"},
         "branch rattviks-bibliotek"),
    Case("members.joined",
         lambda work: enter_values(work, "population", YEAR_END, {"2031": "1"}, "X"),
         "There are values of {thing}", {"thing": "2025-12-31"}),
    Case("members.joined", bill_newcomer, "The invoice {thing} is issued to it",
         {"thing": "20260001"}, "invoice 20260001", change=join_ready),
    Case("members.joined", lambda work: issue_card(work, "2031", "Testlåntagare 3", 1990),
         "It has given out cards"),
    Case("members.joined",
         lambda work: sign_agreement(work, "Eget", JULY, ["2031"]), "It has signed an agreement"),
    Case("people.account_changed", lambda work: change_person(work, "Controller"), AGAIN,
         by("people.account_changed")),
    Case("people.account_closed", lambda work: reopen_account(work, "ekonom"), AGAIN,
         by("people.account_reopened")),
    Case("people.account_reopened", lambda work: close_account(work, "ekonom"), AGAIN,
         by("people.account_closed")),
    Case("crates.collected", count,
         "The crates of {month} are counted", {"month": "2026-11"}, "measure crates_sent"),
    Case("transports.crates_registered", lambda work: pack(work, "LD000004", MORA, FALUN),
         "The crate {code} has travelled", {"code": "LD000004"}, "crate LD000004"),
    Case("transports.leg_entered",
         lambda work: enter_leg(work, NewLeg(FALUN, MORA, 4500, 91_000, SEPTEMBER)), AGAIN,
         by("transports.leg_entered")),
    Case("transports.stop_pinned", pin_otherwise, AGAIN, by("transports.stop_pinned")),
    Case("transports.template_changed",
         lambda work: set_template_stop(work, WeeklyStop(1, MORA, WINDOW, 999)), AGAIN,
         by("transports.template_changed")),
    Case("transports.feed_changed", lambda work: renew_feed(work, MORA), AGAIN,
         by("transports.feed_changed")),
)  # fmt: skip
