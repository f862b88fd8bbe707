"""What went wrong, in the words of those who read it."""

from typing import Final

from consortium.core.errors import Problem
from consortium.core.words import mark, words

UNEXPECTED: Final = mark("An unexpected error ({kind}); the log says more")


def said(error: Exception, language: str) -> str:
    """What an error says, with what mends it, one sentence for each fault."""
    say = words(language)
    if not isinstance(error, Problem):
        return say(UNEXPECTED, kind=type(error).__name__)
    told = [
        say(fault.text, **fault.facts)
        + (f". {say(fault.remedy, **fault.facts)}" if fault.remedy else "")
        for fault in error.faults
    ]
    return "\n".join(told)
