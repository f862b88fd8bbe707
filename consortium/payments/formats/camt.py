"""camt.053 and camt.054: statements and notices of banks by ISO 20022. Pure.

Read are the versions 02 to 08, which differ in where a party's name, a status and the amount of a
transaction stand. An entry (Ntry) may hold many transactions (TxDtls), each a payment of its own.
What is not booked (a status other than BOOK) is left out: it comes again when it is.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from consortium.core.errors import Fault, Invalid
from consortium.payments.formats.camt_details import Booked, booked, payments, sign
from consortium.payments.formats.entries import BankFile, Entry
from consortium.payments.formats.keys import Keys
from consortium.payments.formats.nodes import Node

NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34])\.001\.0[2-8]")
STATEMENTS: Final = {
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}
OPENING: Final = ("OPBD", "PRCD")
CLOSING: Final = "CLBD"
BOOKED: Final = "BOOK"
LATER: Final = ("PDNG", "INFO", "FUTR")


@dataclass(slots=True)
class _File:
    keys: Keys = field(default_factory=Keys)
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_camt(content: bytes) -> BankFile:
    """The payments in a file; Invalid with every fault and its path."""
    form, holder = _holder(_root(content))
    statements = holder.all(STATEMENTS[form][1])
    if not statements:
        raise Invalid("The file has no statement", at=STATEMENTS[form][1])
    file = _File()
    for statement in statements:
        _read_statement(file, form, statement)
    if file.faults:
        raise Invalid(file.faults)
    accounts = [node.text("Acct/Id/IBAN", "Acct/Id/Othr/Id") for node in statements]
    return BankFile(
        form=form,
        account=next(filter(None, accounts), "").replace(" ", ""),
        entries=tuple(file.entries),
        total_ore=sum(entry.amount_ore for entry in file.entries),
    )


def _root(content: bytes) -> etree._Element:
    # nothing outside the file is fetched and no entity is opened: a bank's file declares none
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        at = f"line {line}" if line else "file"
        raise Invalid("The file is no well-formed XML", at=at) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Invalid("A bank's file declares no document type (DOCTYPE)", at="line 1")
    return root


def _holder(root: etree._Element) -> tuple[str, Node]:
    """Which message it is, and the element that holds its statements."""
    for element in root.iter("{*}Document"):
        namespace = etree.QName(element).namespace or ""
        if known := NAMESPACE.fullmatch(namespace):
            found = element.find(f"{{{namespace}}}{STATEMENTS[known[1]][0]}")
            if found is not None:
                return known[1], Node(found, namespace, "")
    said = etree.QName(root).namespace or etree.QName(root).localname
    raise Invalid(
        "The file is {said}, not camt.053 or camt.054 of the versions 02 to 08",
        at="Document",
        said=said.rpartition(":")[2][:60],
    )


def _read_statement(file: _File, form: str, statement: Node) -> None:
    net_ore, whole, before = 0, True, len(file.faults)
    sums_ore = {1: 0, -1: 0}
    for node in statement.all("Ntry"):
        try:
            if not _is_booked(node):
                whole = False
                continue
            entry = booked(node)
            net_ore += entry.amount_ore
            sums_ore[1 if entry.amount_ore > 0 else -1] += abs(entry.amount_ore)
            _read_entry(file, entry)
        except Invalid as refused:
            file.faults.extend(refused.faults)
    if len(file.faults) == before:
        try:
            if form == "camt.053":
                _check_balances(file, statement, net_ore)
            if whole:
                _check_sums(file, statement, sums_ore)
        except Invalid as refused:
            file.faults.extend(refused.faults)


def _read_entry(file: _File, entry: Booked) -> None:
    file.entries.extend(payments(entry, file.keys, len(file.entries) + 1))


def _is_booked(node: Node) -> bool:
    status = node.text("Sts", "Sts/Cd") or BOOKED
    if status != BOOKED and status not in LATER:
        raise Invalid([Fault("{said} is no status", f"{node.at}/Sts", {"said": status})])
    return status == BOOKED


def _check_balances(file: _File, statement: Node, net_ore: int) -> None:
    """The booked entries are the closing less the opening balance, where both are given."""
    balances: dict[str, int] = {}
    for balance in statement.all("Bal"):
        code = balance.text("Tp/CdOrPrtry/Cd")
        if code in (*OPENING, CLOSING) and not balance.has("Tp/SubTp"):
            amount_ore = balance.amount_ore("Amt") or 0
            balances.setdefault(code, sign(balance) * amount_ore)
    opening = next((balances[code] for code in OPENING if code in balances), None)
    if opening is None or CLOSING not in balances or _is_page(statement):
        return
    if balances[CLOSING] - opening != net_ore:
        text = "The balance changes by {stated} öre, the entries add up to {found} öre"
        facts = {"stated": balances[CLOSING] - opening, "found": net_ore}
        file.faults.append(Fault(text, f"{statement.at}/Bal", facts))


def _is_page(statement: Node) -> bool:
    """A page of a longer statement, whose balances are those of the whole."""
    page, last = statement.text("StmtPgntn/PgNb"), statement.text("StmtPgntn/LastPgInd")
    return page not in ("", "1") or last.lower() in ("false", "0")


def _check_sums(file: _File, statement: Node, sums_ore: dict[int, int]) -> None:
    """Sums that the bank states; where entries are not booked nobody says if they are in it."""
    for path, way in (("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
        stated_ore = statement.amount_ore(f"TxsSummry/{path}/Sum")
        if stated_ore is not None and stated_ore != sums_ore[way]:
            text = "The sum is {stated} öre, the entries add up to {found} öre"
            facts = {"stated": stated_ore, "found": sums_ore[way]}
            file.faults.append(Fault(text, f"{statement.at}/TxsSummry/{path}/Sum", facts))
