"""The measures that every consortium begins with: population, and what the rooms above count."""

from typing import Final

from consortium.core.work import Work
from consortium.measures.entering import add_measure

STANDARD: Final = (
    ("population", ("Folkmängd", "Population"), "invånare"),
    ("e_loans", ("E-lån", "E-loans"), "lån"),
    ("stops", ("Leveransställen", "Places of delivery"), "ställen"),
    ("crates_sent", ("Skickade lådor", "Crates sent"), "lådor"),
    ("crates_received", ("Mottagna lådor", "Crates received"), "lådor"),
)
"""Code, names (Swedish, English) and unit."""


def add_standard_measures(work: Work) -> None:
    for code, names, unit in STANDARD:
        add_measure(work, code, names, unit)
