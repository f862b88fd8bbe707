"""A small consortium with rows of every kind, for sheets to be made of."""

from datetime import date, time

from consortium.branches.changing import change_branch
from consortium.branches.closing import close_branch
from consortium.branches.registering import NewBranch
from consortium.core.work import Work
from consortium.costs.agreeing import add_pool
from consortium.costs.budgeting import put_lines
from consortium.costs.entries import NewLine
from consortium.costs.recording import NewCost, record_cost
from consortium.crates.registering import register_crates
from consortium.crates.sampling import enter_counts, put_sample
from consortium.emedia.importing import import_usage
from consortium.measures.entering import add_measure, enter_values
from consortium.people.admitting import Terms, open_account
from consortium.transports.measuring_legs import NewLeg, enter_leg
from tests.emedia.making import make_pot, sheet
from tests.making import WEEK, make_branches

COUNTED = date(2025, 12, 31)
USED = ("e-books;2026-01;2080;101", "film;2026-02;2062;7")


def make_everything(work: Work) -> None:
    """Three members and a region; libraries, a closure, values, pools, costs, usage, crates."""
    make_pot(work)
    make_branches(work)
    mora = NewBranch(
        "Mora bibliotek", "2062", "main", "Mora", 61.00704, 14.54316, email="mora@lib.example"
    )
    change_branch(work, "mora-bibliotek", mora, WEEK | {5: (time(10), time(14))}, ["Mora", "Bok"])
    close_branch(work, "mora-bibliotek", (date(2026, 12, 1), date(2026, 12, 2)), "Inventering")
    add_measure(work, "population", ("Folkmängd", "Population"), "invånare")
    enter_values(work, "population", COUNTED, {"2080": "59945", "2062": "20540.5"}, "SCB")
    add_pool(work, "system", 2026, ("System; drift", "System"), 124_000_050, everyone=True)
    bill = NewCost("faktura 4711", date(2026, 10, 31), "=Leverantör", "Licens", 123_450)
    record_cost(work, "system", 2026, bill)
    record_cost(work, "system", 2026, NewCost("kredit 1", date(2026, 11, 2), "", "", -5_050))
    licence = NewCost(
        "licens 1", date(2026, 11, 3), "Drift", "", 5, "6420", COUNTED, date(2026, 12, 31)
    )
    record_cost(work, "system", 2026, licence)
    add_pool(work, "premises", 2026, ("Lokaler", "Premises"), 1_00, everyone=True)
    put_lines(work, "premises", 2026, [NewLine(1, "=Hyra", 2_00, "6010"), NewLine(3, "Del", -50)])
    import_usage(work, sheet(*USED), "usage.csv")
    register_crates(work, "falu-stadsbibliotek", 3)
    way = NewLeg("falu-stadsbibliotek", "mora-bibliotek", 4_301, 89_500, date(2026, 11, 20))
    enter_leg(work, way)
    week = (date(2026, 11, 16), date(2026, 11, 20))
    sample = put_sample(work, "Veckan", week, ["2026-11-17", "2026-11-18"], 1)
    enter_counts(work, sample.id, {(date(2026, 11, 17), "falu-stadsbibliotek"): (3, 2)})
    roles = [("finance", None), ("branch_manager", "2062"), ("branch_manager", "2080")]
    terms = Terms("ekonom@mora.example", ends_on=date(2027, 6, 30))
    open_account(work, "ekonom.mora", "Ekonom", "ett-långt-lösenord", roles, terms)
