"""Rules of membership: pure."""

from collections.abc import Iterator

from stdnum import ean, luhn

from consortium.core.emails import is_email
from consortium.core.errors import Fault

ORGANISATION_NUMBER_LENGTH = 10
GLN_LENGTH = 13
BANKGIRO_LENGTHS = (7, 8)
SERIES_LENGTH = 4
CODE_LENGTHS = {"municipality": 4, "region": 2}


def organisation_number(text: str) -> str:
    """`text` without hyphen and blanks: `212000-2221` → `2120002221`."""
    return text.replace("-", "").replace(" ", "").strip()


def is_organisation_number(number: str) -> bool:
    """Ten digits of which the last is a Luhn check digit (Skatteverket, SKV 709)."""
    return (
        len(number) == ORGANISATION_NUMBER_LENGTH
        and number.isascii()
        and number.isdecimal()
        and luhn.is_valid(number)
    )


def is_bankgiro(number: str) -> bool:
    """Seven or eight digits of which the last is a Luhn check digit (Bankgirot, 10-modul)."""
    return (
        len(number) in BANKGIRO_LENGTHS
        and number.isascii()
        and number.isdecimal()
        and luhn.is_valid(number)
    )


def hosting_faults(bankgiro: str, due_days: int, series: str) -> Iterator[Fault]:
    """What keeps a host from invoicing in this way. bankgiro: digits only."""
    if not is_bankgiro(bankgiro):
        yield Fault(
            "{number} is no bankgiro number: its check digit is wrong or it has not 7 or 8 digits",
            "bankgiro",
            {"number": bankgiro},
            "Write it as 991-2346",
        )
    if due_days < 0:
        yield Fault("The terms of payment are a number of days", "due_days", {}, "Write 30")
    if series and not (series.isascii() and series.isdecimal() and len(series) <= SERIES_LENGTH):
        yield Fault(
            "A series of numbers begins with at most four digits",
            "series",
            {},
            "Write it as 7, or leave it empty",
        )


def identity_faults(code: str, kind: str, name: str, number: str) -> Iterator[Fault]:
    """What keeps these from being a member. code: kommunkod or länskod (SCB)."""
    if kind not in CODE_LENGTHS:
        yield Fault("A member is a municipality or a region", "kind")
    elif len(code) != CODE_LENGTHS[kind] or not code.isdecimal():
        yield Fault(
            "A municipality's code has four digits, a region's two; this is {code}",
            "code",
            {"code": code},
            "Write it as 2080 or 20",
        )
    if not name.strip():
        yield Fault("A member needs a name", "name")
    if number and not is_organisation_number(number):
        yield Fault(
            "{number} is no organisation number: its check digit is wrong or it is not ten digits",
            "organisation_number",
            {"number": number},
            "Write it as 212000-2221",
        )


def billing_gaps(
    organisation_number: str, delivery: str, endpoint: str, email: str, buyer_reference: str
) -> list[str]:
    """What must be filled in before a member can be invoiced, as the names of its fields.

    Every invoice is kept as an e-invoice too, which needs the buyer's organisation number,
    reference and address (Peppol BIS Billing 3: R003, R010); by e-mail, one of those as well.
    """
    needed = {
        "organisation_number": organisation_number,
        "buyer_reference": buyer_reference,
        "endpoint_id": endpoint,
        "email": email if delivery == "email" else "-",
    }
    return [name for name, value in needed.items() if not value]


def address_faults(scheme: str, endpoint: str, delivery: str, email: str) -> Iterator[Fault]:
    """What is wrong with an address for invoices; empty fields are only missing, not wrong."""
    if scheme not in {"", "0007", "0088"}:
        yield Fault(
            "The scheme {scheme} is not used in Sweden",
            "endpoint_scheme",
            {"scheme": scheme},
            "Write 0007 for an organisation number or 0088 for a GLN",
        )
    if scheme == "0007" and not is_organisation_number(endpoint):
        yield Fault(
            "An address in scheme 0007 is an organisation number",
            "endpoint_id",
            {},
            "Write ten digits without a hyphen, as 2120002221",
        )
    if scheme == "0088" and not (len(endpoint) == GLN_LENGTH and ean.is_valid(endpoint)):
        yield Fault(
            "An address in scheme 0088 is a GLN of thirteen digits",
            "endpoint_id",
            {},
            "Check the digits",
        )
    if delivery not in {"access_point", "email"}:
        yield Fault("Invoices leave by access point or by e-mail", "delivery")
    if email and not is_email(email):
        yield Fault(
            "{email} is no e-mail address", "email", {"email": email}, "Write it as name@example.se"
        )
