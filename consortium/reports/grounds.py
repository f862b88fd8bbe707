"""What the reason of an invoice's line consists of: plain values, told by doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from consortium.billing.formats.paper import CostRow
from consortium.costs.explaining import Explanation
from consortium.reports.line_evidence import BilledLine


@dataclass(frozen=True, slots=True)
class Weighed:
    """A measure of the member on one date, and the total of all who take part."""

    code: str
    name: str
    name_en: str
    on_date: date
    source: str
    value: str
    total: str


@dataclass(frozen=True, slots=True)
class Nudge:
    """What the line would have been more by, had something been more: 1 % of a measure.

    name, name_en: of the measure; empty for the pool's cost, which is 1 000 kr a month more.
    """

    name: str
    name_en: str
    change_ore: int


@dataclass(frozen=True, slots=True)
class SharedCost:
    """What was shared. cost_ore = given_ore + split_ore. members: how many.

    final: it is what the pool came to. documents: the foremost behind it; more, more_ore: how many
    others there are. year_ore, budget: else the pool's budget of the year as it is now.
    """

    code: str
    name: str
    name_en: str
    cost_ore: int
    given_ore: int
    split_ore: int
    members: int
    final: bool
    documents: tuple[CostRow, ...]
    more: int
    more_ore: int
    year_ore: int
    budget: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class UsedKey:
    """By what it was shared. clause, text: what the key rests on, as it read then.

    from_on: first day of the version. valid, approved: its days and who approved it, in one text.
    method, handed_out: how it was rounded, and how many units went to the largest remainders.
    by_year: the key splits the year, and each share is sliced to months.
    """

    name: str
    key: Mapping[str, Any]
    clause: str
    text: str
    from_on: date | None
    valid: str
    approved: str
    method: str
    handed_out: int
    by_year: bool


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A member's share in the table of all. values: by the measures' codes."""

    code: str
    name: str
    own: bool
    values: Mapping[str, str]
    percent: str
    share_ore: int


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of an invoice with its evidence. net_ore: what the line asks for.

    month, to_month: the first day, and the last month (1–12), of what was shared.
    explanation: None on what no key splits. before: of a settlement, what was invoiced; actual_ore:
    what it came to. shares: of all members, where the asker may see them. holds: split again, the
    basis gives the line's amount and snapshot. frozen_at: when the run was approved.
    """

    number: str
    member: str
    name: str
    month: date
    to_month: int
    position: int
    kind: str
    given: bool
    net_ore: int
    cost: SharedCost
    key: UsedKey
    weighed: tuple[Weighed, ...]
    explanation: Explanation | None
    actual_ore: int
    before: tuple[BilledLine, ...]
    shares: tuple[ShareRow, ...]
    nudges: tuple[Nudge, ...]
    frozen_at: datetime | None
    snapshot: str
    holds: bool
    everyone: bool

    @property
    def invoiced_ore(self) -> int:
        return sum(line.net_ore for line in self.before)
