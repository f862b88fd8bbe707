"""Use cases: suppliers of e-media, what they charge, and under which id they know a member."""

from datetime import date

from sqlmodel import select

from consortium.core.days import DAY
from consortium.core.errors import Conflict, Fault, Invalid
from consortium.core.work import Work
from consortium.emedia.costing import cost_again
from consortium.emedia.queries import price_rows, supplier_by_code
from consortium.emedia.rules import price_faults, supplier_faults
from consortium.emedia.tables import LoanPrice, Supplier, SupplierCustomer
from consortium.measures.rules import plain_value
from consortium.members.queries import member_by_code


def add_supplier(
    work: Work,
    code: str,
    name: str,
    metric: str = "Unique_Title_Requests",
    access_method: str = "Regular",
) -> Supplier:
    """Add a supplier. metric, access_method: what counts as a loan in its COUNTER reports."""
    work.require_whole("emedia.change")
    if faults := list(supplier_faults(code, name, metric, access_method)):
        raise Invalid(faults)
    if work.session.exec(select(Supplier.id).where(Supplier.code == code)).first():
        raise Conflict("There is a supplier {code} already", code=code)
    supplier = Supplier(code=code, name=name.strip(), metric=metric, access_method=access_method)
    work.session.add(supplier)
    work.session.flush()
    work.audit(
        "emedia.supplier_added",
        code,
        name=supplier.name,
        metric=metric,
        access_method=access_method,
    )
    return supplier


def set_price(work: Work, supplier_code: str, from_on: date, ore_per_loan: str) -> LoanPrice:
    """Set what a loan costs from a day until the next price; the price before it ends that eve.

    A price from the same day is corrected. Usage that is there already is paid for anew where the
    price holds on the first day of its month.
    """
    work.require_whole("emedia.change")
    supplier = supplier_by_code(work, supplier_code, lock=True)
    if faults := list(price_faults(ore_per_loan)):
        raise Invalid(faults)
    rows = price_rows(work, supplier)
    price = next((row for row in rows if row.from_on == from_on), None)
    before, ended = price.ore_per_loan if price else "", list[str]()
    if price is None:
        price, ended = _between(supplier, rows, from_on)
    price.ore_per_loan = plain_value(ore_per_loan) or "0"
    work.session.add(price)
    work.session.flush()
    costs = cost_again(work, supplier, price)
    work.audit(
        "emedia.price_set",
        supplier_code,
        from_on=from_on.isoformat(),
        ore_per_loan=[before, price.ore_per_loan],
        cost_ore=list(costs),
        ended=ended,
    )
    return price


def know_customer(
    work: Work, supplier_code: str, member_code: str, customer_id: str
) -> SupplierCustomer:
    """Keep the id under which a supplier's reports name a municipality; it may have several."""
    work.require("emedia.change", member_code)
    supplier = supplier_by_code(work, supplier_code)
    member = member_by_code(work, member_code)
    faults = []
    if not customer_id.strip():
        faults.append(
            Fault("A customer needs an id", "customer_id", {}, "As ISNI:1234123412341234")
        )
    if member.kind != "municipality":
        faults.append(
            Fault("{code} is no municipality of the consortium", "member", {"code": member_code})
        )
    if faults:
        raise Invalid(faults)
    rows = select(SupplierCustomer).where(
        SupplierCustomer.supplier_id == supplier.id,
        SupplierCustomer.customer_id == customer_id.strip(),
    )
    known = work.session.exec(rows).first()
    if known is not None and known.member_id == member.id:
        return known
    if known is not None:
        raise Conflict("The id {id} is another municipality's", id=customer_id.strip())
    customer = SupplierCustomer(
        supplier_id=supplier.id, member_id=member.id, customer_id=customer_id.strip()
    )
    work.session.add(customer)
    work.session.flush()
    work.audit("emedia.customer_known", supplier_code, member=member_code, id=customer_id.strip())
    return customer


def _between(
    supplier: Supplier, rows: list[LoanPrice], from_on: date
) -> tuple[LoanPrice, list[str]]:
    """A price without an amount that begins on a day where none of `rows`, by day, begins.

    With it the first day of the price that ends that eve and the last day it had, empty where it
    had none; nothing where no price ends.
    """
    earlier = [row for row in rows if row.from_on < from_on]
    later = [row for row in rows if row.from_on > from_on]
    ended: list[str] = []
    if earlier and (earlier[-1].to_on is None or earlier[-1].to_on >= from_on):
        last = earlier[-1].to_on
        ended = [earlier[-1].from_on.isoformat(), last.isoformat() if last else ""]
        earlier[-1].to_on = from_on - DAY
    to_on = later[0].from_on - DAY if later else None
    price = LoanPrice(supplier_id=supplier.id, from_on=from_on, to_on=to_on, ore_per_loan="")
    return price, ended
