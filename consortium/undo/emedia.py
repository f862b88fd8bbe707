"""How changes of e-media are taken back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from sqlmodel import col, select

from consortium.core.audit import AuditEntry
from consortium.core.days import DAY
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.documents.queries import record_of
from consortium.emedia.queries import price_rows
from consortium.emedia.registering import add_supplier, know_customer, set_price
from consortium.emedia.removing import forget_customer, remove_price, remove_supplier
from consortium.emedia.restoring import changes_of, restore_usage, usage_rows
from consortium.emedia.rules import MEASURE, month_name
from consortium.emedia.tables import LoanPrice, Supplier, SupplierCustomer, Usage
from consortium.exchange.holding import holders
from consortium.measures.queries import measure_by_code, snapshot_of
from consortium.members.tables import Member
from consortium.undo.billed import if_weighed
from consortium.undo.ways import GONE, Undoing, Way, changes, day_of, maybe_day, overtaken

RIGHT: Final = "emedia.change"
IMPORTED, RESTORED = "emedia.usage_imported", "emedia.usage_restored"


def _supplier(work: Work, code: str) -> Supplier | None:
    return work.session.exec(select(Supplier).where(Supplier.code == code)).first()


def _added_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    supplier = _supplier(work, entry.subject)
    if supplier is None:
        yield Fault(GONE)
        return
    yield from holders(work, Supplier, supplier.id)


def _removed_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _supplier(work, entry.subject):
        yield Fault("There is another with that name by now", f"supplier {entry.subject}")


def _add_again(work: Work, entry: AuditEntry) -> None:
    facts = entry.facts
    add_supplier(work, entry.subject, facts["name"], facts["metric"], facts["access_method"])


def _customer(work: Work, entry: AuditEntry) -> str | None:
    """The code of the member that the supplier knows by the entry's id."""
    rows = (
        select(Member.code)
        .join(SupplierCustomer, col(SupplierCustomer.member_id) == col(Member.id))
        .join(Supplier, col(Supplier.id) == col(SupplierCustomer.supplier_id))
        .where(Supplier.code == entry.subject)
        .where(SupplierCustomer.customer_id == entry.facts["id"])
    )
    return work.session.exec(rows).first()


def _known_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _customer(work, entry) != entry.facts["member"]:
        yield Fault(GONE)


def _forgotten_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    if _supplier(work, entry.subject) is None:
        yield Fault(GONE)
    elif _customer(work, entry) is not None:
        yield Fault("There is another with that name by now", f"supplier {entry.subject}")


def _price_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    supplier = _supplier(work, entry.subject)
    rows = {row.from_on: row for row in price_rows(work, supplier)} if supplier else {}
    price = rows.get(day_of(entry, "from_on"))
    before, after = changes(entry)["ore_per_loan"]
    if price is None:
        yield Fault(GONE)
    elif price.ore_per_loan != after or (not before and not _fits(entry, rows, price)):
        yield overtaken(work, entry, "emedia.price_set", "emedia.price_removed")
    elif not before:
        yield from _paid_by(work, entry, price)


def _fits(entry: AuditEntry, rows: Mapping[date, LoanPrice], price: LoanPrice) -> bool:
    """Whether no price has come between since: the neighbours end where they ended then."""
    if not entry.facts["ended"]:
        return True
    earlier, last = (maybe_day(text) for text in entry.facts["ended"])
    was = rows.get(earlier) if earlier else None
    return was is not None and was.to_on == price.from_on - DAY and price.to_on == last


def _paid_by(work: Work, entry: AuditEntry, price: LoanPrice) -> Iterator[Fault]:
    """Usage on a price's days that came in since, or that no price would pay for without it."""
    used = select(Usage).where(Usage.supplier_id == price.supplier_id, Usage.month >= price.from_on)
    if price.to_on is not None:
        used = used.where(Usage.month <= price.to_on)
    if entry.facts["ended"]:
        used = used.where(col(Usage.imported_at) >= entry.at)
    for row in work.session.exec(used.order_by(col(Usage.month)).limit(1)):
        yield Fault(
            "The usage of {month} is paid for by it",
            f"usage {row.month.year}",
            {"month": month_name(row.month)},
            "Set another price instead",
        )


def _price_back(work: Work, entry: AuditEntry) -> None:
    before, from_on = changes(entry)["ore_per_loan"][0], day_of(entry, "from_on")
    if before:
        set_price(work, entry.subject, from_on, before)
        return
    ended = [maybe_day(text) for text in entry.facts["ended"]]
    earlier = (ended[0], ended[1]) if ended and ended[0] else None
    remove_price(work, entry.subject, from_on, earlier)


def _unpriced_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    supplier = _supplier(work, entry.subject)
    if supplier is None:
        yield Fault(GONE)
    elif any(row.from_on == day_of(entry, "from_on") for row in price_rows(work, supplier)):
        yield overtaken(work, entry, "emedia.price_set")


def _usage_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    changed = changes_of(record_of(work, entry.facts["replaced"]))
    years = sorted({change.month.year for change in changed})
    measure = measure_by_code(work, MEASURE)
    for year in years:
        if snapshot_of(work, measure, date(year, 12, 31)):
            facts: dict[str, str | int] = {"code": MEASURE, "day": f"{year}-12-31"}
            yield Fault("The values of {code} on {day} are locked", f"measure {MEASURE}", facts)
    rows = usage_rows(work, changed)
    for change in changed:
        row = rows.get((change.supplier, change.member, change.month))
        if (row.loans if row else None) != change.after:
            yield overtaken_usage(work, entry, change.supplier, change.month)
            break
    for year in years:
        codes = {change.member for change in changed if change.month.year == year}
        yield from if_weighed(work, entry.at, MEASURE, date(year, 12, 31), codes)


def overtaken_usage(work: Work, entry: AuditEntry, supplier: str, month: date) -> Fault:
    """The newest import since, of a month that `entry` was about; a sheet's name is no subject."""
    later = (
        select(AuditEntry.id)
        .where(AuditEntry.id > entry.id, col(AuditEntry.event).in_((IMPORTED, RESTORED)))
        .order_by(col(AuditEntry.id).desc())
    )
    newest = work.session.exec(later).first()
    facts = {"supplier": supplier, "month": month_name(month)}
    return Fault(
        "The usage of {supplier} in {month} has been imported anew since",
        f"entry {newest}" if newest else f"usage {month.year}",
        facts,
        "Take that back first",
    )


WAYS: Final[Mapping[str, Way]] = {
    "emedia.supplier_added": Undoing(
        RIGHT, lambda work, entry: remove_supplier(work, entry.subject), _added_depends
    ),
    "emedia.supplier_removed": Undoing(RIGHT, _add_again, _removed_depends),
    "emedia.customer_known": Undoing(
        RIGHT,
        lambda work, entry: forget_customer(
            work, entry.subject, entry.facts["member"], entry.facts["id"]
        ),
        _known_depends,
        lambda _work, entry: str(entry.facts["member"]),
    ),
    "emedia.customer_forgotten": Undoing(
        RIGHT,
        lambda work, entry: know_customer(
            work, entry.subject, entry.facts["member"], entry.facts["id"]
        ),
        _forgotten_depends,
        lambda _work, entry: str(entry.facts["member"]),
    ),
    "emedia.price_set": Undoing(RIGHT, _price_back, _price_depends),
    "emedia.price_removed": Undoing(
        RIGHT,
        lambda work, entry: set_price(
            work, entry.subject, day_of(entry, "from_on"), entry.facts["ore_per_loan"]
        ),
        _unpriced_depends,
    ),
    IMPORTED: Undoing(
        RIGHT, lambda work, entry: restore_usage(work, entry.facts["replaced"]), _usage_depends
    ),
    RESTORED: Undoing(
        RIGHT, lambda work, entry: restore_usage(work, entry.facts["replaced"]), _usage_depends
    ),
}
