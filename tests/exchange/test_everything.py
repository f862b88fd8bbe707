import csv
import hashlib
import io
import re
import zipfile

import pytest
from sqlalchemy import LargeBinary

from consortium.core.db import Row
from consortium.core.errors import Forbidden
from consortium.core.work import Actor, Works
from consortium.documents.keeping import keep
from consortium.exchange.everything import (
    RIGHTS,
    SECRETS,
    meaning_of,
    note_everything,
    write_everything,
)
from consortium.messages.tables import Letter
from consortium.people.tables import Account
from tests.conftest import NOON, OPERATOR
from tests.exchange.worlds import make_everything

NAMED_AS_SECRETS = re.compile("secret|hash|seed|salt|password|token|pin$|^place$")
NO_SECRETS = {"costpool.place", "payment.place"}  # positions
NO_SECRETS |= {"volumesample.seed"}  # its days can be drawn again with it


def exported(works: Works) -> dict[str, bytes]:
    with works.writing(OPERATOR) as work:
        note_everything(work)
    file = io.BytesIO()
    with works.reading(OPERATOR) as work:
        write_everything(work, file)
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_every_table_and_document_is_there(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        kept = keep(work, b"%PDF-1.7 a paper", "application/pdf")
    found = exported(works)
    tables = {name for name in found if name.startswith("tables/")}
    assert tables == {f"tables/{name}.csv" for name in Row.metadata.tables}
    assert found[f"documents/{kept}.pdf"] == b"%PDF-1.7 a paper"
    members = rows_of(found["tables/member.csv"])
    assert [row["name"] for row in members] == ["Falun", "Borlänge", "Mora", "Region Dalarna"]
    assert [row["made_up"] for row in members] == ["false"] * 4
    costs = rows_of(found["tables/actualcost.csv"])
    assert {row["supplier"] for row in costs} >= {"'=Leverantör", ""}
    assert {row["amount_ore"] for row in costs} >= {"123450", "-5050"}
    documents = rows_of(found["tables/document.csv"])
    assert f"documents/{kept}.pdf" in {row["content"] for row in documents}
    assert set(found) >= {row["content"] for row in documents}


def test_what_is_missing_differs_from_what_is_empty(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
    line = exported(works)["tables/account.csv"].decode().splitlines()[1]
    assert line == '1,"ekonom.mora","Ekonom","ekonom@mora.example",true,,"2027-06-30",,0,,'


def test_the_checksums_fit(works: Works) -> None:
    found = exported(works)
    lines = [line.partition("  ") for line in found["SHA256SUMS"].decode().splitlines()]
    sums = {name: digest for digest, _blanks, name in lines}
    assert set(sums) == set(found) - {"SHA256SUMS"}
    assert all(hashlib.sha256(found[name]).hexdigest() == sums[name] for name in sums)


def test_no_secret_leaves(works: Works) -> None:
    with works.writing(OPERATOR) as work:
        make_everything(work)
        account = work.session.get_one(Account, 1)
        secrets = [account.password_hash, account.session_seed, "https://bib.example/inbjudan/x1y2"]
        work.session.add(
            Letter(
                key="k",
                to_address="a@b.example",
                subject="Välj lösenord",
                body=secrets[2],
                fleeting=True,
                written_at=NOON,
            )
        )
    whole = b"".join(exported(works).values()).decode(errors="replace")
    assert all(secret and secret not in whole for secret in secrets)


def test_every_column_named_like_a_secret_stays_behind() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in Row.metadata.tables.values()
        for column in table.columns
        if NAMED_AS_SECRETS.search(column.name)
    }
    binary = {
        f"{table.name}.{column.name}"
        for table in Row.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert (named | binary) - NO_SECRETS - {"document.content"} - SECRETS == set()
    known = {f"{t.name}.{c.name}" for t in Row.metadata.tables.values() for c in t.columns}
    assert known >= SECRETS


def test_every_table_and_column_has_its_line_in_the_dictionary(works: Works) -> None:
    lines = rows_of(exported(works)["dictionary.csv"])
    named = {(row["table"], row["column"]) for row in lines}
    assert named == {
        (table.name, name)
        for table in Row.metadata.tables.values()
        for name in ("", *table.columns.keys())
    }
    assert all(row["meaning"] for row in lines if not row["column"])
    left_out = {f"{row['table']}.{row['column']}" for row in lines if row["left_out"] == "true"}
    assert left_out == SECRETS


def test_what_a_text_says_of_a_column_is_found() -> None:
    doc = (
        "A van. shift: the earliest and the latest. Costs in öre; depot: a branch. a, to_on: days."
    )
    assert meaning_of("shift", doc) == "the earliest and the latest. Costs in öre;"
    assert meaning_of("depot", doc) == "a branch."
    assert meaning_of("to_on", doc) == "days."
    assert meaning_of("van", doc) == ""


def test_only_whoever_administers_all_exports_everything(works: Works) -> None:
    one = Actor("one", {right: frozenset({"2080"}) for right in RIGHTS})
    for actor in (Actor("guest"), Actor("some", {"settings.see": None}), one):
        with pytest.raises(Forbidden), works.writing(actor) as work:
            note_everything(work)
        with pytest.raises(Forbidden), works.reading(actor) as work:
            write_everything(work, io.BytesIO())
