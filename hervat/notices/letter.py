"""The Dutch letter of a notice: a text per kind, at B1 level, about no person in particular."""

from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from hervat.notices.asked import Asked

_TEXTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


def letter(
    kind: str, municipality: str, number: str, day: date, persons: int, mark: str, asked: Asked | None = None
) -> str:
    """Return the text of a notice. `mark` is what names the persons in it: bsn, reference, or "" for none.

    asked: what a supplier is to do and by when.
    """
    terms = {"erase": asked.erase, "by": _written(asked.by), "refers_to": asked.refers_to} if asked else {}
    return _TEXTS.get_template(f"{kind}.txt.j2").render(
        municipality=municipality, number=number, day=_written(day), persons=persons, mark=mark, **terms
    )


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
