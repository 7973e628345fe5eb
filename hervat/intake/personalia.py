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


class PersonaliaStore:
    """Stores the names and dates of birth in the rows of one download."""

    def __init__(self, bulk: Bulk, keyring: Keyring, made_on: date) -> None:
        self._bulk, self._keyring, self._made_on = bulk, keyring, made_on
        self.forget()

    def forget(self) -> None:
        """Clear the cache: persons were merged."""
        self._known = pl.DataFrame(schema={"person_id": pl.Int64, "told": pl.UInt64})

    def put(self, rows: pl.DataFrame, strangers: Collection[int] = ()) -> None:
        """Store the details of each person's last row (`person_id` and the columns TOLD), unless known or older.

        strangers: persons who were made for these rows, so that nothing is stored about them.
        """
        said = rows.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in TOLD))
        last = said.select("person_id", *TOLD).unique("person_id", keep="last", maintain_order=True)
        last = last.with_columns(told=pl.struct(TOLD).hash())
        fresh = last.join(self._known, on=["person_id", "told"], how="anti")
        others = self._known.join(fresh, on="person_id", how="anti")
        self._known = pl.concat([others, fresh.select(self._known.columns)])
        kept = self._cleared(sorted(set(fresh["person_id"]) - set(strangers)))
        self._insert(fresh.filter(~pl.col("person_id").is_in(kept)))

    def _cleared(self, persons: list[int]) -> list[int]:
        """Delete the older details of these persons; return the persons with newer details."""
        if not persons:
            return []
        these, newer = among(Personalia.person_id, persons), Personalia.said_on > self._made_on
        later = self._bulk.session.scalars(select(Personalia.person_id).where(these, newer)).all()
        self._bulk.session.execute(delete(Personalia).where(these, ~newer), execution_options=_PLAINLY)
        return list(later)

    def _insert(self, rows: pl.DataFrame) -> None:
        said = pl.struct(pl.col(TOLD).cast(pl.String).fill_null("")).struct.json_encode()
        plain = rows.select(said.cast(pl.Binary)).to_series()
        sealed = pl.Series(self._keyring.seal_all(plain.to_list(), "details"), dtype=pl.Binary)
        details = rows.select("person_id", sealed=sealed, said_on=pl.lit(self._made_on))
        self._bulk.insert(Personalia, details)
