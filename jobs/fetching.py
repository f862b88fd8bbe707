"""Jobs of the measures: values that are public are fetched from their source."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from consortium.core.errors import Conflict, Invalid, NotFound, Unavailable
from consortium.core.work import Work
from consortium.measures.client import population
from consortium.measures.fetching import (
    FETCHED,
    ask_fetch,
    enter_fetched,
    fetch_by_id,
    note_trouble,
    regions_of,
)
from jobs.running import Running, acting
from jobs.wording import said

FETCHING = acting("fetching")


def fetch_values(running: Running, details: Mapping[str, Any]) -> None:
    """Read, fetch, enter. What no new try would mend is noted at once and not tried again."""
    with running.works.reading(FETCHING) as work:
        asked, _measure = fetch_by_id(work, details["fetch"])
        regions, year = regions_of(work), asked.on_date.year
    try:
        found = population(running.settings, regions, year)
        with running.works.writing(FETCHING) as work:
            enter_fetched(work, asked.id, found, running.settings.measures.population_table)
    except Unavailable as problem:
        _note(running, asked.id, problem, given_up=False)
        raise
    except (Conflict, Invalid) as problem:
        _note(running, asked.id, problem, given_up=True)


def give_up_fetch(work: Work, details: Mapping[str, Any], trouble: str) -> None:
    note_trouble(work, details["fetch"], trouble, given_up=True)


def fetch_year(running: Running, day: date) -> None:
    """Ask for last year's values, where the settings say that nobody needs to."""
    if not running.settings.measures.fetch_yearly:
        return
    for code in FETCHED:
        try:
            with running.works.writing(FETCHING) as work:
                ask_fetch(work, code, day.year - 1)
        except (Conflict, NotFound):  # asked for by hand, or not counted here
            continue


def _note(running: Running, fetch_id: int, problem: Exception, *, given_up: bool) -> None:
    with running.works.writing(FETCHING) as work:
        note_trouble(work, fetch_id, said(problem, "sv"), given_up=given_up)
