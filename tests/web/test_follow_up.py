"""The pages of the follow-up, the carriers and the volume samples, through the browser's door."""

from collections.abc import Callable

import pytest

from consortium.core.work import Works
from consortium.costs.agreeing import add_pool
from consortium.crates.sample_queries import sample_by_id, sample_days
from consortium.crates.sampling import NewSample, draw_sample
from consortium.transports.claiming import claims, make_claims
from tests.conftest import OPERATOR
from tests.transports.making import MORA
from tests.transports.test_following import DAY, drive
from tests.web.browsing import Surfer
from tests.web.transport_world import rows_of, words_of

AsRole = Callable[..., Surfer]
TIME = "fran=2026-11-23&till=2026-11-23"


@pytest.fixture
def world(works: Works) -> Works:
    with works.writing(OPERATOR) as work:
        drive(work)
        make_claims(work, DAY)
    return works


def test_a_day_is_followed_up_on_page_and_in_files(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    page = surfer.get(f"/uppfoljning?{TIME}").text
    rows = {row[0]: row[1:] for row in rows_of(page, 'id="punctual"')}
    assert rows["Mora bibliotek Mora"] == [
        "1",
        "100,0 %",
        "0,0 %",
        "40 mån 23 nov",
        "–",
        "–",
    ]
    assert "UK Government GHG Conversion Factors" in page
    assert "60 kg" in words_of(page)
    times = surfer.get(f"/uppfoljning/punktlighet.csv?{TIME}").text.splitlines()
    assert "mora-bibliotek,Mora bibliotek,Mora,1,1,0,40,2026-11-23,0,0" in times
    assert surfer.get(f"/uppfoljning/turer.csv?{TIME}").text.splitlines()[1:] == [
        "2026-11-23,van1,4,27000,28200,120400,339180",
        "2026-11-23,van2,0,27000,,120400,339180",
    ]
    assert surfer.get("/uppfoljning?fran=2026-11-23&till=2024-01-01").status_code == 422


def test_a_manager_sees_the_own_municipality(world: Works, as_role: AsRole) -> None:
    page = as_role("branch_manager", "2062").get(f"/uppfoljning?{TIME}").text
    assert [row[0] for row in rows_of(page, 'id="punctual"')] == ["Mora bibliotek Mora"]
    assert "Kvarnsveden" not in page


def test_a_claim_is_sent_accepted_and_that_taken_back(world: Works, as_role: AsRole) -> None:
    surfer = as_role("coordinator")
    page = surfer.send("/transportorer/1/skicka", {}, at="/transportorer/1").text
    assert "Brevet med 1 krav är skrivet" in page
    with world.reading(OPERATOR) as work:
        (claim,) = claims(work)
    given = {"state": "accepted", "note": "Enligt mejl"}
    page = surfer.send(f"/transportorer/krav/{claim.claim.id}", given, at="/transportorer/1").text
    assert "Enligt mejl" in page
    surfer.undo(page, at="/transportorer/1")
    with world.reading(OPERATOR) as work:
        assert [each.claim.state for each in claims(work)] == ["sent"]


def test_a_sheet_is_found_by_its_barcode_and_filled_in(world: Works, as_role: AsRole) -> None:
    with world.writing(OPERATOR) as work:
        new = NewSample("Hösten", DAY, DAY.replace(month=12, day=18), 4)
        sample = sample_by_id(work, draw_sample(work, new).id)
        day = sample_days(sample)[0].isoformat()
    staff = as_role("counter", "2062")
    assert staff.get("/volymprov/blad?kod=LD000001").status_code == 422
    found = staff.get(f"/volymprov/blad?kod=vp{sample.id}-3")
    at = f"/volymprov/{sample.id}/bibliotek/{MORA}"
    assert found.request.path == at
    refused = staff.send(at, {f"sent-{day}": "x", f"received-{day}": ""}, at=at)
    assert refused.status_code == 422
    assert "För in båda siffrorna eller ingen" in refused.text
    page = staff.send(at, {f"sent-{day}": "4", f"received-{day}": "0"}, at=at).text
    assert ["Mora bibliotek Mora", f"1 av {len(sample.days)}"] in [
        row[:2] for row in rows_of(page, 'id="branches"')
    ]
    sheet = staff.get(f"/volymprov/{sample.id}/blad.pdf?bibliotek={MORA}")
    assert sheet.data.startswith(b"%PDF-")
    assert staff.get(f"/volymprov/{sample.id}/bibliotek/falu-stadsbibliotek").status_code == 404


def test_an_invoice_is_entered_once_and_taken_back_by_undo(world: Works, as_role: AsRole) -> None:
    with world.writing(OPERATOR) as work:
        add_pool(work, "transports", 2026, ("Transporter", "Transports"), 10, everyone=True)
    surfer, at = as_role("finance"), "/transportorer/fakturor"
    given = {"carrier": "1", "number": "F 17", "amount": "5 000,00", "pool": "transports"}
    given |= {"from_on": "2026-11-01", "to_on": "2026-11-30"}
    page = surfer.send(at, given, at=at).text
    # planned 3 391,80, as in tests/transports/test_following.py; no claim is accepted
    (row,) = rows_of(page, 'id="inv"')
    assert row[2:6] == ["5 000,00", "3 391,80", "–", "+1 608,20"]
    assert surfer.send(at, given, at=at).status_code == 409
    surfer.undo(page, at=at)
    assert "Ingen transportörsfaktura är införd" in surfer.get(at).text
