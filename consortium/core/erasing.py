"""Erasing of personal values in the audit trail: in time, or because somebody asked.

A value and its salt are emptied; the digest stays, so the chain still proves the entry.
"""

from sqlmodel import col, or_, select, update

from consortium.core.audit import AuditEntry, AuditValue
from consortium.core.errors import Invalid, NotFound
from consortium.core.work import Work


def erase_values(work: Work, *, entry_id: int | None = None, account: str = "") -> int:
    """Erase the personal values of one entry, or of all that concern or come from an account.

    account: its user name, as actor or as subject. Returns how many values there were to erase.
    """
    work.require("audit.personal")
    if (entry_id is None) == (not account):
        raise Invalid("Name either an entry or an account", at="entry_id")
    concerned = select(AuditEntry.id)
    if account:
        concerned = concerned.where(
            or_(col(AuditEntry.actor) == account, col(AuditEntry.subject) == account)
        )
    else:
        concerned = concerned.where(AuditEntry.id == entry_id)
        if work.session.exec(concerned).first() is None:
            raise NotFound("There is no entry {entry} in the audit trail", entry=entry_id or 0)
    count = _erase(work, col(AuditValue.entry_id).in_(concerned))
    work.audit("audit.values_erased", account or str(entry_id), count=count)
    return count


def erase_overdue(work: Work) -> int:
    """Erase what has been kept as long as it may be; how many values."""
    work.require("audit.personal")
    count = _erase(work, col(AuditValue.erase_on) <= work.now)
    if count:
        work.audit("audit.values_erased", count=count)
    return count


def _erase(work: Work, which: object) -> int:
    kept = update(AuditValue).where(which, col(AuditValue.erased_at).is_(None))  # type: ignore[arg-type]
    return work.session.exec(kept.values(value=None, salt="", erased_at=work.now)).rowcount
