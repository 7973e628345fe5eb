"""sightings in blocks, personalia once a person"""

from io import BytesIO

import polars as pl
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    _personalia()
    _blocks()
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signal_person_id"))  # the unique key begins with it
        batch_op.drop_index(batch_op.f("ix_signal_municipality"))
        batch_op.drop_constraint(batch_op.f("fk_signal_person_id"), type_="foreignkey")
        batch_op.drop_column("details")
    with op.batch_alter_table("identifier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identifier_municipality"))  # the unique key begins with it
        batch_op.drop_constraint(batch_op.f("fk_identifier_person_id"), type_="foreignkey")


def _personalia() -> None:
    op.create_table(
        "personalia",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_personalia")),
    )
    op.execute(
        "insert into personalia (person_id, sealed, said_on) select person_id, details, last_seen from ("
        "select person_id, details, last_seen, row_number() over "
        "(partition by person_id order by last_seen desc, date desc, id desc) as place "
        "from signal where details is not null) as told where place = 1"
    )


def _blocks() -> None:
    block = op.create_table(
        "sighting_block",
        sa.Column("download_id", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["download_id"], ["download.id"], name=op.f("fk_sighting_block_download_id")),
        sa.PrimaryKeyConstraint("download_id", "first_row", name=op.f("pk_sighting_block")),
    )
    bind = op.get_bind()
    for (download,) in bind.execute(sa.text("select distinct download_id from sighting")).all():
        of_one = sa.text('select "row", signal_id, loaded from sighting where download_id = :one order by "row"')
        rows = [(row, signal, bool(loaded)) for row, signal, loaded in bind.execute(of_one, {"one": download})]
        kinds = {"row": pl.Int64, "signal_id": pl.Int64, "loaded": pl.Boolean}
        written = BytesIO()
        pl.DataFrame(rows, schema=kinds, orient="row").write_ipc_stream(written, compression="zstd")
        value = {"download_id": download, "first_row": rows[0][0], "rows": len(rows), "packed": written.getvalue()}
        bind.execute(block.insert(), value)
    op.drop_table("sighting")
