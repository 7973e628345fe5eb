"""The text cells of a download as typed columns, in polars expressions: sets, never a person at a time.

A column is computed by its distinct values, as a download repeats the same few. Of typed rows, which may be a
correction (SS190), readable or not: one in quarantine closes the CBS gate.
"""

from collections.abc import Callable

import polars as pl

from hervat.downloads.cells import FOUND, bsn, found_in, gemeentecode, is_day_of_birth, repaired, v_number
from hervat.downloads.dates import days, days_of_a_law, is_incomplete
from hervat.downloads.formats import FIELDS, Field, Format, squeezed

Work = Callable[[pl.DataFrame], pl.DataFrame]
_SHORT = 2_500
"""Rows of a column in which looking for its distinct values takes longer than computing each row."""


class ByValue:
    """The results of `work` for a column of texts; each distinct value of a file (and null) is computed once.

    `work` gets a frame of that one column and returns a row for each of its rows, looking at no other.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._codes = pl.Series(dtype=pl.Categorical(pl.Categories.random()))  # its codes live as long as a series does
        self._worked: pl.DataFrame | None = None  # null first, then the values by their codes

    def of(self, column: pl.Series) -> pl.DataFrame:
        """Return the results for the column in the next batch of the file, row by row."""
        if self._worked is None and len(column) <= _SHORT:
            return self._work(column.to_frame())
        coded = column.cast(self._codes.dtype)
        codes = coded.to_physical()
        worked = self._with(coded, codes)
        places = (codes + 1).fill_null(0)
        return worked.select(_placed(result, places) for result in worked)

    def _with(self, coded: pl.Series, codes: pl.Series) -> pl.DataFrame:
        """Return all results, after computing the values that no batch before had."""
        if self._worked is None:
            self._worked = self._work(pl.DataFrame({coded.name: [None]}, schema={coded.name: pl.String}))
        fresh = coded.filter(codes >= self._worked.height - 1).unique()
        if len(fresh):
            values = pl.DataFrame({"code": fresh.to_physical(), "text": fresh.cast(pl.String)}).sort("code")["text"]
            self._worked = pl.concat([self._worked, self._work(pl.DataFrame({coded.name: values}))], rechunk=True)
        return self._worked


def _placed(worked: pl.Series, places: pl.Series) -> pl.Expr:
    if _is_constant(worked):
        return pl.repeat(worked[0], len(places), dtype=worked.dtype).alias(worked.name)
    return pl.col(worked.name).gather(places)


def _is_constant(column: pl.Series) -> bool:
    """True if a column of booleans (usually marks of errors) holds one value only."""
    return column.dtype == pl.Boolean and not column.has_nulls() and column.all() == column.any()


# Line breaks and tabs inside a cell are ugly but harmless; other control characters come from damage.
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}]"
_TEXTS = {
    "signaalomschrijving": "description",
    "achternaam": "surname",
    "voorvoegsel": "prefix",
    "voornamen": "first_names",
}
_BEYOND_BSN = ("v_number", "surname", "prefix", "first_names", "birth_text", "group", "kennisgeving_text")
_DAYS = {"datum_signaal": "signal_date", "geboortedatum": "birth", "datum_kennisgeving": "kennisgeving"}
_MARKS = ("long", "control")


class Typing:
    """Makes typed columns of the batches of one file; `wet` is the one in the file's name."""

    def __init__(self, format: Format, wet: str | None = None) -> None:
        self._fields = {name: ByValue(_work(name, format, wet)) for name in FIELDS}

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a batch of `Download.batches` with typed columns.

        Columns: row, columns_ok; code, description, signal_date, bsn, v_number, surname, prefix, first_names,
        birth, group, gemeentecode, wet, kennisgeving; birth_text (as written: day or month may be 00). What can't
        be read stays as it is (texts) or is null (days): validation refuses it. For that, booleans:
        date_given, date_ok, birth_ok, kennisgeving_ok, identified, group_known, bare, too_long, control; what
        `hervat.downloads.cells` finds; bsn_repaired: a spreadsheet had damaged it and nothing was lost.
        """
        fields = [work.of(frame[name]) for name, work in self._fields.items()]
        cells = pl.concat([frame.select("row", "columns_ok"), *fields], how="horizontal")
        marks = [name for name in cells.columns if name.startswith(_MARKED)]
        checked = cells.with_columns(*_row_checks(), *_found(cells)).drop(
            "signal_date_text", "kennisgeving_text", *marks
        )
        if checked["bsn_repaired"].any():  # an 8-digit number may be the day of birth, and then it is no BSN
            checked = checked.with_columns(day_in_number=pl.col("day_in_number") | is_day_of_birth())
        return checked


def typed(frame: pl.DataFrame, format: Format, wet: str | None = None) -> pl.DataFrame:
    """Return the typed columns of a single batch, as `Typing` does."""
    return Typing(format, wet).of(frame)


_MARKED = tuple(f"{mark}_" for mark in (*_MARKS, *FOUND))
_MARK_OF = {
    "formula_without_value": "formula",
    "cell_in_quotes": "in_quotes",
    "text_too_long": "long",
    "control_characters": "control",
}


def is_found(reason: str, name: Field, text: str, format: Format) -> bool:
    """True if a reason for quarantine applies to this text of a field."""
    columns = _work(name, format, None)(pl.DataFrame({name: [text]}, schema={name: pl.String}))
    mark = f"{_MARK_OF.get(reason, reason)}_{name}"
    return mark in columns.columns and bool(columns[mark].item())


def _work(name: Field, format: Format, wet: str | None) -> Work:
    """Return the function that turns the texts of one field into typed columns."""

    def work(texts: pl.DataFrame) -> pl.DataFrame:
        cell = pl.col(name)
        marks = [(cell.str.len_chars() > format.max_characters).fill_null(False).alias(f"long_{name}"),
                 cell.str.contains(_CONTROL).fill_null(False).alias(f"control_{name}")]  # fmt: skip
        plain = texts.select(_plain(name))
        columns = plain.select(*_columns(name, cell, format, wet), *marks)
        columns = columns.hstack(
            plain.select(found_in(name, cell, format, columns[_DAYS[name]] if name in _DAYS else None))
        )
        return columns.with_columns(bsn_repaired=repaired(plain["bsn"], columns["bsn"])) if name == "bsn" else columns

    return work


def _columns(name: Field, cell: pl.Expr, format: Format, wet: str | None) -> list[pl.Expr]:
    """Return the typed columns that come of one field."""
    if name in _DAYS:
        return _days(name, cell, format)
    if name in _NUMBERS:
        to, read = _NUMBERS[name]
        return [read(cell).alias(to)]
    if name == "doelgroep":
        group = _spelled(cell, {squeezed(group): group for group in format.doelgroepen})
        return [group.alias("group"), (group.is_null() | group.is_in(format.doelgroepen)).alias("group_known")]
    if name == "wet":
        return [_spelled(cell, format.by_wet).fill_null(wet or format.wet).alias("wet")]
    return [cell.alias(_TEXTS[name])]


def _days(name: Field, cell: pl.Expr, format: Format) -> list[pl.Expr]:
    """Return the day, the text as written, and whether the cell is empty or spells a day (a birth: as far as known)."""
    to, read = _DAYS[name], days if name == "geboortedatum" else days_of_a_law
    read_days = cell.map_batches(lambda texts: read(texts, format), return_dtype=pl.Date)
    good = cell.is_null() | read_days.is_not_null()
    if name == "geboortedatum":
        good |= is_incomplete(cell)
    return [read_days.alias(to), cell.alias(f"{to}_text"), good.alias("date_ok" if to == "signal_date" else f"{to}_ok")]


def _plain(name: str) -> pl.Expr:
    """Return a cell without padding and without Excel's ="..." that keeps zeros; null for an empty one."""
    text = pl.col(name).str.strip_chars().str.replace(r'^="(.*)"$', "$1").str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text).alias(name)


def _code(text: pl.Expr) -> pl.Expr:
    number = text.str.to_uppercase().str.extract(r"^(?:SS)?[\s-]*([0-9]{3})$")
    return pl.coalesce(pl.lit("SS") + number, text)


def _spelled(text: pl.Expr, spellings: dict[str, str]) -> pl.Expr:
    """Return the canonical spelling where `text` is a known one but for capitals and spaces, else `text`."""
    bare = text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return pl.coalesce(bare.replace_strict(spellings, default=None, return_dtype=pl.String), text)


_NUMBERS = {
    "signaalcode": ("code", _code),
    "bsn": ("bsn", bsn),
    "v_nummer": ("v_number", v_number),
    "gemeentecode": ("gemeentecode", gemeentecode),
}


def _found(cells: pl.DataFrame) -> list[pl.Expr]:
    """Return the findings in any field of a row; findings that are absent from the batch cost nothing."""
    marks = {
        finding: [name for name in cells.columns if name.startswith(f"{finding}_") and cells[name].any()]
        for finding in FOUND
    }
    return [(pl.any_horizontal(names) if names else pl.lit(False)).alias(finding) for finding, names in marks.items()]


def _row_checks() -> list[pl.Expr]:
    bare = [pl.col(name).is_null() for name in _BEYOND_BSN]
    return [
        pl.any_horizontal(f"long_{name}" for name in FIELDS).alias("too_long"),
        pl.any_horizontal(f"control_{name}" for name in FIELDS).alias("control"),
        (pl.col("bsn").is_not_null() | pl.col("v_number").is_not_null()).alias("identified"),
        pl.all_horizontal(bare).alias("bare"),
        pl.col("signal_date_text").is_not_null().alias("date_given"),
    ]


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
