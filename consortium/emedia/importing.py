"""Use cases: usage comes in, from a sheet or a COUNTER report, and is paid for and counted."""

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.emedia.formats.counter import (
    TitleReport,
    coverage_faults,
    owner_faults,
    read_report,
)
from consortium.emedia.formats.usage import SentRow, UsageLine, checked_lines, read_usage
from consortium.emedia.queries import plain_prices, price_rows
from consortium.emedia.rules import POOL, Known, month_faults, month_name
from consortium.emedia.tables import Supplier, SupplierCustomer
from consortium.emedia.taking import Records, UsageImport, take
from consortium.members.queries import members
from consortium.members.tables import Member


def import_usage(work: Work, content: bytes, source: str, *, dry_run: bool = False) -> UsageImport:
    """Take in a sheet of usage: supplier, month, municipality, loans; all of it or nothing.

    A supplier's month of a municipality that is there already is replaced. source: what the file
    is called.
    """
    work.require("emedia.change")
    records = usage_records(work, lock=True)
    return take(work, records, read_usage(content, records.known), source, dry_run=dry_run)


def import_rows(
    work: Work, rows: Sequence[Mapping[str, str]], source: str, *, dry_run: bool = False
) -> UsageImport:
    """As `import_usage`, of rows with the sheet's columns; faults are at `rows[2].loans`."""
    work.require("emedia.change")
    records = usage_records(work, lock=True)
    sent = [SentRow(place, dict(row)) for place, row in enumerate(rows)]
    return take(work, records, checked_lines(sent, records.known), source, dry_run=dry_run)


def import_counter(
    work: Work,
    content: bytes,
    source: str,
    supplier_code: str,
    member_code: str | None,
    *,
    dry_run: bool = False,
) -> UsageImport:
    """Take in a municipality's title report (COUNTER 5.1, TR, JSON); each month of its period.

    A loan is one of the supplier's metric and access method. Whose the report is says the customer
    or institution id that is kept for the supplier; `member_code` where none is.
    """
    work.require("emedia.change")
    records = usage_records(work, lock=True)
    lines = counter_lines(work, records, content, supplier_code, member_code)
    return take(work, records, lines, source, dry_run=dry_run)


def counter_lines(
    work: Work, records: Records, content: bytes, supplier_code: str, member_code: str | None
) -> list[UsageLine]:
    """The loans of each month of a title report, checked; as `import_counter`."""
    supplier = records.suppliers.get(supplier_code)
    if supplier is None:
        raise NotFound("There is no supplier {code}", code=supplier_code)
    report = read_report(content)
    owners = _owners(work, supplier, report)
    faults = list(owner_faults(owners, member_code, records.known.municipalities))
    faults += coverage_faults(report, supplier.metric, supplier.access_method)
    for month in report.months:
        faults += month_faults(records.known, supplier_code, month, month_name(month))
    if faults:
        raise Invalid(faults)
    owner = owners[0] if owners else str(member_code)
    loans = report.loans(supplier.metric, supplier.access_method)
    return [UsageLine(supplier_code, owner, month, count) for month, count in loans.items()]


def usage_records(work: Work, *, lock: bool) -> Records:
    """What usage is checked against. lock: nobody else takes usage or prices in meanwhile.

    All suppliers are locked, in one order: loans of every supplier make up a member's measure.
    """
    rows = select(Supplier).order_by(col(Supplier.code))
    if lock:
        rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    suppliers = work.session.exec(rows).all()
    municipalities = {row.code: row for row in members(work) if row.kind == "municipality"}
    years = work.session.exec(select(CostPool.year).where(CostPool.code == POOL)).all()
    return Records(
        suppliers={row.code: row for row in suppliers},
        municipalities=municipalities,
        known=Known(
            today=work.today,
            prices={row.code: plain_prices(price_rows(work, row)) for row in suppliers},
            municipalities=frozenset(municipalities),
            pool_years=frozenset(years),
        ),
    )


def _owners(work: Work, supplier: Supplier, report: TitleReport) -> list[str]:
    """The codes of the municipalities that the supplier knows by an id of the report."""
    rows = (
        select(Member.code)
        .join(SupplierCustomer, col(SupplierCustomer.member_id) == col(Member.id))
        .where(
            SupplierCustomer.supplier_id == supplier.id,
            col(SupplierCustomer.customer_id).in_(report.customer_ids),
        )
    )
    return sorted(set(work.session.exec(rows)))
