"""The demo's figures, read from its data files, with a year's dates moved to the year played."""

import csv
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
HOME_YEAR = 2026
ISO_DATE = re.compile(r"(\d{4})-(\d{2}-\d{2})")


def year(played: int) -> dict[str, Any]:
    """`year.json` for the year `played`: dates move by whole years, figures stay.

    29 February of a year that has none becomes 28 February.
    """
    text = (DATA / "year.json").read_text(encoding="utf-8")
    if played != HOME_YEAR:
        text = ISO_DATE.sub(lambda found: _moved(found, played - HOME_YEAR), text)
    figures: dict[str, Any] = json.loads(text)
    return figures


@cache
def sheet(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file of the demo."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def _moved(found: re.Match[str], years: int) -> str:
    there, day = int(found[1]) + years, found[2]
    leap = there % 4 == 0 and (there % 100 != 0 or there % 400 == 0)
    return f"{there:04}-{day if leap or day != '02-29' else '02-28'}"
