"""The elfproef over a whole column at once."""

import polars as pl

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def passes(text: pl.Expr) -> pl.Expr:
    """Expression: nine digits, not all zero, with a weighted sum divisible by 11; null for null."""
    written = text.str.contains(r"\A[0-9]{9}\z")
    number = pl.when(written).then(text).cast(pl.Int64, strict=False)
    total = pl.sum_horizontal(number // 10 ** (8 - at) % 10 * weight for at, weight in enumerate(_WEIGHTS))
    return pl.when(text.is_not_null()).then((written & (number > 0) & (total % 11 == 0)).fill_null(False))
