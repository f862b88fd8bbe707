"""Letters leave: by a mail server of the tests' own, or into a folder."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from consortium.core.errors import Unavailable
from consortium.core.settings import Settings
from consortium.messages.client import put, send
from consortium.messages.formats.eml import Post, is_address, message_id, sending_of
from tests.conftest import NOON
from tests.messages.certificates import make_authority
from tests.messages.mail import MailServer, mail_server

TO = "mora@lib.example"
LETTER = Post("invoice:1", TO, "Ämne", "Hej å ä ö\n", NOON, b"%PDF-1", "faktura-1.pdf")


def chosen(home: Path, server: MailServer | None = None, **post: Any) -> Settings:
    given: dict[str, Any] = {"home": home, "web": {"secret_key": "k" * 32}, "post": post}
    authority = home / "authority.pem"
    trusted = str(authority) if authority.exists() else ""
    given["outgoing"] = {"certificates": trusted, "timeout_seconds": 5}
    if server:
        address = {"smtp_host": "127.0.0.1", "smtp_port": server.port}
        given["post"] = {"sender": "no-reply@bibliotek.example", **address, **post}
    return Settings.model_validate(given)


def parsed(content: bytes) -> EmailMessage:
    read = email.message_from_bytes(content, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_a_letter_is_handed_over_encrypted_and_signed_in(tmp_path: Path) -> None:
    context = make_authority(tmp_path).context("127.0.0.1")
    with mail_server(context) as server:
        settings = chosen(tmp_path, server, smtp_username="me", smtp_password="pass")
        assert send(settings, LETTER) == ""
    assert (server.secured, server.signed_in) == (1, ["\0me\0pass"])
    secure = server.commands.index("STARTTLS")
    assert [c.split(" ")[0].upper() for c in server.commands[:secure]] == ["EHLO"]
    ((sender, recipient, text),) = server.taken
    assert (sender, recipient) == ("no-reply@bibliotek.example", TO)
    assert text.isascii()  # whatever the servers on the way can bear
    read = parsed(text)
    assert (read["From"], read["To"], read["Subject"]) == (sender, TO, "Ämne")
    assert read["Message-ID"] == "<invoice%3A1.1@bibliotek.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    body, (attached,) = read.get_body(), list(read.iter_attachments())
    assert body is not None
    assert body.get_content().rstrip() == "Hej å ä ö"
    assert (attached.get_filename(), attached.get_content()) == ("faktura-1.pdf", b"%PDF-1")


def test_a_second_sending_is_the_same_message(tmp_path: Path) -> None:
    with mail_server() as server:
        settings = chosen(tmp_path, server, smtp_security="none")
        for _ in range(2):
            assert send(settings, LETTER) == ""
    first, second = (text for _sender, _recipient, text in server.taken)
    assert parsed(first)["Message-ID"] == parsed(second)["Message-ID"]


def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    context = make_authority(tmp_path).context("127.0.0.1")
    with mail_server(context, tls=True) as server:
        assert send(chosen(tmp_path, server, smtp_security="tls"), LETTER) == ""
    assert (server.secured, len(server.taken)) == (1, 1)


@pytest.mark.parametrize("host", ["127.0.0.2", "annan.example"])
def test_a_certificate_of_another_host_stops_the_letter(tmp_path: Path, host: str) -> None:
    context = make_authority(tmp_path).context(host)
    with (
        mail_server(context) as server,
        pytest.raises(Unavailable, match="certificate"),
    ):
        send(chosen(tmp_path, server), LETTER)
    assert server.taken == []


def test_a_server_without_encryption_gets_no_letter(tmp_path: Path) -> None:
    with mail_server() as server, pytest.raises(Unavailable, match="STARTTLS"):
        send(chosen(tmp_path, server), LETTER)
    assert server.taken == []


@pytest.mark.parametrize(
    ("replies", "returned"),
    [
        ({"RCPT": "550 5.1.1 No such user"}, "550 5.1.1 No such user"),
        ({"TEXT": "554 5.7.1 Not wanted"}, "554 5.7.1 Not wanted"),
        ({"MAIL": "552 5.3.4 Too large"}, "552 5.3.4 Too large"),
        ({"RCPT": "451 4.2.1 Come back later"}, None),
        ({"RCPT": "452 4.2.2 Full"}, None),
        ({"TEXT": "451 4.3.0 Trouble"}, None),
        ({"MAIL": "550 5.7.1 Not from you"}, None),  # the settings' fault, not the recipient's
        ({"DATA": "421 4.3.2 Closing"}, None),
        ({"QUIT": "500 what"}, ""),  # it has the letter already
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_refused_for_good_is_returned_and_the_rest_is_tried_again(
    tmp_path: Path, replies: dict[str, str], returned: str | None
) -> None:
    with mail_server(replies=replies) as server:
        settings = chosen(tmp_path, server, smtp_security="none")
        if returned is None:
            with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
                send(settings, LETTER)
        else:
            assert send(settings, LETTER) == returned
    assert len(server.taken) == (returned == "")


def test_a_wrong_password_is_unavailable(tmp_path: Path) -> None:
    context = make_authority(tmp_path).context("127.0.0.1")
    with (
        mail_server(context, replies={"AUTH": "535 5.7.8 wrong"}) as server,
        pytest.raises(Unavailable, match="sign-in"),
    ):
        send(chosen(tmp_path, server, smtp_username="me", smtp_password="no"), LETTER)


def test_no_server_is_unavailable(tmp_path: Path) -> None:
    with mail_server() as server:
        pass
    with pytest.raises(Unavailable, match="does not answer"):
        send(chosen(tmp_path, server), LETTER)


@pytest.mark.parametrize(
    "address",
    ["", "x", "a@b.se\r\nBcc: c@d.se", "a@b.se, c@d.se", "Namn <a@b.se>", "å@b.se", "a@bå.se"],
)
def test_what_is_no_address_is_returned_without_asking_anybody(
    tmp_path: Path, address: str
) -> None:
    assert not is_address(address)
    letter = Post("a", address, "x", "y", NOON)
    assert "e-mail address" in send(chosen(tmp_path), letter)
    assert not (tmp_path / "outbox").exists()


def test_a_line_break_in_a_subject_or_file_name_adds_no_header(tmp_path: Path) -> None:
    subject = "Hej\r\nBcc: all@lib.example\n\nX: y\u2028Z"
    letter = Post("a", TO, subject, "x", NOON, b"%PDF-1", "a\r\nX-More: 1.pdf")
    assert send(chosen(tmp_path), letter) == ""
    content = (tmp_path / "outbox" / "letters" / "a.eml").read_bytes()
    read = parsed(content)
    assert read["Bcc"] is None
    assert read["Subject"] == "Hej Bcc: all@lib.example X: y Z"
    assert b"\nX-More" not in content
    assert b"\nBcc" not in content


def test_without_a_server_a_letter_is_a_file(tmp_path: Path) -> None:
    settings = chosen(tmp_path)
    for _ in range(2):  # sent again after a crash: the same file
        assert send(settings, LETTER) == ""
    folder = tmp_path / "outbox" / "letters"
    assert [file.name for file in folder.iterdir()] == ["invoice-1.eml"]
    read = parsed((folder / "invoice-1.eml").read_bytes())
    assert (read["To"], read["Subject"]) == (TO, "Ämne")


def test_a_folder_that_cannot_be_written_to_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        put(tmp_path / "file" / "below" / "x.xml", b"<a/>")


@pytest.mark.parametrize(
    "key", ["invoice:20260001", "plan:1:mora-bibliotek", "a.b~c d/å", "x" * 200]
)
def test_a_message_id_names_the_letter_and_its_sending(key: str) -> None:
    named = message_id(key, 12, "no-reply@bibliotek.example")
    assert sending_of(named) == (key, 12)
    assert sending_of(f"  {named}\r\n") == (key, 12)


@pytest.mark.parametrize("text", ["", "<x@y>", "<a.0@y>", "<a.b@y>", "a.1", "<a.1@y> <b.1@y>"])
def test_a_message_id_of_others_names_nothing(text: str) -> None:
    assert sending_of(text) is None
