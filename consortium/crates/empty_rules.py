"""Empty crates: what each branch has too many or too few of, and how to make it even. Pure.

The moves are a transport problem (Hitchcock): from branches with a surplus to those with a deficit,
as many crates as can be helped with and no more, over the least distance. Solved exactly by
successive shortest paths with potentials (Edmonds and Karp 1972).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

WEEKS_COUNTED: Final = 4
FAR: Final = 10**18
"""Metres: further than any way there is."""


@dataclass(frozen=True, slots=True)
class Move:
    """Empty crates to bring from one branch to another, by their slugs."""

    origin: str
    destination: str
    crates: int


def weekly_need(sent: int, received: int) -> int:
    """The empty crates that a week takes: what goes out beyond what comes in, rounded up.

    sent, received: within WEEKS_COUNTED weeks. A crate that comes in is an empty one once it is
    unpacked, so only the difference is needed.
    """
    return max(-(-(sent - received) // WEEKS_COUNTED), 0)


def rebalanced(
    balances: Mapping[str, int], distances_m: Mapping[tuple[str, str], int]
) -> list[Move]:
    """The moves that mend most deficits with the fewest crates, and of those the shortest way.

    balances: branch → crates above what it wants, negative below. distances_m: from and to → metres
    on the road, none negative. The sum of crates times metres is the least there is, and of
    several such answers it is always the same one. By origin, then by destination.
    """
    givers = sorted(slug for slug, balance in balances.items() if balance > 0)
    takers = sorted(slug for slug, balance in balances.items() if balance < 0)
    left = {slug: abs(balances[slug]) for slug in (*givers, *takers)}
    costs = {(one, other): distances_m[one, other] for one in givers for other in takers}
    net = _Net(givers, takers, costs, left)
    while any(left[slug] for slug in givers) and any(left[slug] for slug in takers):
        net.send()
    return [Move(*pair, count) for pair, count in sorted(net.flow.items()) if count]


class _Net:
    """The problem and what has been sent so far. flow: giver and taker → crates."""

    def __init__(
        self,
        givers: list[str],
        takers: list[str],
        costs: Mapping[tuple[str, str], int],
        left: dict[str, int],
    ) -> None:
        self.givers, self.takers, self.costs, self.left = givers, takers, costs, left
        self.flow = dict.fromkeys(costs, 0)
        self.height = dict.fromkeys((*givers, *takers), 0)
        self.wanting = frozenset(takers)

    def send(self) -> None:
        """Send as many crates as fit along the shortest way that is still open."""
        length, before, end = self._shortest()
        way = [end]
        while way[-1] in before:
            way.append(before[way[-1]])
        steps = list(zip(way[1:], way[:-1], strict=True))
        back = [self.flow[other, one] for one, other in steps if (other, one) in self.flow]
        count = min(self.left[way[-1]], self.left[end], *back)
        for one, other in steps:
            if (one, other) in self.flow:
                self.flow[one, other] += count
            else:
                self.flow[other, one] -= count
        self.left[way[-1]] -= count
        self.left[end] -= count
        for each in self.height:
            self.height[each] += min(length.get(each, length[end]), length[end])

    def _shortest(self) -> tuple[dict[str, int], dict[str, str], str]:
        """Dijkstra's from every giver with crates left to the nearest taker that wants some.

        Over costs less the potentials, so that no way back along one in use counts below zero.
        """
        length = {each: 0 for each in self.givers if self.left[each]}
        heap, before, done = [(0, each) for each in length], dict[str, str](), set[str]()
        while True:
            so_far, one = heappop(heap)
            if one in done:
                continue
            done.add(one)
            if one in self.wanting and self.left[one]:
                return length, before, one
            for other, cost in self._open(one):
                reached = so_far + cost + self.height[one] - self.height[other]
                if other not in done and reached < length.get(other, FAR):
                    length[other], before[other] = reached, one
                    heappush(heap, (reached, other))

    def _open(self, one: str) -> list[tuple[str, int]]:
        """Where crates may go on from a branch: out along a way, or back along one in use."""
        if one not in self.wanting:
            return [(other, self.costs[one, other]) for other in self.takers]
        return [(other, -self.costs[other, one]) for other in self.givers if self.flow[other, one]]
