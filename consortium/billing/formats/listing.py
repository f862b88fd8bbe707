"""Format: a run as the CSV files that other programs read."""

import csv
import io
from collections.abc import Iterable, Sequence

from consortium.billing.rules import HOST, Draft, SplitPool

SUMMARY = ("member", "name", "invoice_number", "net_ore", "vat_ore", "payable_ore", "status")
LINES = ("member", "invoice_number", "status", "pool", "net_ore", "vat_percent")
POOLS = ("pool", "cost_ore", "contributions_ore", "split_ore")
JOURNAL = ("entry", "account", "pool", "counterpart", "amount_ore")


def summary_csv(drafts: Sequence[Draft]) -> str:
    """A row an invoice, issued or blocked, and one for the host's own share."""
    return _csv(
        SUMMARY,
        (
            (d.member, d.name, d.number, d.net_ore, d.vat_ore, d.payable_ore, d.status)
            for d in drafts
        ),
    )


def lines_csv(drafts: Sequence[Draft]) -> str:
    """An invoice's net by pool; the VAT rate is empty outside VAT and on the host's share."""
    return _csv(
        LINES,
        (
            (d.member, d.number, d.status, line.pool, line.net_ore, _rate(d, line.percent))
            for d in drafts
            for line in d.lines
        ),
    )


def pools_csv(pools: Sequence[SplitPool]) -> str:
    """What each pool cost, what was given to it beside the key, and what was split."""
    return _csv(
        POOLS,
        (
            (
                pool.terms.basis.pool,
                pool.outcome.cost_ore,
                sum(pool.terms.basis.contributions.values()),
                pool.outcome.split_ore,
            )
            for pool in pools
        ),
    )


def journal_csv(rows: Iterable[tuple[str, str, str, str, int]]) -> str:
    """Bookings: entry, account, pool, counterpart, öre (debit positive)."""
    return _csv(JOURNAL, rows)


def _rate(draft: Draft, percent: int | None) -> str:
    return "" if percent is None or draft.kind == HOST else str(percent)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
