"""Runs schemathesis over the whole API and gathers what it finds.

Every check that it has is on. What each is allowed beside its own rule:
- positive_data_acceptance: 412, as a made-up If-Match is no state that anybody has read; 503, for a
  document that is still being drawn; 422, as a schema cannot say which members, months or states
  there are. That no such 422 is about the form of what was sent is checked here (`Run.misread`).
- missing_required_header: 428, which RFC 6585 has for a missing If-Match.
Half of what is generated names things that exist, so that calls reach behind "there is no such".
"""

import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from schemathesis.transport.wsgi import WSGITransport

from consortium.api import fields, reading
from consortium.http import parsing

SEED: Final = 1
REALISTIC: Final = 0.8
LONGEST_KEY: Final = 255
ALLOWED: Final = {
    "positive_data_acceptance": ["2xx", "3xx", "401", "404", "409", "412", "422", "503"],
    "missing_required_header": ["400", "401", "415", "422", "428"],
}
SOCKET_SETTINGS: Final = ("max_redirects", "verify", "cert", "proxies")

SLUGS: Final = ("mora-bibliotek", "leksands-bibliotek", "falu-stadsbibliotek")
MEMBERS: Final = ("2062", "2029", "2080")
MEASURES: Final = ("population", "e_loans", "stops")
CODES: Final = {
    "members": MEMBERS,
    "measures": MEASURES,
    "pools": ("system", "emedia", "transports", "efilm", "coordination"),
    "crates": ("LD000001", "LD000002", "LD000050", "LD000099"),
}
IN_PATHS: Final[dict[str, tuple[Any, ...]]] = {
    "slug": SLUGS,
    "number": ("20260001", "20260008", "20260017"),
    "position": (1, 2, 3),
    "form": ("pdf", "xml"),
    "date": ("2026-11-25", "2026-11-26", "2024-12-31"),
    "month": ("2026-10", "2026-11", "2026-12"),
    "year": (2026,),
    "month_number": (10, 11, 12),
    "id": (1, 2),
    "revision": (1, 2),
    "vehicle": ("van1", "van2"),
}
IN_BODIES: Final = {
    "crate": CODES["crates"],
    "branch": SLUGS,
    "home": SLUGS,
    "origin": SLUGS,
    "destination": SLUGS,
    "member": MEMBERS,
    "municipality": MEMBERS,
    "measure": MEASURES,
    "clause": ("§ 7.1", "§ 7.2"),
    "supplier": ("ebocker", "eljud"),
}


class Stepping:
    """A clock that goes on so fast that wrong tokens never shut the one address of the tests."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=31)
        return self.now


@dataclass
class Run:
    """What a run found: failed checks, 422 about the form of data that fits its schema, errors."""

    calls: int = 0
    statuses: set[int] = field(default_factory=set)
    failures: dict[tuple[str, str], str] = field(default_factory=dict)
    misread: dict[tuple[str, str], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    operations: set[str] = field(default_factory=set)


def fuzz(app: Flask, secret: str, phases: Mapping[str, Any], without: str = "") -> Run:
    """Run the `phases` on the application. without: a pattern of paths that are left out."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "auth": {"openapi": {"token": {"bearer": secret}}},
            "continue-on-failure": True,
            "generation": {"deterministic": True, "no-shrink": True, "database": "none"},
            "checks": {name: {"expected-statuses": known} for name, known in ALLOWED.items()},
            "phases": {
                name: phases.get(name, {"enabled": False})
                for name in ("examples", "coverage", "fuzzing", "stateful")
            },
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    chosen = schema.exclude(path_regex=without) if without else schema
    run = Run()
    with _realistic(random.Random(SEED)):
        for event in from_schema(chosen).execute():
            _note(run, event)
    return run


@contextmanager
def _realistic(chance: random.Random) -> Iterator[None]:
    """Gives posts a key of their own, and names things that exist."""
    send = WSGITransport.send
    keys = iter(range(10**9))

    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        headers = case.headers or {}
        key = headers.get("Idempotency-Key", "")
        if 0 < len(key.strip()) <= LONGEST_KEY and key.isascii() and key.isprintable():
            headers["Idempotency-Key"] = f"key-{next(keys)}"
        if headers.get("If-Match"):
            headers["If-Match"] = "*"
        if chance.random() < REALISTIC:
            _name_real_things(case, chance)

    def without_sockets(self: Any, case: Any, *, session: Any = None, **kwargs: Any) -> Any:
        # 4.32.5 hands settings of sockets to an application without any, in checks that ask again
        plain = {name: value for name, value in kwargs.items() if name not in SOCKET_SETTINGS}
        return send(self, case, session=session, **plain)

    schemathesis.hook(before_call)
    WSGITransport.send = without_sockets  # type: ignore[method-assign]  # see above
    try:
        yield
    finally:
        WSGITransport.send = send  # type: ignore[method-assign]
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def _name_real_things(case: Any, chance: random.Random) -> None:
    made = case.meta.components if case.meta else {}
    wrong = {str(place.value) for place, how in made.items() if how.mode is GenerationMode.NEGATIVE}
    if case.path_parameters and "path" not in wrong:
        known = {**IN_PATHS, "code": CODES.get(case.path.split("/")[1], ())}
        for name in case.path_parameters:
            if known.get(name):
                case.path_parameters[name] = chance.choice(known[name])
    if "body" not in wrong:
        _fill(case.body, chance)


def _fill(value: Any, chance: random.Random) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in IN_BODIES and isinstance(inner, str):
                value[name] = chance.choice(IN_BODIES[name])
            else:
                _fill(inner, chance)
    elif isinstance(value, list):
        for inner in value:
            _fill(inner, chance)


def _note(run: Run, event: events.EngineEvent) -> None:
    if isinstance(event, events.NonFatalError | events.FatalError):
        run.errors.append(str(getattr(event, "value", None) or getattr(event, "exception", "")))
    if not isinstance(event, events.ScenarioFinished):
        return
    recorder = event.recorder
    for place, interaction in recorder.interactions.items():
        case, answer = recorder.cases[place].value, interaction.response
        if answer is not None:
            run.calls += 1
            run.statuses.add(answer.status_code)
            run.operations.add(case.operation.label)
            _note_misread(run, case, answer)
    for place, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                case = recorder.cases[place].value
                told = f"{check.failure_info.failure}\n{case.as_curl_command()}"
                run.failures[case.operation.label, check.name] = told


def _note_misread(run: Run, case: Any, answer: Any) -> None:
    fits = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if answer.status_code == 422 and fits:
        for error in answer.json()["errors"]:
            if any(form.fullmatch(error["detail"]) for form in ABOUT_FORM):
                run.misread[case.operation.label, error["at"]] = case.as_curl_command()


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", ".*", re.escape(text)))


ABOUT_FORM: Final = [
    _pattern(text)
    for text in {
        *reading.TOLD.values(),
        reading.NOT_READ,
        parsing.CHARACTERS,
        parsing.DAY,
        parsing.MONTH,
        fields.INSTANT,
        fields.COUNT,
    }
]
"""What is said of data that does not fit its schema."""
