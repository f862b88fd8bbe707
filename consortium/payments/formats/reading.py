"""A bank's file, whatever its form. Pure."""

from typing import Final

from consortium.core.errors import Fault, Invalid
from consortium.payments.formats.bgmax import read_bgmax
from consortium.payments.formats.camt import read_camt
from consortium.payments.formats.entries import BankFile

MOST_ORE: Final = 10**15
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
XML_BEGINS: Final = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<")
BGMAX_BEGINS: Final = b"01BGMAX"


def read_bank_file(content: bytes) -> BankFile:
    """The payments in a file of BgMax or camt; Invalid, with every fault and its place."""
    begins = content.removeprefix(BYTE_ORDER_MARK).lstrip()
    if begins.startswith(XML_BEGINS):
        file = read_camt(begins)
    elif begins.startswith(BGMAX_BEGINS):
        file = read_bgmax(begins)
    else:
        raise Invalid(
            "The file is neither BgMax nor camt.053 or camt.054",
            at="file",
            remedy="Fetch the file of payments in from the bank once more",
        )
    amounts_ore = [(entry.place, entry.amount_ore) for entry in file.entries]
    if faults := [
        Fault("{amount} öre is more than can be", f"payment {place}", {"amount": str(amount_ore)})
        for place, amount_ore in [*amounts_ore, (0, file.total_ore)]
        if abs(amount_ore) > MOST_ORE
    ]:
        raise Invalid(faults)
    return file
