"""What the demo leaves in files: the month's invoices and tables, a bank's files, the next plan."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import select

from consortium.billing.formats.listing import journal_csv, lines_csv, pools_csv, summary_csv
from consortium.billing.queries import documents_of, invoices_of_month
from consortium.billing.views import month_view
from consortium.core.errors import NotFound
from consortium.core.work import Actor, Work, Works
from consortium.demo.banking import write_bank_files
from consortium.documents.queries import document
from consortium.ledger.queries import journal
from consortium.transports.tables import Plan, PlanDocument

READER = Actor("demo", machine=True)


@dataclass(frozen=True, slots=True)
class Made:
    """How much was made. blocked: invoices that could not be issued. manifests: one a vehicle.

    bank: the files that a bank would send of the invoices, none where nothing was issued.
    """

    invoices: Path
    plan: Path
    bank: tuple[Path, ...]
    issued: int
    blocked: int
    manifests: int


def write_out(works: Works, out: Path, month: date, plan_on: date) -> Made:
    """Under `out`, write the month's invoices and tables, a bank's files and a day's plan."""
    with works.reading(READER) as work:
        issued, blocked = _write_invoices(work, out / "invoices", month)
        bank = tuple(write_bank_files(work, out / "bank", month))
        manifests = _write_plan(work, out / "plans" / plan_on.isoformat(), plan_on)
    plan = out / "plans" / plan_on.isoformat()
    return Made(out / "invoices", plan, bank, issued, blocked, manifests)


def _write_invoices(work: Work, folder: Path, month: date) -> tuple[int, int]:
    folder.mkdir(parents=True)
    issued = invoices_of_month(work, month)
    for invoice in issued:
        for form, sha256 in documents_of(work, invoice).items():
            (folder / f"{invoice.number}.{form}").write_bytes(document(work, sha256).content)
    view = month_view(work, month)
    booked = journal(work, issued[0].issued_on, issued[0].issued_on) if issued else []
    rows = [(e.name, p.account, p.pool, p.counterpart, p.amount_ore) for e, p in booked]
    tables = {
        "summary.csv": summary_csv(view.drafts),
        "pools.csv": pools_csv(view.pools),
        "lines.csv": lines_csv(view.drafts),
        "journal.csv": journal_csv(rows),
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(issued), sum(draft.status == "blocked" for draft in view.drafts)


def _write_plan(work: Work, folder: Path, day: date) -> int:
    folder.mkdir(parents=True)
    row = select(Plan).where(Plan.on_date == day, Plan.state == "published")
    plan = work.session.exec(row).first()
    if plan is None:
        raise NotFound("There is no plan of {day}", day=day.isoformat())
    text = json.dumps(plan.plan, ensure_ascii=False, indent=1)
    (folder / "plan.json").write_text(text + "\n", encoding="utf-8")
    papers = work.session.exec(select(PlanDocument).where(PlanDocument.plan_id == plan.id)).all()
    for paper in papers:
        name = f"manifest-{paper.vehicle}.pdf" if paper.form == "manifest" else "labels.pdf"
        (folder / name).write_bytes(document(work, paper.sha256).content)
    return sum(paper.form == "manifest" for paper in papers)
