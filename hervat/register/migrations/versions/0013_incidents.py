"""incidents: when they were discovered, what they are about, what was done, and the rows that belong to each"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version. An older incident counts as discovered when the day on which it was opened began."""
    op.create_table(
        "incident_step",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_step_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_step")),
    )
    with op.batch_alter_table("incident_step", schema=None) as batch_op:
        for column in ("municipality", "incident_id"):
            batch_op.create_index(batch_op.f(f"ix_incident_step_{column}"), [column], unique=False)
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("discovered_at", sa.DateTime(), nullable=True))
        for column in ("what", "categories", "opened_by"):
            batch_op.add_column(sa.Column(column, sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("persons", sa.Integer(), nullable=True))
    op.execute("update incident set discovered_at = cast(opened_on as timestamp)" if _postgresql() else _SQLITE)
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.alter_column("discovered_at", existing_type=sa.DateTime(), nullable=False)
        for column in ("what", "categories", "opened_by"):
            batch_op.alter_column(column, existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("foreign_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("incident_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_foreign_row_incident_id"), "incident", ["incident_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_foreign_row_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_foreign_row_row_hash"), ["row_hash"], unique=False)
    op.execute(
        "update foreign_row set incident_id ="
        " (select incident.id from incident where incident.download_id = foreign_row.download_id)"
    )


_SQLITE = "update incident set discovered_at = opened_on || ' 00:00:00.000000'"


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
