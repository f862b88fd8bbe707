"""Every address × role × own or another municipality, from the list that `routes --json` prints.

The list is what an IT department reads; here it is held to what the doors do. A role without the
right is refused (403; a visitor is led to sign in, 401 from the API); a role with it is not. Who
holds a role for one municipality neither changes what all have in common (403) nor finds another's
(403 or 404), and no page or answer shows what is another municipality's alone.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from consortium.billing.tables import Invoice
from consortium.branches.tables import Branch
from consortium.cli.routes import routes_of
from consortium.crates.tables import Crate, CrateEvent
from consortium.members.tables import Member
from consortium.messages.tables import Letter
from consortium.people.rules import ROLES
from tests.api.calling import caller_of
from tests.api.november import House, house_of
from tests.conftest import OPERATOR, Clock
from tests.slices import WHOLE
from tests.web.browsing import TOKEN, add_account, signed_in

OWN, OTHER = "2029", "2062"  # Leksand, Mora
SLICE: Final = 250
SCOPED: Final = [role for role in ROLES if role != "administrator"]  # one for all, or none
REFUSED: Final = {403, 404}
Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What stands in the world: path and parameter → a value of one's own, another's."""

    values: dict[tuple[str, str], tuple[str, str]]
    secrets: frozenset[str]
    """What only another municipality, or the whole, may be shown."""

    def fill(self, rule: str, *, other: bool) -> tuple[str, bool]:
        """The path of a rule, and whether it names something that belongs to a municipality."""
        named = False

        def value(found: re.Match[str]) -> str:
            nonlocal named
            name = found[1].rpartition(":")[2]
            for (prefix, parameter), pair in self.values.items():
                if parameter == name and rule.startswith(prefix):
                    named = named or pair[0] != pair[1]
                    return pair[other]
            raise AssertionError(f"no value is known for {name} of {rule}")

        return re.sub(r"<([^<>]+)>", value, rule), named


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = house_of(tmp_path_factory.mktemp("rights"), Clock())
    for role in ROLES:
        add_account(made.works, f"whole.{role}", (role, None))
    for role in SCOPED:
        add_account(made.works, f"own.{role}", (role, OWN))
    return made


@pytest.fixture(scope="module")
def known(house: House) -> Known:
    with house.works.reading(OPERATOR) as work:
        members = {m.id: m for m in work.session.exec(select(Member))}
        invoices = work.session.exec(select(Invoice)).all()
        branches = {b.id: members[b.member_id].code for b in work.session.exec(select(Branch))}
        touched: dict[int, set[str]] = {}
        for event in work.session.exec(select(CrateEvent)):
            places = {branches[each] for each in (event.branch_id, event.destination_id) if each}
            touched[event.crate_id] = touched.get(event.crate_id, set()) | places
        crates = [
            (c.code, {branches[c.home_id]} | touched.get(c.id, set()))
            for c in work.session.exec(select(Crate).order_by(col(Crate.id)))
        ]
        letters = work.session.exec(select(Letter)).all()
    own_invoice, other_invoice = (
        next(i.number for i in invoices if members[i.member_id].code == code)
        for code in (OWN, OTHER)
    )
    own_crate = next(code for code, places in crates if OWN in places)
    other_crate = next(code for code, places in crates if OWN not in places)
    values = {
        ("/medlemmar", "code"): (OWN, OTHER),
        ("/api/v1/members", "code"): (OWN, OTHER),
        ("/bibliotek", "slug"): ("leksands-bibliotek", "mora-bibliotek"),
        ("/api/v1/branches", "slug"): ("leksands-bibliotek", "mora-bibliotek"),
        ("/arsrapport", "code"): (OWN, OTHER),
        ("/leverans", "slug"): ("leksands-bibliotek", "mora-bibliotek"),
        ("/lador", "code"): (own_crate, other_crate),
        ("/volymprov", "slug"): ("leksands-bibliotek", "mora-bibliotek"),
        ("/kalender", "slug"): ("leksands-bibliotek", "mora-bibliotek"),
        ("/kalender", "token"): one("x" * 40),
        ("/betalningar", "code"): (OWN, OTHER),
        ("/api/v1/crates", "code"): (own_crate, other_crate),
        ("/fakturor", "number"): (own_invoice, other_invoice),
        ("/post/faktura", "number"): (own_invoice, other_invoice),
        ("/api/v1/invoices", "number"): (own_invoice, other_invoice),
        ("/matvarden", "code"): one("population"),
        ("/api/v1/measures", "code"): one("population"),
        ("/fordelning", "code"): one("system"),
        ("/budget", "code"): one("system"),
        ("/", "cost_id"): one("1"),
        ("/api/v1/pools", "code"): one("system"),
        ("/e-medier", "code"): one("ebocker"),
        ("/", "position"): one("1"),
        ("/avrakning", "form"): one("csv"),
        ("/", "form"): one("pdf"),
        ("/", "media"): one("pdf"),
        ("/fakturakorning", "name"): one("kostnadsdelning"),
        ("/fakturakorning", "period"): one("2026-11"),
        ("/avrakning", "member"): (OWN, OTHER),
        ("/api/v1/invoice-runs", "month"): one("2026-11"),
        ("/api/v1/runs", "month"): one("2026-11"),
        ("/", "month"): one("2026-11"),
        ("/", "month_number"): one("11"),
        ("/", "year"): one("2026"),
        ("/", "day"): one("2025-12-31"),
        ("/", "date"): one("2026-11-25"),
        ("/", "datum"): one("2026-11-25"),
        ("/", "vehicle"): one("bil1"),
        ("/", "revision"): one("2"),
        ("/", "sequence"): one("1"),
        ("/konton", "username"): one("own.counter"),
        ("/import", "kind"): one("closures"),
        ("/", "sha256"): one("0" * 64),
        ("/", "secret"): one("x" * 40),
        ("/", "filename"): one("consortium.css"),
        ("/", "path"): one("consortium.css"),
        ("/hjalp", "page"): one("borja"),
        ("/post", "letter_id"): one(str(letters[0].id) if letters else "1"),
    }
    values |= {
        ("/", name): one("1")
        for name in (
            "pin_id",
            "plan_id",
            "payment_id",
            "file_id",
            "closure_id",
            "absence_id",
            "entry_id",
            "batch_id",
            "webhook_id",
            "delivery_id",
            "leg_id",
            "agreement_id",
            "sample_id",
            "carrier_id",
            "claim_id",
            "invoice_id",
        )
    }
    values |= {
        ("/", name): one("1")
        for name in ("token_id", "session_id", "task_id", "run_id", "id", "position")
    }
    foreign = {i.number for i in invoices if members[i.member_id].code != OWN}
    foreign |= {m.email for m in members.values() if m.email and m.code != OWN}
    foreign |= {f"own.{role}" for role in SCOPED}  # accounts are the administrator's business
    return Known(values, frozenset(foreign))


CLIENTS: Final[dict[tuple[int, str], FlaskClient]] = {}
BEARERS: Final[dict[tuple[int, str], str]] = {}


def client_of(house: House, username: str) -> FlaskClient:
    key = id(house), username
    if key not in CLIENTS:
        CLIENTS[key] = signed_in(house.app, username).client
    return CLIENTS[key]


def bearer_of(house: House, username: str) -> str:
    key = id(house), username
    if key not in BEARERS:
        BEARERS[key] = caller_of(house.app, house.works, username).secret
    return BEARERS[key]


def one(value: str) -> tuple[str, str]:
    """What belongs to no municipality: the same for one's own and for another's."""
    return value, value


def cases(house: House) -> list[tuple[Row, str, str]]:
    """Address, method and role: all of them, or a seeded slice."""
    rows = [row for row in routes_of(house.app) if row["door"] in {"web", "api"}]
    found = [(row, method, role) for row in rows for method in row["methods"] for role in ROLES]
    return found if WHOLE else Random(4).sample(found, min(SLICE, len(found)))


def asked(house: House, username: str, row: Row, method: str, path: str) -> tuple[int, str]:
    """The status of an empty request by somebody, and what it says. Posts carry no values."""
    if row["door"] == "api":
        headers = {"Idempotency-Key": f"{username} {method} {path}", "If-Match": '"none"'}
        if username:
            headers["Authorization"] = f"Bearer {bearer_of(house, username)}"
        answer = house.app.test_client().open(path, method=method, headers=headers)
    else:
        client = client_of(house, username) if username else house.app.test_client()
        data = {}
        if method == "POST":
            token = TOKEN.search(client.get("/mitt-konto" if username else "/logga-in").text)
            data = {"csrf_token": token[1] if token else ""}
        answer = client.open(path, method=method, data=data or None)
    text = answer.get_data().decode("utf-8", errors="replace")
    answer.close()
    return answer.status_code, text


CHANGES_WHO_ASKS: Final = {
    "/logga-ut",
    "/installningar/roll",
    "/mitt-konto/logga-ut-overallt",
    "/mitt-konto/sessioner/<int(max=2147483647):session_id>/avsluta",
    "/konton/<username>/stang",
    "/konton/<username>/logga-ut",
}
"""Posts that would end the sessions that the other tries are made in."""


def tried(house: House, known: Known, prefix: str) -> Iterator[tuple[Row, str, str, str, bool]]:
    for row, method, role in cases(house):
        if prefix == "own" and role not in SCOPED:
            continue
        if row["path"] in CHANGES_WHO_ASKS and method == "POST":
            continue
        path, named = known.fill(row["path"], other=prefix == "own")
        yield row, method, role, path, named


def test_a_role_opens_what_the_list_says_and_nothing_else(house: House, known: Known) -> None:
    wrong = []
    for row, method, role, path, _named in tried(house, known, "whole"):
        status, _text = asked(house, f"whole.{role}", row, method, path)
        allowed = role in row["roles"]
        depends = row["right"] == "" and status == 403  # on the kind, or the entry, that is named
        if ((status == 403) == allowed and not depends) or status >= 500:
            wrong.append((method, row["path"], role, status))
    assert not wrong, wrong


def test_a_role_for_one_municipality_reaches_no_other(house: House, known: Known) -> None:
    wrong = []
    for row, method, role, path, named in tried(house, known, "own"):
        status, text = asked(house, f"own.{role}", row, method, path)
        allowed = role in row["roles"] and row["reach"] == "own"
        if not allowed and status != 403:
            wrong.append((method, path, role, status, "is no role for it"))
        if allowed and named and method == "GET" and status not in REFUSED:
            wrong.append((method, path, role, status, "shows another's"))
        shown = [secret for secret in known.secrets if secret in text and f"own.{role}" != secret]
        if shown and status < 400:
            wrong.append((method, path, role, status, f"tells {shown[:3]}"))
        if status >= 500:
            wrong.append((method, path, role, status, "broke"))
    assert not wrong, wrong


def test_a_visitor_gets_nowhere(house: House, known: Known) -> None:
    wrong = []
    for row in routes_of(house.app):
        for method in row["methods"] if row["door"] in {"web", "api"} else ():
            path, _named = known.fill(row["path"], other=False)
            status, _text = asked(house, "", row, method, path)
            refused = status == (401 if row["door"] == "api" else 303)
            if row["right"] is not None and not refused:
                wrong.append((method, path, status))
    assert not wrong, wrong


def test_the_list_names_every_address_and_its_roles(house: House) -> None:
    rows = list(routes_of(house.app))
    listed = {(row["path"], method) for row in rows for method in row["methods"]}
    there = {
        (rule.rule, method)
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert listed == there
    by_path = {(row["path"], *row["methods"]): row for row in rows}
    assert by_path[("/fakturakorning/<period>/utfarda", "POST")]["roles"] == ["finance"]
    assert by_path[("/logga-in", "GET")]["right"] is None
    assert json.loads(json.dumps(rows)) == rows
