"""Rules of the post: what sorts of letters there are, and how posts to webhooks are signed. Pure.

Signing follows Standard Webhooks 1.0.0 (standardwebhooks.com): `webhook-signature` is `v1,` and
the HMAC-SHA256, in base64, of id, timestamp and body with full stops between.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from consortium.core.errors import Fault

PING: Final = "ping"
EVENTS: Final = ("invoice.issued", "plan.published")
SHOWN_AS: Final = "whsec_"
LONGEST_ADDRESS: Final = 500


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of letter, told by how its key begins.

    see, handle: the rights that suffice, beside `settings.see`, to see one, and to send it again
    or settle it. corrected: its address may be put right when it is sent again.
    """

    see: str
    handle: str
    corrected: bool = False


SORTS: Final = {
    "claims": Sort("transports.plan", "transports.change", corrected=True),
    "delay": Sort("transports.plan", "transports.plan", corrected=True),
    "incident": Sort("transports.plan", "transports.plan", corrected=True),
    "invoice": Sort("billing.see", "billing.issue", corrected=True),
    "missed": Sort("transports.plan", "transports.plan", corrected=True),
    "missing": Sort("transports.plan", "transports.plan", corrected=True),
    "plan": Sort("transports.plan", "transports.plan", corrected=True),
    "reminder": Sort("billing.see", "billing.receive", corrected=True),
    "served": Sort("transports.plan", "transports.plan", corrected=True),
}
OTHER: Final = Sort("settings.see", "settings.see")


def sort_of(key: str) -> Sort:
    """The sort of the letter with `key`: `invoice:20260001` is an invoice's."""
    return SORTS.get(key.partition(":")[0], OTHER)


def secret_of(service_key: str, seed: str) -> bytes:
    """The 32 bytes that a webhook's posts are signed with; only the seed is kept in the records."""
    return hmac.digest(service_key.encode(), f"webhook:{seed}".encode(), "sha256")


def shown(secret: bytes) -> str:
    """A secret as the receiver's software wants it."""
    return SHOWN_AS + b64encode(secret).decode()


def message_name(seed: str, key: str) -> str:
    """The `webhook-id` of an event for one webhook: the same at every attempt, without a stop."""
    return "msg_" + sha256(f"{seed}:{key}".encode()).hexdigest()[:32]


def signed(secret: bytes, name: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that let the receiver prove a post. timestamp: seconds since 1970."""
    told = f"{name}.{timestamp}.".encode() + body
    signature = b64encode(hmac.digest(secret, told, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def webhook_faults(address: str, events: Iterable[str], allowed: Iterable[str]) -> Iterator[Fault]:
    """What is wrong with a webhook as written. allowed: the setting `outgoing.allowed`."""
    try:
        place = urlsplit(address)
        host, _port = place.hostname or "", place.port
    except ValueError:
        host = ""
    if not host or place.scheme not in {"https", "http"} or len(address) > LONGEST_ADDRESS:
        yield Fault(
            "This is no address that can be posted to",
            "address",
            remedy="Write the whole address, as https://example.se/notices",
        )
    elif place.username is not None or place.password is not None:
        yield Fault(
            "The address carries a user name or a password",
            "address",
            remedy="Leave them out of the address",
        )
    elif place.scheme == "http" and host not in set(allowed):
        yield Fault(
            "The address is not encrypted",
            "address",
            remedy="Write https://, or name the host in the setting outgoing.allowed",
        )
    if not set(events):
        yield Fault("Choose at least one event", "events")
    if unknown := sorted(set(events) - set(EVENTS)):
        yield Fault("There is no event {name}", "events", {"name": unknown[0]})
