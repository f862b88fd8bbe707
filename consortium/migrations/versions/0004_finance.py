"""finance: a whole year of shared costs: credit notes, settlement, payments, budgets."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ISSUED = ("invoice", "invoiceline", "journalentry")
"""Append-only tables that are rebuilt here."""
STATES = "state in ('prepared', 'approved', 'issued')"
STATES_NOW = "state in ('prepared', 'approved', 'issued', 'credited')"
LINES = "kind in ('share', 'contribution', 'settlement', 'interest')"


def upgrade() -> None:
    for table in ISSUED:
        _drop_triggers(table)
    _create_tables()
    _widen_settings()
    _widen_runs()
    _widen_invoices()
    _widen_books()
    for table in (*ISSUED, "paymentpart", "reminder"):
        _add_triggers(table)


def downgrade() -> None:
    for table in (*ISSUED, "paymentpart", "reminder"):
        _drop_triggers(table)
    _narrow_books()
    _narrow_invoices()
    _narrow_runs()
    _narrow_settings()
    _drop_tables()
    for table in ISSUED:
        _add_triggers(table)


def _create_tables() -> None:
    op.create_table(
        "budgetround",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reply_by", sa.Date(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('sent', 'replaced', 'decided')", name=op.f("ck_budgetround_known_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgetround")),
        sa.UniqueConstraint("year", "version", name=op.f("uq_budgetround_year_version")),
    )
    with op.batch_alter_table("budgetround") as batch_op:
        batch_op.create_index(batch_op.f("ix_budgetround_year"), ["year"], unique=False)

    op.create_table(
        "periodlock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("locked_by", sa.String(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periodlock")),
    )
    with op.batch_alter_table("periodlock") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_periodlock_month"),
            ["month"],
            unique=True,
            sqlite_where=sa.text("opened_at is null"),
            postgresql_where=sa.text("opened_at is null"),
        )

    op.create_table(
        "referencerate",
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("percent", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("from_on", name=op.f("pk_referencerate")),
    )
    op.create_table(
        "budgetcomment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stance in ('agrees', 'objects', 'asks')", name=op.f("ck_budgetcomment_known_stance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_budgetcomment_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["budgetround.id"], name=op.f("fk_budgetcomment_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgetcomment")),
    )
    with op.batch_alter_table("budgetcomment") as batch_op:
        batch_op.create_index(batch_op.f("ix_budgetcomment_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_budgetcomment_round_id"), ["round_id"], unique=False)

    op.create_table(
        "budgetline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_budgetline_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgetline")),
        sa.UniqueConstraint("pool_id", "position", name=op.f("uq_budgetline_pool_id_position")),
    )
    with op.batch_alter_table("budgetline") as batch_op:
        batch_op.create_index(batch_op.f("ix_budgetline_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "costforecast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_costforecast_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costforecast")),
    )
    with op.batch_alter_table("costforecast") as batch_op:
        batch_op.create_index(batch_op.f("ix_costforecast_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "measurefetch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'failed')", name=op.f("ck_measurefetch_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measurefetch_measure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurefetch")),
    )
    with op.batch_alter_table("measurefetch") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurefetch_measure_id"), ["measure_id"], unique=False
        )

    op.create_table(
        "paymentfile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total_ore", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["document.sha256"], name=op.f("fk_paymentfile_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paymentfile")),
        sa.UniqueConstraint("sha256", name=op.f("uq_paymentfile_sha256")),
    )
    op.create_table(
        "costattachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cost_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("attached_by", sa.String(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cost_id"], ["actualcost.id"], name=op.f("fk_costattachment_cost_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["document.sha256"], name=op.f("fk_costattachment_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costattachment")),
        sa.UniqueConstraint("cost_id", "sha256", name=op.f("uq_costattachment_cost_id_sha256")),
    )
    with op.batch_alter_table("costattachment") as batch_op:
        batch_op.create_index(batch_op.f("ix_costattachment_cost_id"), ["cost_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_costattachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("payer_account", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state in ('matched', 'part', 'over', 'review', 'duplicate', 'reversed')",
            name=op.f("ck_payment_known_state"),
        ),
        sa.CheckConstraint("amount_ore <> 0", name=op.f("ck_payment_not_zero")),
        sa.ForeignKeyConstraint(["file_id"], ["paymentfile.id"], name=op.f("fk_payment_file_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["payment.id"], name=op.f("fk_payment_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_key")),
    )
    with op.batch_alter_table("payment") as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_booked_on"), ["booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_reverses_id"), ["reverses_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_state"), ["state"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("debt_ore", sa.BigInteger(), nullable=False),
        sa.Column("interest_ore", sa.BigInteger(), nullable=False),
        sa.Column("letter_key", sa.String(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_reminder_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("invoice_id", "step", name=op.f("uq_reminder_invoice_id_step")),
    )
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_invoice_id"), ["invoice_id"], unique=False)

    op.create_table(
        "votingrule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("votes > 0", name=op.f("ck_votingrule_positive")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_votingrule_clause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_votingrule")),
        sa.UniqueConstraint("body", "from_on", name=op.f("uq_votingrule_body_from_on")),
    )
    with op.batch_alter_table("votingrule") as batch_op:
        batch_op.create_index(batch_op.f("ix_votingrule_clause_id"), ["clause_id"], unique=False)

    op.create_table(
        "paymentpart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_paymentpart_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_paymentpart_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paymentpart")),
    )
    with op.batch_alter_table("paymentpart") as batch_op:
        batch_op.create_index(batch_op.f("ix_paymentpart_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paymentpart_payment_id"), ["payment_id"], unique=False)


def _widen_settings() -> None:
    with op.batch_alter_table("actualcost") as batch_op:
        batch_op.add_column(sa.Column("account", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("to_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_actualcost_whole_time"),
            "(from_on is null and to_on is null) or (from_on is not null and to_on >= from_on)",
        )
    with op.batch_alter_table("agreement") as batch_op:
        batch_op.add_column(
            sa.Column("open_figures", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("hosting") as batch_op:
        batch_op.add_column(
            sa.Column("series", sa.String(length=4), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("f_tax", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def _widen_runs() -> None:
    with op.batch_alter_table("invoicerun") as batch_op:
        batch_op.add_column(sa.Column("months", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("purpose", sa.String(), nullable=False, server_default="regular")
        )
        batch_op.add_column(
            sa.Column("stage", sa.String(), nullable=False, server_default="preliminary")
        )
        batch_op.add_column(
            sa.Column("separate", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        for name in ("chosen_pools", "chosen_members"):
            batch_op.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("through_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("held_by", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("held_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(op.f("uq_invoicerun_month_sequence"), type_="unique")
        batch_op.drop_constraint(op.f("ck_invoicerun_known_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_invoicerun_known_state"), STATES_NOW)
        batch_op.create_check_constraint(
            op.f("ck_invoicerun_known_purpose"), "purpose in ('regular', 'settlement', 'leaving')"
        )
        batch_op.create_check_constraint(
            op.f("ck_invoicerun_known_stage"), "stage in ('preliminary', 'final')"
        )
        batch_op.create_check_constraint(op.f("ck_invoicerun_known_months"), "months in (1, 3, 12)")
        batch_op.create_index(op.f("ix_invoicerun_replaces_id"), ["replaces_id"])
        batch_op.create_unique_constraint(
            op.f("uq_invoicerun_purpose_month_months_sequence"),
            ["purpose", "month", "months", "sequence"],
        )
        batch_op.create_foreign_key(
            op.f("fk_invoicerun_replaces_id"), "invoicerun", ["replaces_id"], ["id"]
        )
    with op.batch_alter_table("runcase") as batch_op:
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
    op.execute(
        "update runcase set from_on = "
        "(select month from invoicerun where invoicerun.id = runcase.run_id)"
    )
    with op.batch_alter_table("runcase") as batch_op:
        batch_op.alter_column("from_on", existing_type=sa.Date(), nullable=False)
        batch_op.drop_constraint(op.f("uq_runcase_run_id_pool_id"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_runcase_run_id_pool_id_from_on"), ["run_id", "pool_id", "from_on"]
        )


def _widen_invoices() -> None:
    with op.batch_alter_table("invoice") as batch_op:
        batch_op.add_column(
            sa.Column("document", sa.String(), nullable=False, server_default="invoice")
        )
        batch_op.add_column(sa.Column("host_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("credits_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ocr", sa.String(), nullable=False, server_default=""))
        batch_op.alter_column("run_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("invoiceline") as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("credits_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("key", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("month", sa.Date(), nullable=True))
        batch_op.alter_column("pool_id", existing_type=sa.Integer(), nullable=True)
    _fill_invoices()
    with op.batch_alter_table("invoice") as batch_op:
        batch_op.alter_column("host_id", existing_type=sa.Integer(), nullable=False)
        for name in ("credits_id", "host_id", "ocr"):
            batch_op.create_index(op.f(f"ix_invoice_{name}"), [name])
        batch_op.create_check_constraint(
            op.f("ck_invoice_known_document"), "document in ('invoice', 'credit_note')"
        )
        batch_op.create_foreign_key(
            op.f("fk_invoice_credits_id"), "invoice", ["credits_id"], ["id"]
        )
        batch_op.create_foreign_key(op.f("fk_invoice_host_id"), "member", ["host_id"], ["id"])
    with op.batch_alter_table("invoiceline") as batch_op:
        batch_op.alter_column("month", existing_type=sa.Date(), nullable=False)
        batch_op.drop_index(op.f("ix_invoiceline_pool_id"))
        for name in ("case_id", "credits_id"):
            batch_op.create_index(op.f(f"ix_invoiceline_{name}"), [name])
        batch_op.create_index(op.f("ix_invoiceline_pool_id_month"), ["pool_id", "month"])
        batch_op.create_unique_constraint(op.f("uq_invoiceline_key"), ["key"])
        batch_op.create_check_constraint(op.f("ck_invoiceline_known_kind"), LINES)
        batch_op.create_foreign_key(
            op.f("fk_invoiceline_credits_id"), "invoiceline", ["credits_id"], ["id"]
        )
        batch_op.create_foreign_key(op.f("fk_invoiceline_case_id"), "runcase", ["case_id"], ["id"])


def _fill_invoices() -> None:
    """What is known of invoices that were issued before: seller, reference, and what lines bill."""
    lite = op.get_bind().dialect.name == "sqlite"
    ocr = "json_extract(paper, '$.ocr')" if lite else "paper ->> 'ocr'"
    month = "strftime('%Y-%m', i.month)" if lite else "to_char(i.month, 'YYYY-MM')"
    op.execute(
        f"update invoice set ocr = {ocr}, host_id = (select h.member_id from hosting h "  # noqa: S608 (our own texts)
        "where h.from_on <= invoice.month order by h.from_on desc limit 1)"
    )
    op.execute(
        "update invoiceline set month = "
        "(select i.month from invoice i where i.id = invoiceline.invoice_id)"
    )
    op.execute(
        f"update invoiceline set key = (select {month} || '/' || m.code || '/' || p.code || '/' "  # noqa: S608 (our own texts)
        "|| invoiceline.kind || '/1' from invoice i join member m on m.id = i.member_id "
        "join costpool p on p.id = invoiceline.pool_id where i.id = invoiceline.invoice_id)"
    )
    op.execute(
        "update invoiceline set case_id = (select c.id from runcase c "
        "join invoicerun r on r.id = c.run_id join invoice i on i.month = r.month "
        "where c.pool_id = invoiceline.pool_id and r.state = 'issued' "
        "and i.id = invoiceline.invoice_id order by r.sequence limit 1)"
    )


def _widen_books() -> None:
    with op.batch_alter_table("journalentry") as batch_op:
        batch_op.add_column(sa.Column("books", sa.String(), nullable=False, server_default=""))
    op.execute(
        "update journalentry set books = coalesce((select m.code from hosting h "
        "join member m on m.id = h.member_id where h.from_on <= journalentry.booked_on "
        "order by h.from_on desc limit 1), '')"
    )
    with op.batch_alter_table("journalentry") as batch_op:
        batch_op.create_index(op.f("ix_journalentry_books"), ["books"])
    _keep_series(("prefix", "year"), "select '', year, last from numberseries")


def _keep_series(key: tuple[str, ...], read: str) -> None:
    """Make the table of series anew: a primary key cannot be changed in place on SQLite."""
    connection = op.get_bind()
    rows = connection.execute(sa.text(read)).all()
    op.drop_table("numberseries")
    columns: list[sa.Column[Any]] = [sa.Column("year", sa.Integer(), nullable=False)]
    if "prefix" in key:
        columns.insert(0, sa.Column("prefix", sa.String(length=4), nullable=False))
    made = op.create_table(
        "numberseries",
        *columns,
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_numberseries")),
    )
    names = (*key, "last")
    op.bulk_insert(made, [dict(zip(names, row, strict=True)) for row in rows])


def _narrow_books() -> None:
    _keep_series(("year",), "select year, last from numberseries where prefix = ''")
    with op.batch_alter_table("journalentry") as batch_op:
        batch_op.drop_index(op.f("ix_journalentry_books"))
        batch_op.drop_column("books")


def _narrow_invoices() -> None:
    with op.batch_alter_table("invoiceline") as batch_op:
        batch_op.drop_constraint(op.f("fk_invoiceline_case_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_invoiceline_credits_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_invoiceline_known_kind"), type_="check")
        batch_op.drop_constraint(op.f("uq_invoiceline_key"), type_="unique")
        batch_op.drop_index(op.f("ix_invoiceline_pool_id_month"))
        for name in ("credits_id", "case_id"):
            batch_op.drop_index(op.f(f"ix_invoiceline_{name}"))
        batch_op.create_index(op.f("ix_invoiceline_pool_id"), ["pool_id"])
        batch_op.alter_column("pool_id", existing_type=sa.Integer(), nullable=False)
        for name in ("month", "key", "credits_id", "case_id"):
            batch_op.drop_column(name)
    with op.batch_alter_table("invoice") as batch_op:
        batch_op.drop_constraint(op.f("fk_invoice_host_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_invoice_credits_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_invoice_known_document"), type_="check")
        for name in ("ocr", "host_id", "credits_id"):
            batch_op.drop_index(op.f(f"ix_invoice_{name}"))
        batch_op.alter_column("run_id", existing_type=sa.Integer(), nullable=False)
        for name in ("ocr", "credits_id", "host_id", "document"):
            batch_op.drop_column(name)


def _narrow_runs() -> None:
    with op.batch_alter_table("runcase") as batch_op:
        batch_op.drop_constraint(op.f("uq_runcase_run_id_pool_id_from_on"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_runcase_run_id_pool_id"), ["run_id", "pool_id"])
        batch_op.drop_column("from_on")
    with op.batch_alter_table("invoicerun") as batch_op:
        batch_op.drop_constraint(op.f("fk_invoicerun_replaces_id"), type_="foreignkey")
        batch_op.drop_constraint(
            op.f("uq_invoicerun_purpose_month_months_sequence"), type_="unique"
        )
        for name in ("known_state", "known_purpose", "known_stage", "known_months"):
            batch_op.drop_constraint(op.f(f"ck_invoicerun_{name}"), type_="check")
        batch_op.create_check_constraint(op.f("ck_invoicerun_known_state"), STATES)
        batch_op.drop_index(op.f("ix_invoicerun_replaces_id"))
        batch_op.create_unique_constraint(
            op.f("uq_invoicerun_month_sequence"), ["month", "sequence"]
        )
        for name in ("held_at", "held_by", "replaces_id", "through_on", "chosen_members"):
            batch_op.drop_column(name)
        for name in ("chosen_pools", "separate", "stage", "purpose", "months"):
            batch_op.drop_column(name)


def _narrow_settings() -> None:
    with op.batch_alter_table("hosting") as batch_op:
        batch_op.drop_column("f_tax")
        batch_op.drop_column("series")
    with op.batch_alter_table("agreement") as batch_op:
        batch_op.drop_column("open_figures")
    with op.batch_alter_table("actualcost") as batch_op:
        batch_op.drop_constraint(op.f("ck_actualcost_whole_time"), type_="check")
        for name in ("to_on", "from_on", "account"):
            batch_op.drop_column(name)


def _drop_tables() -> None:
    """With their indexes."""
    for table in (
        "paymentpart",
        "reminder",
        "payment",
        "paymentfile",
        "referencerate",
        "votingrule",
        "budgetcomment",
        "budgetround",
        "budgetline",
        "costforecast",
        "costattachment",
        "measurefetch",
        "periodlock",
    ):
        op.drop_table(table)


def _add_triggers(table: str) -> None:
    """Refuse change and deletion; SQLite loses triggers when a table is rebuilt."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function refuse_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"create trigger {table}_no_{verb} before {verb} on {table} "
            f"begin select raise(abort, '{table} is append only'); end"
        )


def _drop_triggers(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"drop trigger {table}_append_only on {table}")
        return
    for verb in ("update", "delete"):
        op.execute(f"drop trigger {table}_no_{verb}")
