"""Page of the settings: what is missing before the first invoice run, and what needs a hand."""

from dataclasses import dataclass

from flask import render_template, url_for

from consortium.core.errors import Fault
from consortium.core.trail import failed_tasks, troubled_runs
from consortium.http.asking import works
from consortium.members.queries import gaps_of, members_to_see
from consortium.reports.readiness import NAMES, Step, steps
from consortium.web.asking import Pages, asker, visit
from consortium.web.language import told
from consortium.web.members import GAP_NAMES
from consortium.web.refusals import worded

pages = Pages("readiness", __name__, "/installningar", right="settings.see")
PLACES = {
    "consortium": "web.members.index",
    "members": "web.members.index",
    "host": "web.members.index",
    "agreement": "web.agreements.index",
    "pools": "web.sharing.index",
    "keys": "web.sharing.index",
    "accounts": "web.month_ends.chosen",
    "people": "web.accounts.index",
}
"""Step → the page where it is taken."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step in the reader's language. missing: what is, each with the address that mends it."""

    name: str
    missing: list[tuple[str, str]]


@pages.get("")
def index() -> str:
    with works().reading(asker()) as work:
        members = members_to_see(work)
        tasks, runs = failed_tasks(work), troubled_runs(work)
        taken = steps(work)
    gaps = [(member, gaps_of(member)) for member in members]
    return render_template(
        "readiness/index.html",
        plate=visit().plate,
        steps=[_shown(step) for step in taken],
        left=sum(not step.done for step in taken),
        members=members,
        gaps=[(member, missing) for member, missing in gaps if missing],
        gap_names=GAP_NAMES,
        tasks=tasks,
        runs=runs,
        today=work.today,
    )


def _shown(step: Step) -> ShownStep:
    missing = [(worded(fault), _mended_at(step.code, fault)) for fault in step.missing]
    return ShownStep(told(NAMES[step.code]), missing)


def _mended_at(code: str, fault: Fault) -> str:
    if code == "addresses":
        return url_for("web.members.show", code=fault.at)
    return url_for(PLACES[code])
