"""What a PDF says to whoever opens it, read by another program than the one that wrote it."""

from io import BytesIO

import pikepdf
import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, one line for each line drawn, blanks of any kind as a space."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [
        "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
        for text in texts
    ]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Name of each font → whether its shapes are in the file."""
    with pikepdf.open(BytesIO(pdf)) as document:
        fonts = [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
        ]
        return {
            str(font.BaseFont): "/FontFile2" in font.get("/FontDescriptor", {}) for font in fonts
        }


def named_in(pdf: bytes) -> tuple[str, str, str]:
    """Title, author and language as the file states them."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return str(document.docinfo.Title), str(document.docinfo.Author), str(document.Root.Lang)
