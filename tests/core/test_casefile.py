import hashlib

import pytest

from consortium.core.casefile import canonical, parse, snapshot
from consortium.core.errors import Invalid


def test_floats_and_doubles_are_told_with_their_places() -> None:
    text = '{"a": 1, "a": 2, "b": [1.5, {"c": 2e3, "c": 1}], "d": NaN}'
    with pytest.raises(Invalid) as refused:
        parse(text, floats=False)
    assert [fault.at for fault in refused.value.faults] == ["a", "b[0]", "b[1].c", "d"]


def test_floats_pass_where_they_may_but_no_nan() -> None:
    assert parse('{"lat": 60.5}', floats=True) == {"lat": 60.5}
    with pytest.raises(Invalid):
        parse('{"lat": NaN}', floats=True)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "9" * 5000, '{"a": 1} x'])
def test_what_is_no_json_is_invalid(text: str) -> None:
    with pytest.raises(Invalid, match="JSON"):
        parse(text, floats=True)


def test_a_snapshot_is_the_digest_of_the_canonical_text() -> None:
    case = {"b": [1, "å"], "a": {"z": None, "y": True}}
    text = '{"a":{"y":true,"z":null},"b":[1,"å"]}'
    assert canonical(case) == text
    assert snapshot(case) == "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()
