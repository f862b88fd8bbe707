"""How much of a large check runs: a seeded slice in `make test`, all of it in `make test-all`."""

import os

WHOLE = os.environ.get("CONSORTIUM_CHECKS") == "whole"


LANGUAGES = ["sv", "en"] if WHOLE else ["sv"]
"""In which pages are looked at in the browser, where they are many: users meet Swedish first."""


DATABASES = ["sqlite", "postgresql"] if WHOLE else ["sqlite"]
"""For long walks whose statements other tests run on both."""


def slice_of(part: int, whole: int) -> int:
    """How many rounds, cases or moments: `part` of them, or the `whole`."""
    return whole if WHOLE else part
