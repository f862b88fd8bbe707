"""Door: the command line. A refusal ends with its kind's exit status and no traceback.

A file of commands adds them to `main` when it is imported, which happens here.
"""

from consortium.cli import (
    accounts,
    booking,
    cases,
    crate_events,
    exchanging,
    exporting_invoices,
    founding,
    invoicing,
    openapi,
    operating,
    paying,
    routes,
    serving,
    trail,
    volumes,
)
from consortium.cli.door import main

__all__ = [
    "accounts",
    "booking",
    "cases",
    "crate_events",
    "exchanging",
    "exporting_invoices",
    "founding",
    "invoicing",
    "main",
    "openapi",
    "operating",
    "paying",
    "routes",
    "serving",
    "trail",
    "volumes",
]
