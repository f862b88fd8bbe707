"""What becomes of each payment in a bank's file. Pure.

A wrong match is far worse than a question: what is not certain is left for a person (`review`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from consortium.payments.formats.entries import Entry
from consortium.payments.formats.keys import name_of
from consortium.payments.formats.references import digits_of
from consortium.payments.matching import (
    BY_AMOUNT,
    BY_CREDIT,
    BY_REFERENCE,
    MATCHED,
    OVER,
    PART,
    REVIEW,
    Book,
    Debt,
    Parts,
    match,
    told_by,
)

__all__ = [
    "BY_AMOUNT",
    "BY_CREDIT",
    "BY_REFERENCE",
    "DUPLICATE",
    "MATCHED",
    "OVER",
    "PART",
    "REVERSED",
    "REVIEW",
    "Debt",
    "Known",
    "Placing",
    "asked",
    "place_entries",
]

DUPLICATE, REVERSED = "duplicate", "reversed"


@dataclass(frozen=True, slots=True)
class Known:
    """A payment taken in earlier. reference: as `Entry.reference`.

    parts: invoice → öre that it pays now, those of 0 left out.
    """

    amount_ore: int
    reference: str
    state: str
    parts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Placing:
    """What becomes of one entry.

    state: `matched`, `part`, `over`, `review`, `duplicate` or `reversed`. parts: invoice, öre and
    how (`reference`, `amount`, `credit`). A credit note's part is negative. reverses: the key of
    the payment that it takes back, whose parts stand here with the sign turned; else empty.
    """

    place: int
    state: str
    parts: Parts = ()
    reverses: str = ""


def asked(entries: Iterable[Entry]) -> tuple[frozenset[str], frozenset[int]]:
    """Which earlier payments `place_entries` needs as `known`: by their key, by their amount."""
    listed = list(entries)
    back = [entry for entry in listed if entry.reversal or entry.amount_ore < 0]
    return frozenset(e.key for e in listed), frozenset(-e.amount_ore for e in back)


def place_entries(
    entries: Sequence[Entry], debts: Sequence[Debt], known: Mapping[str, Known]
) -> list[Placing]:
    """What becomes of each entry, in the order of the file.

    debts: every invoice and credit note there is, paid ones too, in any order; they go down as
    entries are placed. known: earlier payments by their key (see `asked`). Where an entry takes
    back an earlier one of the same file, both are `reversed`, and the earlier keeps its parts.
    """
    book, seen = Book(debts), set(known)
    live = _Live(known, asked(entries)[1])
    placings: dict[str, Placing] = {}
    told: list[Placing] = []
    for entry in entries:
        if entry.key in seen:
            told.append(Placing(entry.place, DUPLICATE))
            continue
        seen.add(entry.key)
        placing = _placed(book, live, entry)
        book.put(placing.parts)
        if placing.reverses:
            live.remove(placing.reverses)
        elif entry.amount_ore in live.amounts:
            live.add(entry, placing)
        told.append(placing)
        placings[entry.key] = placing
    gone = {placing.reverses for placing in told} - {""}
    places = {placings[key].place for key in gone if key in placings}
    return [replace(p, state=REVERSED) if p.place in places else p for p in told]


def _placed(book: Book, live: "_Live", entry: Entry) -> Placing:
    if entry.amount_ore > 0 and not entry.reversal:
        return Placing(entry.place, *match(book, entry))
    if not entry.reversal and (parts := _set_off(book, entry)):
        state = MATCHED if all(book.left[i] == ore for i, ore, _ in parts) else PART
        return Placing(entry.place, state, parts)
    if (key := live.original(entry)) is None:
        return Placing(entry.place, REVIEW)
    parts = tuple((invoice, -part_ore, how) for invoice, part_ore, how in live.parts(key))
    return Placing(entry.place, REVERSED, parts, reverses=key)


def _set_off(book: Book, entry: Entry) -> Parts:
    """A credit note that is paid out or deducted: the one that it names, up to what is left."""
    own = told_by(book, entry)
    if own.vague or own.exactly or len(own.own) != 1:
        return ()
    (invoice,) = own.own
    fits = book.left[invoice] <= entry.amount_ore
    return ((invoice, entry.amount_ore, BY_CREDIT),) if fits else ()


class _Live:
    """Payments that a reversal may take back, found by the bank's name or by their reference.

    amounts: those that anything in the file may take back; no others are looked for.
    """

    def __init__(self, known: Mapping[str, Known], amounts: frozenset[int]) -> None:
        self.amounts = amounts
        self._parts: dict[str, Parts] = {}
        self._by_name = defaultdict[tuple[str, int], list[str]](list)
        self._by_reference = defaultdict[tuple[frozenset[str], int], list[str]](list)
        for key, payment in known.items():
            if payment.state not in (DUPLICATE, REVERSED):
                parts = payment.parts.items()
                self._note(
                    key,
                    payment.amount_ore,
                    payment.reference,
                    tuple((i, ore, BY_REFERENCE if ore > 0 else BY_CREDIT) for i, ore in parts),
                )

    def add(self, entry: Entry, placing: Placing) -> None:
        self._note(entry.key, entry.amount_ore, entry.reference, placing.parts)

    def remove(self, key: str) -> None:
        del self._parts[key]

    def parts(self, key: str) -> Parts:
        return self._parts[key]

    def original(self, entry: Entry) -> str | None:
        """The key of the one payment of the opposite amount that the entry takes back.

        By what the bank calls it; else by its references, where one alone has them, or one alone
        of those pays nothing.
        """
        for name in entry.originals:
            if keys := self._there(self._by_name[name, -entry.amount_ore]):
                return keys[0] if len(keys) == 1 else None
        references = _cleansed(entry.reference)
        keys = self._there(self._by_reference[references, -entry.amount_ore] if references else [])
        if len(keys) > 1:
            keys = [key for key in keys if not self._parts[key]]
        return keys[0] if len(keys) == 1 else None

    def _note(self, key: str, amount_ore: int, reference: str, parts: Parts) -> None:
        self._parts[key] = parts
        self._by_name[name_of(key), amount_ore].append(key)
        self._by_reference[_cleansed(reference), amount_ore].append(key)

    def _there(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key in self._parts]


def _cleansed(reference: str) -> frozenset[str]:
    return frozenset(digits_of(part) or part.strip() for part in reference.split(",")) - {""}
