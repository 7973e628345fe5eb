"""The types of form fields, and the choices that only this installation knows: what a form offers and refuses.

A parameter that may be left out has a default of its own type (`""`, `all`): a form then needs no switch between a
value and nothing. Closed lists become choices, days get a picker. Prefect's server checks a run against the form before
it creates it: what does not fit is refused and stored nowhere.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import WrapValidator

from hervat.delivery import FIRST
from hervat.flows.installed import ALL
from hervat.settings import Settings
from hervat.today import today

StepName = Literal["fetch", "validate", "load", "settle", "capture", "notify", "clean", "report"]
Law = Literal["Wi2013", "Wi2021"]
LAST_ENDED = "last ended"
ALL_STEPS: list[StepName] = []
TODAY: Any = None
"""The default of a day that may be left out."""


def _day_or_none(given: Any, day: Callable[[Any], date]) -> date | None:
    return None if given is None else day(given)


Day = Annotated[date, WrapValidator(_day_or_none)]
"""A day that may be left out: the form shows a picker with nothing in it, and no switch."""


def pasted(signature: str) -> Callable[[str, str], str] | None:
    """Return what gives the signature that was pasted in a form; None if none was."""
    text = signature.strip()
    return (lambda _text, _namespace: text) if text else None


_FEW = 50
_TEXTS = ("by", "reason", "at", "ap_number", "what", "categories")
_LARGEST = 9_999_999
"""The largest number of a person, a row or a thing that a form takes: a BSN typed for it has eight digits or nine."""
_NUMBERS = r"\d(?:[ .]?\d){8}|\d{8}|\d{3,4}-\d{2,3}-\d{3,4}"
_FREE_OF_NUMBERS = rf"^(?!.*(?:{_NUMBERS}))(?=.*\S).*$"
"""A text without a BSN or V-nummer in any spelling (rule 7); days are allowed. Not only blanks."""


def with_choices(schema: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """Return the schema of a flow's parameters with the choices of this installation in it."""
    fields: dict[str, Any] = schema["properties"]
    _keep_persons_out(fields)
    for field in fields.values():
        if field.get("format") == "date":
            field["pattern"] = r"^\d{4}-\d{2}-\d{2}$"  # the server knows the format, and lets anything by
            field.pop("default", None)
    if "municipality" in fields:
        _municipality(schema, [municipality.code for municipality in settings.municipalities])
    if "quarter" in fields:
        last = [LAST_ENDED] if fields["quarter"].get("default") == LAST_ENDED else []
        fields["quarter"]["enum"] = [*last, *quarters(today())]
    if "system" in fields:
        names = {
            system.name
            for municipality in settings.municipalities
            for system in municipality.systems
            if system.supplier
        }
        fields["system"] |= {"enum": sorted(names)} if names else {}
    return schema | {"additionalProperties": False}


def _keep_persons_out(fields: dict[str, Any]) -> None:
    """Let no text and no number of a form hold the number of a person (rule 7)."""
    for name in _TEXTS:
        if name in fields:
            optional = "default" in fields[name]
            fields[name] |= {"maxLength": 500, "pattern": f"^$|{_FREE_OF_NUMBERS}" if optional else _FREE_OF_NUMBERS}
    for field in fields.values():
        if field.get("type") == "integer":
            field |= {"minimum": 0, "maximum": _LARGEST}


def _municipality(schema: dict[str, Any], codes: list[str]) -> None:
    """Offer the municipalities: of the nights also all, of a decision the only one, or one must be given."""
    field = schema["properties"]["municipality"]
    if field.get("default") == ALL:
        field |= {"enum": [ALL, *codes]} if len(codes) <= _FEW else {}
        return
    if len(codes) == 1:
        field |= {"enum": codes, "default": codes[0]}
        return
    field.pop("default", None)
    field |= {"enum": codes} if len(codes) <= _FEW else {"pattern": r"^\d{4}$"}
    schema["required"] = [*schema.get("required", []), "municipality"]


def quarters(day: date) -> list[str]:
    """Return the quarters for which a delivery can be prepared: the current one, those before it, a year more."""
    found = list(_from_first(day.year + 1, (day.month + 2) // 3))
    return [*reversed(found[:-4]), *found[-4:]]


def _from_first(year: int, quarter: int) -> Iterator[str]:
    start, number = int(FIRST[:4]), int(FIRST[-1])
    while (start, number) <= (year, quarter):
        yield f"{start}Q{number}"
        start, number = (start, number + 1) if number < 4 else (start + 1, 1)
