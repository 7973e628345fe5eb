"""results of validation in columns, and what a download holds as a whole"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTS = ("element_count", "unexpected_count")


def upgrade() -> None:
    """Go to this version."""
    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.add_column(sa.Column("newest_signal", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("several_groups", sa.Integer(), nullable=True))
    kept = _kept()
    op.drop_table("validation_result")
    made = op.create_table(
        "validation_result",
        sa.Column("download_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("suite", sa.String(), nullable=False),
        sa.Column("expectation", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("element_count", sa.Integer(), nullable=False),
        sa.Column("unexpected_count", sa.Integer(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("municipality", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["download_id"], ["download.id"], name=op.f("fk_validation_result_download_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validation_result")),
    )
    with op.batch_alter_table("validation_result", schema=None) as batch_op:
        for column in ("download_id", "municipality", "day"):
            batch_op.create_index(batch_op.f(f"ix_validation_result_{column}"), [column], unique=False)
    if kept:
        op.bulk_insert(made, kept)


def _kept() -> list[dict[str, object]]:
    """Return the results of before, each key of the JSON as a column; their day is that of the download."""
    result = sa.table(
        "validation_result",
        sa.column("municipality", sa.String), sa.column("download_id", sa.Integer), sa.column("result", sa.JSON),
    )  # fmt: skip
    download = sa.table("download", sa.column("id", sa.Integer), sa.column("secured_on", sa.Date))
    wanted = sa.select(result.c.municipality, result.c.download_id, result.c.result, download.c.secured_on)
    rows = op.get_bind().execute(wanted.join_from(result, download, download.c.id == result.c.download_id))
    return [_columns(*row) for row in rows]


def _columns(municipality: str, download_id: int, result: Any, day: object) -> dict[str, object]:
    told = json.loads(result) if isinstance(result, str) else dict(result)
    texts = {name: str(told.get(name) or "") for name in ("suite", "expectation", "reason", "severity")}
    counts = {name: int(told.get(name) or 0) for name in _COUNTS}
    own = {"municipality": municipality, "download_id": download_id, "day": day, "success": bool(told.get("success"))}
    return {**own, **texts, **counts}
