"""Door: the command line. A refusal ends with its kind's exit status and no traceback.

A file of commands adds them to `main` when it is read, which `door.FILES` says when to do.
"""

from consortium.cli.door import main

__all__ = ["main"]
