"""Sheets as they arrive when something went wrong on their way: seeded, of every kind of harm."""

import io
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

ODD: Final = (
    "",
    " ",
    "\x00",
    "\u202e\u0000",
    "=1+1",
    "-",
    "99999999999999999999999999",
    "1e400",
    "NaN",
    "-1",
    "0",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "31/12 9999",
    "24:00",
    "2080",
    "å" * 400,
    "'" * 5,
    '"',
    "😀",
    "\ufffe",
    "ekonom, ekonom 2080",
    "administratör 2080",
    "08:00–07:00",
    "a|a|b",
    "\r\n\r\n",
    "65:00",
    "²",
    "١٢",
)


def mutated(content: bytes, random: Random) -> bytes:
    """`content` after one to four kinds of harm."""
    harms = ZIP_HARMS if content.startswith(b"PK") else TEXT_HARMS
    for _ in range(random.randint(1, 4)):
        content = random.choice(harms)(content, random)
    return content


def flip_bytes(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def repeat_part(content: bytes, random: Random) -> bytes:
    begin = random.randrange(len(content) + 1)
    end = random.randrange(begin, len(content) + 1)
    return content[:end] + content[begin:end] + content[end:]


def _cells(content: bytes) -> list[list[str]]:
    text = content.decode("utf-8", errors="replace")
    return [line.split(";") for line in text.split("\r\n")]


def _sheet(rows: list[list[str]]) -> bytes:
    return "\r\n".join(";".join(row) for row in rows).encode("utf-8", errors="replace")


def odd_cell(content: bytes, random: Random) -> bytes:
    rows = _cells(content)
    row = random.choice(rows)
    row[random.randrange(len(row))] = random.choice(ODD)
    return _sheet(rows)


def swap_cells(content: bytes, random: Random) -> bytes:
    rows = _cells(content)
    one, other = random.choice(rows), random.choice(rows)
    a, b = random.randrange(len(one)), random.randrange(len(other))
    one[a], other[b] = other[b], one[a]
    return _sheet(rows)


def repeat_row(content: bytes, random: Random) -> bytes:
    rows = _cells(content)
    rows.insert(random.randrange(len(rows) + 1), list(random.choice(rows)))
    return _sheet(rows)


def drop_column(content: bytes, random: Random) -> bytes:
    rows = _cells(content)
    place = random.randrange(len(rows[0]) or 1)
    return _sheet([row[:place] + row[place + 1 :] for row in rows])


def odd_column(content: bytes, random: Random) -> bytes:
    rows, text = _cells(content), random.choice(ODD)
    place = random.randrange(len(rows[0]) or 1)
    return _sheet([rows[0], *([*row[:place], text, *row[place + 1 :]] for row in rows[1:])])


def other_encoding(content: bytes, random: Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(random.choice(["cp1252", "utf-16", "latin-1", "utf-8"]), errors="replace")


def mixed_encoding(content: bytes, random: Random) -> bytes:
    half = len(content) // 2
    return content[:half] + other_encoding(content[half:], random)


def other_separator(content: bytes, random: Random) -> bytes:
    return content.replace(b";", random.choice([b",", b"\t", b"|", b";;"]))


TEXT_HARMS: Final[list[Callable[[bytes, Random], bytes]]] = [
    flip_bytes,
    cut,
    repeat_part,
    odd_cell,
    odd_cell,
    swap_cells,
    swap_cells,
    repeat_row,
    drop_column,
    odd_column,
    other_encoding,
    mixed_encoding,
    other_separator,
]


def harm_part(content: bytes, random: Random) -> bytes:
    """Harm the XML of one part of a workbook, and pack it as it should be packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError):
        return content
    chosen = random.choice(sorted(parts) or [""])
    harm = random.choice([flip_bytes, cut, repeat_part, odd_xml])
    parts[chosen] = harm(parts.get(chosen, b""), random)
    if random.random() < 0.2:
        parts.pop(chosen)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name or "x", part)
    return made.getvalue()


def odd_xml(content: bytes, random: Random) -> bytes:
    before, after = random.choice(
        [
            (b"<v>", b"<v>9999999999"),
            (b't="n"', b't="d"'),
            (b't="inlineStr"', b't="s"'),
            (b't="inlineStr"', b't="e"'),
            (b'r="A2"', b'r="XFD1048576"'),
            (b'r="A2"', b'r="A0"'),
            (b"</t>", b"&#0;</t>"),
            (b"</t>", b"&x;</t>"),
            (b"?>", b'?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
            (b"2026", b"1e999"),
            (b"<row ", b"<row r='99999999999999999999' "),
            (b"s=", b"s='4000000000' x="),
        ]
    )
    return content.replace(before, after, random.randint(1, 3))


ZIP_HARMS: Final[list[Callable[[bytes, Random], bytes]]] = [
    flip_bytes,
    cut,
    repeat_part,
    harm_part,
    harm_part,
    harm_part,
    harm_part,
]
