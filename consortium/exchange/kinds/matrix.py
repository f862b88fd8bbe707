"""Sheets of measured ways: how long and how far it is from one library to another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.errors import Conflict, Fault
from consortium.core.sheets import Cell
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.formats.cells import day, decimal, maybe, shown_yes, whole, yes
from consortium.exchange.kinds.kind import Change, Field, Kind, Row, Standing, Values
from consortium.exchange.kinds.places import Places, places, settle_place
from consortium.exchange.tables import ImportBatch
from consortium.transports.distancing import Spot, spots
from consortium.transports.leg_lists import LegFilter, legs_page
from consortium.transports.measuring_legs import NewLeg, put_back_legs, put_legs, way_faults

SECONDS_A_MINUTE: Final = 60
METRES_A_KM: Final = 1000
MEASURED_IN: Final = (("minutes", "seconds"), ("km", "metres"))
"""Columns of which a row fills in one; the value is kept in the first, in the second's unit."""
NEITHER: Final = mark("It is not said how long the way is")
BOTH: Final = mark("The two columns do not say the same")
Ends = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """located: by slug. legs: names of the two libraries → the way's values as they stand.

    taken: the ways that rows of this sheet give, with those that they give both ways.
    """

    places: Places
    located: Mapping[str, Spot]
    today: date
    legs: Mapping[Ends, tuple[int, int, date | None]]
    taken: dict[Ends, Ends] = field(default_factory=dict)


def _known(work: Work) -> Known:
    located = {spot.slug: spot for spot in spots(work, work.today)}
    known = places(work)
    names = {located[slug].point: name for name, slug in known.slugs.items() if slug in located}
    rows, _total = legs_page(work, LegFilter())
    legs = {
        (names[row.ends[0]], names[row.ends[1]]): (row.duration_s, row.distance_m, row.as_of)
        for row in rows
        if row.ends[0] in names and row.ends[1] in names
    }
    return Known(known, located, work.today, legs)


def _settle(row: Row, known: Known) -> Iterator[Fault]:
    yield from settle_place(row, "from", known.places)
    yield from settle_place(row, "to", known.places)
    for kept, given in MEASURED_IN:
        found = {row[name] for name in (kept, given) if isinstance(row[name], int)}
        if len(found) != 1:
            text = NEITHER if not found else BOTH
            yield Fault(text, kept, {}, "Fill in one of them")
        row[kept], row[given] = found.pop() if found else 0, None
    ends = row["from"], row["to"]
    for each in _ways(row):
        if known.taken.setdefault(each, ends) != ends:
            yield Fault(
                "Another row gives the way from {start} to {end} too",
                "from",
                {"start": each[0], "end": each[1]},
                "Keep one of them",
            )


def _check(row: Row, before: Row | None, known: Known) -> Iterator[Fault]:
    if row["measured_on"] is None:
        row["measured_on"] = before["measured_on"] if before else known.today
    if row["measured_on"] > known.today:
        yield Fault("The day has not come yet", "measured_on", {}, "Write today or earlier")
    if row["from"] == row["to"]:
        yield Fault("The way leads back to where it begins", "to", {}, "Choose another")
        return
    yield from way_faults(_leg(row, known.places.slugs), known.located)


def _standing(_work: Work, known: Known, rows: Sequence[Values] | None) -> Standing:
    """The ways there are. One that a row gives both ways stands as it is where both are the same,
    and as the one of the two that the row changes where they are not.
    """
    found: Standing = {
        ends: (*ends, seconds, None, metres, None, on, False)
        for ends, (seconds, metres, on) in sorted(known.legs.items())
    }
    for row in rows or ():
        start, end, seconds, _, metres, _, on, both_ways = row
        if both_ways is True:
            here = [known.legs[each] for each in ((start, end), (end, start)) if each in known.legs]
            others = [leg for leg in here if leg != (seconds, metres, on or leg[2])]
            found.pop((start, end), None)
            if others or len(here) == len(("there", "back")):
                seconds, metres, on = (others or here)[0]
                found[start, end] = (start, end, seconds, None, metres, None, on, True)
    return found


def _write(work: Work, changes: Sequence[Change], _source: str) -> None:
    slugs = places(work).slugs
    legs = []
    for change in changes:
        leg = _leg(change.after, slugs)
        legs += [leg, leg.back()] if change.after["both_ways"] else [leg]
    put_legs(work, legs)


def _restore(work: Work, batch: ImportBatch) -> None:
    """By the trail, which knows what stood before of ways that one row gave both ways."""
    rows = select(AuditEntry).where(
        AuditEntry.event == "transports.legs_put",
        AuditEntry.at == batch.taken_at,
        AuditEntry.actor == batch.taken_by,
    )
    entry = work.session.exec(rows.order_by(col(AuditEntry.id).desc())).first()
    if entry is None:
        raise Conflict("The import changed no ways")
    put_back_legs(work, entry.facts["before"])


def _remove(_work: Work, _rows: Sequence[Row]) -> None:
    raise Conflict("Ways are taken back by the import they came with")


def _owner(_row: Row, _known: Known) -> str:
    return ""


def _ways(row: Row) -> list[Ends]:
    ends = row["from"], row["to"]
    return [ends, ends[::-1]] if row["both_ways"] is True else [ends]


def _leg(row: Row, slugs: Mapping[str, str]) -> NewLeg:
    return NewLeg(
        slugs[row["from"]], slugs[row["to"]], row["minutes"], row["km"], row["measured_on"]
    )


def _scaled(scale: int) -> Callable[[str], int]:
    """Reads a decimal number as a whole one of a unit that is `scale` times smaller, half up."""

    def read(cell: str) -> int:
        return int((Decimal(decimal(cell)) * scale).quantize(Decimal(1), ROUND_HALF_UP))

    return read


def _shown(scale: int, places_after: int) -> Callable[[Any], Cell]:
    finest = Decimal(1).scaleb(-places_after)
    return lambda value: (Decimal(value) / scale).quantize(finest, ROUND_HALF_UP).normalize() + 0


MATRIX = Kind(
    code="matrix",
    name=mark("Distances"),
    means=mark("How long and how far it is from one library to another, as it was measured."),
    right="transports.change",
    sees="transports.see",
    key=("from", "to"),
    fields=(
        Field(
            "from",
            "Från",
            mark("The library where the way begins, by its name or address"),
            "Falu stadsbibliotek",
            required=True,
            aliases=("start", "origin"),
        ),
        Field(
            "to",
            "Till",
            mark("The library where it ends"),
            "Mora bibliotek",
            required=True,
            aliases=("mål", "destination"),
        ),
        Field(
            "minutes",
            "Minuter",
            mark("The driving time in minutes, with decimals if need be"),
            "75,5",
            maybe(_scaled(SECONDS_A_MINUTE)),
            _shown(SECONDS_A_MINUTE, 2),
            aliases=("min", "restid"),
            default=None,
        ),
        Field(
            "seconds",
            "Sekunder",
            mark("The same in seconds, instead of minutes"),
            "",
            maybe(whole),
            aliases=("sek", "duration_s"),
            default=None,
        ),
        Field(
            "km",
            "Km",
            mark("The length of the way in kilometres"),
            "89,5",
            maybe(_scaled(METRES_A_KM)),
            _shown(METRES_A_KM, 3),
            aliases=("kilometer", "kilometers", "avstånd"),
            default=None,
        ),
        Field(
            "metres",
            "Meter",
            mark("The same in metres, instead of kilometres"),
            "",
            maybe(whole),
            aliases=("m", "meters", "distance_m"),
            default=None,
        ),
        Field(
            "measured_on",
            "Mätt",
            mark("The day it was measured; empty is today"),
            "2026-11-20",
            maybe(day),
            aliases=("datum", "mätdatum", "date"),
            default=None,
        ),
        Field(
            "both_ways",
            "Båda hållen",
            mark("Whether it is the same back: ja or nej; empty is nej"),
            "nej",
            yes,
            shown_yes,
            aliases=("båda riktningarna", "both ways"),
            default=False,
        ),
    ),
    known=_known,
    settle=_settle,
    check=_check,
    owner=_owner,
    standing=_standing,
    write=_write,
    remove=_remove,
    restore=_restore,
)
