"""One test for each thing that is tried against a service like this, named for what it stops."""

import io
import zipfile
from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import select

from consortium.app import create_app
from consortium.cli.routes import routes_of
from consortium.core.settings import Settings
from consortium.core.work import Works
from consortium.messages.tables import Letter, Webhook
from consortium.people.admitting import Terms, open_account
from consortium.people.queries import accounts, grants
from tests.api.calling import caller_of
from tests.conftest import OPERATOR
from tests.web.browsing import PHRASE, Surfer, add_account

EVIL = ("//evil.example/", "https://evil.example/", "/\\evil.example", "\thttps://evil.example")
WORKBOOK = "xl/workbook.xml"


def workbook(shared: bytes, sheet: bytes = b"") -> bytes:
    """An XLSX file of one sheet whose text lies in `shared` (ECMA-376, SpreadsheetML)."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packaged = "http://schemas.openxmlformats.org/package/2006"
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{packaged}/content-types"><Default Extension="xml"'
            ' ContentType="application/xml"/><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        )
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packaged}/relationships"><Relationship Id="r1"'
            f' Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packaged}/relationships"><Relationship Id="r1"'
            f' Type="{related}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2"'
            f' Type="{related}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        packed.writestr(
            WORKBOOK,
            f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets><sheet name="Blad1"'
            ' sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        packed.writestr("xl/sharedStrings.xml", shared)
        cells = (
            sheet
            or (
                f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v>'
                "</c></row>"
                '<row r="2"><c r="A2" t="s"><v>0</v></c></row></sheetData></worksheet>'
            ).encode()
        )
        packed.writestr("xl/worksheets/sheet1.xml", cells)
    return kept.getvalue()


def upload(surfer: Surfer, name: str, content: bytes, kind: str = "members") -> str:
    """What a page says of a file that was chosen there; every redirect followed."""
    answer = surfer.send(
        f"/import/{kind}", {"file": (io.BytesIO(content), name)}, at=f"/import/{kind}"
    )
    assert answer.status_code < 500, answer.text
    return answer.text


def test_csrf(app: Flask, as_role: Callable[..., Surfer]) -> None:
    """No post of the pages is taken without the token of a page."""
    surfer = as_role("administrator")
    posts = [
        row["path"] for row in routes_of(app) if row["door"] == "web" and "POST" in row["methods"]
    ]
    assert len(posts) > 40
    for path in posts:
        filled = path.replace("<int(max=2147483647):", "<").split("<")
        address = filled[0] + "".join("1" + part.partition(">")[2] for part in filled[1:])
        assert surfer.client.post(address, data={}).status_code in {400, 403, 404, 409}, path
    forged = {"buyer_reference": "forged", "csrf_token": "x" * 91}
    assert surfer.client.post("/medlemmar/2062", data=forged).status_code == 400


def test_session_fixation(app: Flask, world: Works) -> None:
    """A session that somebody else began, or kept a copy of, is not the one that is signed in."""
    add_account(world, "ekonom", ("finance", None))
    surfer = Surfer(app.test_client())
    surfer.get("/logga-in")
    planted = surfer.client.get_cookie("session")
    surfer.sign_in("ekonom")
    begun = surfer.client.get_cookie("session")
    assert planted is not None
    assert begun is not None
    assert begun.value != planted.value
    other = app.test_client()
    other.set_cookie("session", planted.value)
    assert other.get("/mitt-konto").status_code == 303
    surfer.post("/logga-ut", {}, at="/mitt-konto")
    other.set_cookie("session", begun.value)
    assert other.get("/mitt-konto").status_code == 303


@pytest.mark.parametrize("address", EVIL)
def test_open_redirect(app: Flask, world: Works, address: str) -> None:
    add_account(world, "ekonom", ("finance", None))
    surfer = Surfer(app.test_client())
    assert surfer.sign_in("ekonom", till=address).location == "/"
    token = surfer.post("/installningar/tema", {"tema": "dark"}, at="/mitt-konto")
    assert token.location.startswith("/")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../secret.key",
        "/static/..%2f..%2f..%2fconfig/default.toml",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
        "/static/..\\..\\app.py",
        "/import/../etc/passwd",
        "/fakturakorning/2026-11/../../app.csv",
        "/hjalp/..%2f..%2fbase",
    ],
)
def test_path_traversal(as_role: Callable[..., Surfer], path: str) -> None:
    answer = as_role("administrator").client.get(path)
    assert answer.status_code in {303, 308, 404}
    assert "root:" not in answer.text
    assert "[project]" not in answer.text


def test_xxe(as_role: Callable[..., Surfer]) -> None:
    """A workbook that names a file of the server shows nothing of it."""
    shared = (
        b'<!DOCTYPE sst [<!ENTITY stolen SYSTEM "file:///etc/passwd">]>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<si><t>&stolen;</t></si></sst>"
    )
    page = upload(as_role("administrator"), "medlemmar.xlsx", workbook(shared))
    assert "root:" not in page
    assert "/bin/" not in page


def test_zip_bomb(as_role: Callable[..., Surfer], say: Callable[..., str]) -> None:
    """A workbook that is small packed and huge unpacked is refused before it is unpacked."""
    shared = b"<sst>" + b"0" * (300 << 20)
    content = workbook(shared)
    assert len(content) < 1 << 20
    page = upload(as_role("administrator"), "medlemmar.xlsx", content)
    assert 'class="notice bad"' in page or "notice bad" in page


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://172.16.0.1/",
        "http://0/",
        "http://2130706433/",
        "file:///etc/passwd",
        "https://user:password@example.se/",
    ],
)
def test_ssrf(app: Flask, world: Works, as_role: Callable[..., Surfer], address: str) -> None:
    """No webhook leads into the network that the service stands in."""
    surfer = as_role("administrator")
    answer = surfer.send(
        "/webhookar", {"address": address, "events": "invoice.issued"}, at="/webhookar"
    )
    assert answer.status_code == 422
    with world.reading(OPERATOR) as work:
        assert work.session.exec(select(Webhook)).all() == []
    assert app.name


def test_header_injection(as_role: Callable[..., Surfer], app: Flask, world: Works) -> None:
    """Line breaks in what people send begin no header of an answer, and none of a letter."""
    surfer = as_role("administrator")
    answer = surfer.client.get("/logga-in?till=/x%0d%0aSet-Cookie:%20a=b")
    assert "a=b" not in str(answer.headers)
    named = surfer.client.get("/healthz", headers={"X-Request-ID": "a b; c=d" + "e" * 80})
    assert named.headers["X-Request-ID"] != "a b; c=d" + "e" * 80
    filled = {"delivery": "email", "email": "a@b.example\r\nBcc: c@d.example"}
    assert surfer.post("/medlemmar/2062", filled, at="/medlemmar/2062").status_code == 422
    with world.reading(OPERATOR) as work:
        assert work.session.exec(select(Letter)).all() == []
    assert app.name


def test_host_header_injection(settings: Settings, world: Works) -> None:
    """A letter's link leads to the address in the settings, whatever host a request names."""
    chosen = settings.model_dump()
    chosen["web"] |= {"address": "https://bibliotek.example"}
    app = create_app(Settings.model_validate(chosen), world)
    with world.writing(OPERATOR) as work:
        terms = Terms(email="ekonom@falun.example")
        open_account(work, "ekonom", "Ekonom", PHRASE, [("finance", None)], terms)
    surfer = Surfer(app.test_client())
    surfer.client.environ_base["HTTP_X_FORWARDED_HOST"] = "evil.example"
    surfer.post("/glomt-losenord", {"name": "ekonom", "username": "ekonom"}, at="/glomt-losenord")
    with world.reading(OPERATOR) as work:
        (letter,) = work.session.exec(select(Letter)).all()
    assert "https://bibliotek.example/" in letter.body
    assert "evil.example" not in letter.body


def test_mass_assignment(app: Flask, world: Works, as_role: Callable[..., Surfer]) -> None:
    """Fields that no form has change nothing, and the API refuses them."""
    surfer = as_role("finance")
    more = {"buyer_reference": "R1", "delivery": "email", "email": "a@b.example"}
    extra = {"code": "9999", "kind": "region", "made_up": "1", "id": "1", "roles": "administrator"}
    surfer.post("/medlemmar/2062", more | extra, at="/medlemmar/2062")
    surfer.post("/mitt-konto/losenord", extra | {"active": "1"}, at="/mitt-konto")
    assert "2062" in surfer.get("/medlemmar/2062").text
    with world.reading(OPERATOR) as work:
        (account,) = [a for a in accounts(work) if a.username == "finance.all"]
        assert grants(work, account) == [("finance", None)]
    caller = caller_of(app, world, "finance.all")
    etag = caller.ask("GET", "/members/2062").headers["ETag"]
    refused = caller.ask(
        "PATCH", "/members/2062", {"kind": "region", "id": 1}, 422, {"If-Match": etag}
    )
    assert {error["at"] for error in refused.get_json()["errors"]} == {"kind", "id"}


def test_security_headers(app: Flask, as_role: Callable[..., Surfer]) -> None:
    """Every kind of answer carries them; scripts and styles come from the site's files alone."""
    surfer = as_role("administrator")
    for path in ("/", "/konton", "/finns-inte", "/static/consortium.js", "/api/v1/members"):
        answer = surfer.client.get(path)
        headers = answer.headers
        answer.close()
        policy = dict(
            part.strip().partition(" ")[::2]
            for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    cookie = surfer.client.get_cookie("session")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert app.config["SESSION_COOKIE_SECURE"] is False  # a setting: true behind HTTPS


def test_script_injection(as_role: Callable[..., Surfer]) -> None:
    """What people write is shown as they wrote it, and is never markup."""
    surfer = as_role("finance")
    script = "<script>alert(1)</script>"
    surfer.post(
        "/medlemmar/2062",
        {"buyer_reference": script, "delivery": "access_point"},
        at="/medlemmar/2062",
    )
    reader = as_role("auditor")
    for path in ("/medlemmar/2062", "/granskningsspar", f"/sok?q={script}"):
        page = reader.get(path).text
        assert script not in page
