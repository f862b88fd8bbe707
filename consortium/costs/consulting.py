"""Use cases: next year's budget is sent to the members, who answer, and is decided."""

from datetime import date, time
from typing import Any, Final

from sqlmodel import select

from consortium.core.days import instant_of, swedish_day
from consortium.core.errors import Conflict, Fault, Invalid, NotFound
from consortium.core.settings import Web
from consortium.core.words import mark, words
from consortium.core.work import Work
from consortium.costs.figures import digest_of
from consortium.costs.rounds import concerned, preliminary, rounds
from consortium.costs.tables import BudgetComment, BudgetRound
from consortium.members.queries import member_by_code, nameplate
from consortium.members.tables import Member
from consortium.messages.sending import write_letter

STANCES: Final = ("agrees", "objects", "asks")
SENT, REPLACED, DECIDED = "sent", "replaced", "decided"
LONGEST_MESSAGE: Final = 2000
LANGUAGE: Final = "sv"
PATH: Final = "/budget/dialog/"

SUBJECT: Final = mark("{site}: the budget of {year} for consultation, version {version}")
BODY: Final = mark(
    "The preliminary budget of {year} and what it means for {member} can be seen here:\n"
    "{link}\n\n"
    "Answer there by {day}: agree, object or ask.\n"
)


def send_round(work: Work, year: int, reply_by: date, message: str, web: Web) -> BudgetRound:
    """Freeze a year's figures as the next version and write to every member that has e-mail.

    The version before it is kept, replaced. Conflict where the budget is decided already.
    """
    work.require("costs.change")
    faults = []
    if reply_by <= work.today:
        faults.append(Fault("The answers' last day is a day to come", "reply_by"))
    if len(message) > LONGEST_MESSAGE:
        faults.append(Fault("The text is too long", "message", {}, "Use at most 2 000 characters"))
    if faults:
        raise Invalid(faults)
    sent = _freeze(work, year, reply_by, message.strip())
    count = _write_letters(work, sent, web)
    work.audit(
        "costs.round_sent",
        str(year),
        round=sent.id,
        version=sent.version,
        reply_by=reply_by.isoformat(),
        letters=count,
        sha256=sent.sha256,
    )
    return sent


def _freeze(work: Work, year: int, reply_by: date, message: str) -> BudgetRound:
    """The next version of a year's figures, in place of those before it."""
    earlier = rounds(work, year)
    if decided := [row for row in earlier if row.state == DECIDED]:
        raise Conflict(
            "The budget of {year} is decided, by version {version}",
            year=year,
            version=decided[0].version,
            remedy="Take the decision back first",
        )
    figures = preliminary(work, year)
    for row in earlier:
        row.state = REPLACED
        work.session.add(row)
    sent = BudgetRound(
        year=year,
        version=earlier[0].version + 1 if earlier else 1,
        reply_by=reply_by,
        message=message,
        figures=figures,
        sha256=digest_of(figures),
        sent_by=work.actor.name,
        sent_at=work.now,
    )
    work.session.add(sent)
    work.session.flush()
    return sent


def comment(work: Work, round_id: int, code: str, stance: str, text: str) -> BudgetComment:
    """Write what a member says of the version that is out; the latest of its answers holds."""
    work.require("budget.comment", code)
    row, member = _open_round(work, round_id), member_by_code(work, code)
    faults = []
    if stance not in STANCES:
        faults.append(Fault("Agree, object or ask", "stance"))
    elif stance != "agrees" and not text.strip():
        faults.append(Fault("Say what you object to or ask", "text"))
    if len(text) > LONGEST_MESSAGE:
        faults.append(Fault("The text is too long", "text", {}, "Use at most 2 000 characters"))
    if member.code not in row.figures["members"]:
        faults.append(Fault("The version does not concern {member}", "member", {"member": code}))
    if faults:
        raise Invalid(faults)
    written = BudgetComment(
        round_id=row.id,
        member_id=member.id,
        stance=stance,
        text=text.strip(),
        written_by=work.actor.name,
        written_at=work.now,
    )
    work.session.add(written)
    work.session.flush()
    _tell(work, row, member.code, written, stands=True)
    return written


def withdraw_comment(work: Work, comment_id: int) -> None:
    """Let an answer be as if it was never written; the one before it holds again."""
    written = work.session.get(BudgetComment, comment_id)
    if written is None:
        raise NotFound("What was recorded is not there any more")
    member = work.session.get_one(Member, written.member_id)
    work.require("budget.comment", member.code)
    row = _open_round(work, written.round_id)
    work.session.delete(written)
    work.session.flush()
    _tell(work, row, member.code, written, stands=False)


def decide_round(work: Work, round_id: int, on: date, text: str) -> BudgetRound:
    """Note that the version that is out was decided on a day, and how the decision reads."""
    work.require("costs.change")
    row = _open_round(work, round_id)
    faults = []
    if on > work.today:
        faults.append(Fault("A decision is made on a day that has been", "on_date"))
    if not text.strip():
        faults.append(Fault("Write how the decision reads", "decision"))
    if len(text) > LONGEST_MESSAGE:
        faults.append(Fault("The text is too long", "decision", {}, "Use at most 2 000 characters"))
    if faults:
        raise Invalid(faults)
    row.state, row.decision, row.decided_by = DECIDED, text.strip(), work.actor.name
    row.decided_at = work.now if on == work.today else instant_of(on, time(12))
    work.session.add(row)
    work.audit(
        "costs.round_decided",
        str(row.year),
        round=row.id,
        version=row.version,
        on=on.isoformat(),
        text=row.decision,
    )
    return row


def reopen_round(work: Work, round_id: int) -> BudgetRound:
    """Let the decision on a version be as if it was never made; it is out for answers again."""
    work.require("costs.change")
    row = _locked(work, round_id)
    if row.state != DECIDED or row.decided_at is None:
        raise Conflict("The version is not decided")
    facts: dict[str, Any] = {
        "round": row.id,
        "version": row.version,
        "on": swedish_day(row.decided_at).isoformat(),
        "text": row.decision,
    }
    row.state, row.decision, row.decided_by, row.decided_at = SENT, "", "", None
    work.session.add(row)
    work.audit("costs.round_reopened", str(row.year), **facts)
    return row


def _open_round(work: Work, round_id: int) -> BudgetRound:
    row = _locked(work, round_id)
    if row.state == REPLACED:
        raise Conflict(
            "A newer version of the budget has been sent", remedy="Open the newest version"
        )
    if row.state == DECIDED:
        raise Conflict("The budget of {year} is decided", year=row.year)
    return row


def _locked(work: Work, round_id: int) -> BudgetRound:
    rows = select(BudgetRound).where(BudgetRound.id == round_id).with_for_update()
    row = work.session.exec(rows).first()
    if row is None:
        raise NotFound("There is no such budget version")
    return row


def _write_letters(work: Work, sent: BudgetRound, web: Web) -> int:
    say, site = words(LANGUAGE), nameplate(work).name
    link = f"{web.address}{PATH}{sent.year}"
    facts = {"site": site, "year": sent.year, "version": sent.version}
    subject, count = say(SUBJECT, **facts), 0
    for member in concerned(work, sent):
        if not member.email:
            continue
        body = say(BODY, link=link, member=member.name, day=sent.reply_by.isoformat(), **facts)
        if sent.message:
            body = f"{body}\n{sent.message}\n"
        write_letter(
            work, f"budget:{sent.year}:{sent.version}:{member.code}", member.email, (subject, body)
        )
        count += 1
    return count


def _tell(work: Work, row: BudgetRound, code: str, written: BudgetComment, *, stands: bool) -> None:
    work.audit(
        "costs.round_commented" if stands else "costs.comment_withdrawn",
        str(row.year),
        round=row.id,
        comment=written.id,
        member=code,
        stance=written.stance,
        text=written.text,
    )
