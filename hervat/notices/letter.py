"""The Dutch letter of a notice: one template per kind, at B1 level, without personal data.

A gemeente's own templates are in the folder `templates` of the installation, under the names of those that ship.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hervat.errors import HervatError
from hervat.notices.facts import Facts
from hervat.notices.grounds import by_ground, by_law
from hervat.notices.request import Asked, answering

FOLDER, LEAFLET = "templates", "bijlage"
_SHIPPED = Path(__file__).parent / FOLDER
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


class Why(NamedTuple):
    """A ground, the law that it is about, and the number of persons it holds for."""

    ground: str
    law: str
    persons: int


@dataclass(frozen=True)
class Letter:
    """The text of a notice, and of the leaflet for the recipient's software ("": none is enclosed)."""

    text: str
    leaflet: str = ""


class LetterError(HervatError):
    """A template of the gemeente can't be used; the text names it and the place."""


def letter_of(facts: Facts, templates: Path | None = None) -> Letter:
    """Return the letter of a notice, rendered. templates: the gemeente's own. Raises LetterError.

    A reminder has no leaflet: the notice that it refers to has one.
    """
    text = _text(f"{facts.kind}.txt.j2", facts, templates)
    reminds = facts.asked is not None and facts.asked.refers_to is not None
    enclosed = answering(facts.recipient, facts.day).leaflet and not reminds
    return Letter(text, leaflet(facts, templates) if enclosed else "")


def leaflet(facts: Facts, templates: Path | None = None) -> str:
    """Return the leaflet for the recipient's software: the format of the data and of answers. Raises LetterError."""
    return _text(f"{LEAFLET}.txt.j2", facts, templates)


def _text(template: str, facts: Facts, templates: Path | None) -> str:
    municipality, recipient = facts.municipality, facts.recipient
    terms, answer = facts.asked or Asked((), None), answering(recipient, facts.day)
    contact = municipality.contact
    text = rendered(
        templates, template,
        municipality=one_line(municipality.name), number=facts.number, day=_dutch_date(facts.day), kind=facts.kind,
        persons=facts.count, mark=recipient.mark, encrypted=recipient.certificate is not None and not answer.by_mail,
        erase=terms.erase, by=terms.by and _dutch_date(terms.by), refers_to=terms.refers_to,
        answer=answer, answer_by=answer.until and _dutch_date(answer.until),
        contact=contact and {"name": one_line(contact.name), "telephone": one_line(contact.telephone)},
        wi2013_wait=municipality.letters.wi2013_wait,
        why=[Why(*why) for why in by_ground(facts.groups, "Wi2013" if facts.kind == "correction" else "Wi2021")],
        laws=by_law(facts.groups), replaced=sum(group.persons for group in facts.groups if group.replaces),
    )  # fmt: skip
    return text.replace("\r\n", "\n")


def rendered(templates: Path | None, name: str, **values: Any) -> str:
    """Return a template filled in, the gemeente's own where there is one. Raises LetterError."""
    try:
        return _environment(templates).get_template(name).render(**values)
    except Exception as error:  # noqa: BLE001 - a template is someone else's program, and its errors may quote values
        place, line = _place(error, name)
        at = f" (line {line})" if line else ""
        raise LetterError(
            f"the letter can't be made: {type(error).__name__} in template {place}{at}; fix it in {templates}, or"
            " remove it there: one of the same name ships"
        ) from None


def _place(error: Exception, name: str) -> tuple[str, int | None]:
    """Return the template with the error (`name`, or a template that it includes), and the line."""
    if isinstance(error, TemplateSyntaxError | TemplateNotFound):
        return error.name if isinstance(error.name, str) else name, getattr(error, "lineno", None)
    lines = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    places = [(path.name, line) for path, line in lines if path.suffix == ".j2"]
    return places[-1] if places else (name, None)


def one_line(text: str) -> str:
    """Return a name for a heading or a header: on one line, without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@lru_cache(maxsize=8)
def _environment(templates: Path | None) -> ImmutableSandboxedEnvironment:
    folders = [templates, _SHIPPED] if templates else [_SHIPPED]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=lambda name: ".html" in (name or ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"kies": _choose, "aantal": _amount}
    return environment


def _choose(count: int, singular: str, plural: str) -> str:
    return singular if count == 1 else plural


def _amount(count: int) -> str:
    return f"{count} {_choose(count, 'persoon', 'personen')}"


def _dutch_date(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
