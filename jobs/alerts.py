"""A night's job that was given up is told of: a letter to those who can mend it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from consortium.core.errors import Problem
from consortium.core.settings import Settings
from consortium.core.words import LANGUAGES, mark, words
from consortium.core.work import Work
from consortium.messages.sending import write_letter
from consortium.people.overview import administrators
from jobs.running import Running, acting
from jobs.wording import said

ALERTS = acting("alerts")
log = logging.getLogger(__name__)
SETTINGS_PAGE, POST_PAGE, WEBHOOKS_PAGE = "/installningar", "/post", "/webhookar"


@dataclass(frozen=True, slots=True)
class Matter:
    """A job or a task for its readers. page: where one sees how it stands, and tries again."""

    name: str
    advice: str
    page: str = SETTINGS_PAGE


TRY_AGAIN: Final = mark("Mend what is named above, then try again on the page below.")
MATTERS: Final[Mapping[str, Matter]] = {
    "invoicing": Matter(
        mark("Preparing the month's invoices"),
        mark("No invoice run was prepared. Mend what is named above, then try again."),
    ),
    "reminding": Matter(
        mark("Reminding of unpaid invoices"),
        mark(
            "No reminder was sent. Mend what is named above, then try again, or send them by hand."
        ),
    ),
    "routing": Matter(
        mark("Planning the next day's routes"),
        mark("The day has no new plan. Mend what is named above, or plan by hand in time."),
    ),
    "fetching": Matter(mark("Asking for last year's population"), TRY_AGAIN),
    "branches.place_begins": Matter(
        mark("A branch's new place or name"),
        mark("It still shows the old one. Mend what is named above, then try again."),
    ),
    "measures.fetch": Matter(
        mark("Fetching values from their source"),
        mark("No value was changed. See why on the measure's page, and fetch them again there."),
        "/matvarden",
    ),
    "upkeep": Matter(mark("The night's upkeep"), TRY_AGAIN),
    "verifying": Matter(
        mark("Verifying the audit trail"),
        mark("Run consortium audit verify: it names each entry. Find out who changed it, and how."),
    ),
    "invoicing.render_invoice": Matter(mark("Drawing an invoice"), TRY_AGAIN, POST_PAGE),
    "invoicing.deliver_invoice": Matter(
        mark("Delivering an invoice"),
        mark("The buyer does not have the invoice. Mend what is named above, then send it again."),
        POST_PAGE,
    ),
    "messages.send_letter": Matter(
        mark("Sending a letter"),
        mark("The letter has not left. Check the mail server, then send it again."),
        POST_PAGE,
    ),
    "messages.send_hook": Matter(
        mark("Telling another system of an event"),
        mark("Ask those who run the other system, then send it again."),
        WEBHOOKS_PAGE,
    ),
    "routing.days_changed": Matter(mark("Planning changed days anew"), TRY_AGAIN),
    "routing.plan_asked_day": Matter(mark("Planning a day that was asked for"), TRY_AGAIN),
    "routing.fetch_legs": Matter(
        mark("Asking the road server for distances"),
        mark("Plans go by estimates where a way is missing. See why on the page, then ask again."),
        "/avstand",
    ),
    "routing.tell_delays": Matter(mark("Telling branches of delays"), TRY_AGAIN),
    "routing.render_plan": Matter(mark("Drawing the papers of a plan"), TRY_AGAIN),
}
UNKNOWN: Final = Matter(mark("A task of the service"), TRY_AGAIN)

SUBJECT: Final = mark("{what} failed on {day}")
FAILED: Final = mark("{what} was tried on {day} and has been given up.")
WHY: Final = mark("Why: {why}")
WHERE: Final = mark("The page: {page}")
NO_ADDRESS: Final = mark("the service's own page {page} (the setting web.address names no address)")


def raise_alarm(running: Running, name: str, day: date, error: Exception) -> None:
    """Write once for each job or kind of task and date; a letter that cannot be written is logged.

    To the setting post.alerts, else to each administrator who has an e-mail address.
    """
    text = letter_of(running.settings, name, day, error)
    try:
        with running.works.writing(ALERTS) as work:
            addresses = _addresses(work, running.settings)
            for place, address in addresses.items():
                write_letter(work, f"alert:{name}:{day.isoformat()}:{place}", address, text)
    except Problem:  # another process wrote the same in this moment, or the database is gone
        log.warning("no alert written", extra={"job": name, "business_date": day.isoformat()})
        return
    if not addresses:
        log.warning("nobody to alert", extra={"job": name, "business_date": day.isoformat()})


def letter_of(settings: Settings, name: str, day: date, error: Exception) -> tuple[str, str]:
    """Subject and body: first in Swedish, then in English."""
    parts = [_in(language, settings, name, day, error) for language in LANGUAGES]
    return parts[0][0], "\n\n---\n\n".join(body for _subject, body in parts) + "\n"


def _in(
    language: str, settings: Settings, name: str, day: date, error: Exception
) -> tuple[str, str]:
    say, matter = words(language), MATTERS.get(name, UNKNOWN)
    facts = {"what": say(matter.name), "day": day.isoformat()}
    page = (
        settings.web.address + matter.page
        if settings.web.address
        else say(NO_ADDRESS, page=matter.page)
    )
    body = (
        say(FAILED, **facts),
        say(WHY, why=said(error, language)),
        say(matter.advice),
        say(WHERE, page=page),
    )
    return say(SUBJECT, **facts), "\n\n".join(body)


def _addresses(work: Work, settings: Settings) -> dict[str, str]:
    """Who is written to: what tells their letters apart → their address."""
    if settings.post.alerts:
        return {"alerts": settings.post.alerts}
    return administrators(work)
