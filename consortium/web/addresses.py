"""Addresses to go back to: only paths of this site are ever followed."""

from typing import Final
from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

START: Final = "/"


def local(address: str | None) -> str:
    """`address` where it is a path on this site, else the start page.

    `//host`, `/\\host` and characters that browsers drop before they read are no paths.
    """
    text = address or ""
    path = text.startswith("/") and not text.startswith(("//", "/\\"))
    plain = text.isascii() and text.isprintable() and "\\" not in text
    return text if path and plain else START


def here() -> str:
    """The address asked for, to come back to after signing in: the page itself, not a post."""
    if request.method in {"GET", "HEAD"}:
        return local(request.full_path.rstrip("?"))
    return referrer()


def referrer() -> str:
    """The page that the request came from, where that is one of this site's."""
    try:
        came = urlsplit(request.referrer or "")
    except ValueError:
        return START
    if came.netloc != request.host:
        return START
    return local(came.path + (f"?{came.query}" if came.query else ""))


def see(address: str) -> Response:
    """Go on to `address` by GET, as every post ends (RFC 9110, 303)."""
    return redirect(address, 303)
