"""Plans of days, their papers, and labels of crates, as reports give them."""

from datetime import date

import pytest

from consortium.core.errors import Forbidden, Invalid, NotFound
from consortium.core.work import Actor, Works
from consortium.crates.formats.labels import CrateLabel
from consortium.crates.moving import pack, record_event
from consortium.crates.registering import register_crates
from consortium.reports.crate_labels import labels_between, labels_of
from consortium.reports.plans import paper, published_plan, published_plans, versions
from consortium.transports.answering import answer_plan
from tests.conftest import NOON, OPERATOR
from tests.reports.worlds import close_falun
from tests.transports.making import FALUN, MORA, TOMORROW, make_transports, plan_day, send

THURSDAY = date(2026, 11, 26)
MORAS = Actor("mora", {"transports.see": frozenset({"2062"})})


@pytest.fixture(autouse=True)
def world(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_transports(work)


def test_every_version_of_a_day_is_kept_with_who_answered(works: Works) -> None:
    first = plan_day(works, TOMORROW, "first")
    close_falun(works)
    second = plan_day(works, TOMORROW, "second")
    with works.writing(Actor("samordnare", OPERATOR.rights, machine=True)) as work:
        answer_plan(work, second.id, accept=True)
    with works.reading(MORAS) as work:
        found = versions(work, TOMORROW)
        standing = published_plan(work, TOMORROW)
        assert versions(work, THURSDAY) == []
    assert [(each.revision, each.state, each.reason, each.answered_by) for each in found] == [
        (2, "published", "second", "samordnare"),
        (1, "replaced", "first", ""),
    ]
    assert (found[0].answered_at, found[1].answered_at) == (NOON, None)
    assert [each.snapshot for each in found] == [second.snapshot, first.snapshot]
    assert standing.id == second.id


def test_published_plans_of_a_stretch_of_days(works: Works) -> None:
    for day in (TOMORROW, THURSDAY, date(2026, 11, 27)):
        plan_day(works, day)
    with works.reading(MORAS) as work:
        found = [each.on_date for each in published_plans(work, TOMORROW, THURSDAY, 10)]
        few = [each.on_date for each in published_plans(work, TOMORROW, date.max, 1)]
    assert (found, few) == ([TOMORROW, THURSDAY], [TOMORROW])


def test_a_paper_is_not_there_before_it_is_drawn(works: Works) -> None:
    with works.reading(MORAS) as work, pytest.raises(NotFound, match="There is no plan of"):
        paper(work, TOMORROW, "labels")
    plan_day(works)
    with works.reading(MORAS) as work, pytest.raises(NotFound, match="has no such paper"):
        paper(work, TOMORROW, "manifest", "van1")


def test_labels_say_where_a_crate_goes_or_belongs(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        away, home, back = (crate.code for crate in register_crates(work, FALUN, 3))
        pack(work, away, MORA, FALUN)
        send(work, back, FALUN, MORA)
        for kind in ("delivered", "emptied"):
            record_event(work, back, kind, MORA)
        chosen = labels_of(work, [home, away, back])
    falun = "Falu stadsbibliotek"
    assert chosen == [
        CrateLabel(away, "Mora bibliotek", falun),
        CrateLabel(home, "", falun),
        CrateLabel(back, "", falun),
    ]


def test_labels_are_given_of_what_the_asker_may_see(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        codes = [crate.code for crate in register_crates(work, FALUN, 3)]
        pack(work, codes[1], FALUN, MORA)
    with works.reading(MORAS) as work:
        assert [label.code for label in labels_between(work, codes[0], codes[2])] == [codes[1]]
        assert [label.code for label in labels_of(work, [codes[1]])] == [codes[1]]
        with pytest.raises(NotFound) as refusal:
            labels_of(work, codes)
    assert [fault.facts["code"] for fault in refusal.value.faults] == [codes[0], codes[2]]


@pytest.mark.parametrize("codes", [[], ["LD1"], ["LD000001", "hej"], ["LD000001"] * 1001])
def test_labels_of_what_are_no_codes_are_refused(works: Works, codes: list[str]) -> None:
    with works.reading(OPERATOR) as work, pytest.raises(Invalid):
        labels_of(work, codes)


def test_who_may_not_see_transports_sees_none_of_it(works: Works) -> None:
    nobody = Actor("nobody", {"branches.see": None})
    with works.reading(nobody) as work:
        for ask in (
            lambda: versions(work, TOMORROW),
            lambda: published_plans(work, TOMORROW, TOMORROW, 1),
            lambda: published_plan(work, TOMORROW),
            lambda: labels_of(work, ["LD000001"]),
        ):
            with pytest.raises(Forbidden):
                ask()
