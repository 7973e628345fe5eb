"""the law in what was told and in a person's state; decisions that take two"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version. Which law an earlier notice told stands in its sealed bytes: notices/before.py reads it."""
    op.add_column("told", sa.Column("law", sa.String(length=6), nullable=True))
    op.add_column("person_state", sa.Column("law", sa.String(length=6), nullable=True))
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("second_by", sa.String(), nullable=True))
