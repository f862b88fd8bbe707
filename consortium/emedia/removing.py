"""Use cases: what was recorded about a supplier by mistake is taken out of the records again.

For what nothing newer rests on; who asks has seen to that.
"""

from datetime import date

from sqlmodel import select

from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.emedia.costing import cost_again
from consortium.emedia.queries import price_rows, supplier_by_code
from consortium.emedia.tables import LoanPrice, SupplierCustomer
from consortium.members.queries import member_by_code


def remove_supplier(work: Work, code: str) -> None:
    """Delete a supplier without prices, customers and usage."""
    work.require_whole("emedia.change")
    supplier = supplier_by_code(work, code, lock=True)
    work.session.delete(supplier)
    work.session.flush()
    work.audit(
        "emedia.supplier_removed",
        code,
        name=supplier.name,
        metric=supplier.metric,
        access_method=supplier.access_method,
    )


def forget_customer(work: Work, code: str, member: str, customer_id: str) -> None:
    """Let a supplier not know a municipality by an id any more."""
    work.require("emedia.change", member)
    supplier = supplier_by_code(work, code)
    rows = select(SupplierCustomer).where(
        SupplierCustomer.supplier_id == supplier.id,
        SupplierCustomer.member_id == member_by_code(work, member).id,
        SupplierCustomer.customer_id == customer_id,
    )
    customer = work.session.exec(rows).first()
    if customer is None:
        raise NotFound("{code} does not know that id", code=code)
    work.session.delete(customer)
    work.session.flush()
    work.audit("emedia.customer_forgotten", code, member=member, id=customer_id)


def remove_price(
    work: Work, code: str, from_on: date, ended: tuple[date, date | None] | None
) -> None:
    """Delete a price; usage on its days is paid for by the one before it.

    ended: the first day of the price that this one ended, and the last day that one had (None:
    until further notice).
    """
    work.require_whole("emedia.change")
    supplier = supplier_by_code(work, code, lock=True)
    rows = {row.from_on: row for row in price_rows(work, supplier)}
    if from_on not in rows:
        raise NotFound("{code} has no price from {day}", code=code, day=from_on.isoformat())
    price = rows[from_on]
    work.session.delete(price)
    work.session.flush()
    earlier = rows.get(ended[0]) if ended else None
    costs = (0, 0)
    if earlier and ended:
        earlier.to_on = ended[1]
        work.session.add(earlier)
        work.session.flush()
        costs = cost_again(work, supplier, _on_days_of(price, earlier))
    work.audit(
        "emedia.price_removed",
        code,
        from_on=from_on.isoformat(),
        ore_per_loan=price.ore_per_loan,
        cost_ore=list(costs),
    )


def _on_days_of(price: LoanPrice, by: LoanPrice) -> LoanPrice:
    """What a loan costs on the days of `price` by another price."""
    return LoanPrice(
        supplier_id=by.supplier_id,
        from_on=price.from_on,
        to_on=price.to_on,
        ore_per_loan=by.ore_per_loan,
    )
