"""Reports of mail servers, as they come in the wild."""

import pytest

from consortium.core.errors import Invalid
from consortium.messages.formats.bounce import Report, report_of

ORIGINAL = "<invoice%3A20260001.1@bibliotek.example>"
HEADERS = f"""\
Content-Type: text/rfc822-headers

From: no-reply@bibliotek.example
Message-ID: {ORIGINAL}
Subject: Faktura
"""
WHOLE = f"""\
Content-Type: message/rfc822

From: no-reply@bibliotek.example
Message-ID: {ORIGINAL}

Hej
"""
FAILED = """\
Final-Recipient: rfc822; mora@lib.example
Action: failed
Status: 5.1.1 (no such mailbox)
Diagnostic-Code: smtp; 550 5.1.1 <mora@lib.example>:
 Recipient address rejected
"""
DELAYED = """\
Final-Recipient: rfc822; mora@lib.example
Action: delayed
Status: 4.4.1
"""
SHORT = """\
Final-Recipient: rfc822; mora@lib.example
action: FAILED
Status: 5.2.2
"""


def report(status: str, original: str, more: str = "") -> bytes:
    """A report (RFC 3464) put together by hand. more: headers of its own."""
    return (
        "From: MAILER-DAEMON@mx.example\nTo: no-reply@bibliotek.example\nSubject: Returned\n"
        f"{more}MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"{status}\n--b\n{original}\n--b--\n"
    ).encode()


@pytest.mark.parametrize("original", [HEADERS, WHOLE], ids=["headers", "whole letter"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_failed_letter_is_named_with_the_servers_words(original: str, ends: str) -> None:
    content = report(FAILED, original).replace(b"\n", ends.encode())
    assert report_of(content) == Report(
        ORIGINAL, "550 5.1.1 <mora@lib.example>: Recipient address rejected"
    )


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (SHORT, "5.2.2"),
        (DELAYED, ""),
        (f"{DELAYED}\n{SHORT}", "5.2.2"),
        (FAILED.replace("Action: failed", "Action: delivered"), ""),
        (SHORT.replace("Status: 5.2.2\n", ""), "5.0.0"),
        (SHORT + "Diagnostic-Code: x-unix; quota exceeded\n", "5.2.2 quota exceeded"),
    ],
)
def test_only_what_failed_for_good_is_trouble(status: str, trouble: str) -> None:
    assert report_of(report(status, HEADERS)) == Report(ORIGINAL, trouble)


def test_a_report_without_the_letter_answers_it() -> None:
    content = report(SHORT, "Content-Type: text/plain\n\n-", f"In-Reply-To: {ORIGINAL}\n")
    assert report_of(content).message_id == ORIGINAL


def test_the_servers_words_are_bounded_and_one_line() -> None:
    words = "Diagnostic-Code: smtp; " + "x" * 3000 + "\n"
    trouble = report_of(report(SHORT + words, HEADERS)).trouble
    assert trouble.startswith("5.2.2 xxx")
    assert len(trouble) == 500


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: a@b.se\nSubject: On holiday\n\nI am away until Monday.\n",
        b"Content-Type: multipart/report; boundary=b\n\nnothing\n",
    ],
)
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        report_of(content)
