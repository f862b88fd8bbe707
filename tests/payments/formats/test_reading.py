"""Whatever the bytes: a bank's file, or one clear refusal."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from consortium.core.errors import Fault, Invalid
from consortium.payments.formats.entries import BankFile
from consortium.payments.formats.reading import read_bank_file
from tests.payments.generating import make_world
from tests.payments.writing_bgmax import bgmax
from tests.payments.writing_camt import camt

PAYMENTS = make_world(40, seed=7).payments
FILES = [
    bgmax(PAYMENTS),
    bgmax(PAYMENTS, ends=""),
    camt(PAYMENTS),
    camt(PAYMENTS, "camt.054", "08"),
]


def read(content: bytes) -> None:
    """Refused with words, or conserved."""
    faults: tuple[Fault, ...] = ()
    try:
        file = read_bank_file(content)
    except Invalid as refused:
        faults, file = refused.faults, BankFile("", "", (), 0)
    assert bool(faults) != bool(file.form)
    assert all(fault.fault and fault.at for fault in faults)
    assert sum(entry.amount_ore for entry in file.entries) == file.total_ore
    assert [e.place for e in file.entries] == list(range(1, len(file.entries) + 1))
    assert all(entry.amount_ore and entry.key for entry in file.entries)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_file_or_refused(content: bytes) -> None:
    read(content)
    read(b"01BGMAX               01" + content)
    read(b"<Document>" + content)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 2**32), st.integers(1, 6))
def test_a_damaged_file_is_a_file_or_refused(content: bytes, seed: int, blows: int) -> None:
    random, damaged = Random(seed), bytearray(content)
    for _ in range(blows):
        at = random.randrange(len(damaged))
        what = random.choice(["cut", "change", "repeat"])
        if what == "cut":
            del damaged[at : at + random.randint(1, 200)]
        elif what == "change":
            damaged[at] = random.randrange(256)
        else:
            damaged[at:at] = damaged[at : at + random.randint(1, 200)]
    read(bytes(damaged))


def test_the_same_payments_are_read_from_every_form() -> None:
    told = [
        [(e.booked_on, e.amount_ore, e.payer, e.payer_number) for e in read_bank_file(f).entries]
        for f in FILES
    ]
    assert told.count(told[0]) == len(FILES)
    assert told[0] == [(m.day, m.amount_ore, m.payer, m.number) for m in PAYMENTS]
