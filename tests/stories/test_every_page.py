"""Every address that can be opened without knowing more, as every role, on both databases."""

from pathlib import Path

import pytest
from flask import Flask

from consortium.app import create_app
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.people.rules import ROLES
from tests.slices import DATABASES, slice_of
from tests.stories.worlds import ROLES as ACCOUNTS
from tests.stories.worlds import make_money, make_november
from tests.web.browsing import signed_in

# Runs and books are the whole consortium's: a role of one municipality does not open them.
WHOLE_ONLY = (
    "/fakturakorning",
    "/bokforing",
    "/betalningar/att-placera",
    "/betalningar/filer",
    "/betalningar/paminnelser",
)
ASKING_MORE = {
    "/lador/etiketter.pdf",
    "/lador/etiketter/skriv-ut.pdf",
    "/passerade-lador/lador.csv",
    "/delade-resurser/kostnader.csv",
    "/export/blad",
    "/volymprov/blad",
    "/granskningsspar/huvud.json",  # there once something is sealed: tests/web/test_trail.py
    "/logga-in/openid",  # there where the settings name a provider: tests/web/test_openid.py
    "/logga-in/openid/svar",
}
KNOWING_MORE = (
    "/lador/etiketter.pdf?kod=LD000001",
    "/lador/etiketter/skriv-ut.pdf?fran=LD000001&till=LD000009&storlek=102x59",
    "/passerade-lador?plats=mora-bibliotek&dag=2026-11-23&fran=09:00&till=12:00",
    "/byten?fran=mora-bibliotek",
    "/turplan/2026-11-25/bil1.gpx",
    "/turplan/2026-11-25/bil1.geojson",
    "/turplan/2026-11-25/bil1.csv",
    "/turplan/2026-11-25/etiketter-rulle.pdf",
    "/delade-resurser/kostnader.csv?bibliotek=leksands-bibliotek",
    "/bibliotek/mora-bibliotek",
    "/bibliotek/mora-bibliotek/andringar",
    "/veckan/tva-veckor?fran=2026-12-14",
    "/veckan/bilar?bil=bil1",
    "/leverans/mora-bibliotek",
    "/matvarden/population",
    "/medlemmar/2029",
    "/fordelning/system",
    "/fordelning/efilm?ar=2026&manad=3",
    "/fordelning/system?lika=100&del1=0&del2=0",
    "/budget/system",
    "/budget/efilm?ar=2026",
    "/budget/dialog/2026",
    "/budget/dialog/2027",
    "/kostnader/1",
    "/kostnader?ar=2026&pott=system",
    "/fordelning/system/nyckel?ar=2026&manad=11",
    "/fordelning/system/nyckel?ar=2026&manad=11&d1.tar=rest&d1.sort=lika",
    "/fordelning/system/nycklar?ar=2026",
    "/fordelning/system/nycklar/2026-01-01/nyckel.json",
    "/fordelning/system/jamfor?ar=2026&b=pool:transports",
    "/fordelning/system/infasning?ar=2026&manad=11&d1.tar=rest&d1.sort=lika",
    "/rostetal/regel?body=Styrgruppen&votes=41&clause=§+7.1&d1.tar=rest&d1.sort=lika",
    "/fakturakorning/2026-11",
    "/fakturakorning/2026-12",
    "/fakturakorning/2026-k4",
    "/fakturakorning/2026-11/1/ersatt",
    "/avrakning/2026",
    "/avrakning/2026/2029",
    "/avrakning/2026.xlsx",
    "/bokforing/manad/2026-11",
    "/bokforing/manad/2026-10",
    "/fakturor/20260008/kreditera",
    "/fakturor/20260008",
    "/fakturor/20260008/varfor/1",
    "/fakturor/20260001",
    "/arsrapport/2029/2026.pdf",
    "/e-medier/leverantorer/ebocker",
    "/lador/LD000001",
    "/imorgon?datum=2026-11-29",
    "/turplan/2026-11-25/flytta",
    "/turplan/2026-11-25/flytta?stopp=mora-bibliotek&bil=bil1&plats=1",
    "/turplan/2026-11-25/fasta",
    "/turplan/2026-11-25/plan.csv",
    "/betalningar/1",
    "/betalningar/kontoutdrag/2029",
    "/betalningar/reskontra.csv",
    "/betalningar/reskontra.xlsx?dag=2026-11-01",
)


def addresses(app: Flask) -> list[tuple[str, str | None]]:
    """Each with the right that its file asks for; None: for visitors, "" for everyone."""
    found: list[tuple[str, str | None]] = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web.") and "GET" in (rule.methods or ()):
            file = app.blueprints[rule.endpoint.rpartition(".")[0]]
            if not rule.arguments and rule.rule not in ASKING_MORE:
                found.append((rule.rule, getattr(file, "right", None)))
    return found


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_every_page_opens_for_whom_it_is_for(
    works: Works, settings: Settings, tmp_path: Path
) -> None:
    make_november(works, tmp_path)
    make_money(works, tmp_path)
    app = create_app(settings, works)
    pages = addresses(app)
    assert len(pages) > 20
    wrong = []
    for turn, role in enumerate(ACCOUNTS):
        surfer = signed_in(app, role)
        for path, right in pages[turn % slice_of(3, 1) :: slice_of(3, 1)]:
            own = ACCOUNTS[role] is not None and path.startswith(WHOLE_ONLY)
            allowed = not right or (right in ROLES[role] and not own)
            answer = surfer.get(path)
            if answer.status_code != (200 if allowed else 403):
                wrong.append((role, path, answer.status_code))
        more = [(role, path, surfer.get(path).status_code) for path in KNOWING_MORE]
        wrong += [opened for opened in more if opened[2] not in {200, 403, 404}]
    assert not wrong, wrong


@pytest.mark.parametrize("database_url", DATABASES, indirect=True)
def test_a_visitor_is_led_to_sign_in(works: Works, settings: Settings, tmp_path: Path) -> None:
    make_november(works, tmp_path)
    app = create_app(settings, works)
    for path, right in addresses(app):
        answer = app.test_client().get(path)
        if right is not None:
            assert answer.status_code == 303, path
            assert answer.location.startswith("/logga-in"), path
