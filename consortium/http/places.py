"""Where a request comes from, as a digest that only this service can make.

Wrong passwords and tokens are counted by it, so that no address of a network is kept.
"""

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from flask import current_app, request

from consortium.people.attempts import Doorstep

IPV6_SITE: Final = 64
"""Leading bits that one subscriber holds of IPv6 (RFC 6177); the rest it may choose by itself."""


def doorstep(door: str) -> Doorstep:
    """Where this request came to (`web`, `api`) and from."""
    return Doorstep(door, place_of(request.remote_addr or "", str(current_app.secret_key)))


def place_of(address: str, key: str) -> str:
    """HMAC-SHA-256 of a network address under the service's own key, in hexadecimal.

    An IPv6 address counts as its /64 network, one that stands for an IPv4 address as that.
    """
    return hmac.new(key.encode(), f"place {_network(address)}".encode(), sha256).hexdigest()


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:  # a socket without a network address
        return address
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ip_network((known.packed[:8] + bytes(8), IPV6_SITE)))
    return str(known)
