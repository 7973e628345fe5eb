"""who stands in a local system without a valid signal, and what two persons decided about him"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "stranger",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unseen_since", sa.Date(), nullable=True),
        sa.Column("orphan_since", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stranger_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger")),
        sa.UniqueConstraint("person_id", name=op.f("uq_stranger_person_id")),
    )
    op.create_table(
        "ownership",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("second_by", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ownership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership")),
    )
    for table, columns in (("stranger", ["municipality"]), ("ownership", ["municipality", "person_id"])):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.alter_column("download_id", existing_type=sa.Integer(), nullable=True)
