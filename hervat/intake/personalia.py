"""A person's name and date of birth, sealed, from the newest download: stored once per person, not per row."""

from collections.abc import Collection
from datetime import date

import polars as pl
from sqlalchemy import delete, select

from hervat.keyring import Keyring
from hervat.register import Bulk, among
from hervat.register.models import Personalia

TOLD = ("surname", "prefix", "first_names", "birth")
_PLAINLY = {"synchronize_session": False}
_MANY = 5_000  # rows


class PersonaliaStore:
    """Stores the names and dates of birth in the rows of downloads that are loaded in one transaction.

    They are written by `write`, once a person, whatever the number of downloads; many are not left waiting.
    """

    def __init__(self, bulk: Bulk, keyring: Keyring) -> None:
        self._bulk, self._keyring = bulk, keyring
        self._strangers: set[int] = set()
        self._waiting: list[pl.DataFrame] = []
        self.forget()

    def forget(self) -> None:
        """Clear what is known to be written: persons were merged."""
        self._written = pl.DataFrame(schema={"person_id": pl.Int64, "said_on": pl.Date, "told": pl.UInt64})

    def put(self, rows: pl.DataFrame, made_on: date, strangers: Collection[int] = ()) -> None:
        """Take the details of each person's last row (`person_id` and the columns TOLD), of a download of this day.

        strangers: persons who were made for these rows, so that nothing is stored about them.
        """
        said = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in TOLD))
        last = said.select("person_id", *TOLD).unique("person_id", keep="last", maintain_order=True)
        self._waiting.append(last.with_columns(said_on=pl.lit(made_on)))
        self._strangers |= set(strangers)
        if sum(frame.height for frame in self._waiting) > _MANY:
            self.write()

    def write(self) -> None:
        """Store the newest details of each person, unless those that are stored are newer; before a merge, too."""
        waiting, self._waiting = self._waiting, []
        strangers, self._strangers = self._strangers, set()
        if not waiting:
            return
        newest = pl.concat(waiting).sort("said_on", maintain_order=True)
        fresh = self._unwritten(newest.unique("person_id", keep="last", maintain_order=True))
        kept = self._cleared(fresh.filter(~pl.col("person_id").is_in(strangers)))
        self._insert(fresh.filter(~pl.col("person_id").is_in(kept)))

    def _unwritten(self, newest: pl.DataFrame) -> pl.DataFrame:
        """Return the details that are not the last that were written of their person; then they are."""
        told = newest.with_columns(told=pl.struct(TOLD).hash())
        fresh = told.join(self._written, on=self._written.columns, how="anti", maintain_order="left")
        others = self._written.join(fresh, on="person_id", how="anti")
        self._written = pl.concat([others, fresh.select(others.columns)])
        return fresh

    def _cleared(self, fresh: pl.DataFrame) -> list[int]:
        """Delete the older details of these persons; return the persons with newer details."""
        if fresh.is_empty():
            return []
        query = select(Personalia.person_id, Personalia.said_on)
        stored = self._bulk.session.execute(query.where(among(Personalia.person_id, fresh["person_id"]))).all()
        said_on = dict(fresh.select("person_id", "said_on").iter_rows())
        older = [person for person, day in stored if day <= said_on[person]]
        if older:
            these = delete(Personalia).where(among(Personalia.person_id, older))
            self._bulk.session.execute(these, execution_options=_PLAINLY)
        return [person for person, day in stored if day > said_on[person]]

    def _insert(self, rows: pl.DataFrame) -> None:
        said = pl.struct(pl.col(TOLD).cast(pl.String).fill_null("")).struct.json_encode()
        plain = rows.select(said.cast(pl.Binary)).to_series()
        sealed = pl.Series(self._keyring.seal_all(plain.to_list(), "details"), dtype=pl.Binary)
        details = rows.select("person_id", "said_on", sealed=sealed)
        self._bulk.insert(Personalia, details)
