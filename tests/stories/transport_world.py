"""The world of a transport week: four libraries, two vans, a carrier, four crates, and a pool."""

from datetime import date, datetime, time

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.core.days import instant_of
from consortium.core.work import Works
from consortium.costs.agreeing import KeyRule, Vat, add_pool, set_key, set_vat
from consortium.crates.registering import register_crates
from consortium.ledger.posting import choose_accounts
from consortium.measures.entering import enter_values
from consortium.measures.standard import add_standard_measures
from consortium.transports.carriers import NewCarrier, add_carrier
from consortium.transports.registering import NewVehicle, add_vehicle, change_vehicle
from tests.billing.worlds import ACCOUNTS
from tests.conftest import OPERATOR
from tests.making import FIRST
from tests.transports.making import DEPOT, FALUN, TOMORROW, VAN, make_transports
from tests.web.browsing import add_account

BUDGET_ORE = 120_000_01
CLAIMED_ORE = 450_00
CARRIER = "Åkeriet"
CODES = ("LD000001", "LD000002", "LD000003", "LD000004")
OWN_VAN = NewVehicle("van2", "Bil 2", DEPOT, 20, (time(7), time(17)), 36_000, 450, 38_000, 500_00)
KEY = {
    "name": "Efter lådor",
    "parts": [
        {
            "take": {"percent": "50"},
            "split": {"kind": "measure", "measure": "crates_sent", "latest": True},
        },
        {
            "take": "rest",
            "split": {"kind": "measure", "measure": "crates_received", "latest": True},
        },
    ],
}


def make_week(works: Works) -> None:
    """The first van is a carrier's; the pool's key is half by crates sent, half by received."""
    with works.writing(OPERATOR) as work:
        make_transports(work)
        add_standard_measures(work)
        email = "trafik@akeriet.example"
        carrier = add_carrier(work, NewCarrier(CARRIER, "", email, CLAIMED_ORE, "§ 9"))
        of_carrier = {name: getattr(VAN, name) for name in NewVehicle.__dataclass_fields__}
        change_vehicle(work, VAN.code, NewVehicle(**of_carrier | {"carrier": carrier.name}))
        add_vehicle(work, OWN_VAN)
        register_crates(work, FALUN, len(CODES))
        agreement = sign_agreement(work, "Avtal", FIRST, ["2080", "2081", "2062"])
        add_clause(work, agreement, "§ 1", "Efter lådor.", FIRST)
        choose_accounts(work, ACCOUNTS)
        names = ("Transporter", "Transports")
        for measure in ("crates_sent", "crates_received"):
            last_year = dict.fromkeys(("2080", "2081", "2062"), "1")
            enter_values(work, measure, date(2025, 12, 31), last_year, "Påhittat")
        pool = add_pool(work, "transports", 2026, names, BUDGET_ORE, everyone=True)
        set_vat(work, pool, FIRST, Vat("O", reason="Utanför"))
        set_key(work, "transports", 2026, KeyRule(KEY, "§ 1", FIRST, {}))
    for username, role, member in (
        ("samordnare", "coordinator", None),
        ("ekonom", "finance", None),
        ("forare", "driver", None),
        ("borlange", "counter", "2081"),
        ("mora", "counter", "2062"),
    ):
        add_account(works, username, (role, member))


def at_clock(day: date, clock: str) -> datetime:
    """The moment of `HH:MM` or `HH:MM:SS`, Swedish time."""
    return instant_of(day, time.fromisoformat(clock))


def note(
    name: str, kind: str, at: datetime, branch: str = "", day: date = TOMORROW
) -> dict[str, str]:
    """A note of the route as the phone keeps it."""
    return {
        "about": "route",
        "event": name,
        "kind": kind,
        "at": at.isoformat(),
        "vehicle": "van1",
        "day": day.isoformat(),
        "branch": branch,
    }


def scan(
    name: str, code: str, kind: str, branch: str, at: datetime, day: date = TOMORROW
) -> dict[str, str]:
    """A scan of a crate as the phone keeps it."""
    return note(name, kind, at, branch, day) | {"about": "crate", "crate": code}
