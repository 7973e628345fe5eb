"""The facts of a run for an alert: counts, and names from the configuration."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hervat.bsn import stands_in
from hervat.settings import Municipality

DONE, WAITS = 0, 1
STEPS = {
    "fetch": "ophalen",
    "validate": "controleren",
    "load": "inlezen",
    "settle": "bepalen wie wat is",
    "capture": "vastleggen wie gegevens kreeg",
    "notify": "berichten aan partijen",
    "clean": "opschonen",
    "report": "verslag",
}
_NAMED = re.compile(r"(?:\d{4}: )?(source|system|supplier of|party|step) ([A-Za-z0-9._-]+)(?=[:, ]|$)")


@dataclass(frozen=True)
class Finished:
    """The outcome of a run of one municipality. failed, waiting: how many, and the parts they are about.

    begun: False if it ended before its night, so that there is no report. journal: its last line, `SEQ:HASH`.
    """

    code: str
    name: str
    as_of: date
    exit_status: int
    failed: int = 0
    failed_parts: tuple[str, ...] = ()
    waiting: int = 0
    waiting_parts: tuple[str, ...] = ()
    shadow: bool = False
    begun: bool = True
    journal: str = ""

    @property
    def kind(self) -> Literal["failed", "waits"] | None:
        """The kind of alert; None if there is nothing to report."""
        return {DONE: None, WAITS: "waits"}.get(self.exit_status, "failed")


def finished(
    municipality: Municipality,
    as_of: date,
    exit_status: int,
    errors: Iterable[str],
    attention: Iterable[str],
    *,
    shadow: bool = False,
    begun: bool = True,
    journal: str = "",
) -> Finished:
    """Return the facts of a run: the numbers of errors and of waiting things, and the parts they name."""
    failed, waiting = list(errors), list(attention)
    return Finished(
        code=municipality.code,
        name="" if stands_in(municipality.name) else municipality.name,
        as_of=as_of,
        exit_status=exit_status,
        failed=len(failed),
        failed_parts=_parts(municipality, failed),
        waiting=len(waiting),
        waiting_parts=_parts(municipality, waiting),
        shadow=shadow,
        begun=begun,
        journal=journal,
    )


def _parts(municipality: Municipality, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the parts that texts begin with, in Dutch, each once; nothing else of a text is used."""
    known = _configured(municipality)
    parts = (known.get(match.groups()) for text in texts if (match := _NAMED.match(text)))
    return tuple(dict.fromkeys(part for part in parts if part))


def _configured(municipality: Municipality) -> dict[tuple[str | None, ...], str]:
    """Return (kind, name) as a text of hervat begins -> Dutch, for everything in the configuration."""
    kinds = (
        ("source", "bron", municipality.sources),
        ("system", "systeem", municipality.systems),
        ("supplier of", "leverancier van", municipality.systems),
        ("party", "partij", municipality.parties),
    )
    named: dict[tuple[str | None, ...], str] = {
        (kind, item.name): f"{dutch} {item.name}"
        for kind, dutch, items in kinds
        for item in items
        if not stands_in(item.name)
    }
    return named | {("step", name): f"stap {dutch}" for name, dutch in STEPS.items()}
