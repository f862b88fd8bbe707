"""Every invoice, credit note and settlement of a whole year as a file: its official judges, ours.

The year is that of `tests/stories/whole_year`: fifteen members, two rates of VAT and none, credit
notes in part and whole, who left, and the settlement.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from sqlmodel import col, select

from consortium.billing.formats.paper_json import paper_from
from consortium.billing.formats.peppol import invoice_xml
from consortium.billing.formats.presend import presend_faults
from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run
from consortium.billing.settling import prepare_settlement
from consortium.billing.tables import Invoice
from consortium.core.db import open_engine
from consortium.core.work import Works
from tests.billing.formats.validating import official_faults
from tests.conftest import OPERATOR, Clock
from tests.slices import slice_of
from tests.stories.whole_year.playing import play

AGGREGATE = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
BASIC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


@dataclass(frozen=True)
class Made:
    """An issued row with its file."""

    row: Invoice
    xml: bytes

    def ore(self) -> dict[str, int]:
        """What the file states in öre: VAT by rate, sums, and what is to be paid."""
        root = etree.fromstring(self.xml)
        stated = {
            f"vat {group.findtext(f'.//{BASIC}Percent')}": group.findtext(f"{BASIC}TaxAmount")
            for group in root.iter(f"{AGGREGATE}TaxSubtotal")
        }
        sums = root.find(f"{AGGREGATE}LegalMonetaryTotal")
        assert sums is not None
        stated |= {str(amount.tag): amount.text for amount in sums}
        return {name: int(str(text).replace(".", "")) for name, text in stated.items()}


@pytest.fixture(scope="module")
def made(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Made]]:
    """The whole year on one SQLite file: what a file says does not hang on the database."""
    path = tmp_path_factory.mktemp("year") / "year.db"
    shutil.copy(empty_sqlite, path)
    engine, clock = open_engine(f"sqlite:///{path}"), Clock()
    works = Works(engine, clock)
    play(works, clock)
    with works.writing(OPERATOR) as work:
        run = prepare_settlement(work, 2026)
        approve_run(work, run.id)
        issue_invoices(work, run.id)
    with works.reading(OPERATOR) as work:
        rows = list(work.session.exec(select(Invoice).order_by(col(Invoice.number))))
        work.session.expunge_all()
    yield [Made(row, invoice_xml(paper_from(row.paper))) for row in rows]
    engine.dispose()


def test_the_year_has_every_kind(made: list[Made]) -> None:
    kinds = Counter((each.row.key.split("/")[0].split("-")[0], each.row.document) for each in made)
    assert kinds["credit", "credit_note"] == 3
    assert kinds["leaving", "invoice"] + kinds["leaving", "credit_note"] == 2
    assert kinds["settlement", "invoice"] + kinds["settlement", "credit_note"] == 29
    assert kinds["2026", "invoice"] == len(made) - 3 - 2 - 29 == 337


def test_no_file_is_held_back_before_it_is_sent(made: list[Made]) -> None:
    faults = {each.row.number: presend_faults(each.xml) for each in made}
    assert {number: found for number, found in faults.items() if found} == {}


def test_every_file_passes_the_official_rules(made: list[Made]) -> None:
    """All that are no plain invoice of a month, and every so many of those."""
    plain = [each for each in made if each.row.run_id and each.row.key.startswith("2026")]
    others = [each for each in made if each not in plain]
    judged = others + plain[:: slice_of(8, 1)]
    faults = {each.row.number: official_faults(each.xml) for each in judged}
    assert {number: found for number, found in faults.items() if found} == {}


def test_a_file_states_what_is_booked(made: list[Made]) -> None:
    for each in made:
        stated = each.ore()
        assert stated[f"{BASIC}PayableAmount"] == abs(each.row.payable_ore), each.row.number
        assert stated[f"{BASIC}TaxExclusiveAmount"] == abs(each.row.net_ore), each.row.number
        tax = sum(ore for name, ore in stated.items() if name.startswith("vat"))
        assert tax == abs(each.row.vat_ore), each.row.number


def test_an_invoice_and_the_note_that_credits_it_whole_come_to_nothing(made: list[Made]) -> None:
    whole = [
        (each, note)
        for note in made
        for each in made
        if note.row.credits_id == each.row.id and note.row.net_ore == -each.row.net_ore
    ]
    assert [each.row.key for each, _note in whole] == ["2026-07/2085/rated"]
    for each, note in whole:
        assert (each.row.vat_ore, each.row.payable_ore) == (
            -note.row.vat_ore,
            -note.row.payable_ore,
        )
        assert each.ore() == note.ore()  # a credit note states what is given back with plus
        again = next(other for other in made if other.row.key == f"{each.row.key}/2")
        assert again.ore() == each.ore()
