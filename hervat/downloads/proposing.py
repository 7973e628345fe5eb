"""What would make a refused file readable, as far as a look at it tells: a delimiter, columns, another line."""

from contextlib import suppress
from itertools import islice

from hervat.downloads.drift import drift_of
from hervat.downloads.formats import Format
from hervat.downloads.header import known
from hervat.downloads.refused import Wrong
from hervat.downloads.rows import text_rows
from hervat.downloads.splitting import Splitting
from hervat.downloads.survey import Survey, survey
from hervat.downloads.upto import Opener

_LINES = 50
_LEAST = 2


def told_better(wrong: Wrong, opener: Opener, format: Format) -> Wrong:
    """Return what is wrong with a file with the mend that fits it, where a look at the file tells one."""
    if wrong.dutch or wrong.reason not in ("not_a_table", "columns_missing"):
        return wrong
    with suppress(Exception):  # a look that fails tells nothing, and what is wrong is known already
        seen = survey(opener, format)
        return _other_delimiter(wrong, seen, format) or _other_names(wrong, seen, format) or _below(
            wrong, opener, seen, format
        ) or wrong  # fmt: skip
    return wrong


def _other_delimiter(wrong: Wrong, seen: Survey, format: Format) -> Wrong | None:
    if not seen.delimiter or seen.delimiter in format.delimiters or known(seen.cells, format) < _LEAST:
        return None
    line = f"delimiters: [{', '.join(map(_quoted, [*format.delimiters, seen.delimiter]))}]"
    dutch = (
        f"De kolommen worden gescheiden door {_quoted(seen.delimiter)}. Schrijf `{line}` in het formaat {format.name}."
    )
    return Wrong(
        wrong.reason,
        f"has its columns split by {_quoted(seen.delimiter)}, which the format {format.name} does not name",
        f"write `{line}` in that format, or save the file with {_quoted(format.delimiters[0])}",
        dutch,
    )


def _quoted(delimiter: str) -> str:
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


def _other_names(wrong: Wrong, seen: Survey, format: Format) -> Wrong | None:
    drift = drift_of(seen.cells, format)
    wanted = {field: name for field, name in drift.near.items() if field in drift.needed}
    if not wanted:
        return None
    pairs = ", ".join(f"{field}: {name}" for field, name in wanted.items())
    mend = f"these columns look like them; add the names to columns of the format {format.name}: {pairs}"
    dutch = f"Deze kolommen lijken erop. Zet de namen bij columns in het formaat {format.name}: {pairs}."
    missing = ", ".join(format.columns[field][0] for field in drift.needed)
    return Wrong(wrong.reason, f"lacks the columns {missing}", mend, f"Er ontbreekt: {missing}. {dutch}")


def _below(wrong: Wrong, opener: Opener, seen: Survey, format: Format) -> Wrong | None:
    if wrong.reason != "not_a_table" or not seen.encoding:
        return None
    for delimiter in format.delimiters:
        with opener() as stream:
            for number, cells in islice(text_rows(stream, seen.encoding, Splitting(delimiter, True)), _LINES):
                if number > 1 and known(cells, format) > _LEAST:
                    mend = f"take away what stands above row {number}, where its header is"
                    dutch = f"Haal weg wat boven regel {number} staat: daar staat de kopregel."
                    return Wrong(wrong.reason, wrong.wrong, mend, dutch)
    return None
