"""Commands that start things: the demo, the newest schema, the server."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from consortium import migrations
from consortium.cli.door import DAY, any_schema, main, operator
from consortium.core import settings
from consortium.core.alive import beating, this_process
from consortium.core.days import swedish_day
from consortium.core.errors import Conflict, Invalid
from consortium.demo.playing import held, play
from consortium.tables import clock_of, open_works

SERVER_THREADS: Final = 16
STOP_SECONDS: Final = 30


@main.command()
@click.option("--date", "day", type=DAY, help="The day that the demo plays; today by default.")
def demo(day: datetime | None) -> None:
    """Make the demo in CONSORTIUM_HOME: a year of data, this month's invoices, the next plan."""
    chosen = settings.load()
    if chosen.database.url:
        raise Invalid("The demo makes its own database", at="database.url", remedy="Leave it empty")
    played = play(chosen, day.date() if day else swedish_day(clock_of(chosen)()))
    if day:
        _fix_clock(played.home, played.day)
    made = played.made
    click.echo(f"Day played: {played.day}. The figures are examples, and marked so.")
    click.echo(f"{made.issued} invoices issued, {made.blocked} blocked: {made.invoices}")
    for file in made.bank:
        click.echo(f"As a bank would send it, to try the import of payments with: {file}")
    click.echo(f"Plan of {played.plan_on}, {made.manifests} manifests: {made.plan}")
    click.echo(f"Accounts: {played.home / 'accounts.csv'}")


@main.command()
@click.option("--even-so", is_flag=True, help="Also while processes with older code are alive.")
def upgrade(even_so: bool) -> None:
    """Bring the database to the newest schema.

    Refused while a process with older code is alive. Such a process does nothing on the newer
    schema, but what it was about to do then waits until it is started anew.
    """
    opened = any_schema()
    if not even_so and not migrations.is_current(opened.engine):
        with opened.reading(operator()) as work:
            migrations.require_nobody_older(work)
    migrations.upgrade(opened.engine)


@main.command()
@click.option("--all-in-one", is_flag=True, help="Run the scheduler and a worker beside it.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(all_in_one: bool, host: str, port: int) -> None:
    """Serve the pages and the API until stopped."""
    chosen = settings.load()
    opened = open_works(chosen)
    if not migrations.is_current(opened.engine):
        raise Conflict("The database is not up to date", remedy="Run consortium upgrade")
    process = this_process("web", migrations.newest())
    server = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    server += ["--blocking-threads", str(SERVER_THREADS), "wsgi:app"]
    jobs = (["jobs", "scheduler"], ["jobs", "worker"]) if all_in_one else ()
    with held(chosen.home), beating(opened, process):
        _tell(chosen.home, host, port)
        _run_until_stopped([server, *jobs], chosen.home)


def _fix_clock(home: Path, day: date) -> None:
    """Let everything that runs on the demo's folder take `day` for today."""
    (home / "config.toml").write_text(f'[clock]\nday = "{day}"\n', encoding="utf-8")


def _tell(home: Path, host: str, port: int) -> None:
    click.echo(f"http://{host}:{port}/")
    accounts = home / "accounts.csv"
    if accounts.exists():
        click.echo(accounts.read_text(encoding="utf-8"), nl=False)


def _run_until_stopped(modules: Sequence[Sequence[str]], home: Path) -> None:
    """Run each as `python -m …` until this process is told to stop, or the first one ends."""
    # systemd's stop as Ctrl-C's, which a shell lets programs in its background ignore
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    root, env = Path(__file__).parents[2], {**os.environ, "CONSORTIUM_HOME": str(home)}
    children = [
        subprocess.Popen([sys.executable, "-m", *words], cwd=root, env=env)  # noqa: S603 (our own)
        for words in modules
    ]
    try:
        children[0].wait()
    except KeyboardInterrupt:
        click.echo("Stopping", err=True)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:  # busy with a plan: its lease runs out, and it is done again
        child.kill()
        child.wait()
