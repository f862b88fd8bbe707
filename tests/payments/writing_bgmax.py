"""Payments as a BgMax file, column by column after Bankgirot's manual."""

from collections.abc import Sequence
from itertools import groupby

from tests.payments.truth import Money

BANKGIRO = "9912346"


def bgmax(payments: Sequence[Money], *, ends: str = "\r\n", cut: bool = False) -> bytes:
    """ends: of each record. cut: trailing blanks are left out."""
    records = ["01" + "BGMAX".ljust(20) + "01" + "20261224173035010331" + "P"]
    counts = {"20": 0, "21": 0, "22": 0, "15": 0}
    for day, of_day in groupby(payments, key=lambda money: money.day):
        listed = list(of_day)
        records.append("05" + BANKGIRO.zfill(10) + " " * 10 + "SEK")
        for money in listed:
            written = _payment(money)
            records += written
            counts[written[0][:2]] += 1
            counts["22"] += sum(record[:2] in ("22", "23") for record in written)
        total = sum(money.amount_ore for money in listed)
        records.append(
            "15" + "58410000010098232".zfill(35) + f"{day:%Y%m%d}" + "00074"
            + f"{abs(total):018}" + "SEK" + f"{len(listed):08}"
        )  # fmt: skip
        counts["15"] += 1
    records.append("70" + "".join(f"{counts[code]:08}" for code in ("20", "21", "22", "15")))
    filled = [record if cut else record.ljust(80) for record in records]
    return "".join(record + ends for record in filled).encode("iso-8859-1")


def _payment(money: Money) -> list[str]:
    several = len(money.references) > 1
    first = "" if several or not money.references else money.references[0][0]
    code = "20" if money.amount_ore > 0 else "21"
    kind = "3" if several else "2" if first else "1"
    records = [_row(code, money, first, abs(money.amount_ore), kind)]
    for written, own in money.references if several else ():
        records.append(_row("23" if (own or 0) < 0 else "22", money, written, abs(own or 0), "2"))
    records += ["25" + money.message[at : at + 50] for at in range(0, len(money.message), 50)]
    if money.payer:
        records.append("26" + money.payer[:35])
    if money.number:
        records.append("29" + money.number.zfill(12))
    return records


def _row(code: str, money: Money, reference: str, ore: int, kind: str) -> str:
    account = money.account.zfill(10)
    return f"{code}{account}{reference:<25}{ore:018}{kind}2{money.name:012}0"
