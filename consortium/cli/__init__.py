"""Door: the command line. A refusal ends with its kind's exit status and no traceback.

A file of commands adds them to `main` when it is imported, which happens here.
"""

from consortium.cli import (
    accounts,
    cases,
    exchanging,
    founding,
    invoicing,
    openapi,
    operating,
    routes,
    serving,
    trail,
)
from consortium.cli.door import main

__all__ = [
    "accounts",
    "cases",
    "exchanging",
    "founding",
    "invoicing",
    "main",
    "openapi",
    "operating",
    "routes",
    "serving",
    "trail",
]
