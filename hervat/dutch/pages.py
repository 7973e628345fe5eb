"""Jinja for Dutch HTML pages: one environment with the filters for days, numbers and words, and inline CSS."""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

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


def environment(*folders: Path) -> Environment:
    """Return an environment for the templates in these folders, the first that has one; names must be defined."""
    made = Environment(
        loader=FileSystemLoader(folders),
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
