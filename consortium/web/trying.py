"""Posts of the settings page: what was given up is tried again."""

from typing import Final

from flask import url_for
from werkzeug.wrappers import Response

from consortium.core.trying import try_date_again, try_task_again
from consortium.core.words import mark
from consortium.http.asking import works
from consortium.web.addresses import see
from consortium.web.asking import Pages, asker
from consortium.web.language import told
from consortium.web.toasts import done

pages = Pages("trying", __name__, "/installningar", right="settings.see")

AT_ONCE: Final = mark("Load the page again in a minute to see how it went.")


@pages.post("/uppgift/<int(max=2147483647):task_id>/igen")
def task(task_id: int) -> Response:
    with works().writing(asker()) as work:
        tried = try_task_again(work, task_id)
    done(told(mark("{what} is tried again"), what=tried.name), told(AT_ONCE))
    return see(url_for("web.readiness.index"))


@pages.post("/korning/<int(max=2147483647):run_id>/igen")
def run(run_id: int) -> Response:
    with works().writing(asker()) as work:
        tried = try_date_again(work, run_id)
    what = f"{tried.job} {tried.business_date.isoformat()}"
    done(told(mark("{what} is tried again"), what=what), told(AT_ONCE))
    return see(url_for("web.readiness.index"))
