"""A consortium as large as it gets: every municipality of a country, sharing twelve pools."""

from datetime import date
from random import Random
from typing import Any

from stdnum import luhn

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.core.work import Work, Works
from consortium.costs.agreeing import KeyRule, Vat, add_pool, set_key, set_vat
from consortium.ledger.posting import choose_accounts
from consortium.measures.entering import add_measure, enter_values, lock_values
from consortium.members.joining import Address, Newcomer, join, make_host, name_consortium
from tests.billing.worlds import ACCOUNTS
from tests.conftest import OPERATOR
from tests.making import FIRST

MEMBERS = 290  # municipalities in Sweden
POOLS = 12
COUNTED_ON = date(2025, 12, 31)
CLAUSE = "§ 1"


def make_large(works: Works) -> None:
    """A region that is host, 290 municipalities and twelve pools with keys of three kinds."""
    random = Random(290)
    codes = [str(1000 + place) for place in range(MEMBERS)]
    with works.writing(OPERATOR) as work:
        name_consortium(work, "Sveriges bibliotek", example=True)
        _join(work, "10", "region", 0)
        for place, code in enumerate(codes, 1):
            _join(work, code, "municipality", place)
        make_host(work, "10", FIRST, "991-2346")
        choose_accounts(work, ACCOUNTS)
        agreement = sign_agreement(work, "Avtal", FIRST, ["10", *codes], example=True)
        add_clause(work, agreement, CLAUSE, "Efter nyckel.", FIRST)
        for measure, most in (("population", 900_000), ("loans", 90_000)):
            add_measure(work, measure, (measure, measure), "st")
            values = {code: str(random.randint(100, most)) for code in codes}
            enter_values(work, measure, COUNTED_ON, values, "Påhittat")
            lock_values(work, measure, COUNTED_ON)
        for place in range(POOLS):
            _pool(work, place, random)


def _join(work: Work, code: str, kind: str, place: int) -> None:
    digits = str(299_900_000 + place)
    number = digits + luhn.calc_check_digit(digits)
    name = f"Kommun {place}"
    address = Address(
        buyer_reference=f"BIB{code}",
        endpoint_scheme="0007",
        endpoint_id=number,
        email=f"faktura@{code}.example",
        street=f"Storgatan {place}",
        postcode="791 26",
        city=name,
    )
    join(work, Newcomer(code, name, f"{name} kommun", kind, number, made_up=True), address, FIRST)


def _pool(work: Work, place: int, random: Random) -> None:
    name = f"Kostnad {place + 1}"
    budget_ore = random.randint(100_000_000, 900_000_000)
    pool = add_pool(work, f"pool{place}", FIRST.year, (name, name), budget_ore, everyone=True)
    set_vat(work, pool, FIRST, Vat("S", (25, 6)[place % 2]))
    rule = KeyRule({"name": "Nyckel", "parts": _parts(place)}, CLAUSE, FIRST, {})
    set_key(work, pool.code, FIRST.year, rule)


def _parts(place: int) -> list[dict[str, Any]]:
    at = COUNTED_ON.isoformat()
    population = {"kind": "measure", "measure": "population", "at": at}
    loans = {"kind": "measure", "measure": "loans", "at": at}
    rest = {"take": "rest", "split": (population, loans)[place % 2]}
    if place % 3 == 0:
        return [rest]
    first = ({"kind": "equal"}, population)[place % 3 - 1]
    return [{"take": {"percent": "30"}, "split": first}, rest]
