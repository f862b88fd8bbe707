"""A PDF walked as a screen reader walks it: by its structure tree, not by its pages.

What must hold is ISO 14289-1 (PDF/UA-1) and ISO 19005-3 (PDF/A-3), as far as a program can see it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import pikepdf

SHOWS: Final = {"Tj", "TJ", "'", '"'}
PAINTS: Final = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "sh"}
BELOW: Final = {"Table": {"TR"}, "TR": {"TH", "TD"}, "L": {"LI"}, "LI": {"Lbl", "LBody"}}
ABOVE: Final = {"TR": "Table", "TH": "TR", "TD": "TR", "LI": "L", "LBody": "LI"}
HEADING: Final = re.compile("H([1-6])")
LETTER: Final = re.compile("^<([0-9A-F]{2})> <([0-9A-F]{4})>$", re.MULTILINE)


@dataclass
class Element:
    """An element of the tree: its texts and children in reading order.

    alt: a figure's words. name: its ID. scope: of a head. headers: IDs that a cell names.
    """

    kind: str
    alt: str
    name: bytes
    scope: str
    headers: tuple[bytes, ...]
    kids: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        parts = (kid if isinstance(kid, str) else kid.text for kid in self.kids)
        return " ".join(part for part in parts if part)

    def walk(self) -> Iterator["Element"]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def below(self, kind: str) -> list["Element"]:
        return [element for element in self.walk() if element.kind == kind]


@dataclass
class Walked:
    """root: the tree. drawn: texts that are content, in the order of the pages. faults: all."""

    root: Element
    drawn: list[str]
    faults: list[str]


def walk(pdf: bytes) -> Walked:
    with pikepdf.open(BytesIO(pdf)) as document:
        faults = [*_faults_of_file(document, pdf)]
        marked: dict[tuple[Any, int], str] = {}
        drawn: list[str] = []
        for page in document.pages:
            faults += _Page(page, marked, drawn).faults()
        tree = document.Root.StructTreeRoot
        seen: list[tuple[Any, int]] = []
        root = _element(tree.K, tree, marked, seen, faults)
        faults += _faults_of_marks(document, marked, seen)
        faults += _faults_of_tree(root)
    return Walked(root, drawn, faults)


def _faults_of_file(document: pikepdf.Pdf, pdf: bytes) -> Iterator[str]:
    root, meta, intent = document.Root, document.open_metadata(), document.Root.OutputIntents[0]
    holds = {
        "a language": bool(str(root.Lang)),
        "marked": bool(root.MarkInfo.Marked),
        "a title that is shown": bool(root.ViewerPreferences.DisplayDocTitle),
        "one title": meta["dc:title"] == str(document.docinfo.Title),
        "PDF/A-3": meta.pdfa_status == "3A",
        "an ID": len(document.trailer.ID) == 2,
        "no encryption": not document.is_encrypted,
        "three colours": int(intent.DestOutputProfile.N) == 3 and str(intent.S) == "/GTS_PDFA1",
        "ends of lines": not re.search(rb"[^\r\n]endstream", pdf),
        "tabs in order": all(page.get("/Tabs") == "/S" for page in document.pages),
    }
    yield from (f"not: {name}" for name, held in holds.items() if not held)
    things = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
    for font in (thing for thing in things if thing.get("/Type") == "/Font"):
        if "/ToUnicode" not in font or "/FontFile2" not in font.FontDescriptor:
            yield f"font {font.BaseFont} is not whole"


class _Page:
    """Reads a page's content: what is marked, in which order, and what is not."""

    def __init__(self, page: Any, marked: dict[tuple[Any, int], str], drawn: list[str]) -> None:
        self.page, self.marked, self.drawn = page, marked, drawn
        self.open: list[int | None] = []  # MCID, or None in decoration
        self.letters: dict[int, str] = {}

    def faults(self) -> Iterator[str]:
        for instruction in pikepdf.parse_content_stream(self.page):
            operator, operands = str(instruction.operator), list(instruction.operands)
            if operator in {"BDC", "BMC"}:
                yield from self.begin(operands)
            elif operator == "EMC":
                yield from self.end()
            elif operator == "Tf":
                self.letters = _letters(self.page.Resources.Font[operands[0]])
            elif operator in SHOWS | PAINTS and not self.open:
                yield f"{operator} outside marked content"
            elif operator in SHOWS and self.open[-1] is not None:
                self.show(self.open[-1], bytes(operands[0]))
        if self.open:
            yield "marked content does not end"

    def begin(self, operands: list[Any]) -> Iterator[str]:
        number = int(operands[1].MCID) if len(operands) > 1 else None
        if self.open or (number is None) != (operands[0] == "/Artifact"):
            yield f"{operands[0]} within or without"
        self.open.append(number)
        if number is not None:
            if (self.page.objgen, number) in self.marked:
                yield f"MCID {number} twice"
            self.marked[self.page.objgen, number] = ""

    def end(self) -> Iterator[str]:
        if not self.open:
            yield "nothing ends"
            return
        number = self.open.pop()
        if number is not None and self.marked[self.page.objgen, number]:
            self.drawn.append(self.marked[self.page.objgen, number])

    def show(self, number: int, codes: bytes) -> None:
        text = "".join(self.letters[code] for code in codes)
        before = self.marked[self.page.objgen, number]
        self.marked[self.page.objgen, number] = f"{before} {text}" if before else text


def _letters(font: Any) -> dict[int, str]:
    """Code → letter, by the font's ToUnicode."""
    cmap = font.ToUnicode.read_bytes().decode()
    return {int(code, 16): chr(int(letter, 16)) for code, letter in LETTER.findall(cmap)}


def _element(
    node: Any, parent: Any, marked: Any, seen: list[tuple[Any, int]], faults: list[str]
) -> Element:
    about = node.get("/A", pikepdf.Dictionary())
    element = Element(
        kind=str(node.S)[1:],
        alt=str(node.get("/Alt", "")),
        name=bytes(node.get("/ID", b"")),
        scope=str(about.get("/Scope", "")),
        headers=tuple(bytes(each) for each in about.get("/Headers", [])),
    )
    if node.P.objgen != parent.objgen:
        faults.append(f"{element.kind} has another parent")
    for kid in node.K:
        if isinstance(kid, pikepdf.Dictionary):
            element.kids.append(_element(kid, node, marked, seen, faults))
        else:
            place = (node.Pg.objgen, int(kid))
            seen.append((place, node.objgen))
            element.kids.append(marked.get(place, "?"))
    return element


def _faults_of_marks(document: pikepdf.Pdf, marked: Any, seen: Any) -> Iterator[str]:
    """Each marked content is in the tree once, and the parent tree leads back to it."""
    if sorted(place for place, _ in seen) != sorted(marked):
        yield "the tree has other content than the pages"
    owners = dict(seen)
    parents = dict(zip(*[iter(document.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
    for page in document.pages:
        for number, owner in enumerate(parents[page.StructParents]):
            if owners[page.objgen, number] != owner.objgen:
                yield f"the parent tree leads {number} astray"


def _faults_of_tree(root: Element) -> Iterator[str]:
    level = 0
    for element in root.walk():
        yield from _faults_of_kids(element)
        if element.kind == "Figure" and not element.alt.strip():
            yield "a figure without words"
        if element.kind == "Table":
            yield from _faults_of_table(element)
        if found := HEADING.fullmatch(element.kind):
            if int(found[1]) > level + 1:
                yield f"{element.kind} after H{level}"
            level = int(found[1])


def _faults_of_kids(element: Element) -> Iterator[str]:
    allowed = BELOW.get(element.kind)
    for kid in element.kids:
        if isinstance(kid, Element):
            if allowed and kid.kind not in allowed:
                yield f"{kid.kind} in {element.kind}"
            if ABOVE.get(kid.kind, element.kind) != element.kind:
                yield f"{kid.kind} in {element.kind}"


def _faults_of_table(table: Element) -> Iterator[str]:
    rows = [row for row in table.kids if isinstance(row, Element)]
    if len({len(row.kids) for row in rows}) != 1:
        yield "rows of unlike length"
    heads = table.below("TH")
    if any(head.scope not in {"/Column", "/Row"} for head in heads):
        yield "a head without a scope"
    ids = {head.name for head in heads}
    for cell in table.below("TD"):
        if not cell.headers or not ids.issuperset(cell.headers):
            yield f"cell {cell.text} without a head"
