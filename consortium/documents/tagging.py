"""What a screen reader is told: the elements of a document in reading order.

While pages are drawn, each text is marked with a number (MCID) that an element of the structure
tree holds, and the tree is written beside the pages. Structure and attributes: ISO 32000-1, 14.6 to
14.8; what a document for everyone must have: ISO 14289-1 (PDF/UA-1).
"""

from collections.abc import Sequence
from typing import Final

AROUND: Final = {"TR": "Table", "LI": "L"}  # what such elements, next to each other, stand in
HEAD, NAMED, PLAIN = "head", "named", "plain"
"""Rows: of column heads; with the row's head first; of figures only."""

SCOPES: Final = {HEAD: "Column", NAMED: "Row"}


class _Element:
    """kids: from 0, marked content of `page`; below 0, the element ~kid. about: attributes."""

    __slots__ = ("about", "kids", "kind", "page", "parent")

    def __init__(self, kind: str, parent: int, about: str) -> None:
        self.kind, self.parent, self.about = kind, parent, about
        self.kids: list[int] = []
        self.page = -1


class Tags:
    """The elements of one document, opened and closed as its pages are drawn."""

    def __init__(self) -> None:
        self._elements = [_Element("Document", -1, "")]
        self._open = [0]
        self._implied = [False]
        self._pages: list[list[int]] = []  # of each page: the element of each marked content
        self._named: list[int] = []  # elements with an ID, which others name
        self._table: object = None
        self._heads: list[int] = []
        self._row, self._row_head = PLAIN, -1

    def turn(self) -> None:
        """Begin the next page."""
        self._pages.append([])

    def open(self, kind: str, about: str = "") -> None:
        """Begin an element in the one that is open; a row or an item begins its table or list."""
        while self._implied[-1] and AROUND.get(kind) != self._kind():
            self._pop()
        around = AROUND.get(kind)
        if around and self._kind() != around:
            self._push(around, "", implied=True)
            self._heads = []
        self._push(kind, about, implied=False)

    def open_figure(self, words: str) -> None:
        """A picture; words: what it says, for who does not see it."""
        self.open("Figure", f"/Alt{text_string(words)}")

    def open_row(self, row: str, table: object) -> None:
        """Begin a row: HEAD, NAMED or PLAIN. table: equal for rows of one table."""
        if row == HEAD or table != self._table:
            while self._implied[-1]:
                self._pop()
        self._row, self._table, self._row_head = row, table, -1
        self.open("TR")

    def open_cell(self, place: int) -> None:
        """Begin the cell in column `place`, from 0, of the open row."""
        number = len(self._elements)
        if self._row == HEAD or (self._row == NAMED and place == 0):
            about = f"/ID{_name(number)}/A<</O/Table/Scope/{SCOPES[self._row]}>>"
            self._named.append(number)
            if self._row == HEAD:
                self._heads.append(number)
            else:
                self._row_head = number
            self.open("TH", about)
        else:
            self.open("TD", self._headers(place))

    def content(self) -> str:
        """The operator that begins content of the open element on this page."""
        page = self._pages[-1]
        number = self._open[-1]
        element = self._elements[number]
        element.kids.append(len(page))
        element.page = len(self._pages) - 1
        page.append(number)
        return f"/{element.kind}<</MCID {len(page) - 1}>>BDC"

    def close(self) -> None:
        """End the element that was opened last."""
        while self._implied[-1]:
            self._pop()
        self._pop()

    def objects(self, first: int, pages: Sequence[int]) -> list[bytes]:
        """The structure tree as objects of PDF, the first of which is its root.

        first: the number that the root gets; the others follow. pages: the pages' own numbers.
        """
        below = first + 2
        root = (
            f"<</Type/StructTreeRoot/K {below} 0 R/ParentTree {first + 1} 0 R"
            f"/ParentTreeNextKey {len(self._pages)}{self._ids(below)}>>"
        )
        parents = " ".join(
            f"{page}[{' '.join(f'{below + number} 0 R' for number in marked)}]"
            for page, marked in enumerate(self._pages)
        )
        written = [root, f"<</Nums[{parents}]>>"]
        written += [self._written(element, below, first, pages) for element in self._elements]
        return [text.encode("latin-1") for text in written]

    def _written(self, element: _Element, below: int, root: int, pages: Sequence[int]) -> str:
        parent = root if element.parent < 0 else below + element.parent
        page = f"/Pg {pages[element.page]} 0 R" if element.page >= 0 else ""
        kids = " ".join(str(kid) if kid >= 0 else f"{below + ~kid} 0 R" for kid in element.kids)
        return f"<</S/{element.kind}/P {parent} 0 R{page}{element.about}/K[{kids}]>>"

    def _ids(self, below: int) -> str:
        """The tree that finds an element by its ID; empty where none has one."""
        if not self._named:
            return ""
        limits = f"{_name(self._named[0])}{_name(self._named[-1])}"
        names = " ".join(f"{_name(number)} {below + number} 0 R" for number in self._named)
        return f"/IDTree<</Kids[<</Limits[{limits}]/Names[{names}]>>]>>"

    def _headers(self, place: int) -> str:
        """The heads that a cell in column `place` stands under and beside."""
        named = [self._heads[place]] if place < len(self._heads) else []
        if self._row_head >= 0:
            named.append(self._row_head)
        ids = "".join(_name(number) for number in named)
        return f"/A<</O/Table/Headers[{ids}]>>" if ids else ""

    def _kind(self) -> str:
        return self._elements[self._open[-1]].kind

    def _push(self, kind: str, about: str, *, implied: bool) -> None:
        number, parent = len(self._elements), self._open[-1]
        self._elements.append(_Element(kind, parent, about))
        self._elements[parent].kids.append(~number)
        self._open.append(number)
        self._implied.append(implied)

    def _pop(self) -> None:
        self._open.pop()
        self._implied.pop()


def text_string(words: str) -> str:
    """`words` as a text string of PDF, in UTF-16."""
    return f"<feff{words.encode('utf-16-be').hex()}>"


def _name(number: int) -> str:
    """An element's ID; in the order of numbers, as a name tree must be."""
    return f"(e{number:06})"
