"""the journal: account, host, command, run and step beside the name; signatures of decisions"""

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
    op.create_table(
        "signature",
        *(
            sa.Column(column, sa.String(), nullable=False)
            for column in ("action", "thing", "role", "by", "digest", "fingerprint")
        ),
        *(sa.Column(column, sa.Text(), nullable=False) for column in ("content", "signature")),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    with op.batch_alter_table("signature", schema=None) as batch_op:
        for column in ("municipality", "thing"):
            batch_op.create_index(batch_op.f(f"ix_signature_{column}"), [column], unique=False)
