"""One search over what has a number or a name: exact numbers first, within the actor's scope."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final

from sqlmodel import and_, col, or_, select

from consortium.billing.tables import Invoice
from consortium.branches.queries import branches
from consortium.branches.tables import Branch, BranchAlias
from consortium.core.days import MONTHS_A_YEAR, last_day
from consortium.core.errors import NotFound
from consortium.core.work import Work
from consortium.costs.tables import CostPool
from consortium.crates.tables import Crate
from consortium.crates.whereabouts import crate_view
from consortium.measures.tables import Measure
from consortium.members.queries import members, members_to_see
from consortium.members.tables import Member
from consortium.transports.tables import Plan

SHOWN: Final = 10
LONGEST: Final = 100
LAST: Final = "Z"
"""Sorts after every sign of a number or a code, digits and A to Y, in any collation."""

_DAY: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,12}", re.ASCII)
_CODE: Final = re.compile(r"[A-Y0-9]{1,12}", re.ASCII)


_INVOICES: Final = select(col(Invoice.number), col(Invoice.member_id), col(Invoice.month))


class Fit(IntEnum):
    """How well something fits what is looked for; the lowest first."""

    EXACT = 0
    BEGINS = 1
    HOLDS = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. kind: `invoice`, `member`, `branch`, `crate`, `plan`, `measure`, `pool` or
    `help`. key: its number, code or name in addresses. title: what it is called; english: what it
    is called in English, where that differs. more: what stands beside it.
    """

    kind: str
    key: str
    title: str
    fit: Fit
    more: str = ""
    english: str = ""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """A page of help as the door has it, in the reader's language."""

    key: str
    title: str
    text: str


def find(work: Work, wanted: str, pages: Sequence[HelpPage] = ()) -> list[Hit]:
    """What fits `wanted`: at most SHOWN of each kind, the best fits first.

    Numbers (an invoice's, a crate's, a municipality's or an organisation number) are found by
    their beginning, names by any of their words. Only what the actor may see is looked through.
    """
    text = " ".join(wanted.split())[:LONGEST]
    if not text:
        return []
    found = [
        hit
        for look in (_members, _branches, _measures, _pools, _invoices, _crates, _plans)
        for hit in _best(look(work, text))
    ]
    found += _best(_help(pages, text))
    return sorted(found, key=lambda hit: hit.fit)


def folded(text: str) -> str:
    """`text` in small letters without accents, as readers look for it: `Älvdalen` → `alvdalen`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def fit_of(text: str, numbers: Iterable[str], names: Iterable[str]) -> Fit | None:
    """How well something with these numbers and names fits; None where it does not.

    A number fits by its beginning, without hyphens and blanks; a name where each word of `text`
    begins one of its words. Accents and case make no difference.
    """
    asked, plain = folded(text), re.sub(r"[\s-]", "", text).upper()
    if not _words_of(asked):  # signs alone begin everything
        return None
    fits = [
        Fit.EXACT if number.upper() == plain else Fit.BEGINS
        for number in numbers
        if number.upper().startswith(plain)
    ]
    for name in map(folded, names):
        if name == asked:
            fits.append(Fit.EXACT)
        elif name.startswith(asked):
            fits.append(Fit.BEGINS)
        elif _words_fit(asked, name):
            fits.append(Fit.HOLDS)
    return min(fits, default=None)


def _words_fit(asked: str, name: str) -> bool:
    words = _words_of(name)
    return all(any(word.startswith(begin) for word in words) for begin in _words_of(asked))


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def _best(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: hit.fit)[:SHOWN]


def _members(work: Work, text: str) -> Iterator[Hit]:
    if not work.actor.may("members.see"):
        return
    for member in members_to_see(work):
        names = (member.name, member.legal_name)
        fit = fit_of(text, (member.code, member.organisation_number), names)
        if fit is not None:
            yield Hit("member", member.code, member.name, fit, member.code)


def _branches(work: Work, text: str) -> Iterator[Hit]:
    if not work.actor.may("branches.see"):
        return
    others: dict[int, list[str]] = {}
    for alias in work.session.exec(select(BranchAlias)):
        others.setdefault(alias.branch_id, []).append(alias.name)
    for branch, member in branches(work, work.scope("branches.see")):
        names = (branch.name, branch.locality, *others.get(branch.id, ()))
        fit = fit_of(text, (), names)
        if fit is not None:
            yield Hit("branch", branch.slug, branch.name, fit, member.name)


def _measures(work: Work, text: str) -> Iterator[Hit]:
    if not work.actor.may("measures.see"):
        return
    for measure in work.session.exec(select(Measure)):
        fit = fit_of(text, (), (measure.name, measure.name_en, measure.code))
        if fit is not None:
            yield Hit("measure", measure.code, measure.name, fit, measure.unit, measure.name_en)


def _pools(work: Work, text: str) -> Iterator[Hit]:
    """The pools by their latest year."""
    if not work.actor.may("costs.see"):
        return
    latest = {
        pool.code: pool for pool in work.session.exec(select(CostPool).order_by(col(CostPool.year)))
    }
    for pool in latest.values():
        fit = fit_of(text, (), (pool.name, pool.name_en, pool.code))
        if fit is not None:
            yield Hit("pool", pool.code, pool.name, fit, str(pool.year), pool.name_en)


def _invoices(work: Work, text: str) -> Iterator[Hit]:
    """By the beginning of the number, and the latest of a buyer whose name fits."""
    if not work.actor.may("billing.see"):
        return
    scope = work.scope("billing.see")
    buyers = {m.id: m for m in members(work) if scope is None or m.code in scope}
    number = re.sub(r"\s", "", text)
    if _NUMBER.fullmatch(number):
        rows = _INVOICES.where(*_begins(Invoice.number, number)).order_by(col(Invoice.number))
        if scope is not None:
            rows = rows.where(col(Invoice.member_id).in_(buyers))
        for found, member_id, month in work.session.exec(rows.limit(SHOWN)):
            fit = Fit.EXACT if found == number else Fit.BEGINS
            yield _invoice(found, buyers[member_id], month, fit)
        return
    for member in buyers.values():
        if fit_of(text, (), (member.name, member.legal_name)) is not None:
            rows = _INVOICES.where(Invoice.member_id == member.id)
            latest = rows.order_by(col(Invoice.number).desc()).limit(SHOWN)
            for found, _member_id, month in work.session.exec(latest):
                yield _invoice(found, member, month, Fit.HOLDS)


def _invoice(number: str, buyer: Member, month: date, fit: Fit) -> Hit:
    return Hit("invoice", number, number, fit, f"{buyer.name}, {month:%Y-%m}")


def _crates(work: Work, text: str) -> Iterator[Hit]:
    """By the beginning of the code: those at home in the scope, and one that is there just now."""
    code = re.sub(r"\s", "", text).upper()
    if not work.actor.may("transports.see") or not _CODE.fullmatch(code):
        return
    asked = _crate_codes(code)
    rows = (
        select(Crate.code, Branch.name)
        .join(Branch, col(Branch.id) == col(Crate.home_id))
        .join(Member, col(Member.id) == col(Branch.member_id))
        .where(or_(*(and_(*_begins(Crate.code, begin)) for begin in asked)))
    )
    scope = work.scope("transports.see")
    if scope is not None:
        rows = rows.where(col(Member.code).in_(scope))
    known = dict(work.session.exec(rows.order_by(col(Crate.code)).limit(SHOWN)).all())
    for whole in set(asked) - set(known):
        with suppress(NotFound):
            known[whole] = crate_view(work, whole).home
    for found, home in known.items():
        exact = found in {code, f"LD{code}"}
        yield Hit("crate", found, found, Fit.EXACT if exact else Fit.BEGINS, home)


def _crate_codes(code: str) -> list[str]:
    """What a crate's code may begin with: as it is written, or its digits alone."""
    return [code, f"LD{code.zfill(6)}"] if code.isdecimal() else [code]


def _plans(work: Work, text: str) -> Iterator[Hit]:
    """Plans in force by their date, or the beginning of it: a year, a month."""
    if not work.actor.may("transports.see") or not (days := _days_of(text)):
        return
    rows = select(col(Plan.on_date)).where(
        Plan.state == "published", Plan.on_date >= days[0], Plan.on_date <= days[1]
    )
    for day in work.session.exec(rows.order_by(col(Plan.on_date).desc()).limit(SHOWN)):
        fit = Fit.EXACT if day.isoformat() == text else Fit.BEGINS
        yield Hit("plan", day.isoformat(), day.isoformat(), fit)


def _days_of(text: str) -> tuple[date, date] | None:
    """The days that `2026`, `2026-11` or `2026-11-24` stands for; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    try:
        first = date(year, month or 1, day or 1)
        return first, first if day else last_day(year, month or MONTHS_A_YEAR)
    except ValueError:  # no such month or day
        return None


def _help(pages: Iterable[HelpPage], text: str) -> Iterator[Hit]:
    for page in pages:
        fit = fit_of(text, (), (page.title,))
        if fit is None and fit_of(text, (), (page.text,)) is not None:
            fit = Fit.HOLDS
        if fit is not None:
            yield Hit("help", page.key, page.title, fit)


def _begins(column: Any, begin: str) -> tuple[Any, Any]:
    """Conditions that an index answers: `begin` and everything that begins with it."""
    return col(column) >= begin, col(column) < begin + LAST
