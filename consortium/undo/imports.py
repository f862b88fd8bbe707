"""How imports are taken back: whole, with all that came with them."""

from collections.abc import Iterator, Mapping
from typing import Final

from consortium.core.audit import AuditEntry
from consortium.core.errors import Fault
from consortium.core.words import mark
from consortium.core.work import Work
from consortium.exchange.kinds import kind_of
from consortium.exchange.tables import ImportBatch
from consortium.exchange.undoing import undo_import
from consortium.undo.ways import GONE, Never, Undoing, Way

WITH_IMPORT: Final = Never(mark("It came with an import"), mark("Take the import back"))


def _imported_depends(work: Work, entry: AuditEntry) -> Iterator[Fault]:
    """Whether its rows still stand is asked when it is done: that takes a look at each of them."""
    batch = work.session.get(ImportBatch, entry.facts["batch"])
    if batch is None:
        yield Fault(GONE)
    elif batch.undone_at is not None:
        yield Fault("It has been taken back already")
    elif batch.forgotten:
        yield Fault("What stood there before has been erased in time")


WAYS: Final[Mapping[str, Way]] = {
    "exchange.imported": Undoing(
        lambda _work, entry: kind_of(entry.facts["kind"]).right,
        lambda work, entry: undo_import(work, entry.facts["batch"]),
        _imported_depends,
    ),
    "exchange.taken_back": Never(
        mark("An import that was taken back"), mark("Import the file again")
    ),
    "exchange.columns_matched": Never(
        mark("It only remembers how a sheet's columns are called"),
        mark("Match them anew at the next import"),
    ),
    "exchange.everything_exported": Never(mark("An export changes nothing")),
    "costs.put": WITH_IMPORT,
    "transports.crates_put": WITH_IMPORT,
    "transports.crates_dropped": Never(mark("It came with an import that was taken back")),
}
