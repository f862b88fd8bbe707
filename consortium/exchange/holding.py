"""What rests on rows that are to be taken away: every table that points to them."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Table, func
from sqlmodel import select

from consortium.core.db import Row
from consortium.core.errors import Conflict, Fault
from consortium.core.work import Work

AT_ONCE = 500


def require_free(
    work: Work, table: type[Row], rows: Mapping[int, str], but: frozenset[str] = frozenset()
) -> None:
    """Refuse, as Conflict with every reason, where rows of other tables point to these.

    rows: id → what it is called. but: the tables that go with it.
    """
    faults = [
        Fault(
            "Records of {table} rest on {name}",
            "",
            {"table": pointing, "name": rows[row_id]},
            "Take those back first",
        )
        for pointing, row_id in _pointing(work, table, sorted(rows), but)
    ]
    if faults:
        raise Conflict(faults)


def _pointing(
    work: Work, table: type[Row], ids: list[int], but: frozenset[str]
) -> Iterator[tuple[str, int]]:
    """Table that points to a row, and the row's id."""
    name = str(table.__tablename__)
    for other in sorted(Row.metadata.tables.values(), key=lambda each: each.name):
        if other.name in but:
            continue
        for key in other.foreign_keys:
            if key.column.table.name == name:
                for begin in range(0, len(ids), AT_ONCE):
                    yield from _of(work, other, key.parent.name, ids[begin : begin + AT_ONCE])


def _of(work: Work, other: Table, column: str, ids: list[int]) -> Iterator[tuple[str, int]]:
    pointing = other.c[column]
    rows = select(pointing, func.count()).where(pointing.in_(ids)).group_by(pointing)
    for row_id, _count in work.session.exec(rows):
        yield other.name, row_id
