"""Rows that may be a correction (SS190), readable or not: one in quarantine closes the CBS gate."""

import polars as pl

CORRECTION = "SS190"
_OF_A_PERSON = ("surname", "first_names", "group")
_SHIFTED = r"(?i)\bSS[\s-]*190\b"


def is_correction_like(rows: pl.DataFrame) -> pl.Expr:
    """Return a boolean expression over the rows of `typed`: true where the row may be a correction.

    It is one by its code; or its code can't be read while it names no person and no group, as SS190 does; or
    its cells are shifted and one of them reads SS190. When in doubt the gate is closed: a person looks.
    """
    code = pl.col("code")
    unreadable = code.is_null() | ~code.str.contains(r"^SS[0-9]{3}$")
    nameless = pl.all_horizontal(pl.col(name).is_null() for name in _OF_A_PERSON)
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    shifted = pl.any_horizontal(pl.col(name).str.contains(_SHIFTED).fill_null(False) for name in texts)
    by_code = (code == CORRECTION).fill_null(False)
    return (by_code | (unreadable & nameless) | (~pl.col("columns_ok") & shifted)).alias("correction_like")
