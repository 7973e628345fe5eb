"""A made-up PIB download of any size: persons with BSNs that pass the elfproef, counted up; nobody's."""

from pathlib import Path

import numpy as np
import polars as pl

NAME = "PIB_Wi2021_0000_20220301_010203.csv"
_FIRST = 100_000_000
_WEIGHTS = np.array([9, 8, 7, 6, 5, 4, 3, 2, -1])
_GROUPS = ["Gezinshereniger", "Asielstatushouder", "Overig"]


def bsns(count: int) -> np.ndarray:
    """Return the first `count` numbers from 100000000 that pass the elfproef."""
    numbers = np.arange(_FIRST, _FIRST + count * 12)
    digits = (numbers[:, None] // 10 ** np.arange(8, -1, -1)) % 10
    return numbers[digits @ _WEIGHTS % 11 == 0][:count]


def write_download(folder: Path, rows: int, persons: int, first: int = 0) -> Path:
    """Write a download of `rows` rows about `persons` persons (a signal of each in turn); return its path."""
    at = np.arange(rows)
    person, turn = at % persons, at // persons + first
    frame = pl.DataFrame(
        {
            "person": person,
            "turn": turn,
            "BSN": bsns(persons)[person],
            "signal": np.datetime64("2022-01-10") + ((person + turn * 7) % 100).astype("timedelta64[D]"),
            "born": np.datetime64("1970-01-01") + (person % 10_000).astype("timedelta64[D]"),
            "Doelgroep": np.array(_GROUPS)[person % 3],
        }
    )
    path = folder / NAME
    frame.select(*_columns()).write_csv(path, separator=";", quote_style="never")
    return path


def _columns() -> list[pl.Expr]:
    code = pl.lit("SS") + (101 + pl.col("turn") % 20).cast(pl.String)
    signal, born = (pl.col(name).cast(pl.Date) for name in ("signal", "born"))
    return [
        code.alias("Signaalcode"),
        (pl.lit("omschrijving van signaal ") + (pl.col("turn") % 20).cast(pl.String)).alias("Omschrijving"),
        signal.dt.strftime("%d-%m-%Y").alias("Datum signaal"),
        pl.col("BSN").cast(pl.String),
        (1_000_000_000 + pl.col("person")).cast(pl.String).alias("V-nummer"),
        (pl.lit("naam ") + pl.col("person").cast(pl.String)).alias("Achternaam"),
        pl.lit("van").alias("Voorvoegsel"),
        pl.lit("Voornaam").alias("Voornamen"),
        born.dt.strftime("%d-%m-%Y").alias("Geboortedatum"),
        pl.col("Doelgroep"),
        pl.lit("0000").alias("Gemeentecode"),
        pl.lit("Wi2021").alias("Wet"),
        (signal + pl.duration(days=2)).dt.strftime("%d-%m-%Y").alias("Datum kennisgeving"),
    ]
