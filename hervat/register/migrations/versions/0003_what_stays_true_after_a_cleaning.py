"""what stays true after a cleaning"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
    ]


def _index(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "reappearance",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("cleaned_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        *_own(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reappearance")),
    )
    _index("reappearance", "municipality", "key")
    op.create_table(
        "shared_row",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        *_own(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_row")),
        sa.UniqueConstraint("municipality", "system", "mark", name=op.f("uq_shared_row_municipality")),
    )
    _index("shared_row", "municipality")
    op.create_table(
        "refilled",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_own(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refilled")),
    )
    _index("refilled", "municipality", "key")
    with op.batch_alter_table("kept_value", schema=None) as batch_op:
        batch_op.add_column(sa.Column("put_back", sa.Boolean(), nullable=True))
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("refers_to", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("evidence", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("erased", sa.Integer(), nullable=True))
