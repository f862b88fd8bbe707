"""The allocation key as JSON: every kind of part, split, limit and discount, and no other field."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints

from consortium.api.fields import LEFT_OUT, Body, Code, Day, Ore, Text, only_these

Decimal = Annotated[
    int | Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$")],
    Field(description="Exact: a decimal number in quotes, or a whole number"),
]
MemberCode = Annotated[str, StringConstraints(pattern="^[0-9]{2,4}$")]
OneOrAll = Annotated[str, StringConstraints(pattern=r"^([0-9]{2,4}|\*)$")]
Amounts = Annotated[dict[MemberCode, Ore], Field(max_length=400, json_schema_extra=only_these)]
Days = Annotated[list[Day], Field(min_length=1, max_length=20)]
Newest = Annotated[int, Field(ge=1, le=20, description="The mean of so many newest values")]


class Percent(Body):
    percent: Decimal


class Amount(Body):
    amount_ore: Ore


class Bracket(Body):
    up_to: Decimal = LEFT_OUT
    points: Decimal = LEFT_OUT
    each: Decimal = LEFT_OUT


class Equal(Body):
    kind: Literal["equal"]


class Measured(Body):
    """Which values count says one of `at`, `latest` and `average`."""

    kind: Literal["measure"]
    measure: Code
    at: Day = LEFT_OUT
    latest: Literal[True] = LEFT_OUT
    average: Days | Newest = LEFT_OUT
    brackets: Annotated[list[Bracket], Field(min_length=1, max_length=50)] = LEFT_OUT


class Fixed(Body):
    kind: Literal["fixed"]
    amounts_ore: Amounts


class Rate(Body):
    kind: Literal["rate"]
    ore_per_unit: Decimal
    measure: Code
    at: Day = LEFT_OUT
    latest: Literal[True] = LEFT_OUT
    average: Days | Newest = LEFT_OUT
    round_unit_ore: Annotated[int, Field(ge=1, le=1_000_000)] = LEFT_OUT


class Previous(Body):
    kind: Literal["previous"]
    amounts_ore: Amounts
    change_percent: Decimal


class Blend(Body):
    """(1 − weight) × from + weight × to. weight: 0 to 1."""

    kind: Literal["blend"]
    from_: "Split" = Field(alias="from")
    to: "Split"
    weight: Decimal


Split = Annotated[Equal | Measured | Fixed | Rate | Previous | Blend, Discriminator("kind")]


Blend.model_rebuild()


class Part(Body):
    take: Literal["rest", "own"] | Percent | Amount
    split: Split


class Limit(Body):
    member: OneOrAll
    min_ore: Ore = LEFT_OUT
    max_ore: Ore = LEFT_OUT
    min_percent: Decimal = LEFT_OUT
    max_percent: Decimal = LEFT_OUT
    max_change_percent: Decimal = LEFT_OUT


class Discount(Body):
    member: MemberCode
    percent: Decimal
    borne_by: Literal["others", "host", "pool"]


class Rounding(Body):
    method: Literal["largest_remainder", "half_up_residual_largest", "half_up"] = LEFT_OUT
    unit_ore: Annotated[int, Field(ge=1, le=1_000_000)] = LEFT_OUT


class Key(Body):
    """How a pool is shared: its parts, then what is applied to the summed shares."""

    name: Text
    parts: list[Part] = Field(min_length=1, max_length=50)
    membership: Literal["days", "months", "none"] = LEFT_OUT
    limits: Annotated[list[Limit], Field(max_length=400)] = LEFT_OUT
    discounts: Annotated[list[Discount], Field(max_length=400)] = LEFT_OUT
    rounding: Rounding = LEFT_OUT
