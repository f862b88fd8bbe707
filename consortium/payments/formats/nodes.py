"""Elements of an ISO 20022 message with their places. Pure."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from lxml import etree

from consortium.core.errors import Fault, Invalid

CURRENCY: Final = "SEK"
DECIMAL: Final = re.compile(r"\+?(?=\.?[0-9])([0-9]{0,15})(?:\.([0-9]*))?")


@cache
def _qualified(namespace: str, path: str) -> str:
    return "/".join(f"{{{namespace}}}{name}" for name in path.split("/"))


@dataclass(frozen=True, slots=True)
class Node:
    """An element. at: its path, `Stmt[1]/Ntry[3]`; paths below it are local names."""

    element: etree._Element
    namespace: str
    at: str

    def all(self, path: str) -> list["Node"]:
        found = self.element.findall(_qualified(self.namespace, path))
        below = f"{self.at}/{path}" if self.at else path
        return [Node(e, self.namespace, f"{below}[{n}]") for n, e in enumerate(found, 1)]

    def has(self, path: str) -> bool:
        return self.element.find(_qualified(self.namespace, path)) is not None

    def text(self, *paths: str) -> str:
        """The first of the paths that says something, runs of blanks as one."""
        for path in paths:
            said = self.element.findtext(_qualified(self.namespace, path))
            if said and (words := " ".join(said.split())):
                return words
        return ""

    def texts(self, path: str) -> list[str]:
        found = self.element.findall(_qualified(self.namespace, path))
        return [words for e in found if (words := " ".join((e.text or "").split()))]

    def amount_ore(self, *paths: str) -> int | None:
        """The amount at the first of the paths that is there, in öre; None where none is.

        Invalid where it is no decimal number, has parts of an öre or is not in kronor.
        """
        for path in paths:
            element = self.element.find(_qualified(self.namespace, path))
            if element is not None:
                return _ore(element, f"{self.at}/{path}" if self.at else path)
        return None

    def currency(self, *paths: str) -> str:
        """The currency of that same amount; empty where none is there."""
        for path in paths:
            element = self.element.find(_qualified(self.namespace, path))
            if element is not None:
                return element.get("Ccy", CURRENCY)
        return ""


def _ore(element: etree._Element, at: str) -> int:
    written = (element.text or "").strip()
    if (currency := element.get("Ccy", CURRENCY)) != CURRENCY:
        text = "The currency is {currency}; only SEK is taken in"
        raise Invalid([Fault(text, at, {"currency": currency})])
    number = DECIMAL.fullmatch(written)
    if number is None:
        raise Invalid([Fault("{written} is no amount", at, {"written": written[:40] or "—"})])
    whole, parts = number[1] or "0", (number[2] or "").rstrip("0")
    if len(parts) > 2:  # noqa: PLR2004 (öre)
        raise Invalid([Fault("{written} has parts of an öre", at, {"written": written[:40]})])
    return int(whole + parts.ljust(2, "0"))
