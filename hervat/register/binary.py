"""Encode rows for PostgreSQL's binary COPY, which the server reads faster than text: column-wise, not row by row.

Rows with equal field lengths become one numpy array. There are few such groups when columns hold days, numbers and
codes; if there are many, text is faster.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Boolean, Date, Integer, LargeBinary, String, Table

_START, _END = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0), struct.pack(">h", -1)
_DAY_ZERO = 10_957  # PostgreSQL counts days from 2000-01-01, polars from 1970-01-01
_WIDE = {">i8": pl.Int64, ">i4": pl.Int32, "u1": pl.UInt8}  # a number that does not fit is an error
_MOST_KINDS = 64
_NULL = -1
_FORMS = ((BigInteger, ">i8"), (Integer, ">i4"), (Date, ">i4"), (Boolean, "u1"), (String | LargeBinary, "S"))
Forms = Mapping[str, str]


def binary(table: Table, rows: pl.DataFrame) -> Iterator[bytes] | None:
    """Return the parts of a binary COPY of some columns of a table; None if text is faster.

    The parts raise PolarsError if a number does not fit its column.
    """
    forms = {name: form for name in rows.columns for kind, form in _FORMS if isinstance(table.c[name].type, kind)}
    if len(forms) < rows.width or rows.is_empty():
        return None
    groups = _by_size(rows, forms)
    return _parts(groups, forms) if len(groups) <= _MOST_KINDS else None


def _by_size(rows: pl.DataFrame, forms: Forms) -> Sequence[pl.DataFrame]:
    """Return the rows in groups with equal field lengths."""
    sizes = rows.select(_size(name, form).alias(f"size {name}") for name, form in forms.items())
    varying = [size.name for size in sizes if size.min() != size.max()]
    if not varying:
        return [rows]
    return pl.concat([rows, sizes.select(varying)], how="horizontal").partition_by(varying, include_key=False)


def _size(name: str, form: str) -> pl.Expr:
    column = pl.col(name)
    if form != "S":
        long: pl.Expr = pl.lit(np.dtype(form).itemsize)
    else:
        long = column.cast(pl.Binary).bin.size()
    return pl.when(column.is_null()).then(_NULL).otherwise(long.cast(pl.Int32))


def _parts(groups: Sequence[pl.DataFrame], forms: Forms) -> Iterator[bytes]:
    yield _START
    for rows in groups:
        yield _records(rows, forms).tobytes()
    yield _END


def _records(rows: pl.DataFrame, forms: Forms) -> NDArray[Any]:
    """Return a group of rows as records: the number of fields, and the size and bytes of each field."""
    first = rows.head(1).select(_size(name, form).alias(name) for name, form in forms.items()).row(0, named=True)
    held = {name: f"S{first[name]}" if form == "S" else form for name, form in forms.items() if first[name] > 0}
    layout = [("fields", ">i2")]
    for name in forms:
        layout += [(f"size {name}", ">i4"), *([(name, held[name])] if name in held else [])]
    made = np.empty(rows.height, layout)
    made["fields"] = rows.width
    for name in forms:
        made[f"size {name}"] = first[name]
        if name in held:
            made[name] = _values(rows[name], held[name])
    return made


def _values(column: pl.Series, form: str) -> NDArray[Any]:
    if column.dtype == pl.String:
        return np.frombuffer(column.str.join("").item().encode(), form)
    if column.dtype == pl.Binary:
        return np.frombuffer(b"".join(column), form)
    if column.dtype == pl.Date:
        return column.to_physical().to_numpy() - _DAY_ZERO
    return column.cast(_WIDE[form]).to_numpy()
