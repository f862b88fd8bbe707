"""What the form of a key shows: its fields from the address, what they choose from, its faults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from werkzeug.datastructures import MultiDict

from consortium.core.errors import Fault, Invalid
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.costs.key_forms import NEWEST
from consortium.http.asking import LONGEST_LINE
from consortium.http.parsing import CHARACTERS, has_unseen
from consortium.measures.queries import measures, values
from consortium.web.language import language, told
from consortium.web.refusals import worded

TAKE_NAMES: Final = {
    "rest": mark("What is left"),
    "procent": mark("Percent of the pool"),
    "belopp": mark("An amount"),
    "egen": mark("An amount of its own"),
}
KIND_NAMES: Final = {
    "lika": mark("Equally"),
    "matt": mark("By a measure"),
    "fast": mark("Agreed amounts"),
    "taxa": mark("A price for each unit"),
    "forra": mark("Last year's amounts"),
    "blandning": mark("A mix of two ways"),
}
MEMBERSHIP_NAMES: Final = {
    "dagar": mark("By days"),
    "manader": mark("By whole months"),
    "hela": mark("As for all of it"),
}
METHOD_NAMES: Final = {
    "storsta-rest": mark("To the largest remainders"),
    "storsta-andel": mark("The difference to the largest share"),
    "avrundat": mark("The difference to the host"),
}
BEARER_NAMES: Final = {
    "andra": mark("The others"),
    "vard": mark("The host"),
    "pool": mark("Nobody: it is left unshared"),
}
BOUND_NAMES: Final = (
    ("minst", mark("At least, kr")),
    ("hogst", mark("At most, kr")),
    ("minstp", mark("At least, %")),
    ("hogstp", mark("At most, %")),
    ("andring", mark("Change at most, %")),
)
UNITS: Final = (("1", mark("Whole öre")), ("100", mark("Whole kronor")))
SINGLE: Final = ("namn", "medlem", "avrundning", "enhet")
DATES_OFFERED: Final = 12

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Offered:
    """What the fields of a form choose from: pairs of value and text in the reader's language.

    parts: code and name of those who take part. dates: of values, for the field of a date.
    """

    parts: Options
    measures: Options
    dates: Options


def key_fields(args: MultiDict[str, str]) -> dict[str, str]:
    """The fields of a key among those of an address or a form; Invalid where they cannot be."""
    found = {name: args[name] for name in args if _is_field(name)}
    faults = [Fault(CHARACTERS, name) for name, text in found.items() if has_unseen(name + text)]
    faults += [
        Fault(mark("Use at most {max_length} characters"), name, {"max_length": LONGEST_LINE})
        for name, text in found.items()
        if len(text) > LONGEST_LINE
    ]
    if faults:
        raise Invalid(faults)
    return found


def asked_fields() -> dict[str, str]:
    """The fields of a key in the address of this request."""
    return key_fields(request.args)


def offered(work: Work, parts: Options) -> Offered:
    known = measures(work)
    days = {row.on_date for measure in known for _member, row in values(work, measure.code)}
    newest = sorted(days, reverse=True)[:DATES_OFFERED]
    dates = [(NEWEST, told(mark("newest value")))]
    dates += [
        (f"n{count}", told(mark("mean of the {count} newest"), count=count)) for count in (2, 3, 5)
    ]
    dates += [(day.isoformat(), "") for day in newest]
    names = [(m.code, m.name if language() == "sv" else m.name_en) for m in known]
    return Offered(parts, names, dates)


def choices() -> dict[str, Any]:
    """The lists that every form of a key has, in the reader's language."""
    return {
        "takes": _told(TAKE_NAMES),
        "kinds": _told(KIND_NAMES),
        "memberships": _told(MEMBERSHIP_NAMES),
        "methods": _told(METHOD_NAMES),
        "bearers": _told(BEARER_NAMES),
        "bounds": [(name, told(text)) for name, text in BOUND_NAMES],
        "units": [(unit, told(text)) for unit, text in UNITS],
    }


def at_fields(faults: tuple[Fault, ...]) -> dict[str, str]:
    """The fields with what is wrong in them, in the reader's language; the first fault of each."""
    found: dict[str, str] = {}
    for fault in faults:
        found.setdefault(fault.at, worded(fault))
    return found


def rows_of(fields: Mapping[str, str], kind: str) -> int:
    """How many parts (`d`), discounts (`r`), limits (`g`) or brackets (`d1.s`) a form has."""
    row = 0
    while any(name.startswith(f"{kind}{row + 1}.") for name in fields):
        row += 1
    return row


def _is_field(name: str) -> bool:
    return name in SINGLE or name.startswith("fg.") or (name[:1] in {"d", "r", "g"} and "." in name)


def _told(names: Mapping[str, str]) -> Options:
    return [(value, told(text)) for value, text in names.items()]
