"""Queries: which stops of a day are held to a van or a place, and which never share a route."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlmodel import col, or_, select

from consortium.core.work import Work
from consortium.transports.day_basis import DayPin
from consortium.transports.tables import Apart, Pin, Vehicle

ALWAYS, WEEKLY, DATED = range(3)


def pins_of(work: Work, day: date, weekday: int | None, vans: Collection[str]) -> dict[int, DayPin]:
    """Branch id → how its stop of `day` is held: a pin of the date, else of the weekday, else any.

    weekday: that the day is driven as. Van and place each hold by the nearest pin that names one;
    of several as near, by the last entered. A van that is not in `vans` holds nothing.
    """
    rows = select(Pin, Vehicle).join(Vehicle, col(Vehicle.id) == col(Pin.vehicle_id), isouter=True)
    dated = or_(
        Pin.on_date == day,
        (col(Pin.on_date).is_(None)) & (col(Pin.weekday).is_(None)),
        (col(Pin.on_date).is_(None)) & (col(Pin.weekday) == weekday),
    )
    found: dict[int, DayPin] = {}
    for pin, van in sorted(work.session.exec(rows.where(dated)), key=lambda row: _rank(row[0])):
        before = found.get(pin.branch_id, DayPin())
        code = van.code if van is not None and van.code in vans else ""
        found[pin.branch_id] = DayPin(code or before.vehicle, pin.position or before.position)
    return {each: pin for each, pin in found.items() if pin != DayPin()}


def aparts_of(work: Work, slugs: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    """Branch id → the slugs of the day's stops that it never shares a route with.

    slugs: branch id → slug of every stop of the day.
    """
    found: dict[int, set[str]] = {}
    for row in work.session.exec(select(Apart)):
        if row.first_id in slugs and row.second_id in slugs:
            found.setdefault(row.first_id, set()).add(slugs[row.second_id])
            found.setdefault(row.second_id, set()).add(slugs[row.first_id])
    return {each: tuple(sorted(others)) for each, others in found.items()}


def _rank(pin: Pin) -> tuple[int, int]:
    level = DATED if pin.on_date else ALWAYS if pin.weekday is None else WEEKLY
    return level, pin.id
