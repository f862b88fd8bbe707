"""One change of every kind that can be taken back, made in the small consortium by hand."""

from collections.abc import Callable
from datetime import date, time
from typing import Final

from sqlmodel import col, select

from consortium.agreements.queries import agreements
from consortium.agreements.signing import add_clause, open_figures, sign_agreement
from consortium.agreements.tables import Agreement
from consortium.billing.periods import Cut
from consortium.billing.preparing import approve_run, prepare_run, withdraw_approval
from consortium.branches.changing import change_branch
from consortium.branches.closing import close_branch, lift_closure
from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.tables import Closure
from consortium.cards.blocking import block_card, lift_block
from consortium.cards.issuing import issue_card, replace_card
from consortium.cards.tables import Card
from consortium.core.settings import Web
from consortium.core.work import Work
from consortium.costs.agreeing import (
    KeyRule,
    Vat,
    add_pool,
    change_budget,
    confirm_vat,
    contribute,
    set_key,
    set_vat,
    take_part,
)
from consortium.costs.attaching import attach
from consortium.costs.budgeting import put_lines
from consortium.costs.changing import change_pool, correct_cost
from consortium.costs.consulting import comment, decide_round, send_round
from consortium.costs.entries import NewLine
from consortium.costs.forecasting import NewForecast, make_forecast
from consortium.costs.opening import open_year
from consortium.costs.queries import pool_of_year
from consortium.costs.recording import NewCost, record_cost
from consortium.costs.tables import ActualCost, BudgetRound
from consortium.costs.voting import VotingTerms, set_rule
from consortium.crates.empties import keep_empties
from consortium.crates.ledger import MOST_NAMED, NewEvent, note_events
from consortium.crates.moving import pack, record_event
from consortium.crates.registering import register_crates
from consortium.crates.rules import KINDS
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import add_supplier, know_customer, set_price
from consortium.ledger.locking import lock_month, open_month
from consortium.ledger.posting import Heading, choose_accounts, post
from consortium.ledger.rules import Amount
from consortium.ledger.tables import JournalEntry
from consortium.measures.entering import add_measure, enter_values
from consortium.members.changing import Identity, change_identity
from consortium.members.joining import (
    Address,
    Newcomer,
    change_address,
    join,
    make_host,
    name_consortium,
)
from consortium.members.leaving import set_last_day
from consortium.payments.rates import remove_rate, set_rate
from consortium.people.admitting import Terms, open_account
from consortium.people.changing import (
    Particulars,
    change_account,
    close_account,
    reopen_account,
)
from consortium.transports.delivery_points import describe_delivery_point
from consortium.transports.feeds import renew_feed, withdraw_feed
from consortium.transports.measuring_legs import NewLeg, enter_leg, remove_leg
from consortium.transports.registering import NewVehicle, WeeklyStop, add_vehicle, set_template_stop
from consortium.transports.tables import Leg
from tests.emedia.making import sheet
from tests.making import FIRST, WEEK
from tests.transports.making import DEPOT, FALUN, MORA, TOMORROW
from tests.undo.follow_changes import FOLLOWED
from tests.undo.held import HELD
from tests.undo.weeks import WEEK_CHANGES
from tests.undo.world import EQUAL, JULY, LATER, WINDOW, YEAR_END

SEPTEMBER: Final = date(2026, 9, 1)
NOVEMBER: Final = date(2026, 11, 1)
Change = Callable[[Work], object]


def card_number(work: Work) -> str:
    """The number of the patron's valid card."""
    rows = select(Card.number).where(Card.state == "valid", col(Card.patron_id).is_not(None))
    return work.session.exec(rows.order_by(col(Card.id))).one()


def move_address(work: Work, email: str = "ny@2062.example") -> None:
    address = Address("REF2062", "0007", "2120002213", "access_point", email, "Box 1", "", "Mora")
    change_address(work, "2062", address)


def add_newcomer(work: Work) -> None:
    place = Address(buyer_reference="R", email="rattvik@lib.example", city="Rättvik")
    join(work, Newcomer("2031", "Rättvik", "Rättviks kommun", "municipality"), place, JULY)


def register_orsa(work: Work) -> None:
    new = NewBranch("Orsa bibliotek", "2062", "main", "Orsa", 61.1, 14.6, email="orsa@lib.example")
    register_branch(work, new, WEEK, ["Orsa"])


def change_falun(work: Work) -> None:
    new = NewBranch("Falu bibliotek", "2081", "branch", "Falun", 60.6, 15.6, email="x@lib.example")
    change_branch(work, FALUN, new, {2: (time(9), time(12, 30))}, ["Falun"])


def close_mora(work: Work) -> int:
    return close_branch(work, MORA, (TOMORROW, TOMORROW), "Städning").id


def lift_mora(work: Work) -> None:
    standing = select(Closure.id).where(col(Closure.lifted_at).is_(None))
    lift_closure(work, work.session.exec(standing).one())


def sign_another(work: Work) -> None:
    sign_agreement(work, "Tilläggsavtal", JULY, ["2062", "2080"], example=True)


def clause_of(work: Work, number: str = "§ 2") -> None:
    agreement = work.session.exec(select(Agreement)).first()
    assert agreement is not None
    add_clause(work, agreement, number, "Folkmängd.", JULY)


def give(work: Work) -> None:
    contribute(work, pool_of_year(work, "system", 2026), "2080", 1_200_00)


def tax_anew(work: Work) -> None:
    vat = Vat("O", reason="Utanför", confirmed=True)
    set_vat(work, pool_of_year(work, "system", 2026), JULY, vat)


def decide_key(work: Work, from_on: date = LATER) -> None:
    set_key(work, "system", 2026, KeyRule(EQUAL, "§ 1", from_on, {"2080": 5}))


def spend(work: Work) -> None:
    record_cost(
        work, "system", 2026, NewCost("F 4711", date(2026, 3, 2), "Drift AB", "Mars", 125_000)
    )


def spent(work: Work) -> int:
    """The id of what `spend` has recorded."""
    rows = select(ActualCost.id).where(ActualCost.reference == "F 4711")
    return work.session.exec(rows).one()


def correct(work: Work) -> None:
    new = NewCost("F 4712", date(2026, 4, 1), "Drift", "", 5, "6420", date(2026, 4, 1), JULY)
    correct_cost(work, spent(work), "office", new)


def send_budget(work: Work) -> int:
    """Next year's pool is out for answers."""
    return send_round(work, 2027, LATER, "", Web(address="https://lib.example")).id


def budget_out(work: Work) -> int:
    return work.session.exec(select(BudgetRound.id).where(BudgetRound.state == "sent")).one()


def scan(*kinds: str) -> Change:
    """Pack a crate at Falun for Mora and record `kinds`, all but the last one as background."""

    def made(work: Work) -> None:
        pack(work, "LD000001", FALUN, MORA)
        for kind in kinds:
            record_event(work, "LD000001", kind, FALUN if kind == "collected" else MORA)

    return made


def scan_one(kind: str) -> Change:
    def made(work: Work) -> object:
        return record_event(work, "LD000001", kind, FALUN if kind == "collected" else MORA)

    return made


def note_many(work: Work) -> None:
    """So many events that the trail has one entry of them."""
    note_events(
        work,
        [
            NewEvent(f"many-{place}", "LD000001", "emptied", MORA, work.now)
            for place in range(MOST_NAMED + 1)
        ],
    )


def approve(work: Work) -> int:
    run = prepare_run(work, Cut(NOVEMBER))
    approve_run(work, run.id)
    return run.id


def change_person(work: Work, title: str = "Ekonomichef") -> None:
    roles = (("finance", None), ("branch_manager", "2080"))
    terms = Terms("ekonom@2080.example", None, date(2027, 1, 31))
    change_account(work, "ekonom", Particulars(title, roles, terms))


def book_in_september(work: Work) -> JournalEntry:
    lines = Amount("1510", "2062", 100), Amount("3690", "2062", -100, "system")
    return post(work, Heading("booked", "booked", date(2026, 9, 30), "Faktura"), lines)


VAN2: Final = NewVehicle("van2", "Bil 2", DEPOT, 12, (time(8), time(15)), 20_000, 450, 38_000, 10)
BLOCKED: Final = "unpaid"

# Event → what is made before it, and the change itself.
CHANGES: Final[dict[str, tuple[Change, Change]]] = {
    "agreements.clause_added": (lambda _work: None, clause_of),
    "agreements.figures_opened": (
        lambda _work: None,
        lambda work: open_figures(work, agreements(work)[0], opened=True),
    ),
    "agreements.signed": (lambda _work: None, sign_another),
    "billing.approval_withdrawn": (
        approve,
        lambda work: withdraw_approval(work, prepare_run(work, Cut(NOVEMBER)).id),
    ),
    "billing.approved": (
        lambda work: prepare_run(work, Cut(NOVEMBER)),
        lambda work: approve_run(work, prepare_run(work, Cut(NOVEMBER)).id),
    ),
    "branches.changed": (lambda _work: None, change_falun),
    "branches.closed": (lambda _work: None, close_mora),
    "branches.closure_lifted": (close_mora, lift_mora),
    "branches.registered": (lambda _work: None, register_orsa),
    "cards.block_lifted": (
        lambda work: block_card(work, card_number(work), BLOCKED),
        lambda work: lift_block(work, card_number(work), BLOCKED),
    ),
    "cards.blocked": (
        lambda _work: None,
        lambda work: block_card(work, card_number(work), "lost"),
    ),
    "cards.issued": (
        lambda _work: None,
        lambda work: issue_card(work, "2062", "Testlåntagare 2", 1990),
    ),
    "cards.replaced": (
        lambda work: [block_card(work, card_number(work), why) for why in (BLOCKED, "lost")],
        lambda work: replace_card(work, card_number(work)),
    ),
    "costs.attached": (
        spend,
        lambda work: attach(work, spent(work), b"%PDF-1.7", "faktura.pdf"),
    ),
    "costs.budget_changed": (
        lambda _work: None,
        lambda work: change_budget(work, "system", 2026, 7_000_00),
    ),
    "costs.contribution_added": (lambda _work: None, give),
    "costs.corrected": (spend, correct),
    "costs.forecast_made": (
        lambda _work: None,
        lambda work: make_forecast(work, "system", 2026, NewForecast(NOVEMBER, 5, "Rabatt")),
    ),
    "costs.key_set": (lambda _work: None, decide_key),
    "costs.lines_changed": (
        lambda work: put_lines(work, "system", 2026, [NewLine(1, "Drift", 5_00, "6420")]),
        lambda work: put_lines(
            work, "system", 2026, [NewLine(1, "Licens", 7_00), NewLine(2, "Drift", 5_00, "6420")]
        ),
    ),
    "costs.participant_added": (
        lambda _work: None,
        lambda work: take_part(work, pool_of_year(work, "emedia", 2026), "2062", JULY),
    ),
    "costs.pool_added": (
        lambda _work: None,
        lambda work: add_pool(work, "vans", 2026, ("Bilar", "Vans"), 5_000_00, everyone=False),
    ),
    "costs.pool_changed": (
        lambda _work: None,
        lambda work: change_pool(work, "system", 2026, ("Systemet", ""), 1_200_000_00),
    ),
    "costs.recorded": (lambda _work: None, spend),
    "costs.round_commented": (
        send_budget,
        lambda work: comment(work, budget_out(work), "2062", "objects", "För dyrt."),
    ),
    "costs.round_decided": (
        send_budget,
        lambda work: decide_round(work, budget_out(work), NOVEMBER, "Antas."),
    ),
    "costs.vat_confirmed": (
        lambda _work: None,
        lambda work: confirm_vat(work, pool_of_year(work, "system", 2026), FIRST),
    ),
    "costs.vat_set": (lambda _work: None, tax_anew),
    "costs.voting_rule_set": (
        lambda _work: None,
        lambda work: set_rule(work, VotingTerms("Styrgruppen", JULY, 41, "§ 1", EQUAL)),
    ),
    "costs.year_opened": (lambda _work: None, lambda work: open_year(work, 2027)),
    **{
        f"crates.{kind}": (scan("collected"), scan_one(kind))
        for kind in KINDS
        if kind not in {"packed", "collected"}
    },
    "crates.collected": (scan(), scan_one("collected")),
    "crates.events_noted": (scan(), note_many),
    "crates.empties_kept": (
        lambda work: keep_empties(work, MORA, 3),
        lambda work: keep_empties(work, MORA, 7),
    ),
    "crates.packed": (lambda _work: None, scan()),
    "emedia.customer_known": (
        lambda _work: None,
        lambda work: know_customer(work, "film", "2062", "P1:mora"),
    ),
    "emedia.price_set": (lambda _work: None, lambda work: set_price(work, "film", JULY, "3000")),
    "emedia.supplier_added": (
        lambda _work: None,
        lambda work: add_supplier(work, "e-books", "Elib"),
    ),
    "emedia.usage_imported": (
        lambda _work: None,
        lambda work: import_usage(
            work, sheet("film;2026-02;2080;9", "film;2026-03;2062;5"), "mars.csv"
        ),
    ),
    "ledger.accounts_chosen": (
        lambda _work: None,
        lambda work: choose_accounts(work, {"receivable": "1511", "rounding": "3740"}),
    ),
    "ledger.month_locked": (
        book_in_september,
        lambda work: lock_month(work, SEPTEMBER),
    ),
    "ledger.month_opened": (
        lambda work: [book_in_september(work), lock_month(work, SEPTEMBER)],
        lambda work: open_month(work, SEPTEMBER, "En faktura saknas"),
    ),
    "measures.added": (
        lambda _work: None,
        lambda work: add_measure(work, "loans", ("Lån", "Loans"), "lån"),
    ),
    "measures.entered": (
        lambda _work: None,
        lambda work: enter_values(
            work, "population", YEAR_END, {"2080": "60001", "2081": "52000"}, "SCB, rättad"
        ),
    ),
    "members.address_changed": (lambda _work: None, move_address),
    "members.consortium_named": (
        lambda _work: None,
        lambda work: name_consortium(work, "Nya namnet", example=True),
    ),
    "members.host_made": (
        lambda _work: None,
        lambda work: make_host(work, "2081", date(2027, 1, 1), "991-2346", 20, "7", f_tax=True),
    ),
    "members.identity_changed": (
        lambda _work: None,
        lambda work: change_identity(work, "2062", Identity("Mora", "Mora stad", "212000-2213")),
    ),
    "members.joined": (lambda _work: None, add_newcomer),
    "members.last_day_set": (
        lambda work: set_last_day(work, "2062", date(2027, 6, 30)),
        lambda work: set_last_day(work, "2062", date(2027, 8, 31)),
    ),
    "people.account_changed": (lambda _work: None, change_person),
    "people.account_closed": (
        lambda _work: None,
        lambda work: close_account(work, "ekonom"),
    ),
    "people.account_opened": (
        lambda _work: None,
        lambda work: open_account(work, "vikarie", "Vikarie", "en lang losenfras", []),
    ),
    "payments.rate_removed": (
        lambda work: set_rate(work, JULY, "2,5", "Riksbanken"),
        lambda work: remove_rate(work, JULY),
    ),
    "payments.rate_set": (
        lambda work: set_rate(work, JULY, "2", "Egen"),
        lambda work: set_rate(work, JULY, "2,5", "Riksbanken"),
    ),
    "people.account_reopened": (
        lambda work: close_account(work, "ekonom"),
        lambda work: reopen_account(work, "ekonom"),
    ),
    "transports.crates_registered": (
        lambda _work: None,
        lambda work: register_crates(work, MORA, 3),
    ),
    "transports.delivery_point_changed": (
        lambda _work: None,
        lambda work: describe_delivery_point(work, MORA, has_key=True, instructions="Lastkajen"),
    ),
    "transports.feed_changed": (
        lambda work: renew_feed(work, MORA),
        lambda work: withdraw_feed(work, MORA),
    ),
    "transports.leg_entered": (
        lambda work: enter_leg(work, NewLeg(FALUN, MORA, 4000, 90_000, NOVEMBER)),
        lambda work: enter_leg(work, NewLeg(FALUN, MORA, 4300, 89_500, SEPTEMBER)),
    ),
    "transports.leg_removed": (
        lambda work: enter_leg(work, NewLeg(FALUN, MORA, 4000, 90_000, NOVEMBER)),
        lambda work: remove_leg(work, work.session.exec(select(Leg.id)).one()),
    ),
    "transports.template_changed": (
        lambda _work: None,
        lambda work: set_template_stop(work, WeeklyStop(1, MORA, WINDOW, 300, False, 900)),
    ),
    **WEEK_CHANGES,
    **HELD,
    "transports.vehicle_added": (lambda _work: None, lambda work: add_vehicle(work, VAN2)),
    **FOLLOWED,
}
