"""Client: whether the systems that the service calls answer. Nothing is sent to them."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from consortium.core.settings import Settings

PATIENCE_SECONDS = 5.0
PORTS = {"http": 80, "https": 443}


def troubles(settings: Settings) -> dict[str, str]:
    """System → why nobody answers there, empty where somebody does; those that are set up."""
    return {system: _why_not(host, port) for system, host, port in _systems(settings)}


def _systems(settings: Settings) -> Iterator[tuple[str, str, int]]:
    if settings.post.smtp_host:
        yield "mail", settings.post.smtp_host, settings.post.smtp_port
    addresses = {
        "access_point": settings.outgoing.access_point_url,
        "openid": settings.openid.issuer,
    }
    for system, address in addresses.items():
        if address:
            parts = urlsplit(address)
            yield system, parts.hostname or "", parts.port or PORTS[parts.scheme]


def _why_not(host: str, port: int) -> str:
    try:
        with socket.create_connection((host, port), PATIENCE_SECONDS):
            return ""
    except OSError as error:
        return f"{host}:{port}: {error}"
