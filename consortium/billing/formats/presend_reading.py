"""What the rules before sending are made of: finders of what is wrong in a UBL file.

A finder takes the root of a file and yields the nodes at which a rule is broken. Paths are XPath
1.0 with the prefixes `cac` and `cbc`; the root is `/*`, since an invoice and a credit note have
namespaces of their own.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple, cast

from lxml import etree

from consortium.billing.formats.peppol import CAC, CBC
from consortium.core.errors import Fault
from consortium.core.words import mark

Node = etree._Element
SPACES: Final = {"cac": CAC, "cbc": CBC}
PREFIXES: Final = {CAC: "cac:", CBC: "cbc:"}
MOST_SHOWN: Final = 60
LINES: Final = "/*/cac:InvoiceLine | /*/cac:CreditNoteLine"

MISSING: Final = mark("{expected} is missing")
INSTEAD: Final = mark("{found} stands where {expected} should")
TELL: Final = mark("Nothing that you have entered is wrong: tell those who run the service")

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Broken(NamedTuple):
    """A node at which a rule is broken, and what should stand there, where that can be said."""

    node: Node
    expected: str = ""


Finder = Callable[[Node], Iterator[Broken]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. name: as it is published; `OWN-…` for what we demand beyond that.

    text: what is wrong, with `{found}` and `{expected}`. broken: finds it. remedy: what mends it.
    """

    name: str
    text: str
    broken: Finder
    remedy: str = TELL

    def faults(self, root: Node) -> Iterator[Fault]:
        """A fault for each place at which the file breaks the rule."""
        for node, expected in self.broken(root):
            facts = {"rule": self.name, "found": text_at(node)[:MOST_SHOWN], "expected": expected}
            yield Fault(self.text, place_of(node), facts, self.remedy)


def at(path: str) -> Finder:
    """Whatever is at `path` is wrong."""

    def broken(root: Node) -> Iterator[Broken]:
        yield from map(Broken, nodes(root, path))

    return broken


def lacking(path: str, child: str) -> Finder:
    """What is at `path` must have a `child`, itself a path."""

    def broken(root: Node) -> Iterator[Broken]:
        yield from (Broken(node, child) for node in nodes(root, path) if not nodes(node, child))

    return broken


def unless(path: str, fits: Callable[[str], bool], expected: str = "") -> Finder:
    """The text of what is at `path` must fit."""

    def broken(root: Node) -> Iterator[Broken]:
        yield from (Broken(node, expected) for node in nodes(root, path) if not fits(text_at(node)))

    return broken


def one_of(path: str, *codes: str) -> Finder:
    """The text of what is at `path` must be one of `codes`."""
    return unless(path, frozenset(codes).__contains__, ", ".join(codes))


def shaped(path: str, pattern: str) -> Finder:
    """The text of what is at `path` must be as the regular expression says, as a whole."""
    return unless(path, lambda written: re.fullmatch(pattern, written) is not None)


def nodes(node: Node, path: str) -> list[Node]:
    """The nodes at `path` from `node`."""
    return cast("list[Node]", _compiled(path)(node))


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces=SPACES)


def text(node: Node, path: str) -> str:
    """The text of the first node at `path`; empty where there is none."""
    return next(map(text_at, nodes(node, path)), "")


def text_at(node: Node) -> str:
    return (node.text or "").strip()


def number(node: Node, path: str) -> Fraction:
    """The number at `path`; nought where there is none, or none that can be read."""
    return number_of(text(node, path)) or Fraction()


def number_of(written: str) -> Fraction | None:
    """A decimal number exactly; None where it is none."""
    return Fraction(written) if _NUMBER.fullmatch(written) else None


def shown(exact: Fraction) -> str:
    """An amount in kronor as the file writes it; of one with parts of an öre, those too."""
    hundredths = exact * 100
    if hundredths.denominator != 1:
        return str(float(exact))
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(int(hundredths)), 100)
    return f"{sign}{whole}.{rest:02}"


def place_of(node: Node) -> str:
    """The path of a node: `/Invoice/cac:InvoiceLine[2]/cbc:ID`."""
    steps = [_step(each) for each in (node, *node.iterancestors())]
    return "/" + "/".join(reversed(steps))


def _step(node: Node) -> str:
    name = etree.QName(node)
    parent = node.getparent()
    siblings = [] if parent is None else parent.findall(node.tag)
    place = f"[{siblings.index(node) + 1}]" if len(siblings) > 1 else ""
    return f"{PREFIXES.get(name.namespace or '', '')}{name.localname}{place}"
