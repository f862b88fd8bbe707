"""Columns: what whole numbers over one denominator come to, and that they stay the lowest."""

from fractions import Fraction

from consortium.costs.allocation.columns import Column, column_of, constant


def test_a_column_of_fractions_has_their_lowest_common_denominator() -> None:
    column = column_of({"a": Fraction(1, 6), "b": Fraction(-3, 4), "c": Fraction(2)})
    assert column == Column({"a": 2, "b": -9, "c": 24}, 12)
    assert column.sum == Fraction(17, 12)
    assert column.fractions() == {"a": Fraction(1, 6), "b": Fraction(-3, 4), "c": Fraction(2)}
    assert column.texts() == {"a": "1/6", "b": "-3/4", "c": "2"}


def test_a_column_of_nobody_is_nothing() -> None:
    assert column_of({}) == Column({}, 1)
    assert column_of({}).sum == 0


def test_everyone_may_have_the_same() -> None:
    assert constant("ab", 7) == Column({"a": 7, "b": 7}, 1)


def test_sums_and_products_are_reduced() -> None:
    halves = Column({"a": 1, "b": 3}, 2)
    assert halves.scaled(Fraction(2, 3)) == Column({"a": 1, "b": 3}, 3)
    assert halves.scaled(Fraction(0)) == Column({"a": 0, "b": 0}, 1)
    assert halves.times(Column({"a": 4, "b": 8}, 3)) == Column({"a": 2, "b": 12}, 3)
    assert halves.plus(Column({"a": 1, "b": 1}, 2)) == Column({"a": 1, "b": 2}, 1)


def test_who_is_not_in_the_other_column_keeps_its_number() -> None:
    assert Column({"a": 1, "b": 1}, 4).plus(Column({"b": 1}, 6)) == Column({"a": 3, "b": 5}, 12)


def test_the_order_is_that_of_the_members() -> None:
    summed = Column({"b": 1, "a": 1}, 1).plus(Column({"a": 1, "b": 1}, 1))
    assert list(summed.numbers) == ["b", "a"]
