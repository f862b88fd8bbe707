"""Sheets of a volume sample: the crates that a library sent and received on a drawn day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.branches.tables import Branch
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.crates.sample_queries import sample_days, samples
from consortium.crates.sample_rules import MOST_CRATES
from consortium.crates.sampling import Count, enter_counts
from consortium.crates.tables import VolumeCount, VolumeSample
from consortium.exchange.formats.cells import day, whole
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.exchange.kinds.places import Places, places, settle_place

Given = dict[tuple[date, str], Count | None]


@dataclass(frozen=True, slots=True)
class Known:
    """samples: by name, with their drawn days."""

    places: Places
    samples: dict[str, tuple[VolumeSample, frozenset[date]]]
    today: date


def _known(work: Work) -> Known:
    named = {each.name: (each, frozenset(sample_days(each))) for each in samples(work)}
    return Known(places(work), named, work.today)


def _settle(row: Row, known: Known) -> Iterator[Fault]:
    yield from settle_place(row, "branch", known.places)


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    found = known.samples.get(row["sample"])
    at = row["on_date"].isoformat()
    if found is None:
        yield Fault("There is no sample called {name}", "sample", {"name": row["sample"]})
    elif row["on_date"] not in found[1]:
        yield Fault("{day} is no day of the sample", "on_date", {"day": at})
    elif row["on_date"] > known.today:
        yield Fault("{day} has not come yet", "on_date", {"day": at})
    elif found[0].state != "open" and row != before:
        yield Fault("The sample {name} is closed", "sample", {"name": row["sample"]})
    for name in ("sent", "received"):
        if not 0 <= row[name] <= MOST_CRATES:
            yield Fault("A count is 0 to 10 000 crates", name)


def _owner(row: Row, known: Known) -> str:
    return known.places.owners[row["branch"]]


def _standing(work: Work, _known: Known, _rows: Sequence[Values] | None) -> Standing:
    rows = (
        select(VolumeSample.name, col(VolumeCount.on_date), Branch.name)
        .add_columns(col(VolumeCount.sent), col(VolumeCount.received))
        .join(VolumeCount, col(VolumeCount.sample_id) == col(VolumeSample.id))
        .join(Branch, col(Branch.id) == col(VolumeCount.branch_id))
        .order_by(col(VolumeSample.name), col(VolumeCount.on_date), col(Branch.name))
    )
    return {
        (sample, branch, on): (sample, branch, on, sent, received)
        for sample, on, branch, sent, received in work.session.execute(rows)
    }


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    rows = [change.after for change in changes]
    _enter(work, rows, gone=False)


def _remove(work: Work, rows: Sequence[Row]) -> None:
    _enter(work, rows, gone=True)


def _enter(work: Work, rows: Sequence[Row], *, gone: bool) -> None:
    known = _known(work)
    by_sample: dict[int, Given] = defaultdict(dict)
    for row in rows:
        place = row["on_date"], known.places.slugs[row["branch"]]
        sample_id = known.samples[row["sample"]][0].id
        by_sample[sample_id][place] = None if gone else (row["sent"], row["received"])
    for sample_id, given in sorted(by_sample.items()):
        enter_counts(work, sample_id, given)


VOLUMES: Final = Kind(
    code="volumes",
    name=mark("Counts of a volume sample"),
    means=mark("The crates that each library sent and received on the days that were drawn."),
    right="crates.handle",
    sees="transports.see",
    key=("sample", "branch", "on_date"),
    dated="on_date",
    fields=(
        Field(
            "sample",
            "Volymprov",
            mark("The sample's name"),
            "Hösten 2026",
            required=True,
            aliases=("prov",),
        ),
        Field(
            "branch",
            "Bibliotek",
            mark("The library that counted"),
            "Falu stadsbibliotek",
            required=True,
            aliases=("library",),
        ),
        Field(
            "on_date",
            "Datum",
            mark("The day that was drawn"),
            "2026-11-24",
            day,
            required=True,
            aliases=("dag", "date"),
        ),
        Field(
            "sent",
            "Skickade",
            mark("Crates that the van took"),
            "4",
            whole,
            required=True,
            aliases=("skickat",),
        ),
        Field(
            "received",
            "Mottagna",
            mark("Crates that the van left"),
            "3",
            whole,
            required=True,
            aliases=("mottaget",),
        ),
    ),
    known=_known,
    settle=_settle,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
)
