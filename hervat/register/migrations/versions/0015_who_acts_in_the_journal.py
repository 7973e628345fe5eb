"""the journal: account, host, command, run and step beside the name; the version of a line's hash"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version. Lines that stand keep their hash: they have no version."""
    with op.batch_alter_table("journal", schema=None) as batch_op:
        for column in ("version", "run"):
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))
        for column in ("account", "host", "command", "step"):
            batch_op.add_column(sa.Column(column, sa.String(), nullable=True))
