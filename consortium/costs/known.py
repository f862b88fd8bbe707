"""What pools of a year are put together from, read once for all of them."""

from datetime import date
from functools import cached_property
from typing import Any

from sqlmodel import col, or_, select

from consortium.core.work import Work
from consortium.measures.queries import readings
from consortium.members.queries import host_on
from consortium.members.tables import Member, Membership

Belonging = tuple[int, str, str, date | None, date | None]
"""A municipality's id, code and name, and the first and last day of its membership."""


class Known:
    """Reads what it is asked for once, and keeps it; for one work and one year."""

    def __init__(self, work: Work, year: int) -> None:
        """Nothing is read before it is asked for."""
        self._work, self._year = work, year
        self._readings: dict[str, list[tuple[str, date, str]]] = {}
        self._hosts: dict[date, int] = {}

    @cached_property
    def municipalities(self) -> list[Belonging]:
        """Those that belong on some day of the year, by code."""
        first, last = date(self._year, 1, 1), date(self._year, 12, 31)
        from_on, to_on = col(Membership.from_on), col(Membership.to_on)
        columns: tuple[Any, ...] = (Member.id, Member.code, Member.name, from_on, to_on)
        rows = (
            select(*columns)
            .join(Membership, col(Membership.member_id) == col(Member.id))
            .where(Member.kind == "municipality")
            .where(or_(from_on.is_(None), from_on <= last), or_(to_on.is_(None), to_on >= first))
            .order_by(col(Member.code), col(Membership.id))
        )
        latest = {row[0]: tuple(row) for row in self._work.session.execute(rows)}
        return list(latest.values())

    def readings(self, code: str) -> list[tuple[str, date, str]]:
        """The values of a measure: member code, reference date, value."""
        if code not in self._readings:
            self._readings[code] = readings(self._work, code)
        return self._readings[code]

    def host_id(self, day: date) -> int:
        """The member that is host on a day."""
        if day not in self._hosts:
            self._hosts[day] = host_on(self._work, day).member.id
        return self._hosts[day]
