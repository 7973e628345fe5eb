"""deliveries with proof, figures and what they correct"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = {"proof": sa.JSON, "figures": sa.JSON, "corrects": sa.String, "reason": sa.Text, "changes": sa.JSON}


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        for name, kind in _COLUMNS.items():
            batch_op.add_column(sa.Column(name, kind(), nullable=True))
