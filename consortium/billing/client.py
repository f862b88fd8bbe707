"""Client: the access point that carries e-invoices: its HTTP interface, or a folder it empties."""

from pathlib import Path
from typing import Final

from consortium.core.client import Answer, fetch
from consortium.core.errors import Conflict, Unavailable
from consortium.core.settings import Settings
from consortium.messages.client import put
from consortium.messages.formats.eml import one_line

REFUSALS: Final = range(400, 500)
NOT_YET: Final = frozenset({408, 409, 425, 429})
"""Answers of the 400s after which the same request may succeed (RFC 9110, 8470, 6585)."""
LONGEST_SAID: Final = 300


def deliver(settings: Settings, number: str, xml: bytes) -> None:
    """Hand an invoice to the access point, under its number, so that it takes it once.

    Conflict where the access point refuses it; Unavailable where it may take it later.
    """
    if settings.outgoing.access_point_url:
        _post(settings, number, xml)
    else:
        hand_over(settings.outbox / "e-invoices", number, xml)


def hand_over(folder: Path, number: str, xml: bytes) -> Path:
    """Put an invoice into `folder`, whole; the same number again replaces itself."""
    return put(folder / f"{number}.xml", xml)


def _post(settings: Settings, number: str, xml: bytes) -> None:
    headers = {"Content-Type": "application/xml; charset=utf-8", "Idempotency-Key": number}
    if token := settings.outgoing.access_point_token:
        headers["Authorization"] = f"Bearer {token}"
    url = settings.outgoing.access_point_url
    answer = fetch(settings.outgoing, "POST", url, xml, headers)
    if answer.status in REFUSALS and answer.status not in NOT_YET:
        raise Conflict(
            "The access point refused invoice {number}: {said}",
            number=number,
            said=_said(answer),
            remedy="Mend what it names, then send the invoice again",
        )
    if answer.status not in range(200, 300):
        raise Unavailable(
            "The access point did not take invoice {number}: {said}",
            number=number,
            said=_said(answer),
        )


def _said(answer: Answer) -> str:
    """The status, and the answer's own words where they are words."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    plain = kind.startswith("text/plain") or kind.endswith(("json", "xml"))
    words = answer.content[: 4 * LONGEST_SAID].decode("utf-8", "replace") if plain else ""
    return one_line(f"{answer.status} {words}")[:LONGEST_SAID]
