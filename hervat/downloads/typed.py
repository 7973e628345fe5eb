"""The text cells of a download as typed columns, in polars expressions: sets, never a person at a time."""

import polars as pl

from hervat.downloads.dates import day, is_incomplete
from hervat.downloads.formats import FIELDS, Format, squeezed

# Line breaks and tabs inside a cell are ugly but harmless; other control characters come from damage.
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x{9F}]"
_NAMES = ("surname", "prefix", "first_names")
_BEYOND_BSN = ("v_number", "surname", "prefix", "first_names", "birth_text", "group", "kennisgeving_text")


def typed(frame: pl.DataFrame, format: Format, wet: str | None = None) -> pl.DataFrame:
    """Return a batch of `Download.batches` with typed columns; `wet` is the one that the file's name told.

    Columns: row, columns_ok; code, description, signal_date, bsn, v_number, surname, prefix, first_names,
    birth, group, gemeentecode, wet, kennisgeving; birth_text (as written: day or month may be 00). What can't
    be read stays as it is (texts) or is null (days): validation refuses it. For that, booleans:
    date_given, date_ok, birth_ok, kennisgeving_ok, identified, group_known, bare, too_long, control.
    """
    plain = frame.with_columns(_plain(name) for name in FIELDS)
    cells = plain.select("row", "columns_ok", *_texts(format, wet), *_cell_checks(frame, format))
    days = cells.with_columns(
        signal_date=day(pl.col("date_text"), format),
        birth=day(pl.col("birth_text"), format),
        kennisgeving=day(pl.col("kennisgeving_text"), format),
    )
    return days.with_columns(_row_checks(format)).drop("date_text", "kennisgeving_text")


def _plain(name: str) -> pl.Expr:
    """Return a cell without padding and without Excel's ="..." that keeps zeros; null for an empty one."""
    text = pl.col(name).str.strip_chars().str.replace(r'^="(.*)"$', "$1").str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text).alias(name)


def _texts(format: Format, wet: str | None) -> list[pl.Expr]:
    return [
        _code(pl.col("signaalcode")).alias("code"),
        pl.col("signaalomschrijving").alias("description"),
        pl.col("datum_signaal").alias("date_text"),
        _bsn(pl.col("bsn")).alias("bsn"),
        _v_number(pl.col("v_nummer")).alias("v_number"),
        *(
            pl.col(field).alias(name)
            for field, name in zip(("achternaam", "voorvoegsel", "voornamen"), _NAMES, strict=True)
        ),
        pl.col("geboortedatum").alias("birth_text"),
        _spelled(pl.col("doelgroep"), {squeezed(group): group for group in format.doelgroepen}).alias("group"),
        _gemeentecode(pl.col("gemeentecode")).alias("gemeentecode"),
        _spelled(pl.col("wet"), format.by_wet).fill_null(wet or format.wet).alias("wet"),
        pl.col("datum_kennisgeving").alias("kennisgeving_text"),
    ]


def _code(text: pl.Expr) -> pl.Expr:
    number = text.str.to_uppercase().str.extract(r"^(?:SS)?[\s-]*([0-9]{3})$")
    return pl.coalesce(pl.lit("SS") + number, text)


def _number(text: pl.Expr) -> pl.Expr:
    """Return digits without what sheets put between and behind them; null if other marks come first."""
    whole = text.str.replace(r"^([0-9]+)[.,]00?$", "$1")
    return pl.when(whole.str.contains("^[0-9]")).then(whole.str.replace_all(r"[ .\-\x{A0}]", "")).otherwise(None)


def _bsn(text: pl.Expr) -> pl.Expr:
    digits = _number(text)
    found = pl.when(digits.str.contains(r"^[0-9]{8,9}$")).then(digits.str.zfill(9))
    return pl.coalesce(found, text)


def _v_number(text: pl.Expr) -> pl.Expr:
    digits = _number(text)
    found = pl.when(digits.str.contains(r"^[0-9]+$")).then(digits.str.replace(r"^0+([0-9])", "$1"))
    return pl.coalesce(found, text)


def _gemeentecode(text: pl.Expr) -> pl.Expr:
    digits = text.str.replace(r"\.0+$", "")
    return pl.coalesce(pl.when(digits.str.contains(r"^[0-9]{1,4}$")).then(digits.str.zfill(4)), text)


def _spelled(text: pl.Expr, spellings: dict[str, str]) -> pl.Expr:
    """Return the canonical spelling where `text` is a known one but for capitals and spaces, else `text`."""
    bare = text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return pl.coalesce(bare.replace_strict(spellings, default=None, return_dtype=pl.String), text)


def _cell_checks(frame: pl.DataFrame, format: Format) -> list[pl.Expr]:
    texts = [pl.col(name) for name in FIELDS if frame[name].null_count() < frame.height]
    long = [text.str.len_chars() > format.max_characters for text in texts]
    control = [text.str.contains(_CONTROL) for text in texts]
    return [
        pl.any_horizontal(long or [pl.lit(False)]).fill_null(False).alias("too_long"),
        pl.any_horizontal(control or [pl.lit(False)]).fill_null(False).alias("control"),
    ]


def _row_checks(format: Format) -> list[pl.Expr]:
    birth, kennisgeving, group = pl.col("birth_text"), pl.col("kennisgeving_text"), pl.col("group")
    return [
        pl.col("date_text").is_not_null().alias("date_given"),
        (pl.col("date_text").is_null() | pl.col("signal_date").is_not_null()).alias("date_ok"),
        (birth.is_null() | pl.col("birth").is_not_null() | is_incomplete(birth)).alias("birth_ok"),
        (kennisgeving.is_null() | pl.col("kennisgeving").is_not_null()).alias("kennisgeving_ok"),
        (pl.col("bsn").is_not_null() | pl.col("v_number").is_not_null()).alias("identified"),
        (group.is_null() | group.is_in(format.doelgroepen)).alias("group_known"),
        pl.all_horizontal(pl.col(name).is_null() for name in _BEYOND_BSN).alias("bare"),
    ]
