"""The file that is kept: PDF/A-3 with what it carries, read back by other programs."""

import hashlib
import re
import zlib
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
from pikepdf import pdfa
from PIL import Image, ImageCms

from consortium.core.words import words
from consortium.documents.archive import Attached
from consortium.documents.blocks import Group, text
from consortium.documents.colours import srgb_profile
from consortium.documents.drawing import INNER_WIDTH, Sheet, style
from consortium.documents.typesetting import typeset
from tests.documents.walking import walk

SHEET = Sheet(
    title="Räkning <1> & 2",
    author="Älvdalens kommun",
    say=words("sv"),
    made_on=date(2026, 11, 25),
)
STORY = [Group((text("Text åäö", style(), INNER_WIDTH),))]
XML = Attached("faktura-20260017.xml", "application/xml", b"<Invoice>\xc3\xa5</Invoice>", "Data")


def made(*attached: Attached, sheet: Sheet = SHEET) -> bytes:
    return typeset(sheet, STORY, attached)


def test_what_is_attached_comes_out_as_it_went_in_and_says_what_it_is() -> None:
    with pikepdf.open(BytesIO(made(XML))) as document:
        assert document.attachments[XML.name].get_file().read_bytes() == XML.content
        (spec,) = document.Root.AF
        assert str(spec.AFRelationship) == "/Alternative"
        assert (str(spec.F), str(spec.UF), str(spec.Desc)) == (XML.name, XML.name, "Data")
        stream = spec.EF.F
        assert str(stream.Subtype) == "/application/xml"
        assert int(stream.Params.Size) == len(XML.content)
        assert str(stream.Params.ModDate) == "D:20261125000000Z"


def test_a_file_that_carries_nothing_says_nothing_of_it() -> None:
    with pikepdf.open(BytesIO(made())) as document:
        assert "/AF" not in document.Root
        assert list(document.attachments) == []


def test_it_says_its_name_twice_with_the_same_words() -> None:
    with pikepdf.open(BytesIO(made(XML))) as document:
        meta = document.open_metadata()
        assert meta["dc:title"] == str(document.docinfo.Title) == "Räkning <1> & 2"
        assert meta["dc:creator"] == ["Älvdalens kommun"]
        assert str(document.docinfo.Author) == "Älvdalens kommun"
        assert meta["xmp:CreateDate"] == "2026-11-25T00:00:00Z"
        assert str(document.docinfo.CreationDate) == "D:20261125000000Z"
        assert meta.pdfa_status == "3A"
        assert str(document.Root.Lang) == "sv"
        assert document.check_pdf_syntax() == []


def test_control_characters_in_a_name_leave_its_metadata_whole() -> None:
    sheet = replace(SHEET, author="Två\x00rader\n\x1f")
    with pikepdf.open(BytesIO(made(sheet=sheet))) as document:
        assert document.open_metadata()["dc:creator"] == ["Två rader  "]


def test_same_in_same_out_and_the_id_tells_files_apart() -> None:
    other = replace(XML, content=b"<Invoice/>")
    assert made(XML) == made(XML)
    ids = []
    for content in (made(XML), made(other), made()):
        with pikepdf.open(BytesIO(content)) as document:
            first, second = (bytes(part) for part in document.trailer.ID)
            assert first == second
            ids.append(first)
    assert len({*ids}) == 3
    assert {len(each) for each in ids} == {hashlib.md5(usedforsecurity=False).digest_size}


def test_every_object_stands_where_the_table_says() -> None:
    content = made(XML)
    begins = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[begins:].startswith(b"xref\n0 ")
    entries = re.findall(rb"(\d{10}) 00000 n \n", content[begins:])
    for number, entry in enumerate(entries, 1):
        assert content[int(entry) :].startswith(b"%d 0 obj\n" % number)


def test_the_colours_are_srgb_by_another_program() -> None:
    ours = ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))
    theirs = ImageCms.createProfile("sRGB")
    picture = Image.frombytes("RGB", (16, 16), bytes(n * 7 % 256 for n in range(16 * 16 * 3)))
    moved = ImageCms.profileToProfile(picture, theirs, ours)
    assert moved is not None
    pairs = zip(picture.tobytes(), moved.tobytes(), strict=True)
    assert max(abs(before - after) for before, after in pairs) <= 1


def test_the_profile_within_is_the_one_that_was_made() -> None:
    content = made()
    assert walk(content).faults == []
    with pikepdf.open(BytesIO(content)) as document:
        kept = document.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    assert kept == srgb_profile()
    assert zlib.compress(srgb_profile()) in content


def test_another_programs_validator_finds_it_to_be_an_archive_file() -> None:
    """It knows conformance B, which asks all that A asks but for the tags; `walk` holds those."""
    said, asked = (f"<pdfaid:conformance>{each}</".encode() for each in "AB")
    content = made(XML)
    assert content.count(said) == 1
    report = pdfa.validate_written(BytesIO(content.replace(said, asked)), "3b")
    assert report.findings == []
    assert report.passed
