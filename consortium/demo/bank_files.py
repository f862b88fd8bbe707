"""Payments as banks tell of them: BgMax and camt.054, as small as both may be. Pure.

BgMax: Bankgirot, Bankgiro Inbetalningar, Technical Manual, 3. camt.054: ISO 20022, version 08. The
account is the example that the IBAN Registry (SWIFT, ISO 13616) gives for Sweden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from consortium.core.money import decimal

RECORD: Final = 80
ENDS: Final = "\r\n"
UNKNOWN_ACCOUNT: Final = "0" * 10
WITH_REFERENCE, WITHOUT_REFERENCE = "2", "1"
IBAN: Final = "SE4550000000058398257466"
NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
MOST_NAME: Final = 35
MOST_TEXT: Final = 50


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in. number: the payer's organisation number, ten digits.

    references: each with its own part of the amount, None where the whole is for it.
    """

    payer: str
    number: str
    amount_ore: int
    references: tuple[tuple[str, int | None], ...]
    message: str = ""


def bgmax(bankgiro: str, day: date, payments: Sequence[Payment]) -> bytes:
    """One deposit of `day`; each payment has one reference, or none and a message."""
    count = len(payments)
    total_ore = sum(payment.amount_ore for payment in payments)
    digits = bankgiro.replace("-", "").zfill(10)
    records = [
        f"01{'BGMAX':20}01{day:%Y%m%d}070000000000P",
        f"05{digits}{'':10}SEK",
        *(record for place, each in enumerate(payments, 1) for record in _records(each, place)),
        f"15{'':0>35}{day:%Y%m%d}{1:05}{total_ore:018}SEK{count:08}",
        f"70{count:08}{0:08}{0:08}{1:08}",
    ]
    return "".join(f"{record:{RECORD}}{ENDS}" for record in records).encode("iso-8859-1")


def _records(payment: Payment, place: int) -> list[str]:
    reference = payment.references[0][0] if payment.references else ""
    kind = WITH_REFERENCE if reference else WITHOUT_REFERENCE
    amount = f"{payment.amount_ore:018}"
    records = [f"20{UNKNOWN_ACCOUNT}{reference:25}{amount}{kind}2{place:012}0"]
    if payment.message:
        records.append(f"25{payment.message[:MOST_TEXT]}")
    return [*records, f"26{payment.payer[:MOST_NAME]}", f"29{payment.number.zfill(12)}"]


def camt_054(day: date, payments: Sequence[Payment]) -> bytes:
    """One entry of `day` with a transaction for each payment."""
    total_ore = sum(payment.amount_ore for payment in payments)
    details = "\n".join(_details(each, day, place) for place, each in enumerate(payments, 1))
    when = f"{day}T07:00:00"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{NAMESPACE}"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>EXEMPEL-{day:%Y%m%d}</MsgId><CreDtTm>{when}</CreDtTm></GrpHdr>
<Ntfctn><Id>EXEMPEL-{day:%Y%m%d}-1</Id><CreDtTm>{when}</CreDtTm>
<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>SEK</Ccy></Acct>
<Ntry>{_amount(total_ore)}<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
<AcctSvcrRef>EXEMPEL-{day:%Y%m%d}</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls>
{details}
</NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
""".encode()


def _details(payment: Payment, day: date, place: int) -> str:
    named = "".join(_reference(*reference) for reference in payment.references)
    said = f"<Ustrd>{escape(payment.message)}</Ustrd>" if payment.message else ""
    payer = (
        f"<Nm>{escape(payment.payer)}</Nm>"
        f"<Id><OrgId><Othr><Id>{payment.number}</Id></Othr></OrgId></Id>"
    )
    return (
        f"<TxDtls><Refs><AcctSvcrRef>EXEMPEL-{day:%Y%m%d}-{place:04}</AcctSvcrRef>"
        f"<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{_amount(payment.amount_ore)}"
        f"<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty>{payer}</Pty></Dbtr></RltdPties>"
        f"<RmtInf>{said}{named}</RmtInf></TxDtls>"
    )


def _reference(written: str, own_ore: int | None) -> str:
    part = ""
    if own_ore is not None:
        part = f"<RfrdDocAmt>{_amount(own_ore, 'RmtdAmt')}</RfrdDocAmt>"
    reference = f"<CdtrRefInf><Ref>{escape(written)}</Ref></CdtrRefInf>"
    return f"<Strd>{part}{reference}</Strd>"


def _amount(ore: int, name: str = "Amt") -> str:
    return f'<{name} Ccy="SEK">{decimal(ore)}</{name}>'
