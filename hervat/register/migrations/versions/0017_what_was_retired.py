"""terms for every kind: what two persons agreed to destroy in register and output, and the ground of each term"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "retired",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("set_hash", sa.String(length=64), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=True),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("oldest", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("first_by", sa.String(), nullable=False),
        sa.Column("first_why", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("second_by", sa.String(), nullable=True),
        sa.Column("second_why", sa.String(), nullable=True),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("rows", sa.JSON(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retired")),
    )
    with op.batch_alter_table("retired", schema=None) as batch_op:
        for column in ("batch", "municipality"):
            batch_op.create_index(batch_op.f(f"ix_retired_{column}"), [column], unique=False)
    with op.batch_alter_table("destruction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("because", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("destruction", schema=None) as batch_op:
        batch_op.alter_column("because", existing_type=sa.String(), server_default=None)
