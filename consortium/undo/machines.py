"""What the service itself, or its operator, has done: it is mended, not taken back."""

from collections.abc import Mapping
from typing import Final

from consortium.core.words import mark
from consortium.undo.ways import Never, Way

WAYS: Final[Mapping[str, Way]] = {
    "audit.values_erased": Never(mark("What was erased does not come back")),
    "audit.verified": Never(mark("A check changes nothing")),
    "billing.tried_again": Never(mark("What was tried again is done or has failed")),
    "jobs.tried_again": Never(mark("What was tried again is done or has failed")),
    "ledger.opened": Never(mark("What is booked stands"), mark("Book against it")),
    "operations.backed_up": Never(mark("A backup changes nothing")),
    "operations.restored": Never(mark("What was restored has been worked on since")),
}
