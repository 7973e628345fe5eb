"""The types of form fields: closed lists become choices, days get a picker.

A parameter that may be left out has a default of its own type (`""`, `all`): a form then needs no switch between a
value and nothing. Choices that only an installation knows are added on deployment (flows/deployments.py).
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import WrapValidator

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
