"""Splits that others published or worked out, to the öre."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from consortium.core.errors import Invalid
from consortium.costs.allocation import allocate, allocate_text

CASES = Path(__file__).parent / "cases"
PUBLISHED = sorted(CASES.glob("*.json"))
DEMO = sorted((CASES / "demo-year").glob("*.json"))
REGION, HOST = "20", "2080"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_cases_are_there() -> None:
    assert (len(PUBLISHED), len(DEMO)) == (4, 15)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_published_splits(path: Path) -> None:
    published = read(path)
    if "expected_error" in published:
        with pytest.raises(Invalid) as refused:
            allocate(published["case"])
        assert any(published["expected_error"] in str(fault) for fault in refused.value.faults)
    else:
        shares = {row["member"]: row["share_ore"] for row in allocate(published["case"])["shares"]}
        assert shares == published["expected_shares_ore"]


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_the_demo_year(path: Path) -> None:
    """Each member's line of the pool; the host's takes what the split left."""
    month, pool = path.stem[:7], path.stem[8:]
    with (CASES / "demo-year" / f"{month}-lines.csv").open(encoding="utf-8", newline="") as file:
        expected = {
            line["member"]: int(line["net_ore"])
            for line in csv.DictReader(file)
            if line["pool"] == pool and line["member"] != REGION
        }
    result = allocate_text(path.read_text(encoding="utf-8"))
    shares = {row["member"]: row["share_ore"] for row in result["shares"]}
    shares[HOST] += result["unallocated_ore"] + result["rounding_difference_ore"]
    assert shares == expected
    assert sum(expected.values()) == result["total_ore"]
