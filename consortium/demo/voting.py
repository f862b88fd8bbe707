"""How the demo's members vote, and that they may see each other's figures."""

from datetime import date
from typing import Final

from consortium.agreements.queries import agreements
from consortium.agreements.signing import add_clause, open_figures
from consortium.core.work import Work
from consortium.costs.voting import VotingTerms, set_rule

BODY: Final = "Styrgruppen"
VOTES: Final = 45
EACH_ONE: Final = 15
CLAUSE: Final = "§ 4.2"
CLAUSE_TEXT: Final = (
    "I styrgruppen har varje kommun en röst; övriga trettio röster fördelas efter folkmängd. "
    "(Exempeltext.)"
)


def agree_on_votes(work: Work, played: int) -> None:
    """Forty-five votes: one for each municipality, the rest by population; and open figures."""
    agreement, first = agreements(work)[0], date(played, 1, 1)
    open_figures(work, agreement, opened=True)
    add_clause(work, agreement, CLAUSE, CLAUSE_TEXT, first)
    work.session.flush()
    population = {"kind": "measure", "measure": "population", "at": f"{played - 2}-12-31"}
    key = {
        "name": "En röst var, resten efter folkmängd",
        "parts": [
            {"take": {"amount_ore": EACH_ONE}, "split": {"kind": "equal"}},
            {"take": "rest", "split": population},
        ],
    }
    set_rule(work, VotingTerms(BODY, first, VOTES, CLAUSE, key))
