"""Door: the command line. A refusal ends with its kind's exit status and no traceback.

A file of commands adds them to `main` when it is imported, which happens here.
"""

from consortium.cli import cases, exchanging, invoicing, serving
from consortium.cli.door import main

__all__ = ["cases", "exchanging", "invoicing", "main", "serving"]
