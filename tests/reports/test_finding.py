"""The search: what fits and how well, each kind of thing, and nothing outside the scope."""

import pytest

from consortium.branches.registering import NewBranch, register_branch
from consortium.core.work import Actor, Works
from consortium.crates.registering import register_crates
from consortium.measures.entering import add_measure
from consortium.members.joining import Address, Newcomer, join
from consortium.people.rules import reach
from consortium.reports.finding import SHOWN, Fit, HelpPage, Hit, find, fit_of, folded
from consortium.transports.registering import WeeklyStop, add_vehicle, set_template_stop
from tests.billing.worlds import issue_month, make_small
from tests.conftest import OPERATOR
from tests.making import FIRST, WEEK, make_branches
from tests.transports.making import BORLANGE, FALUN, MORA, SERVICE_S, VAN, plan_day, send

OFFICE = Actor("office", reach([("finance", None)]))
MORAS = Actor("mora", reach([("branch_manager", "2062")]))
COUNTER = Actor("desk", reach([("counter", None)]))
DRIVER = Actor("driver", reach([("driver", None)]))

# By the rules of tests/billing/worlds.py: Falun is host and pays no invoice, the others one for
# each pool, by the code of the member.
MORAS_INVOICES = {"20260001", "20260002"}
BORLANGES_INVOICES = {"20260003", "20260004"}


@pytest.fixture
def world(works: Works) -> Works:
    """The four invoices of November, twelve crates of Falun's, a plan of the 25th."""
    make_small(works)
    issue_month(works)
    with works.writing(OPERATOR) as work:
        make_branches(work)
        name = "Älvdalens kommun"
        join(work, Newcomer("2039", "Älvdalen", name, "municipality"), Address(), FIRST)
        place = NewBranch("Älvdalens bibliotek", "2039", "main", "Älvdalen", 61.228, 14.041)
        register_branch(work, place, WEEK)
        register_crates(work, FALUN, SHOWN + 2)
        add_measure(work, "population", ("Folkmängd", "Inhabitants"), "invånare")
        add_vehicle(work, VAN)
        for slug in (FALUN, BORLANGE, MORA):
            set_template_stop(work, WeeklyStop(2, slug, (VAN.shift[0], VAN.shift[1]), SERVICE_S))
    plan_day(works)
    return works


def found(works: Works, wanted: str, actor: Actor = OFFICE) -> list[Hit]:
    with works.reading(actor) as work:
        return find(work, wanted)


def keys(works: Works, wanted: str, actor: Actor = OFFICE) -> set[tuple[str, str]]:
    return {(hit.kind, hit.key) for hit in found(works, wanted, actor)}


@pytest.mark.parametrize(
    ("text", "numbers", "names", "expected"),
    [
        ("2039", ("2039",), (), Fit.EXACT),
        ("20", ("2039",), (), Fit.BEGINS),
        ("39", ("2039",), (), None),  # a number fits by its beginning only
        ("212000-2213", ("2120002213",), (), Fit.EXACT),
        ("212000 22", ("2120002213",), (), Fit.BEGINS),
        ("mora", (), ("Mora",), Fit.EXACT),
        ("alvdalen", (), ("Älvdalen",), Fit.EXACT),
        ("ÄLV", (), ("Älvdalen",), Fit.BEGINS),
        ("komm alv", (), ("Älvdalens kommun",), Fit.HOLDS),
        ("dalen", (), ("Älvdalen",), None),  # a word fits by its beginning only
        ("mora leksand", (), ("Mora bibliotek",), None),  # each word must fit
        ("e-post", (), ("Att skriva e-post",), Fit.HOLDS),
        ("mor", ("mor",), ("Mora",), Fit.EXACT),  # the best of several
        ("-", ("2039",), ("Mora - bibliotek",), None),  # signs alone are nothing
        ("%", ("2039",), ("100 %",), None),
        ("x", ("",), ("",), None),
    ],
)
def test_how_well_something_fits(
    text: str, numbers: tuple[str, ...], names: tuple[str, ...], expected: Fit | None
) -> None:
    assert fit_of(text, numbers, names) is expected


def test_letters_are_folded_as_readers_look_for_them() -> None:
    assert folded("ÅÄÖ åäö É ß") == "aao aao e ss"


def test_nothing_is_found_by_nothing(world: Works) -> None:
    for wanted in ("", "   ", "-", "%", "xyzzy", "x" * 500):
        assert found(world, wanted) == [], wanted


@pytest.mark.parametrize("wanted", ["alvdalen", "Älvdalen", "ÄLVDALEN", " älvdalen  "])
def test_case_and_accents_make_no_difference(world: Works, wanted: str) -> None:
    assert keys(world, wanted) == {("member", "2039"), ("branch", "alvdalens-bibliotek")}


@pytest.mark.parametrize(
    ("wanted", "first"),
    [
        ("2062", Hit("member", "2062", "Mora", Fit.EXACT, "2062")),
        ("212000-2213", Hit("member", "2062", "Mora", Fit.EXACT, "2062")),
        ("mora bibliotek", Hit("branch", MORA, "Mora bibliotek", Fit.EXACT, "Mora")),
        (
            "inhabitants",
            Hit("measure", "population", "Folkmängd", Fit.EXACT, "invånare", "Inhabitants"),
        ),
        ("system", Hit("pool", "system", "system", Fit.EXACT, "2026", "system")),
        ("2026-11-25", Hit("plan", "2026-11-25", "2026-11-25", Fit.EXACT)),
        ("20260001", Hit("invoice", "20260001", "20260001", Fit.EXACT, "Mora, 2026-11")),
        ("LD000001", Hit("crate", "LD000001", "LD000001", Fit.EXACT, "Falu stadsbibliotek")),
    ],
)
def test_each_kind_is_found_first_by_its_own_name(world: Works, wanted: str, first: Hit) -> None:
    assert found(world, wanted)[0] == first


@pytest.mark.parametrize("wanted", ["LD000001", "ld 000001", "000001", "1", " ld000001 "])
def test_a_crate_is_found_however_its_number_is_written(world: Works, wanted: str) -> None:
    assert keys(world, wanted) == {("crate", "LD000001")}


def test_of_many_that_begin_alike_the_first_are_shown(world: Works) -> None:
    expected = [f"LD{number:06}" for number in range(1, SHOWN + 1)]
    assert [hit.key for hit in found(world, "ld")] == expected
    assert {hit.fit for hit in found(world, "ld")} == {Fit.BEGINS}


def test_an_invoice_by_its_beginning_and_by_its_buyer(world: Works) -> None:
    every = MORAS_INVOICES | BORLANGES_INVOICES
    assert {key for kind, key in keys(world, "2026 000") if kind == "invoice"} == every
    by_name = [hit.key for hit in found(world, "borlänge") if hit.kind == "invoice"]
    assert by_name == sorted(BORLANGES_INVOICES, reverse=True)  # the latest first
    assert keys(world, "0260001") == set()


@pytest.mark.parametrize(
    ("wanted", "plans"),
    [
        ("2026", {"2026-11-25"}),
        ("2026-11", {"2026-11-25"}),
        ("2026-11-25", {"2026-11-25"}),
        ("2026-12", set()),
        ("2026-11-24", set()),
        ("2025", set()),
        ("2026-13", set()),  # no such month, no such days, no such year
        ("2026-02-30", set()),
        ("0000", set()),
        ("2026-1", set()),
    ],
)
def test_plans_by_year_month_and_day(world: Works, wanted: str, plans: set[str]) -> None:
    assert {key for kind, key in keys(world, wanted) if kind == "plan"} == plans


def test_exact_fits_stand_before_what_begins_so(world: Works) -> None:
    """Gagnef's code is a year, with which numbers of invoices begin and dates of plans."""
    with world.writing(OPERATOR) as work:
        gagnef = Newcomer("2026", "Gagnef", "Gagnefs kommun", "municipality")
        join(work, gagnef, Address(), FIRST)
    hits = found(world, "2026")
    assert (hits[0].kind, hits[0].key, hits[0].fit) == ("member", "2026", Fit.EXACT)
    assert {hit.kind for hit in hits[1:]} == {"invoice", "plan"}
    assert {hit.fit for hit in hits[1:]} == {Fit.BEGINS}


def test_a_municipality_finds_its_own_invoices_and_nobody_elses(world: Works) -> None:
    invoices = {key for kind, key in keys(world, "2026", MORAS) if kind == "invoice"}
    assert invoices == MORAS_INVOICES
    for number in BORLANGES_INVOICES:
        assert found(world, number, MORAS) == []
    assert found(world, "borlänge", MORAS) == []


def test_a_crate_of_others_is_found_while_it_is_on_its_way_here(world: Works) -> None:
    assert found(world, "LD000002", MORAS) == []
    assert found(world, "000002", MORAS) == []
    with world.writing(OPERATOR) as work:
        send(work, "LD000002", FALUN, MORA)
    expected = [Hit("crate", "LD000002", "LD000002", Fit.EXACT, "Falu stadsbibliotek")]
    assert found(world, "LD000002", MORAS) == expected
    assert found(world, "LD000003", MORAS) == []


def test_a_role_finds_only_the_kinds_that_it_sees(world: Works) -> None:
    wanted = ("20260001", "mora", "system", "folkmängd", "LD000001", "2026-11-25")
    seen = {
        actor.name: {kind for text in wanted for kind, _key in keys(world, text, actor)}
        for actor in (OFFICE, COUNTER, DRIVER)
    }
    assert seen["office"] == {"invoice", "member", "branch", "pool", "measure", "crate", "plan"}
    assert seen["desk"] == seen["driver"] == {"branch", "crate", "plan"}


def test_pages_of_help_are_found_by_title_and_by_words(works: Works) -> None:
    pages = (
        HelpPage("tangentbord", "Tangentbord", "Snedstreck går till sökfältet."),
        HelpPage("import", "Importera", "Provkör filen först, med tangentbord eller mus."),
    )
    with works.reading(DRIVER) as work:
        assert [(hit.key, hit.fit) for hit in find(work, "tangentbord", pages)] == [
            ("tangentbord", Fit.EXACT),
            ("import", Fit.HOLDS),
        ]
        assert [hit.key for hit in find(work, "provkor", pages)] == ["import"]
        assert find(work, "snedstreck mus", pages) == []  # the words of two pages
