import hashlib
from datetime import time

import pytest
from sqlmodel import select

from consortium.core.errors import Forbidden
from consortium.core.work import Actor, Works
from consortium.crates.moving import pack, record_event
from consortium.documents.queries import document
from consortium.documents.tables import Document
from consortium.members.joining import name_consortium
from consortium.transports.queries import plan_papers
from consortium.transports.rendering import draw_papers, keep_papers, papers_of
from consortium.transports.tables import Plan
from tests.conftest import OPERATOR
from tests.documents.reading import pages_of
from tests.transports.making import (
    BORLANGE,
    FALUN,
    KVARNSVEDEN,
    MORA,
    TOMORROW,
    make_crates,
    make_transports,
    plan_day,
    send,
)


@pytest.fixture
def plan(works: Works) -> Plan:
    """Tomorrow: one crate to leave in Mora, two to fetch in Falun, one already left in Borlänge."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        codes = make_crates(work, 4)
        send(work, codes[3], KVARNSVEDEN, MORA)
        pack(work, codes[1], FALUN, BORLANGE)
        pack(work, codes[0], FALUN, MORA)
        send(work, codes[2], FALUN, BORLANGE)
        record_event(work, codes[2], "delivered", BORLANGE)
    return plan_day(works)


def test_a_manifest_a_van_and_a_label_a_crate(works: Works, plan: Plan) -> None:
    with works.reading(OPERATOR) as work:
        sheets = papers_of(work, plan.id)
    ((vehicle, manifest),) = sheets.manifests
    assert (vehicle, manifest.vehicle, manifest.day) == ("van1", "Bil 1", TOMORROW)
    assert (manifest.depart, manifest.back) == (time(7, 57, 1), time(11, 45, 18))
    assert (manifest.load_at_start, manifest.example) == (1, False)
    stops = [(stop.branch, stop.deliver, stop.collect, stop.load_after) for stop in manifest.stops]
    assert stops == [
        ("Borlänge bibliotek", 0, 0, 1),
        ("Falu stadsbibliotek", 0, 2, 3),
        ("Mora bibliotek", 1, 0, 2),
        ("Kvarnsvedens bibliotek", 0, 0, 2),
    ]
    assert [(label.code, label.origin, label.destination) for label in sheets.labels] == [
        ("LD000002", "Falu stadsbibliotek", "Borlänge bibliotek"),
        ("LD000001", "Falu stadsbibliotek", "Mora bibliotek"),
        ("LD000004", "Kvarnsvedens bibliotek", "Mora bibliotek"),
    ]
    assert {label.day for label in sheets.labels} == {TOMORROW}


def test_the_papers_of_an_example_say_so(works: Works, plan: Plan) -> None:
    with works.writing(OPERATOR) as work:
        name_consortium(work, "Testbiblioteken", example=True)
        sheets = papers_of(work, plan.id)
    assert [manifest.example for _, manifest in sheets.manifests] == [True]
    assert {label.example for label in sheets.labels} == {True}


def test_papers_are_kept_once(works: Works, plan: Plan) -> None:
    with works.reading(OPERATOR) as work:
        papers = draw_papers(papers_of(work, plan.id))
    with works.writing(OPERATOR) as work:
        kept = keep_papers(work, plan.id, papers)
    with works.writing(OPERATOR) as work:
        again = keep_papers(work, plan.id, draw_papers(papers_of(work, plan.id)))
    assert [(paper.form, paper.vehicle) for paper in kept] == [("manifest", "van1"), ("labels", "")]
    assert [paper.id for paper in again] == [paper.id for paper in kept]
    with works.reading(OPERATOR) as work:
        found = [document(work, paper.sha256) for paper in plan_papers(work, plan)]
        assert len(work.session.exec(select(Document.sha256)).all()) == 2
    assert [hashlib.sha256(each.content).hexdigest() for each in found] == [
        paper.sha256 for paper in kept
    ]
    assert {each.media_type for each in found} == {"application/pdf"}
    manifest, labels = ("\n".join(pages_of(each.content)) for each in found)
    assert "Mora bibliotek" in manifest
    assert "LD000004" in labels.replace(" ", "")


def test_a_paper_that_is_kept_stays_though_crates_move_on(works: Works, plan: Plan) -> None:
    with works.writing(OPERATOR) as work:
        kept = keep_papers(work, plan.id, draw_papers(papers_of(work, plan.id)))
        record_event(work, "LD000001", "collected", FALUN)
        record_event(work, "LD000001", "delivered", MORA)
        drawn = draw_papers(papers_of(work, plan.id))
        again = keep_papers(work, plan.id, drawn)
    assert hashlib.sha256(drawn[-1].content).hexdigest() != kept[-1].sha256
    assert [paper.sha256 for paper in again] == [paper.sha256 for paper in kept]


def test_keeping_takes_the_right_to_plan(works: Works, plan: Plan) -> None:
    with pytest.raises(Forbidden), works.writing(Actor("mora", {"transports.see": None})) as work:
        keep_papers(work, plan.id, [])
