"""first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_seed", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("to_on is null or to_on >= from_on", name=op.f("ck_agreement_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("title", name=op.f("uq_agreement_title")),
    )
    op.create_table(
        "accountuse",
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("use", name=op.f("pk_accountuse")),
    )
    op.create_table(
        "auditentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditentry")),
    )
    with op.batch_alter_table("auditentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auditentry_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditentry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditentry_event"), ["event"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditentry_subject"), ["subject"], unique=False)

    op.create_table(
        "consortium",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_consortium_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium")),
    )
    op.create_table(
        "costpool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("budget_ore", sa.BigInteger(), nullable=False),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("budget_ore >= 0", name=op.f("ck_costpool_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costpool")),
        sa.UniqueConstraint("code", "year", name=op.f("uq_costpool_code_year")),
    )
    with op.batch_alter_table("costpool", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_costpool_year"), ["year"], unique=False)

    op.create_table(
        "document",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_document")),
    )
    op.create_table(
        "invoicerun",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('prepared', 'approved', 'issued')", name=op.f("ck_invoicerun_known_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoicerun")),
        sa.UniqueConstraint("month", "sequence", name=op.f("uq_invoicerun_month_sequence")),
    )
    with op.batch_alter_table("invoicerun", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoicerun_month"), ["month"], unique=False)

    op.create_table(
        "jobrun",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobrun")),
        sa.UniqueConstraint("job", "business_date", name=op.f("uq_jobrun_job_business_date")),
    )
    with op.batch_alter_table("jobrun", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobrun_job"), ["job"], unique=False)

    op.create_table(
        "journalentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journalentry")),
        sa.UniqueConstraint("key", name=op.f("uq_journalentry_key")),
    )
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journalentry_booked_on"), ["booked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_journalentry_name"), ["name"], unique=False)

    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("code", name=op.f("uq_measure_code")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("legal_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organisation_number", sa.String(length=10), nullable=False),
        sa.Column("made_up", sa.Boolean(), nullable=False),
        sa.Column("endpoint_scheme", sa.String(length=4), nullable=False),
        sa.Column("endpoint_id", sa.String(), nullable=False),
        sa.Column("buyer_reference", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("postcode", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.CheckConstraint(
            "delivery in ('access_point', 'email')", name=op.f("ck_member_known_delivery")
        ),
        sa.CheckConstraint("kind in ('municipality', 'region')", name=op.f("ck_member_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("code", name=op.f("uq_member_code")),
        sa.UniqueConstraint("name", name=op.f("uq_member_name")),
    )
    op.create_table(
        "numberseries",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_numberseries")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("case", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('published', 'proposed', 'replaced', 'rejected')",
            name=op.f("ck_plan_known_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("on_date", "revision", name=op.f("uq_plan_on_date_revision")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_plan_published",
            ["on_date"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "supplier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("metric", sa.String(), nullable=False),
        sa.Column("access_method", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code", name=op.f("uq_supplier_code")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("name", "key", name=op.f("uq_task_name_key")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_due"), ["due"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_state"), ["state"], unique=False)

    op.create_table(
        "actualcost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_actualcost_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actualcost")),
        sa.UniqueConstraint("reference", name=op.f("uq_actualcost_reference")),
    )
    with op.batch_alter_table("actualcost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_actualcost_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_actualcost_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "agreementparty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreementparty_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_agreementparty_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreementparty")),
        sa.UniqueConstraint(
            "agreement_id", "member_id", name=op.f("uq_agreementparty_agreement_id_member_id")
        ),
    )
    with op.batch_alter_table("agreementparty", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreementparty_agreement_id"), ["agreement_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_agreementparty_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "apitoken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_apitoken_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apitoken")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_apitoken_secret_sha256")),
    )
    with op.batch_alter_table("apitoken", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_apitoken_account_id"), ["account_id"], unique=False)

    op.create_table(
        "branch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("locality", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("coordinate_basis", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind in ('main','branch','bus','bus_stop','depot')", name=op.f("ck_branch_known_kind")
        ),
        sa.CheckConstraint(
            "lat between -90 and 90 and lon between -180 and 180", name=op.f("ck_branch_on_earth")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_branch_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("name", name=op.f("uq_branch_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_branch_slug")),
    )
    with op.batch_alter_table("branch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_branch_member_id"), ["member_id"], unique=False)

    op.create_table(
        "cardseries",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_cardseries_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_cardseries")),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_clause_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
        sa.UniqueConstraint("agreement_id", "number", name=op.f("uq_clause_agreement_id_number")),
    )
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_agreement_id"), ["agreement_id"], unique=False)

    op.create_table(
        "contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_contribution_positive")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_contribution_member_id")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_contribution_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution")),
        sa.UniqueConstraint("pool_id", "member_id", name=op.f("uq_contribution_pool_id_member_id")),
    )
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "hosting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("bankgiro", sa.String(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("due_days >= 0", name=op.f("ck_hosting_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_hosting_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hosting")),
        sa.UniqueConstraint("from_on", name=op.f("uq_hosting_from_on")),
    )
    with op.batch_alter_table("hosting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hosting_member_id"), ["member_id"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("net_ore", sa.BigInteger(), nullable=False),
        sa.Column("vat_ore", sa.BigInteger(), nullable=False),
        sa.Column("payable_ore", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind in ('rated', 'outside')", name=op.f("ck_invoice_known_kind")),
        sa.CheckConstraint("payable_ore = net_ore + vat_ore", name=op.f("ck_invoice_sums")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_invoice_member_id")),
        sa.ForeignKeyConstraint(["run_id"], ["invoicerun.id"], name=op.f("fk_invoice_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("key", name=op.f("uq_invoice_key")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_month"), ["month"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoice_run_id"), ["run_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("attachment", sa.String(), nullable=True),
        sa.Column("attachment_name", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment"], ["document.sha256"], name=op.f("fk_letter_attachment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
    )
    op.create_table(
        "loanprice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("ore_per_loan", sa.String(), nullable=False),
        sa.CheckConstraint("to_on is null or to_on >= from_on", name=op.f("ck_loanprice_in_order")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_loanprice_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loanprice")),
        sa.UniqueConstraint(
            "supplier_id", "from_on", name=op.f("uq_loanprice_supplier_id_from_on")
        ),
    )
    with op.batch_alter_table("loanprice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loanprice_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "measuresnapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("locked_by", sa.String(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measuresnapshot_measure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measuresnapshot")),
        sa.UniqueConstraint(
            "measure_id", "on_date", name=op.f("uq_measuresnapshot_measure_id_on_date")
        ),
    )
    with op.batch_alter_table("measuresnapshot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measuresnapshot_measure_id"), ["measure_id"], unique=False
        )

    op.create_table(
        "measurevalue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measure_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["measure.id"], name=op.f("fk_measurevalue_measure_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_measurevalue_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurevalue")),
        sa.UniqueConstraint(
            "measure_id",
            "member_id",
            "on_date",
            name=op.f("uq_measurevalue_measure_id_member_id_on_date"),
        ),
    )
    with op.batch_alter_table("measurevalue", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurevalue_measure_id"), ["measure_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_measurevalue_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_measurevalue_on_date"), ["on_date"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "to_on is null or to_on >= from_on", name=op.f("ck_membership_in_order")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_member_id"), ["member_id"], unique=False)

    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_participation_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["costpool.id"], name=op.f("fk_participation_pool_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint(
            "pool_id", "member_id", name=op.f("uq_participation_pool_id_member_id")
        ),
    )
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_participation_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "patron",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forget_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "birth_year between 1900 and 2100", name=op.f("ck_patron_plausible_year")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_patron_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron")),
    )
    with op.batch_alter_table("patron", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patron_member_id"), ["member_id"], unique=False)

    op.create_table(
        "plandocument",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("vehicle", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plandocument_plan_id")),
        sa.ForeignKeyConstraint(
            ["sha256"], ["document.sha256"], name=op.f("fk_plandocument_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plandocument")),
        sa.UniqueConstraint(
            "plan_id", "form", "vehicle", name=op.f("uq_plandocument_plan_id_form_vehicle")
        ),
    )
    with op.batch_alter_table("plandocument", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plandocument_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("counterpart", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_ore <> 0", name=op.f("ck_posting_not_zero")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journalentry.id"], name=op.f("fk_posting_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("entry_id", "position", name=op.f("uq_posting_entry_id_position")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_counterpart"), ["counterpart"], unique=False)
        batch_op.create_index(batch_op.f("ix_posting_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "rolegrant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role in ('administrator','coordinator','finance','branch_manager','counter','auditor')",
            name=op.f("ck_rolegrant_known_role"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_rolegrant_account_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_rolegrant_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rolegrant")),
        sa.UniqueConstraint(
            "account_id", "role", "member_id", name=op.f("uq_rolegrant_account_id_role_member_id")
        ),
    )
    with op.batch_alter_table("rolegrant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rolegrant_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rolegrant_member_id"), ["member_id"], unique=False)

    op.create_table(
        "runcase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_runcase_pool_id")),
        sa.ForeignKeyConstraint(["run_id"], ["invoicerun.id"], name=op.f("fk_runcase_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runcase")),
        sa.UniqueConstraint("run_id", "pool_id", name=op.f("uq_runcase_run_id_pool_id")),
    )
    with op.batch_alter_table("runcase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runcase_pool_id"), ["pool_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_runcase_run_id"), ["run_id"], unique=False)

    op.create_table(
        "suppliercustomer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_suppliercustomer_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_suppliercustomer_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliercustomer")),
        sa.UniqueConstraint(
            "supplier_id", "customer_id", name=op.f("uq_suppliercustomer_supplier_id_customer_id")
        ),
    )
    with op.batch_alter_table("suppliercustomer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suppliercustomer_member_id"), ["member_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_suppliercustomer_supplier_id"), ["supplier_id"], unique=False
        )

    op.create_table(
        "usage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("loans", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("loans >= 0", name=op.f("ck_usage_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_usage_member_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_usage_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage")),
        sa.UniqueConstraint(
            "supplier_id", "member_id", "month", name=op.f("uq_usage_supplier_id_member_id_month")
        ),
    )
    with op.batch_alter_table("usage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_usage_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_month"), ["month"], unique=False)
        batch_op.create_index(batch_op.f("ix_usage_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "vattreatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(category = 'S' and percent in (25, 12, 6) and reason = '') or (category in ('E', 'O') and percent is null and reason <> '')",
            name=op.f("ck_vattreatment_whole"),
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_vattreatment_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vattreatment")),
        sa.UniqueConstraint("pool_id", "from_on", name=op.f("uq_vattreatment_pool_id_from_on")),
    )
    with op.batch_alter_table("vattreatment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vattreatment_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "branchalias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_branchalias_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branchalias")),
        sa.UniqueConstraint("name", name=op.f("uq_branchalias_name")),
    )
    with op.batch_alter_table("branchalias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_branchalias_branch_id"), ["branch_id"], unique=False)

    op.create_table(
        "card",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=14), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("patron_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('valid', 'replaced')", name=op.f("ck_card_known_state")),
        sa.CheckConstraint("length(number) = 14", name=op.f("ck_card_fourteen_digits")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_card_member_id")),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_card_patron_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("number", name=op.f("uq_card_number")),
    )
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_card_patron_id"), ["patron_id"], unique=False)
        batch_op.create_index(
            "uq_card_valid",
            ["patron_id"],
            unique=True,
            sqlite_where=sa.text("state = 'valid'"),
            postgresql_where=sa.text("state = 'valid'"),
        )

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_closure_in_order")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_closure_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_closure_from_on"), ["from_on"], unique=False)

    op.create_table(
        "crate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["branch.id"], name=op.f("fk_crate_home_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crate")),
        sa.UniqueConstraint("code", name=op.f("uq_crate_code")),
    )
    with op.batch_alter_table("crate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crate_home_id"), ["home_id"], unique=False)

    op.create_table(
        "invoicedelivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoicedelivery_invoice_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoicedelivery")),
        sa.UniqueConstraint("invoice_id", name=op.f("uq_invoicedelivery_invoice_id")),
    )
    op.create_table(
        "invoicedocument",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoicedocument_invoice_id")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["document.sha256"], name=op.f("fk_invoicedocument_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoicedocument")),
        sa.UniqueConstraint("invoice_id", "form", name=op.f("uq_invoicedocument_invoice_id_form")),
    )
    with op.batch_alter_table("invoicedocument", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invoicedocument_invoice_id"), ["invoice_id"], unique=False
        )

    op.create_table(
        "invoiceline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("net_ore", sa.BigInteger(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice_id"], ["invoice.id"], name=op.f("fk_invoiceline_invoice_id")
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_invoiceline_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoiceline")),
        sa.UniqueConstraint(
            "invoice_id", "position", name=op.f("uq_invoiceline_invoice_id_position")
        ),
    )
    with op.batch_alter_table("invoiceline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoiceline_invoice_id"), ["invoice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invoiceline_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "keyversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.Column("previous_ore", sa.JSON(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_keyversion_in_order")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_keyversion_clause_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["costpool.id"], name=op.f("fk_keyversion_pool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyversion")),
        sa.UniqueConstraint("pool_id", "from_on", name=op.f("uq_keyversion_pool_id_from_on")),
    )
    with op.batch_alter_table("keyversion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_keyversion_clause_id"), ["clause_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_keyversion_pool_id"), ["pool_id"], unique=False)

    op.create_table(
        "openinghours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.CheckConstraint("closes > opens", name=op.f("ck_openinghours_in_order")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_openinghours_weekday")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_openinghours_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openinghours")),
        sa.UniqueConstraint("branch_id", "weekday", name=op.f("uq_openinghours_branch_id_weekday")),
    )
    with op.batch_alter_table("openinghours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_openinghours_branch_id"), ["branch_id"], unique=False)

    op.create_table(
        "templatestop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.Time(), nullable=False),
        sa.Column("window_to", sa.Time(), nullable=False),
        sa.Column("service_s", sa.Integer(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("skip_ore", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("weekday between 0 and 4", name=op.f("ck_templatestop_weekday")),
        sa.CheckConstraint("window_to > window_from", name=op.f("ck_templatestop_in_order")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_templatestop_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templatestop")),
        sa.UniqueConstraint("weekday", "branch_id", name=op.f("uq_templatestop_weekday_branch_id")),
    )
    with op.batch_alter_table("templatestop", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_templatestop_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_templatestop_weekday"), ["weekday"], unique=False)

    op.create_table(
        "vehicle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("depot_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("shift_from", sa.Time(), nullable=False),
        sa.Column("shift_to", sa.Time(), nullable=False),
        sa.Column("max_duration_s", sa.Integer(), nullable=False),
        sa.Column("cost_per_km_ore", sa.BigInteger(), nullable=False),
        sa.Column("cost_per_hour_ore", sa.BigInteger(), nullable=False),
        sa.Column("fixed_ore", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_vehicle_carries_something")),
        sa.CheckConstraint("shift_to > shift_from", name=op.f("ck_vehicle_in_order")),
        sa.ForeignKeyConstraint(["depot_id"], ["branch.id"], name=op.f("fk_vehicle_depot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
        sa.UniqueConstraint("code", name=op.f("uq_vehicle_code")),
    )
    op.create_table(
        "cardblock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_cardblock_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cardblock")),
    )
    with op.batch_alter_table("cardblock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cardblock_card_id"), ["card_id"], unique=False)

    op.create_table(
        "cardlook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("looked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_cardlook_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cardlook")),
    )
    with op.batch_alter_table("cardlook", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cardlook_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cardlook_card_id"), ["card_id"], unique=False)

    op.create_table(
        "cratetrip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crate_id", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("packed_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "state in ('packed', 'collected', 'delivered', 'received')",
            name=op.f("ck_cratetrip_known_state"),
        ),
        sa.CheckConstraint("origin_id <> destination_id", name=op.f("ck_cratetrip_goes_somewhere")),
        sa.ForeignKeyConstraint(["crate_id"], ["crate.id"], name=op.f("fk_cratetrip_crate_id")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["branch.id"], name=op.f("fk_cratetrip_destination_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["branch.id"], name=op.f("fk_cratetrip_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cratetrip")),
    )
    with op.batch_alter_table("cratetrip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cratetrip_crate_id"), ["crate_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cratetrip_destination_id"), ["destination_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cratetrip_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cratetrip_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_cratetrip_open",
            ["crate_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'received'"),
            postgresql_where=sa.text("state <> 'received'"),
        )

    op.create_table(
        "crateevent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trip_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind in ('packed', 'collected', 'delivered', 'received')",
            name=op.f("ck_crateevent_known_kind"),
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_crateevent_branch_id")),
        sa.ForeignKeyConstraint(["trip_id"], ["cratetrip.id"], name=op.f("fk_crateevent_trip_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crateevent")),
        sa.UniqueConstraint("trip_id", "kind", name=op.f("uq_crateevent_trip_id_kind")),
    )
    with op.batch_alter_table("crateevent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crateevent_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_crateevent_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_crateevent_trip_id"), ["trip_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("crateevent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crateevent_trip_id"))
        batch_op.drop_index(batch_op.f("ix_crateevent_on_date"))
        batch_op.drop_index(batch_op.f("ix_crateevent_branch_id"))

    op.drop_table("crateevent")
    with op.batch_alter_table("cratetrip", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cratetrip_open",
            sqlite_where=sa.text("state <> 'received'"),
            postgresql_where=sa.text("state <> 'received'"),
        )
        batch_op.drop_index(batch_op.f("ix_cratetrip_state"))
        batch_op.drop_index(batch_op.f("ix_cratetrip_origin_id"))
        batch_op.drop_index(batch_op.f("ix_cratetrip_destination_id"))
        batch_op.drop_index(batch_op.f("ix_cratetrip_crate_id"))

    op.drop_table("cratetrip")
    with op.batch_alter_table("cardlook", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cardlook_card_id"))
        batch_op.drop_index(batch_op.f("ix_cardlook_at"))

    op.drop_table("cardlook")
    with op.batch_alter_table("cardblock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cardblock_card_id"))

    op.drop_table("cardblock")
    op.drop_table("vehicle")
    with op.batch_alter_table("templatestop", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_templatestop_weekday"))
        batch_op.drop_index(batch_op.f("ix_templatestop_branch_id"))

    op.drop_table("templatestop")
    with op.batch_alter_table("openinghours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_openinghours_branch_id"))

    op.drop_table("openinghours")
    with op.batch_alter_table("keyversion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_keyversion_pool_id"))
        batch_op.drop_index(batch_op.f("ix_keyversion_clause_id"))

    op.drop_table("keyversion")
    with op.batch_alter_table("invoiceline", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoiceline_pool_id"))
        batch_op.drop_index(batch_op.f("ix_invoiceline_invoice_id"))

    op.drop_table("invoiceline")
    with op.batch_alter_table("invoicedocument", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoicedocument_invoice_id"))

    op.drop_table("invoicedocument")
    op.drop_table("invoicedelivery")
    with op.batch_alter_table("crate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crate_home_id"))

    op.drop_table("crate")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_from_on"))
        batch_op.drop_index(batch_op.f("ix_closure_branch_id"))

    op.drop_table("closure")
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_card_valid",
            sqlite_where=sa.text("state = 'valid'"),
            postgresql_where=sa.text("state = 'valid'"),
        )
        batch_op.drop_index(batch_op.f("ix_card_patron_id"))
        batch_op.drop_index(batch_op.f("ix_card_member_id"))

    op.drop_table("card")
    with op.batch_alter_table("branchalias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_branchalias_branch_id"))

    op.drop_table("branchalias")
    with op.batch_alter_table("vattreatment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vattreatment_pool_id"))

    op.drop_table("vattreatment")
    with op.batch_alter_table("usage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_usage_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_usage_month"))
        batch_op.drop_index(batch_op.f("ix_usage_member_id"))

    op.drop_table("usage")
    with op.batch_alter_table("suppliercustomer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suppliercustomer_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_suppliercustomer_member_id"))

    op.drop_table("suppliercustomer")
    with op.batch_alter_table("runcase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runcase_run_id"))
        batch_op.drop_index(batch_op.f("ix_runcase_pool_id"))

    op.drop_table("runcase")
    with op.batch_alter_table("rolegrant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rolegrant_member_id"))
        batch_op.drop_index(batch_op.f("ix_rolegrant_account_id"))

    op.drop_table("rolegrant")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posting_entry_id"))
        batch_op.drop_index(batch_op.f("ix_posting_counterpart"))
        batch_op.drop_index(batch_op.f("ix_posting_account"))

    op.drop_table("posting")
    with op.batch_alter_table("plandocument", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plandocument_plan_id"))

    op.drop_table("plandocument")
    with op.batch_alter_table("patron", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patron_member_id"))

    op.drop_table("patron")
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_pool_id"))
        batch_op.drop_index(batch_op.f("ix_participation_member_id"))

    op.drop_table("participation")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_member_id"))

    op.drop_table("membership")
    with op.batch_alter_table("measurevalue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurevalue_on_date"))
        batch_op.drop_index(batch_op.f("ix_measurevalue_member_id"))
        batch_op.drop_index(batch_op.f("ix_measurevalue_measure_id"))

    op.drop_table("measurevalue")
    with op.batch_alter_table("measuresnapshot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measuresnapshot_measure_id"))

    op.drop_table("measuresnapshot")
    with op.batch_alter_table("loanprice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_loanprice_supplier_id"))

    op.drop_table("loanprice")
    op.drop_table("letter")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_run_id"))
        batch_op.drop_index(batch_op.f("ix_invoice_month"))
        batch_op.drop_index(batch_op.f("ix_invoice_member_id"))

    op.drop_table("invoice")
    with op.batch_alter_table("hosting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hosting_member_id"))

    op.drop_table("hosting")
    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contribution_pool_id"))
        batch_op.drop_index(batch_op.f("ix_contribution_member_id"))

    op.drop_table("contribution")
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clause_agreement_id"))

    op.drop_table("clause")
    op.drop_table("cardseries")
    with op.batch_alter_table("branch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_branch_member_id"))

    op.drop_table("branch")
    with op.batch_alter_table("apitoken", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_apitoken_account_id"))

    op.drop_table("apitoken")
    with op.batch_alter_table("agreementparty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreementparty_member_id"))
        batch_op.drop_index(batch_op.f("ix_agreementparty_agreement_id"))

    op.drop_table("agreementparty")
    with op.batch_alter_table("actualcost", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_actualcost_pool_id"))
        batch_op.drop_index(batch_op.f("ix_actualcost_on_date"))

    op.drop_table("actualcost")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_state"))
        batch_op.drop_index(batch_op.f("ix_task_due"))

    op.drop_table("task")
    op.drop_table("supplier")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plan_published",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.drop_index(batch_op.f("ix_plan_state"))
        batch_op.drop_index(batch_op.f("ix_plan_on_date"))

    op.drop_table("plan")
    op.drop_table("numberseries")
    op.drop_table("member")
    op.drop_table("measure")
    with op.batch_alter_table("journalentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journalentry_name"))
        batch_op.drop_index(batch_op.f("ix_journalentry_booked_on"))

    op.drop_table("journalentry")
    with op.batch_alter_table("jobrun", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_jobrun_job"))

    op.drop_table("jobrun")
    with op.batch_alter_table("invoicerun", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoicerun_month"))

    op.drop_table("invoicerun")
    op.drop_table("document")
    with op.batch_alter_table("costpool", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_costpool_year"))

    op.drop_table("costpool")
    op.drop_table("consortium")
    with op.batch_alter_table("auditentry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auditentry_subject"))
        batch_op.drop_index(batch_op.f("ix_auditentry_event"))
        batch_op.drop_index(batch_op.f("ix_auditentry_at"))
        batch_op.drop_index(batch_op.f("ix_auditentry_actor"))

    op.drop_table("auditentry")
    op.drop_table("agreement")
    op.drop_table("accountuse")
    op.drop_table("account")
