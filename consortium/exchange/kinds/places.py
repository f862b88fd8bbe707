"""Libraries as sheets name them: by name, by another one of now, before or later, by address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import select

from consortium.branches.queries import branches
from consortium.branches.tables import BranchAlias, BranchPlace
from consortium.core.errors import Fault
from consortium.core.work import Work
from consortium.exchange.kinds.kind import Row
from consortium.exchange.matching import plain


@dataclass(frozen=True, slots=True)
class Places:
    """called: name, alias or address without case and accents → name. By name: owners (member
    codes) and slugs.
    """

    called: Mapping[str, str]
    owners: Mapping[str, str]
    slugs: Mapping[str, str]


def places(work: Work) -> Places:
    rows = branches(work)
    names = {branch.id: branch.name for branch, _ in rows}
    called = {
        plain(place.name): names[place.branch_id]
        for place in work.session.exec(select(BranchPlace))
    }
    called |= {
        plain(alias.name): names[alias.branch_id]
        for alias in work.session.exec(select(BranchAlias))
    }
    called |= {plain(branch.slug): branch.name for branch, _ in rows}
    called |= {plain(branch.name): branch.name for branch, _ in rows}
    return Places(
        called,
        {branch.name: member.code for branch, member in rows},
        {branch.name: branch.slug for branch, _ in rows},
    )


def settle_place(row: Row, name: str, known: Places) -> Iterator[Fault]:
    """Let the field `name` of a row hold the name of the library that its text means."""
    written = row[name]
    if not isinstance(written, str):  # the sheet has no such column
        return
    found = known.called.get(plain(written))
    if found is None:
        yield Fault(
            "No branch is called {name}", name, {"name": written}, "Write its name as on its page"
        )
    else:
        row[name] = found
