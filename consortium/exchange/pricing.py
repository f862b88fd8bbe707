"""What the rows of a sheet cost, where its kind has a price."""

from dataclasses import dataclass
from datetime import date

from consortium.core.work import Work
from consortium.exchange.previewing import Preview


@dataclass(frozen=True, slots=True)
class Cost:
    """What the rows of a sheet cost before and after, in öre, and the months they are of."""

    months: tuple[date, ...]
    cost_before_ore: int
    cost_after_ore: int


def cost_of(work: Work, tried: Preview) -> Cost | None:
    """What the sound rows cost; None where the kind has no price."""
    kind = tried.kind
    if kind.price is None:
        return None
    known = kind.known(work)
    sound = [line for line in tried.lines if not line.faults and line.after]
    place = kind.names.index(kind.dated)
    return Cost(
        months=tuple(sorted({line.after[place] for line in sound if line.after})),
        cost_before_ore=sum(kind.price(known, line.before) for line in sound),
        cost_after_ore=sum(kind.price(known, line.after) for line in sound),
    )
