"""ground: sealed audit, accounts that end, sessions, webhooks, imports, kept answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES_BEFORE = ("administrator", "coordinator", "finance", "branch_manager", "counter", "auditor")


def upgrade() -> None:
    _drop_triggers("auditentry")
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("openid", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_account_email"), ["email"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_account_openid"), ["openid"])

    with op.batch_alter_table("apitoken") as batch_op:
        batch_op.add_column(sa.Column("rights", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column(
                "given_at",
                sa.DateTime(timezone=True),
                nullable=False,
                server_default="1970-01-01 00:00:00+00:00",
            )
        )

    with op.batch_alter_table("auditentry") as batch_op:
        batch_op.add_column(sa.Column("undoes", sa.Integer(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_auditentry_actor"))
        batch_op.drop_index(batch_op.f("ix_auditentry_event"))
        batch_op.create_index(batch_op.f("ix_auditentry_actor_at"), ["actor", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditentry_event_at"), ["event", "at"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_auditentry_undoes"), ["undoes"])
        batch_op.create_foreign_key(
            batch_op.f("fk_auditentry_undoes"), "auditentry", ["undoes"], ["id"]
        )

    with op.batch_alter_table("invoice") as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_member_id"))
        batch_op.create_index(
            batch_op.f("ix_invoice_member_id_number"), ["member_id", "number"], unique=False
        )

    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(
            sa.Column("fleeting", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("sending", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("trouble", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_letter_returned_at"), ["returned_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_written_at"), ["written_at"], unique=False)
    _know_roles(*ROLES_BEFORE, "driver")

    op.create_table(
        "columnmapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("header", sa.String(length=64), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("chosen_by", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_columnmapping")),
        sa.UniqueConstraint("kind", "header", name=op.f("uq_columnmapping_kind_header")),
    )
    op.create_table(
        "failedattempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failedattempt")),
    )
    with op.batch_alter_table("failedattempt") as batch_op:
        batch_op.create_index(batch_op.f("ix_failedattempt_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_failedattempt_place"), ["place"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "keptanswer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker", sa.String(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keptanswer")),
        sa.UniqueConstraint("asker", "key", name=op.f("uq_keptanswer_asker_key")),
    )
    with op.batch_alter_table("keptanswer") as batch_op:
        batch_op.create_index(batch_op.f("ix_keptanswer_kept_at"), ["kept_at"], unique=False)

    op.create_table(
        "webhook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "auditseal",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["auditentry.id"], name=op.f("fk_auditseal_entry_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_auditseal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_auditseal_entry_id")),
    )
    op.create_table(
        "auditvalue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("erase_on", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["auditentry.id"], name=op.f("fk_auditvalue_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditvalue")),
        sa.UniqueConstraint("entry_id", "name", name=op.f("uq_auditvalue_entry_id_name")),
    )
    with op.batch_alter_table("auditvalue") as batch_op:
        batch_op.create_index(batch_op.f("ix_auditvalue_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditvalue_erase_on"), ["erase_on"], unique=False)

    op.create_table(
        "importbatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["document.sha256"], name=op.f("fk_importbatch_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_importbatch")),
    )
    with op.batch_alter_table("importbatch") as batch_op:
        batch_op.create_index(batch_op.f("ix_importbatch_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_importbatch_taken_at"), ["taken_at"], unique=False)

    op.create_table(
        "onetimelink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose in ('invitation', 'password')", name=op.f("ck_onetimelink_known_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_onetimelink_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onetimelink")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_onetimelink_secret_sha256")),
    )
    with op.batch_alter_table("onetimelink") as batch_op:
        batch_op.create_index(batch_op.f("ix_onetimelink_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_onetimelink_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "signedin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("openid", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_signedin_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signedin")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_signedin_secret_sha256")),
    )
    with op.batch_alter_table("signedin") as batch_op:
        batch_op.create_index(batch_op.f("ix_signedin_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_signedin_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "webhookdelivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'delivered', 'failed')",
            name=op.f("ck_webhookdelivery_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhookdelivery_webhook_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhookdelivery")),
        sa.UniqueConstraint("webhook_id", "key", name=op.f("uq_webhookdelivery_webhook_id_key")),
    )
    with op.batch_alter_table("webhookdelivery") as batch_op:
        batch_op.create_index(batch_op.f("ix_webhookdelivery_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_webhookdelivery_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_webhookdelivery_webhook_id"), ["webhook_id"], unique=False
        )
    _add_triggers("auditentry")
    _add_triggers("auditseal")


def downgrade() -> None:
    _drop_triggers("auditentry")
    _drop_triggers("auditseal")
    with op.batch_alter_table("webhookdelivery") as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhookdelivery_webhook_id"))
        batch_op.drop_index(batch_op.f("ix_webhookdelivery_state"))
        batch_op.drop_index(batch_op.f("ix_webhookdelivery_made_at"))

    op.drop_table("webhookdelivery")
    with op.batch_alter_table("signedin") as batch_op:
        batch_op.drop_index(batch_op.f("ix_signedin_ends_at"))
        batch_op.drop_index(batch_op.f("ix_signedin_account_id"))

    op.drop_table("signedin")
    with op.batch_alter_table("onetimelink") as batch_op:
        batch_op.drop_index(batch_op.f("ix_onetimelink_expires_at"))
        batch_op.drop_index(batch_op.f("ix_onetimelink_account_id"))

    op.drop_table("onetimelink")
    with op.batch_alter_table("importbatch") as batch_op:
        batch_op.drop_index(batch_op.f("ix_importbatch_taken_at"))
        batch_op.drop_index(batch_op.f("ix_importbatch_kind"))

    op.drop_table("importbatch")
    with op.batch_alter_table("auditvalue") as batch_op:
        batch_op.drop_index(batch_op.f("ix_auditvalue_erase_on"))
        batch_op.drop_index(batch_op.f("ix_auditvalue_entry_id"))

    op.drop_table("auditvalue")
    op.drop_table("auditseal")
    op.drop_table("webhook")
    with op.batch_alter_table("keptanswer") as batch_op:
        batch_op.drop_index(batch_op.f("ix_keptanswer_kept_at"))

    op.drop_table("keptanswer")
    op.drop_table("heartbeat")
    with op.batch_alter_table("failedattempt") as batch_op:
        batch_op.drop_index(batch_op.f("ix_failedattempt_place"))
        batch_op.drop_index(batch_op.f("ix_failedattempt_at"))

    op.drop_table("failedattempt")
    op.drop_table("columnmapping")
    op.execute("delete from rolegrant where role not in " + _listed(ROLES_BEFORE))  # noqa: S608 (ours)
    _know_roles(*ROLES_BEFORE)
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_written_at"))
        batch_op.drop_index(batch_op.f("ix_letter_returned_at"))
        batch_op.drop_column("settled_at")
        batch_op.drop_column("sending")
        batch_op.drop_column("returned_at")
        batch_op.drop_column("trouble")
        batch_op.drop_column("fleeting")

    with op.batch_alter_table("invoice") as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_member_id_number"))
        batch_op.create_index(batch_op.f("ix_invoice_member_id"), ["member_id"], unique=False)
    with op.batch_alter_table("auditentry") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_auditentry_undoes"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_auditentry_undoes"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_auditentry_event_at"))
        batch_op.drop_index(batch_op.f("ix_auditentry_actor_at"))
        batch_op.create_index(batch_op.f("ix_auditentry_event"), ["event"], unique=False)
        batch_op.create_index(batch_op.f("ix_auditentry_actor"), ["actor"], unique=False)
        batch_op.drop_column("undoes")

    with op.batch_alter_table("apitoken") as batch_op:
        batch_op.drop_column("given_at")
        batch_op.drop_column("rights")

    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_account_openid"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_account_email"))
        batch_op.drop_column("openid")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("from_on")
        batch_op.drop_column("email")
    _add_triggers("auditentry")


def _know_roles(*roles: str) -> None:
    with op.batch_alter_table("rolegrant") as batch_op:
        batch_op.drop_constraint(op.f("ck_rolegrant_known_role"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_rolegrant_known_role"), "role in " + _listed(roles)
        )


def _listed(roles: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"'{role}'" for role in roles) + ")"


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
