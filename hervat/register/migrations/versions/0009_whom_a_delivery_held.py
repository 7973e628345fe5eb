"""whom a delivery held; of those that were made before, nobody knows"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remembers", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "delivery_block",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_block_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_block")),
    )
    with op.batch_alter_table("delivery_block", schema=None) as batch_op:
        for column in ("municipality", "delivery_id"):
            batch_op.create_index(batch_op.f(f"ix_delivery_block_{column}"), [column], unique=False)
