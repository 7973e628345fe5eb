"""Jinja for Dutch HTML pages: one environment with the filters for days, numbers and words, and inline CSS."""

import base64
import hashlib
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup
from typing_extensions import override

from hervat.dutch import spelling, words

_FILTERS = (
    spelling.amount,
    spelling.breakable,
    spelling.long_day,
    spelling.moment,
    spelling.month_text,
    spelling.number,
    spelling.quarter_text,
    spelling.short_day,
    spelling.ticked,
    spelling.upper_first,
    spelling.weekday,
)


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates beside this module's own bytecode, as trusted as that; by the digest of their source.

    They are written where Python writes its bytecode, and where it writes none, neither are they.
    """

    def __init__(self) -> None:
        super().__init__(str(Path(cache_from_source(__file__)).parent), "%s.j2c")

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            if not sys.dont_write_bytecode:
                super().dump_bytecode(bucket)


def environment(*folders: Path) -> Environment:
    """Return an environment for hervat's own templates in these folders; names must be defined."""
    made = Environment(
        loader=FileSystemLoader(folders),
        bytecode_cache=_Compiled(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {spell.__name__: spell for spell in _FILTERS}
    made.globals |= {"said": words.said}
    return made


def style(css: str) -> dict[str, str]:
    """Return the `css` and `css_hash` of a page: inline CSS, allowed by its SHA-256 in the page's policy."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return {"css": Markup(css), "css_hash": digest}  # noqa: S704 - our own file
