"""The five kinds of refusal; each door maps a kind once and never a message."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was asked.

    text: constant, with `{names}` where the facts go, so that a door can translate it.
    at: the place in the asker's own terms (`key.parts[1].split`, `row 12, loans`, a field's name).
    remedy: what would mend it, constant like `text`; empty where the text already says so.
    """

    text: str
    at: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    remedy: str = ""

    @property
    def fault(self) -> str:
        return self.text.format(**self.facts)

    @property
    def mend(self) -> str:
        return self.remedy.format(**self.facts)

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        return place + self.fault + (f". {self.mend}" if self.remedy else "")


class Problem(Exception):
    """A refusal worded for the person who asked; `faults` names everything that is wrong."""

    def __init__(
        self, text: str | list[Fault], *, at: str = "", remedy: str = "", **facts: str | int
    ) -> None:
        faults = [Fault(text, at, facts, remedy)] if isinstance(text, str) else text
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class NotFound(Problem):
    """What was asked for does not exist, or the asker may not know that it does."""


class Invalid(Problem):
    """The request can never succeed as it was put; change it before trying again."""


class Conflict(Problem):
    """The request was sound but the state of the records speaks against it."""


class Forbidden(Problem):
    """The actor lacks the right."""


class Unavailable(Problem):
    """Another system or a lock stood in the way; the same request may succeed later."""
