"""A reader of SIE 4, written from the standard (SIE-gruppen, SIE filformat 4B) and not from our
writer: bytes → fields → records, refusing what the standard does not allow.

5.2 a record a line, its label first; 5.7 fields apart by blanks or tabs, in quotes where needed, a
quote inside with a backslash before it, no control characters; 5.8 code page 437; 5.11 dates as
YYYYMMDD; 5.12 amounts with a point, at most two decimals, no signs between thousands.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d{1,2}))?")
# 8.1: 1–19 have a meaning of their own or are reserved
OWN_DIMENSIONS = range(20, 10_000)


@dataclass
class Line:
    account: str
    objects: tuple[tuple[int, str], ...]
    ore: int


@dataclass
class Ver:
    series: str
    number: str
    day: date
    text: str
    entered: date | None
    lines: list[Line] = field(default_factory=list)


@dataclass
class Sie:
    labels: list[str] = field(default_factory=list)
    flag: str = ""
    program: tuple[str, ...] = ()
    form: str = ""
    made: date | None = None
    kind: str = ""
    number: str = ""
    name: str = ""
    years: dict[int, tuple[date, date]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    dimensions: dict[int, str] = field(default_factory=dict)
    objects: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    ib: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    ub: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    res: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    vers: list[Ver] = field(default_factory=list)

    def moved(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for ver in self.vers:
            for line in ver.lines:
                found[line.account] += line.ore
        return found


def read(content: bytes) -> Sie:
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    assert not any(byte < 32 or byte == 127 for byte in content.replace(b"\r\n", b""))
    sie = Sie()
    ver: Ver | None = None
    inside = False
    for raw in content.decode("cp437").split("\r\n"):
        fields = parted(raw)
        if not fields:
            continue
        if fields == ["{"]:
            assert ver is not None
            assert not inside
            inside = True
        elif fields == ["}"]:
            assert inside
            inside, ver = False, None
        elif inside:
            assert ver is not None
            assert fields[0] == "#TRANS"
            ver.lines.append(trans(fields))
        else:
            assert fields[0].startswith("#"), fields
            ver = record(sie, fields[0], fields[1:])
    assert not inside
    return sie


def parted(line: str) -> list[str]:
    """The fields of a line; an object list is one field, with its braces."""
    fields: list[str] = []
    at = 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
        elif line[at] == '"':
            text, at = quoted(line, at)
            fields.append(text)
            assert at == len(line) or line[at] in " \t}"
        elif line[at] == "{" and len(line) > at + 1:
            end = closing(line, at)
            fields.append(line[at : end + 1])
            at = end + 1
        else:
            end = at
            while end < len(line) and line[end] not in " \t":
                assert line[end] != '"'
                end += 1
            fields.append(line[at:end])
            at = end
    return fields


def quoted(line: str, at: int) -> tuple[str, int]:
    text = ""
    at += 1
    while line[at] != '"':
        if line[at] == "\\" and line[at + 1] == '"':
            at += 1
        text += line[at]
        at += 1
    return text, at + 1


def closing(line: str, at: int) -> int:
    at += 1
    while line[at] != "}":
        at = quoted(line, at)[1] if line[at] == '"' else at + 1
    return at


def trans(fields: list[str]) -> Line:
    _label, account, objects, amount, *_rest = fields
    assert objects[0] == "{"
    assert objects[-1] == "}"
    parts = parted(objects[1:-1])
    assert len(parts) % 2 == 0
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return Line(account, tuple((int(dim), number) for dim, number in pairs), ore(amount))


def record(sie: Sie, label: str, fields: list[str]) -> Ver | None:  # noqa: C901, PLR0912
    sie.labels.append(label)
    match label:
        case "#FLAGGA":
            (sie.flag,) = fields
        case "#PROGRAM":
            sie.program = tuple(fields)
        case "#FORMAT":
            (sie.form,) = fields
        case "#GEN":
            sie.made = day(fields[0])
        case "#SIETYP":
            (sie.kind,) = fields
        case "#ORGNR":
            sie.number = fields[0]
        case "#FNAMN":
            (sie.name,) = fields
        case "#RAR":
            sie.years[int(fields[0])] = day(fields[1]), day(fields[2])
        case "#KONTO":
            assert fields[0] not in sie.accounts
            sie.accounts[fields[0]] = fields[1]
        case "#DIM":
            assert int(fields[0]) in OWN_DIMENSIONS
            sie.dimensions[int(fields[0])] = fields[1]
        case "#OBJEKT":
            dimension = int(fields[0])
            assert dimension in sie.dimensions
            assert fields[1] not in sie.objects[dimension]
            sie.objects[dimension][fields[1]] = fields[2]
        case "#IB" | "#UB" | "#RES":
            sums = {"#IB": sie.ib, "#UB": sie.ub, "#RES": sie.res}[label][int(fields[0])]
            assert fields[1] in sie.accounts
            assert fields[1] not in sums
            sums[fields[1]] = ore(fields[2])
        case "#VER":
            entered = day(fields[4]) if len(fields) > 4 else None
            ver = Ver(fields[0], fields[1], day(fields[2]), fields[3], entered)
            sie.vers.append(ver)
            return ver
        case _:
            raise AssertionError(f"{label} is no record that is known")
    return None


def ore(text: str) -> int:
    found = AMOUNT.fullmatch(text)
    assert found, text
    sign, whole, rest = found.groups()
    size = int(whole) * 100 + int((rest or "").ljust(2, "0"))
    return -size if sign else size


def day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
