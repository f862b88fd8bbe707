"""One entry of camt.053 or camt.054: the payments in it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from consortium.core.days import swedish_day
from consortium.core.errors import Fault, Invalid
from consortium.payments.formats.entries import Entry
from consortium.payments.formats.keys import Keys, plain
from consortium.payments.formats.nodes import CURRENCY, Node
from consortium.payments.formats.references import is_reference, organisation_digits

CREDIT_SIGN: Final = {"CRDT": 1, "DBIT": -1}
AMOUNTS: Final = ("Amt", "AmtDtls/TxAmt/Amt")
OWN_AMOUNTS: Final = (("RfrdDocAmt/RmtdAmt", 1), ("RfrdDocAmt/CdtNoteAmt", -1))
DUE: Final = "RfrdDocAmt/DuePyblAmt"
CREDIT_NOTES: Final = ("CREN", "CRED")
INVOICES: Final = ("CINV", "MSIN", "")
"""What a document is (ExternalDocumentType1Code); one without a type is taken for an invoice."""
SURE_NAMES: Final = ("Refs/AcctSvcrRef", "Refs/TxId", "Refs/UETR")
PAYERS_NAMES: Final = ("Refs/EndToEndId", "Refs/InstrId")
NOT_PROVIDED: Final = "NOTPROVIDED"
DAY_LENGTH: Final = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry (Ntry) that is booked. amount_ore: with its sign. reversal: RvslInd."""

    node: Node
    amount_ore: int
    day: date
    reversal: bool


def booked(node: Node) -> Booked:
    """What an Ntry tells as a whole; Invalid with every fault."""
    faults: list[Fault] = []
    amount_ore, day = 0, date.min
    try:
        amount_ore = sign(node) * _amount_ore(node, "Amt")
    except Invalid as refused:
        faults.extend(refused.faults)
    try:
        day = _day(node)
    except Invalid as refused:
        faults.extend(refused.faults)
    if faults:
        raise Invalid(faults)
    return Booked(node, amount_ore, day, node.text("RvslInd").lower() in ("true", "1"))


def sign(node: Node, default: str = "") -> int:
    """1 for CRDT, -1 for DBIT, as the element says (CdtDbtInd) or else `default`."""
    said = node.text("CdtDbtInd") or default
    if said not in CREDIT_SIGN:
        text = "{said} says neither CRDT nor DBIT"
        raise Invalid([Fault(text, f"{node.at}/CdtDbtInd", {"said": said or "—"})])
    return CREDIT_SIGN[said]


def payments(entry: Booked, keys: Keys, first: int) -> list[Entry]:
    """The payments in an entry, zero ones left out; `first` is the place of the first."""
    details = entry.node.all("NtryDtls/TxDtls")
    amounts_ore = _amounts_ore(entry, details)
    found: list[Entry] = []
    for number, (detail, amount_ore) in enumerate(
        zip(details or [entry.node], amounts_ore, strict=True), 1
    ):
        if amount_ore:
            place = first + len(found)
            alone = len(amounts_ore) == 1
            found.append(_payment(entry, detail, _Told(amount_ore, place, number, alone), keys))
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """A transaction's amount, its place in the file, its number in its entry, if it is the only."""

    amount_ore: int
    place: int
    number: int
    alone: bool


def _amount_ore(node: Node, *paths: str) -> int:
    amount_ore = node.amount_ore(*paths)
    if amount_ore is None:
        raise Invalid([Fault("The amount is missing", f"{node.at}/{paths[0]}")])
    return amount_ore


def _day(node: Node) -> date:
    written = node.text("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    try:
        if "T" not in written:
            return date.fromisoformat(written[:DAY_LENGTH])
        instant = datetime.fromisoformat(written)
        return swedish_day(instant) if instant.tzinfo else instant.date()
    except (ValueError, OverflowError) as error:
        text = "{written} is no date"
        raise Invalid([Fault(text, f"{node.at}/BookgDt", {"written": written or "—"})]) from error


def _amounts_ore(entry: Booked, details: Sequence[Node]) -> list[int]:
    """Each transaction's amount, with its sign; they add up to the entry's, or Invalid."""
    if not details:
        return [entry.amount_ore]
    default = "CRDT" if entry.amount_ore >= 0 else "DBIT"
    if len(details) == 1 and (entry.node.has("Chrgs") or _elsewhere(details[0])):
        return [entry.amount_ore]  # what it came to on the account, after exchange and charges
    amounts_ore: list[int] = []
    faults: list[Fault] = []
    for detail in details:
        try:
            own_ore = detail.amount_ore(*AMOUNTS)
            if own_ore is None:
                own_ore = abs(entry.amount_ore) if len(details) == 1 else _of_references(detail)
            amounts_ore.append(sign(detail, default) * own_ore)
        except Invalid as refused:
            faults.extend(refused.faults)
    if not faults and sum(amounts_ore) != entry.amount_ore:
        text = "The entry is {stated} öre, its transactions add up to {found} öre"
        facts = {"stated": entry.amount_ore, "found": sum(amounts_ore)}
        faults.append(Fault(text, f"{entry.node.at}/Amt", facts))
    if faults:
        raise Invalid(faults)
    return amounts_ore


def _elsewhere(detail: Node) -> bool:
    return detail.has("Chrgs") or detail.currency(*AMOUNTS) not in ("", CURRENCY)


def _of_references(detail: Node) -> int:
    own_ore = [amount_ore for _, amount_ore in _structured(detail)]
    if not own_ore or None in own_ore:
        raise Invalid([Fault("The amount is missing", f"{detail.at}/Amt")])
    return sum(amount_ore or 0 for amount_ore in own_ore)


def _payment(entry: Booked, detail: Node, told: _Told, keys: Keys) -> Entry:
    side = "Dbtr" if told.amount_ore > 0 or entry.reversal or detail.has("RtrInf") else "Cdtr"
    party, account = f"RltdPties/{side}", f"RltdPties/{side}Acct/Id"
    references, message = _references(detail)
    payer = detail.text(f"{party}/Nm", f"{party}/Pty/Nm", "RltdPties/UltmtDbtr/Nm")
    payer_account = detail.text(f"{account}/IBAN", f"{account}/Othr/Id")
    reversal = entry.reversal or detail.has("RtrInf")
    content = (entry.day, references, payer, payer_account, message)
    name, within, named = _name(entry, detail, told, content)
    return Entry(
        place=told.place,
        key=keys.key(name, told.amount_ore, content, within=within, named=named),
        booked_on=entry.day,
        amount_ore=told.amount_ore,
        references=references,
        payer=payer,
        payer_account=payer_account,
        payer_number=_number(detail, party) or _number(detail, "RltdPties/UltmtDbtr"),
        message=message,
        reversal=reversal,
        originals=_names(entry, detail) if reversal else (),
    )


def _names(entry: Booked, detail: Node) -> tuple[str, ...]:
    """What the bank and the payer call a transaction, the surest first."""
    said = [detail.text(path) for path in (*SURE_NAMES, *PAYERS_NAMES)]
    said.append(entry.node.text("AcctSvcrRef"))
    names = [f"camt:{plain(name)}" for name in said if name not in ("", NOT_PROVIDED)]
    return tuple(dict.fromkeys(names))


def _name(entry: Booked, detail: Node, told: _Told, content: object) -> tuple[str, str, bool]:
    """What the payment is called, within what, and whether somebody named it.

    The bank's own name of the transaction; else the entry's, where it is the only one; else the
    payer's, which is its own only with its day and account; else the entry's with the number in it.
    """
    if sure := detail.text(*SURE_NAMES):
        return f"camt:{sure}", "", True
    of_entry, account = entry.node.text("AcctSvcrRef"), detail.text("RltdPties/DbtrAcct/Id/IBAN")
    if of_entry and told.alone:
        return f"camt:{of_entry}", "", True
    for path in PAYERS_NAMES:
        if (payers := detail.text(path)) not in ("", NOT_PROVIDED):
            return f"camt:{payers}", f"{entry.day}:{account}:", True
    if of_entry:
        return f"camt:{of_entry}", f"{told.number}:", True
    digest = sha256(repr((content, entry.node.text("NtryRef"))).encode()).hexdigest()[:32]
    return f"camt:{digest}", "", False


def _references(detail: Node) -> tuple[tuple[tuple[str, int | None], ...], str]:
    """The references, and what else the payer wrote.

    A text of digits alone is a reference. Without any word of the payer, the bank's own words.
    """
    references, words = list(_structured(detail)), detail.texts("RmtInf/Strd/AddtlRmtInf")
    for text in detail.texts("RmtInf/Ustrd"):
        if is_reference(text):
            references.append((text, None))
        else:
            words.append(text)
    if not references and not words:
        words = [detail.text("AddtlTxInf", "AddtlNtryInf")]
    return tuple(dict.fromkeys(references)), " ".join(words)


def _structured(detail: Node) -> Iterator[tuple[str, int | None]]:
    for strd in detail.all("RmtInf/Strd"):
        documents = strd.all("RfrdDocInf")
        credit = any(_kind(document) in CREDIT_NOTES for document in documents)
        own_ore = _own_ore(strd, credit=credit)
        if written := strd.text("CdtrRefInf/Ref"):
            yield written, own_ore
            continue
        numbers = [
            number
            for document in documents
            if _kind(document) in (*INVOICES, *CREDIT_NOTES) and (number := document.text("Nb"))
        ]
        for number in numbers:
            yield number, own_ore if len(numbers) == 1 else None


def _kind(document: Node) -> str:
    return document.text("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd")


def _own_ore(strd: Node, *, credit: bool) -> int | None:
    for path, factor in OWN_AMOUNTS:
        if own_ore := strd.amount_ore(path):
            return -own_ore if credit else factor * own_ore
    due_ore = strd.amount_ore(DUE)
    return -due_ore if due_ore and credit else due_ore or None


def _number(detail: Node, party: str) -> str:
    """The organisation number of a party: of all its identities the one that is such a number."""
    for within in (f"{party}/Id/OrgId/Othr/Id", f"{party}/Pty/Id/OrgId/Othr/Id"):
        for said in detail.texts(within):
            if number := organisation_digits(said):
                return number
    return ""
