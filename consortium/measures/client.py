"""Client: the statistical database that public measures are fetched from."""

from collections.abc import Sequence
from typing import Final

from consortium.core.client import Resolve, fetch, looked_up
from consortium.core.errors import Invalid, Unavailable
from consortium.core.settings import Settings
from consortium.measures.formats.pxweb import Question, address_of, values_of

OK: Final = 200
WRONG: Final = range(400, 500)
TOO_MANY: Final = 429


def population(
    settings: Settings, regions: Sequence[str], year: int, resolve: Resolve = looked_up
) -> dict[str, str]:
    """The population of municipalities (their codes) on 31 December of a year: code → number.

    Unavailable where the source does not answer, or will later; Invalid where it does not know
    what is asked for, or answers something else.
    """
    chosen = settings.measures
    question = Question(
        chosen.population_table, chosen.population_contents, str(year), tuple(sorted(regions))
    )
    address = address_of(chosen.source, question)
    answer = fetch(settings.outgoing, "GET", address, resolve=resolve)
    if answer.status in WRONG and answer.status != TOO_MANY:
        raise Invalid(
            "The source knows nothing of {table} in {year}: it answered {status}",
            table=chosen.population_table,
            year=str(year),
            status=answer.status,
            remedy="It may not be published yet; else look at the settings of measures",
        )
    if answer.status != OK or not answer.whole:
        raise Unavailable(
            "{address} answered {status}", address=chosen.source, status=answer.status
        )
    return values_of(answer.content, question)
