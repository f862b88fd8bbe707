from datetime import timedelta

import pytest

from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Works
from consortium.documents.keeping import keep
from consortium.documents.queries import document
from consortium.exchange.kinds import kind_of
from consortium.exchange.tables import ImportBatch
from consortium.exchange.taking import Sent, take_in, try_sheet
from consortium.exchange.waiting import forget_files, receive, throw_away, waiting
from tests.conftest import OPERATOR, Clock
from tests.exchange.test_undoing import SHEETS
from tests.exchange.worlds import make_everything

POOLS = Sent(SHEETS["pools"][0].encode(), "pools.csv")
PEOPLE = Sent(SHEETS["people"][0].encode(), "people.csv")


def test_a_file_waits_for_a_day(works: Works, clock: Clock) -> None:
    pools = kind_of("pools")
    with works.writing(OPERATOR) as work:
        sha256 = receive(work, pools, POOLS).sha256
        paper = keep(work, b"%PDF", "application/pdf")
    clock.forward(hours=20)
    with works.writing(OPERATOR) as work:
        forget_files(work)
        assert waiting(work, pools, sha256) == POOLS.content
        assert receive(work, pools, POOLS).sha256 == sha256  # and waits another day
    clock.forward(hours=20)
    with works.writing(OPERATOR) as work:
        forget_files(work)
        assert waiting(work, pools, sha256) == POOLS.content
    clock.forward(hours=5)
    with works.writing(OPERATOR) as work:
        forget_files(work)
        with pytest.raises(NotFound):
            waiting(work, pools, sha256)
        assert document(work, paper).content == b"%PDF"


def test_a_file_that_was_taken_in_stays(works: Works, clock: Clock) -> None:
    pools = kind_of("pools")
    with works.writing(OPERATOR) as work:
        make_everything(work)
        take_in(work, try_sheet(work, pools, POOLS), POOLS)
        sha256 = receive(work, pools, POOLS).sha256
        throw_away(work, pools, sha256)
    clock.forward(days=400)
    with works.writing(OPERATOR) as work:
        forget_files(work)
        assert waiting(work, pools, sha256) == POOLS.content


def test_what_a_sheet_said_of_persons_is_forgotten_after_a_month(
    works: Works, clock: Clock
) -> None:
    people = kind_of("people")
    with works.writing(OPERATOR) as work:
        make_everything(work)
        batch_id = take_in(work, try_sheet(work, people, PEOPLE), PEOPLE).id
        sha256 = receive(work, people, PEOPLE).sha256
    clock.now += timedelta(days=31)
    with works.writing(OPERATOR) as work:
        forget_files(work)
        batch = work.session.get_one(ImportBatch, batch_id)
        assert (batch.before, batch.sha256, batch.forgotten) == ([], None, True)
        assert (batch.new, batch.changed, batch.file_name) == (1, 1, "people.csv")
        with pytest.raises(NotFound):
            waiting(work, people, sha256)


def test_a_file_that_cannot_be_read_is_not_kept(works: Works) -> None:
    broken = Sent(b'a;b\n"1;2\n', "broken.csv")
    with pytest.raises(Invalid), works.writing(OPERATOR) as work:
        receive(work, kind_of("pools"), broken)


def test_another_document_is_no_file_that_waits(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        paper = keep(work, b"%PDF", "application/pdf")
        throw_away(work, kind_of("pools"), paper)
    with works.reading(OPERATOR) as work, pytest.raises(NotFound):
        waiting(work, kind_of("pools"), paper)
