"""The demo played: a folder made anew, a year put into it, and the main job run for real."""

import csv
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import date, time, timedelta
from pathlib import Path
from random import Random

from consortium.billing.issuing import issue_invoices
from consortium.billing.preparing import approve_run
from consortium.billing.queries import latest_run
from consortium.core.days import first_business_day, instant_of, months, next_business_day
from consortium.core.db import open_engine
from consortium.core.errors import Conflict, Unavailable
from consortium.core.settings import Settings, Web
from consortium.core.work import Actor, Works
from consortium.crates.counting import count_crates
from consortium.demo.acting import COORDINATOR
from consortium.demo.budgeting import (
    FINANCE,
    answer,
    answerers,
    buy_licence,
    consult,
    line_up,
    look_ahead,
    open_next_year,
)
from consortium.demo.carrying import CARRIER, engage, mark_year, tell_of_places
from consortium.demo.driving import play_days
from consortium.demo.figures import year
from consortium.demo.founding import DemoAccount, found, open_accounts
from consortium.demo.lending import hand_out_cards, lend
from consortium.demo.output import Made, write_out
from consortium.demo.placing import place_branches, plan_week
from consortium.demo.scanning import begin_sample, pass_depot, tell_stories
from consortium.demo.sharing import measure, share, spend
from consortium.demo.travelling import travel
from consortium.demo.voting import agree_on_votes
from consortium.migrations import upgrade

SEED = 2026
BUILDER = Actor("demo", machine=True)
EARLY = time(7)
YEAR = timedelta(days=365)
LOCK = "serve.lock"
MARK = "demo.txt"


@dataclass(frozen=True, slots=True)
class Played:
    """What the demo made, and where. plan_on: the day that is planned."""

    home: Path
    day: date
    plan_on: date
    made: Made


def play(settings: Settings, day: date) -> Played:
    """Make the demo of `day` in the settings' home folder, whatever stood there before.

    Refused while a server runs on the folder, and where the folder holds something else.
    """
    home = settings.home
    with held(home):
        _clear(home)
        works = Works(
            open_engine(f"sqlite:///{home / 'consortium.db'}"), lambda: instant_of(day, EARLY)
        )
        upgrade(works.engine)
        plan_on = next_business_day(day)
        accounts = _fill(works, day)
        _move_crates(works, day, plan_on)
        _job(home, day, "worker", "--once")  # new plans are asked for, of days that have none yet
        play_days(works, day, Random(SEED))  # noqa: S311
        _ask_members(works, day.year + 1, settings.web)
        _write_accounts(home, accounts)
        _run_main_job(works, home, day)
        made = write_out(works, home / "out", day.replace(day=1), plan_on)
        works.engine.dispose()
    return Played(home, day, plan_on, made)


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the folder, as a server or a demo does; Conflict where another holds it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(
                "A server runs on {home}", home=str(home), remedy="Stop it first"
            ) from error
        yield


def _clear(home: Path) -> None:
    strange = [path for path in home.iterdir() if path.name not in {LOCK, MARK}]
    if strange and not (home / MARK).exists():
        raise Conflict(
            "{home} holds something that is no demo",
            home=str(home),
            remedy="Choose another folder by CONSORTIUM_HOME",
        )
    (home / MARK).write_text("This folder holds a demo; making one empties it.\n")
    for path in strange:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _fill(works: Works, day: date) -> list[DemoAccount]:
    figures, random, first = year(day.year), Random(SEED), date(day.year, 1, 1)  # noqa: S311 (a story, no secret)
    with works.writing(BUILDER) as work:
        found(work, figures, first)
        measure(work, figures, day.year)
        share(work, figures, day.year)
        line_up(work, day.year)
        agree_on_votes(work, day.year)
        spend(work, figures, day, random)
        buy_licence(work, day)
        look_ahead(work, day)
        open_next_year(work, day.year + 1)
        lend(work, figures, day, random)
        hand_out_cards(work, figures, random)
        return open_accounts(work)


def _move_crates(works: Works, day: date, plan_on: date) -> None:
    """Libraries, vans and their week, what a year of transports has, and a year of crates."""
    random = Random(SEED)  # noqa: S311 (a story, no secret)
    with works.writing(BUILDER) as work:
        branches = place_branches(work)
        engage(work)
        plan_week(work, branches, CARRIER)
        travel(work, branches, (day - YEAR, day), random)
        work.session.flush()
    with works.writing(COORDINATOR) as work:
        tell_of_places(work, branches)
        mark_year(work, branches, day, plan_on)
        pass_depot(work, day)
        tell_stories(work, day)
        begin_sample(work, day)
    with works.writing(BUILDER) as work:
        for month in months(day - YEAR, day):
            count_crates(work, month)


def _ask_members(works: Works, year: int, web: Web) -> None:
    """Send next year's budget to the members, and let some of them answer."""
    with works.writing(FINANCE) as work:
        round_id = consult(work, year, web)
    for actor in answerers():
        with works.writing(actor) as work:
            answer(work, round_id)


def _run_main_job(works: Works, home: Path, day: date) -> None:
    """Prepare, approve as the finance officer would, issue; plan; render and deliver."""
    _job(
        home, day, "run", "invoicing", "--date", first_business_day(day.year, day.month).isoformat()
    )
    finance = Actor("ekonom", {"billing.approve": None, "billing.issue": None, "billing.see": None})
    with works.writing(finance) as work:
        run = latest_run(work, day.replace(day=1))
        if run is None:
            raise Unavailable("The month's invoices were not prepared")
        approve_run(work, run.id)
        issue_invoices(work, run.id)
    _job(home, day, "run", "routing", "--date", day.isoformat())
    _job(home, day, "worker", "--once")


def _job(home: Path, day: date, *words: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONSORTIUM_")}
    env |= {
        "CONSORTIUM_HOME": str(home),
        "CONSORTIUM_CLOCK__DAY": day.isoformat(),
        "CONSORTIUM_CLOCK__AT": EARLY.isoformat(),
    }
    command = [sys.executable, "-m", "jobs", *words]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
    if done.returncode:
        raise Unavailable(
            "The job {job} failed: {why}", job=" ".join(words), why=done.stderr[-2000:]
        )


def _write_accounts(home: Path, accounts: list[DemoAccount]) -> None:
    path = home / "accounts.csv"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("role", "username", "password", "member"))
        writer.writerows(astuple(account) for account in accounts)
