"""Payments as camt.053 or camt.054, element by element after ISO 20022."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from tests.payments.truth import Money

IBAN = "SE3550000000054910000003"
MESSAGES = {
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def camt(payments: Sequence[Money], form: str = "camt.053", version: str = "02") -> bytes:
    """Payments in of one day are one entry, each payment out or back has its own."""
    message, statement = MESSAGES[form]
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{form}.001.{version}"
    entries = "".join(_entries(payments, version))
    net = sum(money.amount_ore for money in payments)
    balances = _balance("OPBD", 1_000_000_00) + _balance("CLBD", 1_000_000_00 + net)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace}"><{message}>'
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-24T08:00:00</CreDtTm></GrpHdr>"
        f"<{statement}><Id>1</Id><CreDtTm>2026-12-24T08:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>"
        f"{balances if form == 'camt.053' else ''}{entries}</{statement}></{message}></Document>"
    ).encode()


def _balance(code: str, ore: int) -> str:
    way = "CRDT" if ore >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(ore)}"
        f"<CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>2026-12-24</Dt></Dt></Bal>"
    )


def _amount(ore: int, name: str = "Amt") -> str:
    return f'<{name} Ccy="SEK">{abs(ore) // 100}.{abs(ore) % 100:02}0</{name}>'


def _entries(payments: Sequence[Money], version: str) -> Iterator[str]:
    def batch(money: Money) -> tuple[object, ...]:
        return (money.day, money.amount_ore > 0, money.amount_ore > 0 or money.name)

    for (day, comes_in, _), of_batch in groupby(payments, key=batch):
        listed = list(of_batch)
        status = "BOOK" if version < "08" else "<Cd>BOOK</Cd>"
        back = "<RvslInd>true</RvslInd>" if listed[0].back else ""
        details = "".join(_details(money, version) for money in listed)
        yield (
            f"<Ntry>{_amount(sum(money.amount_ore for money in listed))}"
            f"<CdtDbtInd>{'CRDT' if comes_in else 'DBIT'}</CdtDbtInd>{back}<Sts>{status}</Sts>"
            f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
            f"<AcctSvcrRef>E{listed[0].name}-{day}</AcctSvcrRef>"
            f"<NtryDtls>{details}</NtryDtls></Ntry>"
        )


def _details(money: Money, version: str) -> str:
    name = f"T{money.back or money.name:010}"
    amount = _amount(money.amount_ore)
    told = amount if version >= "08" else f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    way = "CRDT" if money.amount_ore > 0 else "DBIT"
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{name}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId>"
        f"</Refs>{told}{f'<CdtDbtInd>{way}</CdtDbtInd>' if version >= '08' else ''}"
        f"{_parties(money, version)}{_remittance(money)}</TxDtls>"
    )


def _parties(money: Money, version: str) -> str:
    side = "Dbtr" if money.amount_ore > 0 or money.back else "Cdtr"
    name = f"<Nm>{escape(money.payer)}</Nm>" if money.payer else ""
    number = money.number and f"<Id><OrgId><Othr><Id>{money.number}</Id></Othr></OrgId></Id>"
    party = name + number if version < "08" else f"<Pty>{name}{number}</Pty>"
    account = f"<{side}Acct><Id><Othr><Id>{money.account}</Id></Othr></Id></{side}Acct>"
    return f"<RltdPties><{side}>{party}</{side}>{account if money.account else ''}</RltdPties>"


def _remittance(money: Money) -> str:
    strds = "".join(_structured(money, *reference) for reference in money.references)
    words = f"<Ustrd>{escape(money.message)}</Ustrd>" if money.message else ""
    return f"<RmtInf>{words}{strds}</RmtInf>" if words or strds else ""


def _structured(money: Money, written: str, own: int | None) -> str:
    """The reference as a creditor's, or, for every third payment, as a document's number."""
    amount, kind = "", "CINV"
    if own is not None:
        kind = "CINV" if own > 0 else "CREN"
        amount = _amount(own, "RmtdAmt" if own > 0 else "CdtNoteAmt")
        amount = f"<RfrdDocAmt>{amount}</RfrdDocAmt>"
    if money.name % 3 == 0:
        inner = f"<RfrdDocInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb>{escape(written)}"
        return f"<Strd>{inner}</Nb></RfrdDocInf>{amount}</Strd>"
    return f"<Strd>{amount}<CdtrRefInf><Ref>{escape(written)}</Ref></CdtrRefInf></Strd>"
