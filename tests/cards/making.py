"""The counters of the card tests, and a patron's card."""

from consortium.cards.issuing import issue_card
from consortium.cards.tables import Card
from consortium.core.work import Actor, Work
from tests.making import make_members

FALUN = frozenset({"2080"})
FALUN_COUNTER = Actor("falun-1", {"cards.handle": FALUN, "cards.count": FALUN})
MORA_COUNTER = Actor("mora-1", {"cards.handle": frozenset({"2062"})})
PATRON = "Testlåntagare 1"


def make_card(work: Work) -> Card:
    """The three municipalities, and the first card of Falun, given to PATRON, born in 1984."""
    make_members(work)
    return issue_card(work, "2080", PATRON, 1984)
