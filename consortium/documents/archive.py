"""A drawn document as a file to keep: PDF/A-3 with its tags, its colours and what it carries.

ISO 19005-3 (PDF/A-3, conformance A): every font and colour is in the file, what it says of itself
stands in XMP, nothing is encrypted, and a file inside says how it belongs to the document. The
e-invoice goes in as the alternative of its own picture, as in Factur-X and ZUGFeRD. ReportLab
makes pages and fonts; catalogue, structure and the order of the file are written here.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from html import escape
from typing import Any, Final

from reportlab.pdfbase.pdfdoc import PDFArray, PDFPage, PDFTrueTypeFont
from reportlab.pdfbase.pdfdoc import format as formatted

from consortium.documents.colours import srgb_profile
from consortium.documents.tagging import Tags, text_string

HEAD: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PRODUCER: Final = "ReportLab"
FIXED_DAY: Final = date(2000, 1, 1)  # of what has no day of its own
CONTROL: Final = re.compile("[\x00-\x1f\x7f]")
STREAM_END: Final = b"endstream\n"
XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{day}T00:00:00Z</xmp:CreateDate><xmp:ModifyDate>{day}T00:00:00Z</xmp:ModifyDate>
<xmp:CreatorTool>{author}</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a document carries. relation: how it belongs to it (`Alternative`, `Data`)."""

    name: str
    media_type: str
    content: bytes
    words: str
    relation: str = "Alternative"


@dataclass(frozen=True, slots=True)
class Named:
    """What a document says of itself. made_on: its day, not the clock's; None: it has none."""

    title: str
    author: str
    language: str
    made_on: date | None = None

    @property
    def day(self) -> date:
        return self.made_on or FIXED_DAY


def file_of(canvas: Any, named: Named, tags: Tags, attached: Sequence[Attached] = ()) -> bytes:
    """The pages of `canvas`, the last one shown, as PDF/A-3; the same pages, the same bytes."""
    parts, pages = _drawn(canvas._doc)
    numbers = [number for number, _ in pages]
    catalogue = [
        f"/Type/Catalog/Version/1.7/Pages {_number(canvas._doc, canvas._doc.Pages)} 0 R",
        f"/Lang{text_string(named.language)}/MarkInfo<</Marked true>>/PageMode/UseNone",
        "/ViewerPreferences<</DisplayDocTitle true>>",
        f"/StructTreeRoot {len(parts) + 1} 0 R",
    ]
    parts += tags.objects(len(parts) + 1, numbers)
    parts += [_stream("/Type/Metadata/Subtype/XML", _xmp(named), pack=False), _profile()]
    catalogue.append(f"/Metadata {len(parts) - 1} 0 R")
    catalogue.append(
        "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
        f"/Info(sRGB IEC61966-2.1)/DestOutputProfile {len(parts)} 0 R>>]"
    )
    catalogue.append(_attach(parts, attached, named.day))
    parts += [f"<<{''.join(catalogue)}>>".encode("latin-1"), _info(named)]
    return b"".join(_file(parts))


def _drawn(doc: Any) -> tuple[list[bytes], list[tuple[int, Any]]]:
    """What ReportLab has made, as objects from number 1 on, and its pages with their numbers."""
    for font in doc.delayedFonts:
        font.addObjects(doc)
    pages: list[tuple[int, Any]] = []
    parts: list[bytes] = []
    while len(parts) < len(doc.numberToId):  # what is formatted may bring further objects
        made = doc.idToObject[doc.numberToId[len(parts) + 1]]
        if isinstance(made, PDFPage):
            made.Trans = None  # an empty transition, which no archive needs
        if isinstance(made, PDFTrueTypeFont):
            made.Widths = _widths(tuple(made.Widths.sequence))
        part = formatted(made, doc, toplevel=1)
        if isinstance(made, PDFPage):
            part = b"<</Tabs/S/StructParents %d " % len(pages) + part.removeprefix(b"<<")
            pages.append((len(parts) + 1, made))
        if part.endswith(STREAM_END):  # ISO 19005-3, 6.1.7.1: an end of line before the word
            part = part.removesuffix(STREAM_END) + b"\nendstream"
        parts.append(part)
    return parts, pages


@lru_cache(64)
def _widths(widths: tuple[float, ...]) -> bytes:
    """How wide each letter of a font is; most documents have the same letters."""
    return bytes(formatted(PDFArray(widths), None))


def _number(doc: Any, made: Any) -> int:
    return int(doc.idToObjectNumberAndVersion[doc.Reference(made).name][0])


def _attach(parts: list[bytes], attached: Sequence[Attached], day: date) -> str:
    """Adds the files to `parts`; returns what the catalogue says of them."""
    if not attached:
        return ""
    names, numbers = [], []
    for each in sorted(attached, key=lambda one: one.name):
        kind = each.media_type.replace("/", "#2F")
        about = f"/Type/EmbeddedFile/Subtype/{kind}/Params<</Size {len(each.content)}/ModDate"
        parts.append(_stream(f"{about}{_moment(day)}>>", each.content))
        name = text_string(each.name)
        parts.append(
            f"<</Type/Filespec/F{name}/UF{name}/Desc{text_string(each.words)}"
            f"/AFRelationship/{each.relation}"
            f"/EF<</F {len(parts)} 0 R/UF {len(parts)} 0 R>>>>".encode("latin-1")
        )
        names.append(f"{name}{len(parts)} 0 R")
        numbers.append(f"{len(parts)} 0 R")
    return f"/AF[{' '.join(numbers)}]/Names<</EmbeddedFiles<</Names[{' '.join(names)}]>>>>"


def _stream(about: str, content: bytes, *, pack: bool = True) -> bytes:
    if pack:
        about, content = f"{about}/Filter/FlateDecode", zlib.compress(content)
    head = f"<<{about}/Length {len(content)}>>".encode("latin-1")
    return head + b"\nstream\n" + content + b"\nendstream"


@cache
def _profile() -> bytes:
    return _stream("/N 3", srgb_profile())


def _xmp(named: Named) -> bytes:
    return XMP.format(
        title=_plain(named.title),
        author=_plain(named.author),
        language=named.language,
        day=named.day.isoformat(),
        producer=PRODUCER,
    ).encode()


def _plain(words: str) -> str:
    """`words` as text of XML, which has no control characters."""
    return escape(CONTROL.sub(" ", words), quote=False)


def _info(named: Named) -> bytes:
    """The older way to say what XMP says; both must agree."""
    author, day = text_string(named.author), _moment(named.day)
    return (
        f"<</Title{text_string(named.title)}/Author{author}/Creator{author}"
        f"/Producer({PRODUCER})/CreationDate{day}/ModDate{day}>>"
    ).encode("latin-1")


def _moment(day: date) -> str:
    return f"(D:{day:%Y%m%d}000000Z)"


def _file(parts: Sequence[bytes]) -> Iterator[bytes]:
    """Head, objects, where each begins, and the trailer; its ID is the digest of the objects."""
    digest, at = hashlib.md5(usedforsecurity=False), len(HEAD)
    places = ["0000000000 65535 f \n"]
    yield HEAD
    for number, part in enumerate(parts, 1):
        written = b"%d 0 obj\n%b\nendobj\n" % (number, part)
        digest.update(written)
        places.append(f"{at:010} 00000 n \n")
        at += len(written)
        yield written
    known = f"<{digest.hexdigest()}>"
    yield (
        f"xref\n0 {len(places)}\n{''.join(places)}trailer\n<</Size {len(places)}"
        f"/Root {len(parts) - 1} 0 R/Info {len(parts)} 0 R/ID[{known}{known}]>>\n"
        f"startxref\n{at}\n%%EOF\n"
    ).encode("latin-1")
