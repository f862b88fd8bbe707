"""The demo's e-media usage, imported as a supplier's sheet is, and its shared cards."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from random import Random
from typing import Any

from consortium.cards.blocking import block_card
from consortium.cards.issuing import issue_card
from consortium.core.days import last_day
from consortium.core.work import Work
from consortium.emedia.importing import import_usage
from consortium.emedia.registering import add_supplier, know_customer, set_price

# Code, name, öre a loan, part of a municipality's e-loans: made up, within published ranges.
SUPPLIERS = (
    ("ebocker", "E-bokstjänsten (exempel)", "1950.5", 70),
    ("eljud", "Ljudbokstjänsten (exempel)", "1675", 30),
)
CARDS_A_MUNICIPALITY = 12


def lend(work: Work, figures: Mapping[str, Any], until: date, random: Random) -> None:
    """Two suppliers with prices, and the usage of every month that has ended."""
    newest = max(row["date"] for row in figures["measures"]["e_loans"])
    yearly = {
        row["member"]: int(row["value"])
        for row in figures["measures"]["e_loans"]
        if row["date"] == newest
    }
    for code, name, ore_per_loan, _part in SUPPLIERS:
        add_supplier(work, code, name)
        set_price(work, code, date(until.year, 1, 1), ore_per_loan)
        for member in yearly:
            know_customer(work, code, member, f"{code}-{member}")
    made = "\n".join(_usage(yearly, until, random))
    if made:
        sheet = f"supplier;month;municipality;loans\n{made}"
        import_usage(work, sheet.encode(), "Exempel: påhittad användning")


def _usage(yearly: Mapping[str, int], until: date, random: Random) -> Iterator[str]:
    """Rows of a supplier's sheet for the months of the year that have ended before `until`."""
    ended = [month for month in range(1, until.month + 1) if last_day(until.year, month) < until]
    for month, (code, _name, _price, part) in product(ended, SUPPLIERS):
        for member, loans in yearly.items():
            made = loans * part * random.randint(85, 125) // 120_000
            yield f"{code};{until.year}-{month:02};{member};{made}"


def hand_out_cards(work: Work, figures: Mapping[str, Any], random: Random) -> None:
    """A few cards in each municipality, to people who do not exist and are called so."""
    codes = sorted({row["member"] for row in figures["measures"]["population"]})
    for code in codes:
        for place in range(1, CARDS_A_MUNICIPALITY + 1):
            birth_year = random.randint(1940, work.today.year - 7)
            card = issue_card(work, code, f"Exempellåntagare {code}-{place:02}", birth_year)
            if place == CARDS_A_MUNICIPALITY:
                work.session.flush()
                block_card(work, card.number, "lost")
