"""A web server killed under writes: what was answered is there, nothing is half, nothing twice."""

import http.client
import multiprocessing
import os
import re
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from multiprocessing.connection import Connection
from random import Random
from urllib.parse import urlencode

from sqlmodel import select
from werkzeug.serving import make_server

from consortium.app import create_app
from consortium.billing.tables import Invoice, NumberSeries
from consortium.branches.tables import Closure
from consortium.core.audit import AuditEntry
from consortium.core.db import open_engine
from consortium.core.later import Task
from consortium.core.sealing import seal_all
from consortium.core.settings import Settings
from consortium.core.verifying import Walk, faults_of_chain
from consortium.core.work import Works
from consortium.ledger.tables import JournalEntry
from tests.billing.worlds import make_small
from tests.conftest import OPERATOR, Clock
from tests.making import make_branches
from tests.slices import slice_of
from tests.web.browsing import PHRASE, TOKEN, add_account, signed_in
from tests.web.serving import Quiet

KILLS = slice_of(3, 50)
INVOICES = 4  # a month, of the two members that pay
YEARS = range(2026, 2036)
MONTHS = [f"{year}-{month:02}" for year in YEARS for month in range(1, 13)]
BRANCHES = ("falu-stadsbibliotek", "borlange-bibliotek", "mora-bibliotek")
FIRST = date(2027, 1, 1)
PATIENCE_SECONDS = 30
DEAD = (OSError, http.client.HTTPException)


@dataclass
class Answers:
    """What the server has said yes to."""

    closures: set[str] = field(default_factory=set)
    months: set[str] = field(default_factory=set)


@dataclass
class Caller:
    """A browser: keeps its cookies, sends the form's token; one of DEAD where nobody answers."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={text}" for name, text in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: part.value for name, part in SimpleCookie(cookie).items()}
        return answer.status, text

    def post(self, path: str, form: dict[str, str], at: str) -> int:
        token = TOKEN.search(self.ask("GET", at)[1])
        assert token, at
        return self.ask("POST", path, {**form, "csrf_token": token[1]})[0]

    def sign_in(self, username: str) -> None:
        given = {"username": username, "password": PHRASE, "till": "/"}
        assert self.post("/logga-in", given, at="/logga-in") == 303


def nursery(
    orders: Connection, door: socket.socket, url: str, clock: Clock, settings: Settings
) -> None:
    """Forks off a server whenever it is asked to: itself it has one thread, and all loaded."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    works = Works(open_engine(url), clock)
    app = create_app(settings, works)
    signed_in(app, "samordnare").get("/stangningar")
    signed_in(app, "ekonom").get(f"/fakturakorning/{MONTHS[0]}")
    works.engine.dispose()  # what is forked off must not share its connections
    port = door.getsockname()[1]
    while orders.recv():
        child = os.fork()
        if child == 0:
            try:
                make_server(
                    "127.0.0.1", port, app, True, request_handler=Quiet, fd=door.fileno()
                ).serve_forever()
            finally:
                os._exit(1)
        orders.send(child)


@contextmanager
def servers(url: str, clock: Clock, settings: Settings) -> Iterator[tuple[int, Callable[[], int]]]:
    """Gives a port, and a function that starts a server there and gives its process id.

    The port stays open between servers, as under systemd: who calls meanwhile waits.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    with socket.create_server(("127.0.0.1", 0)) as door:
        process = context.Process(target=nursery, args=(theirs, door, url, clock, settings))
        process.start()
        port = door.getsockname()[1]

    def start() -> int:
        ours.send(True)
        child: int = ours.recv()
        return child

    try:
        yield port, start
    finally:
        ours.send(False)
        process.join()


def close_libraries(caller: Caller, stop: threading.Event, answers: Answers, name: str) -> None:
    """Close libraries for a day each, one after another, each for a reason of its own."""
    number = 0
    while not stop.is_set():
        number += 1
        day = (FIRST + timedelta(days=number)).isoformat()
        reason = f"{name}-{number}"
        form = {"branch": BRANCHES[number % 3], "from_on": day, "to_on": day, "reason": reason}
        try:
            if caller.post("/stangningar", form, at="/stangningar") == 303:
                answers.closures.add(reason)
        except DEAD:
            time.sleep(0.02)


def issue_months(caller: Caller, stop: threading.Event, answers: Answers, _name: str) -> None:
    """Prepare, approve and issue month after month, going on from wherever a page stands."""
    months = iter(MONTHS)
    month = next(months)
    while not stop.is_set():
        try:
            if advance(caller, month, answers):
                month = next(months)
        except DEAD:
            time.sleep(0.02)


def advance(caller: Caller, month: str, answers: Answers) -> bool:
    """Take the next step with a month; True where there is none left."""
    page = f"/fakturakorning/{month}"
    text = caller.ask("GET", page)[1]
    run = re.search(r'name="run" value="(\d+)"', text)
    if f"{page}/utfarda" in text and run:
        form = {"run": run[1], "checked": "ja"}
        if caller.post(f"{page}/utfarda", form, at=page) == 303:
            answers.months.add(month)
    elif f"{page}/godkann" in text and run:
        caller.post(f"{page}/godkann", {"run": run[1]}, at=page)
    elif 'name="period"' in text:
        caller.post("/fakturakorning", {"period": month}, at=page)
    else:
        return True
    return False


@contextmanager
def writers(port: int, answers: Answers) -> Iterator[None]:
    """Three who close libraries and one who issues invoices, for as long as the block runs."""
    stop, callers = threading.Event(), [Caller(port) for _ in range(4)]
    threads = []
    for place, caller in enumerate(callers):
        caller.sign_in("samordnare" if place else "ekonom")
        step = close_libraries if place else issue_months
        threads.append(threading.Thread(target=step, args=(caller, stop, answers, str(place))))
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def check(works: Works, answers: Answers) -> None:
    """Nothing answered is missing; what is there is whole, and there once."""
    answered = set(answers.closures), set(answers.months)  # before the records are read
    with works.reading(OPERATOR) as work:
        closures = {row.id: row.reason for row in work.session.exec(select(Closure))}
        entries = work.session.exec(select(AuditEntry)).all()
        tasks = {task.key for task in work.session.exec(select(Task))}
        invoices = work.session.exec(select(Invoice)).all()
        booked = Counter(entry.name for entry in work.session.exec(select(JournalEntry)))
        series = work.session.exec(select(NumberSeries)).first()
    assert answered[0] <= set(closures.values())
    assert max(Counter(closures.values()).values(), default=1) == 1
    closed = {entry.facts["closure"]: entry.id for entry in entries if is_of(entry, "closed")}
    assert set(closed) == set(closures)
    assert {key for key in tasks if key.startswith("closure:")} == {
        f"closure:{closure}:{entry}" for closure, entry in closed.items()
    }
    months = Counter(f"{invoice.month:%Y-%m}" for invoice in invoices)
    assert answered[1] <= set(months)
    assert set(months.values()) <= {INVOICES}
    assert len([entry for entry in entries if is_of(entry, "issued")]) == len(months)
    numbers = sorted(invoice.number for invoice in invoices)
    assert numbers == [f"2026{place:04}" for place in range(1, len(numbers) + 1)]
    assert (series.last if series else 0) == len(numbers)
    assert booked.pop("host", 0) == len(months)
    assert booked == Counter(numbers)


def is_of(entry: AuditEntry, happened: str) -> bool:
    return entry.event in {f"branches.{happened}", f"billing.{happened}"}


def test_a_server_killed_under_writes_keeps_its_word(
    works: Works, database_url: str, clock: Clock, settings: Settings
) -> None:
    make_small(works, YEARS)
    with works.writing(OPERATOR) as work:
        make_branches(work)
    add_account(works, "samordnare", ("coordinator", None))
    add_account(works, "ekonom", ("finance", None))
    works.engine.dispose()  # what is forked off must not share its connections
    random, answers = Random(50), Answers()
    with servers(database_url, clock, settings) as (port, start):
        child = start()
        with writers(port, answers):
            for _ in range(KILLS):
                time.sleep(random.uniform(0.2, 2))
                os.kill(child, signal.SIGKILL)
                check(works, answers)
                child = start()
        os.kill(child, signal.SIGKILL)
    check(works, answers)
    assert len(answers.closures) > KILLS
    assert answers.months
    seal_all(works, OPERATOR)
    with works.reading(OPERATOR) as work:
        assert list(faults_of_chain(work, Walk())) == []
