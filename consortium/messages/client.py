"""Client: the post. A letter goes to a mail server (SMTP, RFC 5321), or into a folder."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from consortium.core.errors import Invalid, Unavailable
from consortium.core.settings import Settings
from consortium.messages.formats.eml import Post, eml, one_line

FOR_GOOD: Final = 500
TOO_LARGE: Final = 552
LONGEST_REPORT: Final = 10 * 1024 * 1024
MOST_REPORTS: Final = 100


def send(settings: Settings, letter: Post) -> str:
    """Send `letter`; empty where it is on its way, else why this address will never take it.

    Unavailable where it may go through later: no connection, a certificate that does not hold, a
    refused sign-in, an answer of the 400s. Sent again after a crash it is the same message: it has
    the same Message-ID, and the same file in the folder.
    """
    try:
        message = eml(letter, settings.post.sender)
    except Invalid as problem:
        return str(problem)
    if not settings.post.smtp_host:
        post(settings.outbox / "letters", letter, message)
        return ""
    with _server(settings) as server:
        return _hand_over(server, settings.post.sender, letter.to_address, message)


def post(folder: Path, letter: Post, message: EmailMessage) -> Path:
    """Put `message` into `folder`; whole or not at all, and the same file when done again."""
    again = f"-{letter.sending}" if letter.sending > 1 else ""
    return put(folder / f"{_file_name(letter.key)}{again}.eml", message.as_bytes())


def put(path: Path, content: bytes) -> Path:
    """Write `content` to `path` so that a reader finds all of it or none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise Unavailable(
            "The folder {path} cannot be written to", path=str(path.parent)
        ) from error
    return path


def reports(folder: Path) -> list[Path]:
    """The files that the mail server has put into `folder`, the first MOST_REPORTS by name."""
    try:
        found = sorted(path for path in folder.glob("*.eml") if path.is_file())
    except OSError as error:
        raise Unavailable("The folder {path} cannot be read", path=str(folder)) from error
    return found[:MOST_REPORTS]


def read(report: Path) -> bytes:
    """What a file holds; nothing where it is gone or too large to be a report."""
    try:
        return b"" if report.stat().st_size > LONGEST_REPORT else report.read_bytes()
    except FileNotFoundError:  # another process has taken it
        return b""
    except OSError as error:
        raise Unavailable("The file {path} cannot be read", path=str(report)) from error


def put_aside(report: Path, into: str) -> None:
    """Move a file into the folder `into` beside it, under a name that is free there."""
    try:
        target = report.parent / into / report.name
        target.parent.mkdir(exist_ok=True)
        place = 1
        while target.exists():
            place += 1
            target = target.with_name(f"{report.stem}-{place}{report.suffix}")
        report.replace(target)
    except FileNotFoundError:
        return  # another process has moved it
    except OSError as error:
        raise Unavailable("The file {path} cannot be moved", path=str(report)) from error


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the mail server, as safe as the settings ask for, signed in."""
    chosen = settings.post
    try:
        server = _connected(settings)
        try:
            if chosen.smtp_username:
                server.login(chosen.smtp_username, chosen.smtp_password)
            yield server
        finally:
            with suppress(smtplib.SMTPException, OSError):  # what it took, it has
                server.quit()
            server.close()
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _unavailable(error, chosen.smtp_host) from error


def _unavailable(error: Exception, host: str) -> Unavailable:
    """What stood in the way, in words, with what would mend it."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Unavailable(
            "The mail server {host} refused the sign-in",
            host=host,
            remedy="Check post.smtp_username and post.smtp_password",
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return Unavailable("The mail server {host} says {said}", host=host, said=_said(error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Unavailable(
            "The mail server {host} cannot do what is asked of it: {why}",
            host=host,
            why=one_line(str(error)),
            remedy="Check post.smtp_security and post.smtp_port",
        )
    if isinstance(error, ssl.SSLError):
        return Unavailable(
            "The certificate of {host} does not hold",
            host=host,
            remedy="If an authority of your own issued it, name its file in outgoing.certificates",
        )
    return Unavailable("{host} does not answer", host=host)


def _connected(settings: Settings) -> smtplib.SMTP:
    chosen, seconds = settings.post, settings.outgoing.timeout_seconds
    own_name = chosen.sender.rpartition("@")[2]
    place = chosen.smtp_host, chosen.smtp_port, own_name
    context = ssl.create_default_context(cafile=settings.outgoing.certificates or None)
    if chosen.smtp_security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=seconds, context=context)
    server = smtplib.SMTP(*place, timeout=seconds)
    if chosen.smtp_security == "starttls":
        try:
            server.starttls(context=context)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
    return server


def _hand_over(server: smtplib.SMTP, sender: str, to_address: str, message: EmailMessage) -> str:
    """Empty where the server took it; what it said where it never will; raises otherwise."""
    try:
        server.send_message(message, sender, [to_address])
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = refused.recipients[to_address]
        error = smtplib.SMTPResponseException(code, said)
        if code < FOR_GOOD:
            raise error from refused
        return _said(error)
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code < FOR_GOOD:
            raise
        return _said(refused)
    except smtplib.SMTPSenderRefused as refused:
        if refused.smtp_code != TOO_LARGE:
            raise
        return _said(refused)
    return ""


def _said(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return one_line(f"{error.smtp_code} {words}")[:500]


def _file_name(key: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in key)
