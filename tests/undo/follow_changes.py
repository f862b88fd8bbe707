"""Changes of volume samples, carriers, claims and carriers' invoices, as `CHANGES` has them."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sqlmodel import select

from consortium.core.work import Work
from consortium.crates.sample_closing import close_sample
from consortium.crates.sampling import NewSample, draw_sample, enter_counts, put_sample
from consortium.crates.tables import VolumeSample
from consortium.measures.entering import add_measure
from consortium.transports.carrier_invoices import NewInvoice, enter_invoice
from consortium.transports.carriers import NewCarrier, add_carrier, change_carrier
from consortium.transports.claiming import answer_claim
from consortium.transports.tables import Carrier, CarrierClaim
from tests.transports.making import FALUN, LIBRARIES

Change = Callable[[Work], object]

FIRST, LAST = date(2026, 11, 16), date(2026, 11, 20)  # the week before
DAYS: Final = [date(2026, 11, day) for day in range(16, 21)]


def sample(work: Work) -> int:
    return put_sample(work, "Veckan", (FIRST, LAST), [day.isoformat() for day in DAYS], 1).id


def only_sample(work: Work) -> int:
    return work.session.exec(select(VolumeSample.id)).one()


def counted_sample(work: Work) -> None:
    for code in ("crates_sent", "crates_received"):
        add_measure(work, code, (code, code), "lådor")
    given = {(day, slug): (1, 2) for day in DAYS for slug in LIBRARIES}
    enter_counts(work, sample(work), given)


def carrier(work: Work) -> int:
    new = NewCarrier("Åkeriet", "556000-0000", "krav@akeri.example", 500_00, "§ 8")
    return add_carrier(work, new).id


def claimed(work: Work) -> None:
    claim = CarrierClaim(
        carrier_id=carrier(work),
        on_date=FIRST,
        vehicle="van1",
        branch_id=1,
        reason="",
        amount_ore=500_00,
        state="sent",
        made_by="test",
        made_at=datetime.fromisoformat("2026-11-17T04:00:00+00:00"),
    )
    work.session.add(claim)


def only_carrier(work: Work) -> int:
    return work.session.exec(select(Carrier.id)).one()


FOLLOWED: Final[dict[str, tuple[Change, Change]]] = {
    "crates.sample_closed": (counted_sample, lambda work: close_sample(work, only_sample(work))),
    "crates.sample_drawn": (
        lambda _work: None,
        lambda work: draw_sample(
            work, NewSample("Vintern", date(2026, 12, 1), date(2027, 1, 31), 2)
        ),
    ),
    "crates.volumes_counted": (
        lambda work: enter_counts(work, sample(work), {(DAYS[0], FALUN): (1, 1)}),
        lambda work: enter_counts(
            work,
            only_sample(work),
            {(DAYS[0], FALUN): None, (DAYS[1], FALUN): (3, 4), (DAYS[2], FALUN): (0, 0)},
        ),
    ),
    "transports.carrier_added": (lambda _work: None, carrier),
    "transports.carrier_changed": (
        carrier,
        lambda work: change_carrier(
            work, only_carrier(work), NewCarrier("Bilfrakt", "", "ny@akeri.example", 5, "", False)
        ),
    ),
    "transports.carrier_invoice_entered": (
        carrier,
        lambda work: enter_invoice(
            work, NewInvoice(only_carrier(work), "F 1", FIRST, LAST, 1_000_00, "office")
        ),
    ),
    "transports.claim_answered": (
        claimed,
        lambda work: answer_claim(
            work, work.session.exec(select(CarrierClaim.id)).one(), "rejected", "Vägen var stängd"
        ),
    ),
}
