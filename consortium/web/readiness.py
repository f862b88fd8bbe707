"""Page of the settings: what is missing before the first invoice run, and what needs a hand."""

from flask import render_template

from consortium.core.trail import failed_tasks, troubled_runs
from consortium.http.asking import works
from consortium.members.queries import gaps_of, members_to_see
from consortium.web.asking import Pages, asker, visit
from consortium.web.members import GAP_NAMES

pages = Pages("readiness", __name__, "/installningar", right="settings.see")


@pages.get("")
def index() -> str:
    with works().reading(asker()) as work:
        members = members_to_see(work)
        tasks, runs = failed_tasks(work), troubled_runs(work)
    gaps = [(member, gaps_of(member)) for member in members]
    return render_template(
        "readiness/index.html",
        plate=visit().plate,
        members=members,
        gaps=[(member, missing) for member, missing in gaps if missing],
        gap_names=GAP_NAMES,
        tasks=tasks,
        runs=runs,
        today=work.today,
    )
