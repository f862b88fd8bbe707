from datetime import date
from typing import Literal

import pytest

from consortium.core.errors import Invalid
from consortium.http.asking import (
    Day,
    Filled,
    Form,
    Line,
    MaybeDay,
    MaybeOre,
    Month,
    Ore,
    Whole,
    fields_of,
    form_of,
)


class Order(Form):
    name: Filled
    note: Line = ""
    count: Whole
    first: Day
    month: Month
    amount: Ore
    kind: Literal["one", "two"]
    until: MaybeDay = None
    limit: MaybeOre = None


GOOD = {
    "name": "  Mora ",
    "count": "1 200",
    "first": "2026-11-24",
    "month": "2026-12",
    "amount": "12,50",
    "kind": "two",
    "csrf_token": "x",
}


def test_a_form_becomes_values() -> None:
    order = form_of(Order, GOOD | {"until": "", "limit": "3"})
    assert (order.name, order.note, order.count) == ("Mora", "", 1200)
    assert (order.first, order.month) == (date(2026, 11, 24), date(2026, 12, 1))
    assert (order.amount, order.kind, order.until, order.limit) == (1250, "two", None, 300)


def test_every_fault_stands_at_its_field_with_words_for_people() -> None:
    bad = {
        "name": " ",
        "note": "x" * 201,
        "count": "några",
        "first": "i dag",
        "amount": "1.234,50",
        "kind": "three",
    }
    with pytest.raises(Invalid) as refused:
        form_of(Order, bad)
    found = {fault.at: fault.fault for fault in refused.value.faults}
    assert found == {
        "name": "Fill in this field",
        "note": "Use at most 200 characters",
        "count": "Write a whole number, as 1 234",
        "first": "Write a date as year-month-day, as 2026-11-24",
        "month": "Fill in this field",
        "amount": "Write an amount in kronor, as 1 234,50",
        "kind": "Choose one of the alternatives",
    }


def test_characters_that_nobody_sees_are_refused_before_anything_is_read() -> None:
    with pytest.raises(Invalid) as refused:
        form_of(Order, GOOD | {"note": "a\x00b", "extra": "\x07"})
    assert [fault.at for fault in refused.value.faults] == ["note", "extra"]


def test_a_row_of_fields() -> None:
    given = {"value-2062": "1", "value-2080": "", "source": "SCB"}
    assert fields_of(given, "value-") == {"2062": "1", "2080": ""}
