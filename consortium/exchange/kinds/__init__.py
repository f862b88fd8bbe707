"""The kinds of sheets, a file each."""

from typing import Final

from consortium.core.errors import NotFound
from consortium.exchange.kinds.branches import BRANCHES
from consortium.exchange.kinds.budget import BUDGET
from consortium.exchange.kinds.closures import CLOSURES
from consortium.exchange.kinds.costs import COSTS
from consortium.exchange.kinds.crates import CRATES
from consortium.exchange.kinds.kind import Kind
from consortium.exchange.kinds.matrix import MATRIX
from consortium.exchange.kinds.measures import MEASURES
from consortium.exchange.kinds.members import MEMBERS
from consortium.exchange.kinds.people import PEOPLE
from consortium.exchange.kinds.pools import POOLS
from consortium.exchange.kinds.usage import USAGE
from consortium.exchange.kinds.volumes import VOLUMES

KINDS: Final = {
    kind.code: kind
    for kind in (
        MEMBERS,
        BRANCHES,
        CLOSURES,
        MEASURES,
        POOLS,
        BUDGET,
        COSTS,
        USAGE,
        CRATES,
        MATRIX,
        VOLUMES,
        PEOPLE,
    )
}


def kind_of(code: str) -> Kind:
    """The kind with a code."""
    if code not in KINDS:
        raise NotFound("There is no kind of sheet called {code}", code=code)
    return KINDS[code]
