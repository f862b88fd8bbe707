"""Prices over time: piecewise linear in a whole second, with gaps where it is forbidden."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

FOREVER: Final = 10**15


class Piece(NamedTuple):
    """From `first` to `last`, both inclusive: `price` at `first`, and `slope` more each second."""

    first: int
    last: int
    price: int
    slope: int

    def at(self, second: int) -> int:
        return self.price + self.slope * (second - self.first)


Price = tuple[Piece, ...]
"""Pieces in order that do not overlap; outside of them the second is forbidden."""


def price_at(price: Price, second: int) -> int | None:
    """None where the second is forbidden."""
    for piece in price:
        if piece.first <= second <= piece.last:
            return piece.at(second)
    return None


def earlier(price: Price, by_s: int) -> Price:
    """The function of the second `by_s` before: what leads to `price` after so long."""
    return tuple(Piece(p.first - by_s, p.last - by_s, p.price, p.slope) for p in price)


def within(price: Price, windows: Iterable[tuple[int, int]]) -> Price:
    """The function where one of the windows is open, forbidden elsewhere."""
    found = []
    for opens, closes in windows:
        for piece in price:
            first, last = max(piece.first, opens), min(piece.last, closes)
            if first <= last:
                found.append(Piece(first, last, piece.at(first), piece.slope))
    return tuple(found)


def best_from(price: Price) -> Price:
    """For each second the lowest price at that second or later."""
    found: list[Piece] = []
    lowest: int | None = None
    until = FOREVER
    for piece in reversed(price):
        if lowest is not None and piece.last < until - 1:
            found.append(Piece(piece.last + 1, until - 1, lowest, 0))
        end = piece.at(piece.last)
        if piece.slope >= 0:
            found += reversed(_capped(piece, lowest))
            lowest = _least(lowest, piece.price)
        else:
            lowest = _least(lowest, end)
            found.append(Piece(piece.first, piece.last, lowest, 0))
        until = piece.first
    if lowest is not None:
        found.append(Piece(-FOREVER, until - 1, lowest, 0))
    return tuple(reversed(found))


def _least(one: int | None, other: int) -> int:
    return other if one is None else min(one, other)


def _capped(piece: Piece, most: int | None) -> list[Piece]:
    """A rising piece, nowhere above `most`."""
    if most is None or piece.at(piece.last) <= most:
        return [piece]
    if piece.price >= most:
        return [Piece(piece.first, piece.last, most, 0)]
    fits = (most - piece.price) // piece.slope
    turn = piece.first + fits
    return [
        Piece(piece.first, turn, piece.price, piece.slope),
        Piece(turn + 1, piece.last, most, 0),
    ]


def lower_of(one: Price, other: Price) -> Price:
    """For each second the lower of two prices; what only one allows is allowed."""
    if not one or not other:
        return one or other
    cuts = sorted({p.first for p in (*one, *other)} | {p.last + 1 for p in (*one, *other)})
    found: list[Piece] = []
    place = [0, 0]
    for first, after in pairwise(cuts):
        here = [_piece(price, place, side, first) for side, price in enumerate((one, other))]
        found += _lower_pieces(here[0], here[1], first, after - 1)
    return tuple(found)


def _piece(price: Price, place: list[int], side: int, first: int) -> Piece | None:
    while place[side] < len(price) and price[place[side]].last < first:
        place[side] += 1
    if place[side] < len(price) and price[place[side]].first <= first:
        return price[place[side]]
    return None


def _lower_pieces(one: Piece | None, other: Piece | None, first: int, last: int) -> list[Piece]:
    if one is None or other is None:
        only = one or other
        return [Piece(first, last, only.at(first), only.slope)] if only else []
    low, high = sorted((one, other), key=lambda piece: (piece.at(first), piece.slope))
    if low.at(last) <= high.at(last):
        return [Piece(first, last, low.at(first), low.slope)]
    fits = (high.at(first) - low.at(first)) // (low.slope - high.slope)
    turn = first + fits
    return [
        Piece(first, turn, low.at(first), low.slope),
        Piece(turn + 1, last, high.at(turn + 1), high.slope),
    ]


def added(price: Price, more: Price) -> Price:
    """The sum of two prices; `more` is allowed at every second."""
    found = []
    for piece in price:
        for extra in more:
            first, last = max(piece.first, extra.first), min(piece.last, extra.last)
            if first <= last:
                slope = piece.slope + extra.slope
                found.append(Piece(first, last, piece.at(first) + extra.at(first), slope))
    return tuple(found)


def first_lowest(price: Price) -> tuple[int, int] | None:
    """The first second with the lowest price, and the price; None where all are forbidden."""
    ends = [
        (piece.price, piece.first) if piece.slope >= 0 else (piece.at(piece.last), piece.last)
        for piece in price
    ]
    if not ends:
        return None
    lowest, second = min(ends)
    return second, lowest


def first_at(price: Price, from_s: int, lowest: int | None) -> int | None:
    """The first second from `from_s` on that has this price; None where none has."""
    if lowest is None:
        return None
    for piece in price:
        first = max(piece.first, from_s)
        if first > piece.last:
            continue
        if piece.at(first) == lowest:
            return first
        gap = lowest - piece.at(first)
        if piece.slope and gap % piece.slope == 0 and 0 < gap // piece.slope <= piece.last - first:
            return first + gap // piece.slope
    return None


def off_target(target_s: int, free_s: int, per_s: int) -> Price:
    """Nothing within `free_s` of a second, `per_s` for each one beyond."""
    if per_s == 0:
        return (Piece(-FOREVER, FOREVER, 0, 0),)
    soon, late = target_s - free_s, target_s + free_s
    return (
        Piece(-FOREVER, soon - 1, per_s * (soon + FOREVER), -per_s),
        Piece(soon, late, 0, 0),
        Piece(late + 1, FOREVER, per_s, per_s),
    )
