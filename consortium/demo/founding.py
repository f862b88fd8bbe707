"""The demo's members, host, agreement and accounts."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stdnum import luhn

from consortium.agreements.signing import add_clause, sign_agreement
from consortium.core.work import Work
from consortium.demo.figures import sheet
from consortium.ledger.posting import choose_accounts
from consortium.members.joining import Address, Newcomer, join, make_host, name_consortium
from consortium.members.rules import organisation_number
from consortium.people.admitting import give_token, open_account

NAME = "Dalabiblioteken"
WITHOUT_REFERENCE = "2034"  # Orsa, so that the block list has work
BY_EMAIL = "2026"  # Gagnef takes its invoices as PDF
TEST_NUMBERS_FROM = 29990000  # made-up organisation numbers: 299900-00xx with a right check digit
SEATS = {
    "20": ("Box 280", "791 26", "Falun"),
    "2080": ("", "791 83", "Falun"),
}
ACCOUNTS = (
    ("administrator", "administrator", "Administratör", None),
    ("coordinator", "samordnare", "Samordnare", None),
    ("finance", "ekonom", "Ekonom", None),
    ("branch_manager", "bibliotekschef", "Bibliotekschef", "2029"),
    ("counter", "biblioteket", "Bibliotekspersonal", "2029"),
    ("auditor", "revisor", "Revisor", None),
    ("driver", "forare", "Förare", None),
)
EXAMPLE_ACCOUNTS = {
    "vat_12": "2621",
    "bank": "1930",
    "unplaced": "2899",
    "interest": "8450",
    "handover": "1689",
}
"""Accounts beside those of the year's figures: plausible in Kommun-Bas, an example all the same."""
CLAUSES = {
    "§ 7.1": "Kostnaden för bibliotekssystemet fördelas med en del lika mellan kommunerna och "
    "resten efter folkmängd.",
    "§ 7.1, ändrad 2026-05-20": "Kostnaden för bibliotekssystemet fördelas från den 1 juli med en "
    "femtedel lika mellan kommunerna och fyra femtedelar efter folkmängd.",
    "§ 7.2": "Kostnaden för transporter fördelas, sedan regionens bidrag dragits av, med två "
    "femtedelar efter leveransställen och tre femtedelar efter folkmängd.",
    "§ 7.3": "Kostnaden för e-medier fördelas efter medelvärdet av de tre senaste årens e-lån.",
    "§ 7.4": "Kostnaden för samordning fördelas efter poäng för kommunens folkmängd.",
    "bilaga 3": "De som deltar i e-film betalar ett fast belopp var; resten fördelas efter "
    "folkmängd.",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A way into the demo, as `accounts.csv` lists it. password: a token's secret for `api`."""

    role: str
    username: str
    password: str
    member: str


def found(work: Work, figures: dict[str, Any], first: date) -> None:
    """Members with their addresses, the host, and the agreement with its clauses."""
    name_consortium(work, NAME, example=True)
    rows = sheet("dalarna-members.csv")
    for place, row in enumerate(rows):
        _join(work, row, place)
    seller = figures["seller"]
    make_host(work, seller["member"], first, seller["bankgiro"], seller["terms_days"])
    choose_accounts(work, EXAMPLE_ACCOUNTS | figures["accounts"])
    agreement = sign_agreement(
        work,
        "Samverkansavtal för Dalarnas bibliotek (exempel)",
        date(first.year - 2, 1, 1),
        [row["code"] for row in rows],
        example=True,
    )
    used = {key["clause"]: key["from"] for pool in figures["pools"] for key in pool["keys"]}
    for number, from_on in used.items():
        base = number.split(",")[0]
        text = CLAUSES["§ 7.1, ändrad 2026-05-20" if base != number else base]
        add_clause(work, agreement, number, f"{text} (Exempeltext.)", date.fromisoformat(from_on))


def open_accounts(work: Work) -> list[DemoAccount]:
    """A web account for every role, and a token that reads as finance does."""
    made = []
    for role, username, title, member in ACCOUNTS:
        password = secrets.token_urlsafe(9)
        account = open_account(work, username, title, password, [(role, member)])
        made.append(DemoAccount(role, username, password, member or ""))
        if role == "finance":
            expires_at = work.now + timedelta(days=365)
            secret = give_token(work, account, "Demo", expires_at)
            made.append(DemoAccount("api", username, secret, ""))
    return made


def _join(work: Work, row: dict[str, str], place: int) -> None:
    code, name = row["code"], row["name"]
    number = organisation_number(row["organisation_number"])
    made_up = not number
    if made_up:
        digits = str(TEST_NUMBERS_FROM * 10 + place)[:9]
        number = digits + luhn.calc_check_digit(digits)
    scheme, _, endpoint = row["peppol_id"].partition(":")
    street, postcode, city = SEATS.get(code, ("", "", name))
    address = Address(
        buyer_reference="" if code == WITHOUT_REFERENCE else f"BIB{code}",
        endpoint_scheme=scheme or "0007",
        endpoint_id=endpoint or number,
        delivery="email" if code == BY_EMAIL else "access_point",
        email=f"faktura@{code}.kommun.example",
        street=street,
        postcode=postcode,
        city=city,
    )
    newcomer = Newcomer(code, name, row["legal_name"], row["kind"], number, made_up)
    join(work, newcomer, address)
