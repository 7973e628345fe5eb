"""The Dutch letter of a notice: a text per kind, at B1 level, about no person in particular.

A gemeente's own texts stand in the folder `templates` of the installation, under the names of those that ship.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hervat.errors import HervatError
from hervat.notices.answering import Answering
from hervat.notices.asked import Asked

FOLDER = "templates"
_SHIPPED = Path(__file__).parent / FOLDER
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


class LetterError(HervatError):
    """A template of the gemeente can't be used; the text names it and the place."""


def letter(
    kind: str,
    municipality: str,
    number: str,
    day: date,
    persons: int,
    mark: str,
    asked: Asked | None = None,
    answer: Answering | None = None,
    templates: Path | None = None,
) -> str:
    """Return the text of a notice. `mark` is what names the persons in it: bsn, reference, or "" for none.

    asked: what a supplier is to do and by when, or of which notice this is a reminder. templates: the gemeente's own.
    Raises LetterError where one of these is wrong.
    """
    terms = asked or Asked((), None)
    text = rendered(
        templates, f"{kind}.txt.j2",
        municipality=one_line(municipality), number=number, day=_written(day), persons=persons, mark=mark,
        erase=terms.erase, by=terms.by and _written(terms.by), refers_to=terms.refers_to, answer=answer or Answering(),
    )  # fmt: skip
    return text.replace("\r\n", "\n")


def rendered(templates: Path | None, name: str, **values: Any) -> str:
    """Return a template filled in: the gemeente's own where there is one. Raises LetterError."""
    try:
        return _environment(templates).get_template(name).render(**values)
    except Exception as error:  # noqa: BLE001 - a template is another's program, and its errors may quote values
        place, line = _place(error, name)
        at = f" (line {line})" if line else ""
        raise LetterError(
            f"the letter can't be made: {type(error).__name__} in template {place}{at}; mend it in {templates}, or"
            " take it away there: one of the same name ships"
        ) from None


def _place(error: Exception, name: str) -> tuple[str, int | None]:
    """Return the template in which a mistake is, which may be one that `name` includes, and the line."""
    if isinstance(error, TemplateSyntaxError | TemplateNotFound):
        return error.name if isinstance(error.name, str) else name, getattr(error, "lineno", None)
    lines = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    found = [(path.name, line) for path, line in lines if path.suffix == ".j2"]
    return found[-1] if found else (name, None)


def one_line(text: str) -> str:
    """Return a text without what could end a line or steer a terminal: a name in a heading or a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@lru_cache(maxsize=8)
def _environment(templates: Path | None) -> ImmutableSandboxedEnvironment:
    places = [templates, _SHIPPED] if templates else [_SHIPPED]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(place) for place in places]),
        autoescape=lambda name: ".html" in (name or ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
