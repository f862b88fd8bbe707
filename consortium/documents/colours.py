"""The colours that the numbers of our drawings mean: sRGB, as an ICC profile."""

import struct
from functools import cache
from typing import Final

# IEC 61966-2-1 with its primaries adapted to D50 (Bradford), as ICC.1:2004-10 wants them
WHITE: Final = (0.9642, 1.0, 0.8249)
PRIMARIES: Final = (
    ("r", (0.4360747, 0.2225045, 0.0139322)),
    ("g", (0.3850649, 0.7168786, 0.0971045)),
    ("b", (0.1430804, 0.0606169, 0.7141733)),
)
ADAPTATION: Final = (
    *(1.0478112, 0.0228866, -0.0501270),
    *(0.0295424, 0.9904844, -0.0170491),
    *(-0.0092345, 0.0150436, 0.7521316),
)
CURVE: Final = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
MADE: Final = (2026, 1, 1, 0, 0, 0)  # a profile has a date; a fixed one gives the same bytes


@cache
def srgb_profile() -> bytes:
    """sRGB as a display profile of three primaries and one curve (ICC.1:2004-10, version 4.2)."""
    tags = [
        (b"desc", _words("sRGB")),
        (b"cprt", _words("Public domain")),
        (b"wtpt", _places(b"XYZ ", WHITE)),
        (b"chad", _places(b"sf32", ADAPTATION)),
    ]
    curve = struct.pack(">4s4xH2x", b"para", 3) + _fixed(CURVE)
    for name, primary in PRIMARIES:
        tags.append((f"{name}XYZ".encode(), _places(b"XYZ ", primary)))
        tags.append((f"{name}TRC".encode(), curve))
    return _profile(tags)


def _profile(tags: list[tuple[bytes, bytes]]) -> bytes:
    """Header, table of tags, then each tag's data once, on bounds of four bytes."""
    begins: dict[bytes, int] = {}
    data, table = b"", struct.pack(">I", len(tags))
    first = 128 + 4 + 12 * len(tags)
    for name, content in tags:
        if content not in begins:
            begins[content] = first + len(data)
            data += content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", name, begins[content], len(content))
    size = first + len(data)
    kinds = (b"mntr", b"RGB ", b"XYZ ", *MADE, b"acsp")
    header = struct.pack(">I4xI4s4s4s6H4s", size, 0x04200000, *kinds)
    header += b"\0" * 28 + _fixed(WHITE)
    return header.ljust(128, b"\0") + table + data


def _words(text: str) -> bytes:
    words = text.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(words), 28) + words


def _places(kind: bytes, numbers: tuple[float, ...]) -> bytes:
    return struct.pack(">4s4x", kind) + _fixed(numbers)


def _fixed(numbers: tuple[float, ...]) -> bytes:
    """Numbers in sixteen bits before the point and sixteen after it."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
