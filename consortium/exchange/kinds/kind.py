"""What a kind of sheet is: its columns, and how its rows are found, checked and written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consortium.core.errors import Fault
from consortium.core.settings import Web
from consortium.core.sheets import Cell, text_of
from consortium.core.work import Work
from consortium.exchange.formats.cells import shown_as_is, text

Values = tuple[Any, ...]
"""A row as values, in the order of its kind's fields."""
Key = tuple[Any, ...]
Standing = dict[Key, Values]
"""What there is: the key of a row → its values."""
Row = dict[str, Any]
"""A row as values by the names of the fields."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column. heading: in our sheets, in Swedish; name: the same for programs.

    Both are known when a sheet is read, and `aliases`, whatever their case and accents. means: for
    readers. read: text → value, Unreadable where it cannot. show: value → cell. default: where a
    new row has no such column; a row that stands keeps what it has.
    """

    name: str
    heading: str
    means: str
    example: str
    read: Callable[[str], Any] = text
    show: Callable[[Any], Cell] = shown_as_is
    required: bool = False
    aliases: tuple[str, ...] = ()
    default: Any = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is new (before: None) or changed."""

    before: Row | None
    after: Row


def no_faults(_row: Row, _before: Row | None, _known: Any) -> Iterator[Fault]:
    """For kinds whose rows are right when their cells can be read."""
    return iter(())


def settled(_row: Row, _known: Any) -> Iterator[Fault]:
    """For kinds whose cells mean what they say."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet.

    right: what importing it takes; sees: what exporting it takes. key: names of the fields that
    say which row it is. dated: the field that says of which year a row is, empty where none does.
    known: what rows are looked up in and checked against, read once. settle: makes the row's
    references those of the records (a name becomes an address), at its fields' names, before it
    is looked up. check: what else is wrong; it may complete the row as the room would. owner: the
    code of the member that a row belongs to, empty where it is of the whole consortium. standing:
    the rows there are, without a query for each; given rows, those with their keys are enough.
    write, remove: through the room's use cases. personal: holds data about persons, so it is not
    kept longer than it must. restore: takes a whole batch back where rows alone do not say
    enough. price: what a row costs, in öre. invite: writes to the new rows where that is asked.
    """

    code: str
    name: str
    means: str
    right: str
    sees: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    known: Callable[[Work], Any]
    owner: Callable[[Row, Any], str]
    standing: Callable[[Work, Any, Sequence[Values] | None], Standing]
    write: Callable[[Work, Sequence[Change], str], None]
    remove: Callable[[Work, Sequence[Row]], None]
    settle: Callable[[Row, Any], Iterator[Fault]] = settled
    check: Callable[[Row, Row | None, Any], Iterator[Fault]] = no_faults
    dated: str = ""
    personal: bool = False
    restore: Callable[[Work, Any], None] | None = None
    price: Callable[[Any, Values | None], int] | None = None
    invite: Callable[[Work, Sequence[Change], Web], None] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def row(self, values: Values) -> Row:
        return dict(zip(self.names, values, strict=True))

    def values(self, row: Mapping[str, Any]) -> Values:
        return tuple(row[name] for name in self.names)

    def key_of(self, row: Mapping[str, Any]) -> Key:
        return tuple(row[name] for name in self.key)

    def cells(self, values: Values) -> list[Cell]:
        """The row as it is written in a sheet."""
        return [
            None if value is None else field.show(value)
            for field, value in zip(self.fields, values, strict=True)
        ]

    def texts(self, values: Values) -> list[str]:
        """The row as texts, which `read_texts` makes the same values of."""
        return [text_of(cell) for cell in self.cells(values)]

    def read_texts(self, texts: Sequence[str]) -> Values:
        return tuple(field.read(cell) for field, cell in zip(self.fields, texts, strict=True))
