"""Types of what callers send and get: strict, bounded, and written the same way everywhere.

Money is whole öre. Days are `2026-11-24`, months `2026-11`, instants RFC 3339 with their zone,
times of day `07:30`. A field that is not named here or there is refused.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.json_schema import WithJsonSchema

from consortium.core.words import mark
from consortium.http.parsing import DAY, LARGEST, MONTH, day_of, month_of

LONGEST: Final = 200
VISIBLE: Final = r"^[^\u0000-\u001f\u007f]*$"
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
USUAL: Final = 50
MOST: Final = 200

INSTANT: Final = mark("Write a moment with its zone, as 2026-11-24T12:00:00+01:00")
COUNT: Final = mark("Write a whole number, as 1234")

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH: Final = re.compile(r"20\d{2}-(0[1-9]|1[0-2])", re.ASCII)
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
_COUNT: Final = re.compile(r"-?\d{1,10}", re.ASCII)

T = TypeVar("T")


def _read(written: re.Pattern[str], parse: Callable[[str], T], complaint: str) -> Any:
    """Reads a text that is `written` so; what is no text or another one is told as `complaint`."""

    def read(value: object) -> T:
        if not isinstance(value, str) or written.fullmatch(value) is None:
            raise ValueError(complaint)
        try:
            return parse(value)
        except (ValueError, OverflowError) as error:
            raise ValueError(complaint) from error

    return BeforeValidator(read)


Day = Annotated[date, _read(_DAY, day_of, DAY)]
Month = Annotated[
    date,
    _read(_MONTH, month_of, MONTH),
    WithJsonSchema({"type": "string", "pattern": f"^{_MONTH.pattern}$", "examples": ["2026-11"]}),
]
Instant = Annotated[datetime, _read(_INSTANT, datetime.fromisoformat, INSTANT)]
Ore = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
Text = Annotated[str, StringConstraints(max_length=LONGEST, pattern=VISIBLE)]
Filled = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST, pattern=VISIBLE)]
Code = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST, pattern="^[A-Za-z0-9_-]+$")
]

# In an address everything is text: these read it first.
Counted = _read(_COUNT, int, COUNT)
YearText = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR), Counted]
LimitText = Annotated[int, Field(ge=1, le=MOST), Counted]
MonthNumber = Annotated[int, Field(ge=1, le=12), Counted]
Position = Annotated[int, Field(ge=1, le=999), Counted]
Id = Annotated[int, Field(ge=1, le=2**31 - 1), Counted]
Chosen = Annotated[str, StringConstraints(max_length=LONGEST, pattern="^[A-Za-z0-9_-]*$")]
CursorText = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[A-Za-z0-9_-]*$")]


class Body(BaseModel):
    """What a caller sends, as JSON: a number in quotes is a text, and a stray field a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Query(BaseModel):
    """What an address asks for after its question mark."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


LEFT_OUT: Final[Any] = Field(default=None, json_schema_extra=_without_default)
"""A field that may be left out, but not null: what it is about stays as it is."""


def only_these(schema: dict[str, Any]) -> None:
    """Says in the document that an object has no names but those that its pattern takes."""
    schema["additionalProperties"] = False


class Page(Query):
    """A list goes on where `cursor` says: the `next_cursor` of the answer before."""

    cursor: CursorText = Field(default="", description="`next_cursor` of the answer before")
    limit: LimitText = Field(default=USUAL, description="How many at most")


class Shown(BaseModel):
    """What a caller gets; the document is written from it, answers are not read through it."""

    model_config = ConfigDict(extra="forbid")


NextCursor = Annotated[
    str | None, Field(description="Where the list goes on; null where it has ended")
]
TimeOfDay = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"})
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^(sha256:)?[0-9a-f]{64}$")]

PATH: Final[dict[str, tuple[Any, str]]] = {
    "code": (Filled, "What it is known by: a member's, a measure's, a pool's or a crate's code"),
    "slug": (Filled, "A branch, as `mora-bibliotek`"),
    "number": (Filled, "An invoice's number"),
    "position": (Position, "A line's place on its invoice, from 1"),
    "form": (Filled, "`pdf` or `xml`"),
    "date": (Day, "A day, as `2026-11-25`"),
    "month": (Month, "A month, as `2026-11`"),
    "month_number": (MonthNumber, "A month of the year, 1 to 12"),
    "year": (YearText, "A year"),
    "id": (Id, "The number that a closure got"),
    "revision": (Id, "Which of the day's plans, from 1"),
    "vehicle": (Filled, "A van's code"),
}
"""What may stand in braces in a route's path: how it is read, and what it is."""
