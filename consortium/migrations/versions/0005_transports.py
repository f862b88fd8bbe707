"""transports: crate events in a ledger, the week by season, distances, the day, the carriers."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEW = (
    "carrier",
    "leg",
    "season",
    "specialday",
    "volumesample",
    "carrierinvoice",
    "weekplan",
    "apart",
    "branchplace",
    "buscall",
    "carrierclaim",
    "delaynotice",
    "deliverypoint",
    "extrastop",
    "routeevent",
    "volumecount",
    "pin",
    "vehicleabsence",
)
"""Tables that are new, in the order they are made in."""
JOURNEYS = """
select e.id, t.id as trip, t.crate_id, e.kind, e.branch_id, t.origin_id, t.destination_id, e.at,
       e.on_date, e.entered_by
from crateevent e join cratetrip t on t.id = e.trip_id
order by t.crate_id, t.id, e.id
"""


def upgrade() -> None:
    _create_tables()
    _widen_tables()
    journeys = list(op.get_bind().execute(sa.text(JOURNEYS)).mappings())
    op.drop_table("crateevent")
    op.drop_table("cratetrip")
    _create_ledger()
    _keep_events(journeys)


def downgrade() -> None:
    op.drop_table("cratestate")
    op.drop_table("crateevent")
    _create_trips()
    _narrow_tables()
    for table in reversed(NEW):
        op.drop_table(table)


def _create_tables() -> None:
    op.create_table(
        "carrier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_number", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("missed_stop_ore", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("missed_stop_ore >= 0", name=op.f("ck_carrier_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier")),
        sa.UniqueConstraint("name", name=op.f("uq_carrier_name")),
    )

    op.create_table(
        "leg",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_lat", sa.Float(), nullable=False),
        sa.Column("from_lon", sa.Float(), nullable=False),
        sa.Column("to_lat", sa.Float(), nullable=False),
        sa.Column("to_lon", sa.Float(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("server", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source in ('measured', 'routed')", name=op.f("ck_leg_known_source")),
        sa.CheckConstraint("duration_s >= 0 and distance_m >= 0", name=op.f("ck_leg_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sa.UniqueConstraint(
            "from_lat",
            "from_lon",
            "to_lat",
            "to_lon",
            "source",
            name=op.f("uq_leg_from_lat_from_lon_to_lat_to_lon_source"),
        ),
    )

    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("driving_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "driving_percent between 0 and 100", name=op.f("ck_season_driving_percent")
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_season_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("name", name=op.f("uq_season_name")),
    )

    with op.batch_alter_table("season") as batch_op:
        batch_op.create_index(batch_op.f("ix_season_first_on"), ["first_on"], unique=False)

    op.create_table(
        "specialday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'as_weekday' and weekday between 0 and 4) or (kind = 'no_traffic' and weekday is null)",
            name=op.f("ck_specialday_weekday"),
        ),
        sa.CheckConstraint(
            "kind in ('no_traffic', 'as_weekday')", name=op.f("ck_specialday_known_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialday")),
        sa.UniqueConstraint("on_date", name=op.f("uq_specialday_on_date")),
    )

    op.create_table(
        "volumesample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('open', 'closed')", name=op.f("ck_volumesample_known_state")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_volumesample_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volumesample")),
        sa.UniqueConstraint("name", name=op.f("uq_volumesample_name")),
    )

    op.create_table(
        "carrierinvoice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("carrier_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_carrierinvoice_in_order")),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["carrier.id"], name=op.f("fk_carrierinvoice_carrier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrierinvoice")),
        sa.UniqueConstraint(
            "carrier_id", "number", name=op.f("uq_carrierinvoice_carrier_id_number")
        ),
    )

    with op.batch_alter_table("carrierinvoice") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_carrierinvoice_carrier_id"), ["carrier_id"], unique=False
        )

    op.create_table(
        "weekplan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("routes", sa.JSON(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weekday between 0 and 4", name=op.f("ck_weekplan_weekday")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_weekplan_plan_id")),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_weekplan_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekplan")),
        sa.UniqueConstraint("season_id", "weekday", name=op.f("uq_weekplan_season_id_weekday")),
    )

    with op.batch_alter_table("weekplan") as batch_op:
        batch_op.create_index(
            "uq_weekplan_ordinary",
            ["weekday"],
            unique=True,
            sqlite_where=sa.text("season_id is null"),
            postgresql_where=sa.text("season_id is null"),
        )

    op.create_table(
        "apart",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_apart_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["branch.id"], name=op.f("fk_apart_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["branch.id"], name=op.f("fk_apart_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apart")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_apart_first_id_second_id")),
    )

    with op.batch_alter_table("apart") as batch_op:
        batch_op.create_index(batch_op.f("ix_apart_second_id"), ["second_id"], unique=False)

    op.create_table(
        "branchplace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locality", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("coordinate_basis", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "lat between -90 and 90 and lon between -180 and 180",
            name=op.f("ck_branchplace_on_earth"),
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_branchplace_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branchplace")),
        sa.UniqueConstraint("branch_id", "from_on", name=op.f("uq_branchplace_branch_id_from_on")),
    )

    with op.batch_alter_table("branchplace") as batch_op:
        batch_op.create_index(batch_op.f("ix_branchplace_branch_id"), ["branch_id"], unique=False)

    op.create_table(
        "buscall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bus_id", sa.Integer(), nullable=False),
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("arrives", sa.Time(), nullable=False),
        sa.Column("leaves", sa.Time(), nullable=False),
        sa.CheckConstraint("every_weeks between 1 and 8", name=op.f("ck_buscall_every_weeks")),
        sa.CheckConstraint("leaves > arrives", name=op.f("ck_buscall_in_order")),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_buscall_weekday")),
        sa.ForeignKeyConstraint(["bus_id"], ["branch.id"], name=op.f("fk_buscall_bus_id")),
        sa.ForeignKeyConstraint(["stop_id"], ["branch.id"], name=op.f("fk_buscall_stop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buscall")),
        sa.UniqueConstraint(
            "bus_id",
            "stop_id",
            "weekday",
            "first_on",
            name=op.f("uq_buscall_bus_id_stop_id_weekday_first_on"),
        ),
    )

    with op.batch_alter_table("buscall") as batch_op:
        batch_op.create_index(batch_op.f("ix_buscall_bus_id"), ["bus_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_buscall_stop_id"), ["stop_id"], unique=False)

    op.create_table(
        "carrierclaim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("carrier_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("vehicle", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'sent', 'accepted', 'rejected')",
            name=op.f("ck_carrierclaim_known_state"),
        ),
        sa.CheckConstraint("amount_ore >= 0", name=op.f("ck_carrierclaim_not_negative")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_carrierclaim_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["carrier.id"], name=op.f("fk_carrierclaim_carrier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrierclaim")),
        sa.UniqueConstraint("on_date", "branch_id", name=op.f("uq_carrierclaim_on_date_branch_id")),
    )

    with op.batch_alter_table("carrierclaim") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_carrierclaim_carrier_id"), ["carrier_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_carrierclaim_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_carrierclaim_state"), ["state"], unique=False)

    op.create_table(
        "delaynotice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("vehicle", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_delaynotice_branch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delaynotice")),
    )

    with op.batch_alter_table("delaynotice") as batch_op:
        batch_op.create_index(batch_op.f("ix_delaynotice_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delaynotice_on_date"), ["on_date"], unique=False)

    op.create_table(
        "deliverypoint",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("has_key", sa.Boolean(), nullable=False),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("empties_kept", sa.Integer(), nullable=False),
        sa.Column("feed_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("empties_kept >= 0", name=op.f("ck_deliverypoint_not_negative")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_deliverypoint_branch_id")
        ),
        sa.PrimaryKeyConstraint("branch_id", name=op.f("pk_deliverypoint")),
    )

    op.create_table(
        "extrastop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("deliver", sa.Integer(), nullable=False),
        sa.Column("collect", sa.Integer(), nullable=False),
        sa.Column("window_from", sa.Time(), nullable=False),
        sa.Column("window_to", sa.Time(), nullable=False),
        sa.Column("service_s", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("deliver >= 0 and collect >= 0", name=op.f("ck_extrastop_not_negative")),
        sa.CheckConstraint("window_to > window_from", name=op.f("ck_extrastop_in_order")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_extrastop_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extrastop")),
        sa.UniqueConstraint("on_date", "branch_id", name=op.f("uq_extrastop_on_date_branch_id")),
    )

    with op.batch_alter_table("extrastop") as batch_op:
        batch_op.create_index(batch_op.f("ix_extrastop_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_extrastop_on_date"), ["on_date"], unique=False)

    op.create_table(
        "routeevent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("vehicle", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('depart', 'arrive', 'leave', 'missed', 'refused', 'break', 'back')",
            name=op.f("ck_routeevent_known_kind"),
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_routeevent_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routeevent")),
        sa.UniqueConstraint("event", name=op.f("uq_routeevent_event")),
    )

    with op.batch_alter_table("routeevent") as batch_op:
        batch_op.create_index(batch_op.f("ix_routeevent_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index("ix_routeevent_date_vehicle", ["on_date", "vehicle"], unique=False)

    op.create_table(
        "volumecount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sent >= 0 and received >= 0", name=op.f("ck_volumecount_not_negative")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["branch.id"], name=op.f("fk_volumecount_branch_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["volumesample.id"], name=op.f("fk_volumecount_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volumecount")),
        sa.UniqueConstraint(
            "sample_id",
            "on_date",
            "branch_id",
            name=op.f("uq_volumecount_sample_id_on_date_branch_id"),
        ),
    )

    with op.batch_alter_table("volumecount") as batch_op:
        batch_op.create_index(batch_op.f("ix_volumecount_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_volumecount_sample_id"), ["sample_id"], unique=False)

    op.create_table(
        "pin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("vehicle_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "vehicle_id is not null or position <> ''", name=op.f("ck_pin_holds_something")
        ),
        sa.CheckConstraint("weekday is null or on_date is null", name=op.f("ck_pin_one_time")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_pin_branch_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicle.id"], name=op.f("fk_pin_vehicle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
    )

    with op.batch_alter_table("pin") as batch_op:
        batch_op.create_index(batch_op.f("ix_pin_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pin_on_date"), ["on_date"], unique=False)

    op.create_table(
        "vehicleabsence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_vehicleabsence_in_order")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_vehicleabsence_vehicle_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicleabsence")),
    )

    with op.batch_alter_table("vehicleabsence") as batch_op:
        batch_op.create_index(batch_op.f("ix_vehicleabsence_from_on"), ["from_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_vehicleabsence_vehicle_id"), ["vehicle_id"], unique=False
        )


def _widen_tables() -> None:
    with op.batch_alter_table("branch") as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_on", sa.Date(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_branch_merged_into_id"), "branch", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("plan") as batch_op:
        batch_op.add_column(sa.Column("frontier", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("locked_by", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("templatestop") as batch_op:
        batch_op.add_column(sa.Column("season_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("served", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column("more_windows", sa.JSON(), nullable=False, server_default="[]")
        )
        batch_op.add_column(
            sa.Column("usual_deliver", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("usual_collect", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.drop_constraint(batch_op.f("uq_templatestop_weekday_branch_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_templatestop_season_id"), ["season_id"], unique=False)
        batch_op.create_index(
            "uq_templatestop_ordinary",
            ["weekday", "branch_id"],
            unique=True,
            sqlite_where=sa.text("season_id is null"),
            postgresql_where=sa.text("season_id is null"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_templatestop_season_id_weekday_branch_id"),
            ["season_id", "weekday", "branch_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_templatestop_season_id"), "season", ["season_id"], ["id"]
        )

    with op.batch_alter_table("vehicle") as batch_op:
        batch_op.add_column(sa.Column("breaks", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("spare", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("carrier_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_vehicle_carrier_id"), "carrier", ["carrier_id"], ["id"]
        )


def _create_ledger() -> None:
    op.create_table(
        "crateevent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("crate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("vehicle", sa.String(), nullable=False),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('packed', 'collected', 'at_depot', 'loaded', 'delivered', 'emptied', 'lost', 'found')",
            name=op.f("ck_crateevent_known_kind"),
        ),
        sa.CheckConstraint(
            "destination_id <> branch_id", name=op.f("ck_crateevent_goes_somewhere")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_crateevent_branch_id")),
        sa.ForeignKeyConstraint(["crate_id"], ["crate.id"], name=op.f("fk_crateevent_crate_id")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["branch.id"], name=op.f("fk_crateevent_destination_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crateevent")),
        sa.UniqueConstraint("event", name=op.f("uq_crateevent_event")),
    )
    with op.batch_alter_table("crateevent") as batch_op:
        batch_op.create_index(batch_op.f("ix_crateevent_on_date"), ["on_date"], unique=False)
        batch_op.create_index("ix_crateevent_branch_at", ["branch_id", "at"], unique=False)
        batch_op.create_index("ix_crateevent_crate_at", ["crate_id", "at"], unique=False)
    op.create_table(
        "cratestate",
        sa.Column("crate_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("destination_id", sa.Integer(), nullable=True),
        sa.Column("vehicle", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_cratestate_branch_id")),
        sa.ForeignKeyConstraint(["crate_id"], ["crate.id"], name=op.f("fk_cratestate_crate_id")),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["branch.id"], name=op.f("fk_cratestate_destination_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["crateevent.id"], name=op.f("fk_cratestate_event_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["branch.id"], name=op.f("fk_cratestate_origin_id")),
        sa.PrimaryKeyConstraint("crate_id", name=op.f("pk_cratestate")),
    )
    with op.batch_alter_table("cratestate") as batch_op:
        batch_op.create_index(batch_op.f("ix_cratestate_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cratestate_destination_id"), ["destination_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cratestate_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cratestate_state"), ["state"], unique=False)


def _keep_events(journeys: list[Any]) -> None:
    """Journeys as events: `received` is now `emptied`; each crate's last event is its state."""
    bind = op.get_bind()
    tables = sa.MetaData()
    events = sa.Table("crateevent", tables, autoload_with=bind)
    states = sa.Table("cratestate", tables, autoload_with=bind)
    last: dict[int, dict[str, Any]] = {}
    for number, row in enumerate(journeys, 1):
        at, on_date = _moment(row["at"]), row["on_date"]
        packed, ended = row["kind"] == "packed", row["kind"] == "received"
        kind = "emptied" if ended else row["kind"]
        event = {
            "id": number,
            "event": f"journey-{row['trip']}-{kind}",
            "crate_id": row["crate_id"],
            "kind": kind,
            "branch_id": row["branch_id"],
            "destination_id": row["destination_id"] if packed else None,
            "at": at,
            "on_date": date.fromisoformat(on_date) if isinstance(on_date, str) else on_date,
            "vehicle": "",
            "entered_by": row["entered_by"],
            "entered_at": at,
            "withdrawn": False,
        }
        bind.execute(events.insert(), event)
        before = last.get(row["crate_id"], {})
        last[row["crate_id"]] = {
            "crate_id": row["crate_id"],
            "event_id": number,
            "state": kind,
            "branch_id": row["branch_id"],
            "origin_id": None if ended else row["origin_id"],
            "destination_id": None if ended else row["destination_id"],
            "vehicle": "",
            "since": at,
            "packed_at": None if ended else at if packed else before.get("packed_at"),
        }
    if last:
        bind.execute(states.insert(), list(last.values()))
    if last and bind.dialect.name == "postgresql":
        op.execute("select setval('crateevent_id_seq', (select max(id) from crateevent))")


def _moment(at: datetime | str) -> datetime:
    """SQLite gives text, in UTC and without saying so."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _create_trips() -> None:
    op.create_table(
        "cratetrip",
        sa.Column("id", sa.INTEGER(), nullable=False),
        sa.Column("crate_id", sa.INTEGER(), nullable=False),
        sa.Column("origin_id", sa.INTEGER(), nullable=False),
        sa.Column("destination_id", sa.INTEGER(), nullable=False),
        sa.Column("state", sa.VARCHAR(), nullable=False),
        sa.Column("packed_on", sa.DATE(), nullable=False),
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
    with op.batch_alter_table("cratetrip") as batch_op:
        batch_op.create_index(
            batch_op.f("uq_cratetrip_open"),
            ["crate_id"],
            unique=1,
            sqlite_where=sa.text("state <> 'received'"),
        )
        batch_op.create_index(batch_op.f("ix_cratetrip_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_cratetrip_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cratetrip_destination_id"), ["destination_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cratetrip_crate_id"), ["crate_id"], unique=False)
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
    with op.batch_alter_table("crateevent") as batch_op:
        batch_op.create_index(batch_op.f("ix_crateevent_branch_id"), ["branch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_crateevent_on_date"), ["on_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_crateevent_trip_id"), ["trip_id"], unique=False)


def _narrow_tables() -> None:
    with op.batch_alter_table("vehicle") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_vehicle_carrier_id"), type_="foreignkey")
        batch_op.drop_column("carrier_id")
        batch_op.drop_column("spare")
        batch_op.drop_column("breaks")

    with op.batch_alter_table("templatestop") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_templatestop_season_id"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_templatestop_season_id_weekday_branch_id"), type_="unique"
        )
        batch_op.drop_index(
            "uq_templatestop_ordinary",
            sqlite_where=sa.text("season_id is null"),
            postgresql_where=sa.text("season_id is null"),
        )
        batch_op.drop_index(batch_op.f("ix_templatestop_season_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_templatestop_weekday_branch_id"), ["weekday", "branch_id"]
        )
        batch_op.drop_column("usual_collect")
        batch_op.drop_column("usual_deliver")
        batch_op.drop_column("more_windows")
        batch_op.drop_column("served")
        batch_op.drop_column("season_id")

    with op.batch_alter_table("plan") as batch_op:
        batch_op.drop_column("locked_at")
        batch_op.drop_column("locked_by")
        batch_op.drop_column("frontier")

    with op.batch_alter_table("branch") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_branch_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("merged_on")
        batch_op.drop_column("merged_into_id")
