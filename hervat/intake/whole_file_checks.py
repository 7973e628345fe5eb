"""Checks over all rows of a file, fed batch by batch."""

from datetime import date

import polars as pl

from hervat.rules import catalogue


class FileAggregates:
    """Aggregates over the good rows of a file; holds hashes of persons and groups, never a BSN or V-nummer."""

    def __init__(self) -> None:
        self._seen = pl.DataFrame(schema={"who": pl.UInt64, "group": pl.UInt64, "changes": pl.Boolean})
        self._newest: date | None = None

    def add(self, rows: pl.DataFrame) -> None:
        """Add a batch of rows of `hervat.downloads.typed`."""
        newest = rows["signal_date"].max()
        if isinstance(newest, date):
            self._newest = max(newest, self._newest or newest)
        changing = pl.col("code").replace_strict(_kinds(rows), default=None, return_dtype=pl.String) == "group_change"
        batch = rows.filter(pl.col("group").is_not_null()).select(
            who=pl.coalesce(pl.col("bsn"), pl.lit("v") + pl.col("v_number")).hash(),
            group=pl.col("group").hash(),
            changes=changing.fill_null(False),
        )
        self._seen = pl.concat([self._seen, batch]).unique()

    @property
    def newest_signal(self) -> date | None:
        """The day of the file's newest signal."""
        return self._newest

    def several_groups(self) -> int:
        """Return the number of persons with more than one group in the file, and no signal that changes it."""
        persons = self._seen.group_by("who").agg(pl.col("group").n_unique(), pl.col("changes").any())
        return persons.filter((pl.col("group") > 1) & ~pl.col("changes")).height


def _kinds(rows: pl.DataFrame) -> dict[str, str | None]:
    return {code: catalogue().kind(code) for code in rows["code"].unique().drop_nulls()}
