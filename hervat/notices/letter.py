"""The Dutch letter of a notice: a text per kind, at B1 level, about no person in particular.

A gemeente's own texts stand in the folder `templates` of the installation, under the names of those that ship.
"""

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
from hervat.notices.recipients import Recipient
from hervat.notices.request import Asked, answering
from hervat.settings import Municipality

FOLDER, LEAFLET = "templates", "bijlage"
_SHIPPED = Path(__file__).parent / FOLDER
_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


class Why(NamedTuple):
    """For how many persons a letter tells of a ground, and of which law that speaks."""

    ground: str
    law: str
    persons: int


class LetterError(HervatError):
    """A template of the gemeente can't be used; the text names it and the place."""


def letter(municipality: Municipality, recipient: Recipient, facts: Facts, templates: Path | None = None) -> str:
    """Return the text of a notice. templates: the gemeente's own. Raises LetterError where one of these is wrong."""
    return _text(f"{facts.kind}.txt.j2", municipality, recipient, facts, templates)


def leaflet(municipality: Municipality, recipient: Recipient, facts: Facts, templates: Path | None = None) -> str:
    """Return what the software of a recipient needs to know of the data and of answers. Raises LetterError."""
    return _text(f"{LEAFLET}.txt.j2", municipality, recipient, facts, templates)


def _text(template: str, municipality: Municipality, recipient: Recipient, facts: Facts, templates: Path | None) -> str:
    terms, answer = facts.asked or Asked((), None), answering(recipient, facts.day)
    contact = municipality.contact
    text = rendered(
        templates, template,
        municipality=one_line(municipality.name), number=facts.number, day=_written(facts.day), kind=facts.kind,
        persons=facts.count, mark=recipient.mark, encrypted=recipient.certificate is not None and not answer.by_mail,
        erase=terms.erase, by=terms.by and _written(terms.by), refers_to=terms.refers_to,
        answer=answer, answer_by=answer.until and _written(answer.until),
        contact=contact and {"name": one_line(contact.name), "telephone": one_line(contact.telephone)},
        wi2013_wait=municipality.letters.wi2013_wait,
        why=[Why(*one) for one in by_ground(facts.groups, "Wi2013" if facts.kind == "correction" else "Wi2021")],
        laws=by_law(facts.groups), replaced=sum(one.persons for one in facts.groups if one.replaces),
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
    found = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(place) for place in places]),
        autoescape=lambda name: ".html" in (name or ""),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"kies": _chosen, "aantal": _amount}
    return found


def _chosen(count: int, one: str, several: str) -> str:
    return one if count == 1 else several


def _amount(count: int) -> str:
    return f"{count} {_chosen(count, 'persoon', 'personen')}"


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
