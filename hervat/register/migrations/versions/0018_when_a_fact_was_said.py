"""signals: the day of the download that last said the doelgroep and the kennisgeving, where a later one left it out"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version. The columns are empty: what was said counts as said by the download that was seen last."""
    for fact in ("doelgroep", "kennisgeving"):
        op.add_column("signal", sa.Column(f"{fact}_on", sa.Date(), nullable=True))
