"""The texts of alerts: Dutch at B1 level, for the operator. They hold counts and names, never a text of an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hervat.alerts.facts import Finished
from hervat.dutch import amount, long_day
from hervat.notices import one_line

Kind = Literal["failed", "waits", "test"]
_LISTED = 25
_FOOT = "Dit bericht komt van hervat. Er staan geen persoonsgegevens in."
_WHERE = [
    "Waar kijkt u?",
    "- In het verslag: report/{code}/laatste.html in de map voor de uitvoer (output).",
    "- Of met de opdracht: hervat status",
]
_DOCTOR = [
    "Wat kunt u doen?",
    "- Zoek de fout met de opdracht: hervat doctor",
    "- Start de nacht daarna opnieuw: hervat run",
]
STOPPED: dict[str, tuple[str, list[str]]] = {
    "night": (
        "de nacht is niet afgemaakt",
        [
            "De nacht van hervat is gestopt voordat die klaar was, of kon niet beginnen.",
            "Wat al klaar is, blijft goed. De volgende nacht maakt de rest af.",
            "",
            "Wat kunt u doen?",
            "- Kijk in het logboek van de machine: journalctl -u hervat-night",
            "- Zoek de fout met de opdracht: hervat doctor",
            "- Start de nacht daarna opnieuw: hervat run",
        ],
    ),
    "serve": (
        "Prefect is gestopt",
        [
            "De opdracht `hervat serve` is gestopt. Zolang die niet loopt, begint er geen nacht.",
            "",
            "Wat kunt u doen?",
            "- Kijk in het logboek van de machine: journalctl -u hervat-serve",
            "- Start Prefect opnieuw: systemctl restart hervat-serve",
        ],
    ),
    "age": (
        "er is te lang geen goede nacht geweest",
        [
            "De laatste goede nacht van hervat is te lang geleden, of er was er nog geen.",
            "Dit kan ook betekenen dat niemand de nacht start.",
            "",
            "Wat kunt u doen?",
            "- Kijk hoe lang het geleden is: hervat status --max-age 26h",
            "- Kijk of de nacht gepland staat: systemctl list-timers, of in Prefect",
            "- Zoek de fout met de opdracht: hervat doctor",
        ],
    ),
}
"""The closed list of stops that hervat itself can't report."""


@dataclass(frozen=True)
class Message:
    """An alert: its kind, a subject, the text, and the same as values for a program."""

    kind: Kind
    subject: str
    text: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Term:
    """The term of an incident: the whole hours left to report it to the AP, negative when it is over."""

    code: str
    number: int
    hours_left: int


def of_run(runs: Sequence[Finished]) -> Message:
    """Return the message about runs that failed or wait; there is at least one."""
    failed = [run for run in runs if run.kind == "failed"]
    shadow = any(run.shadow for run in runs)
    headline = _headline(runs, failed) + (" (schaduwnacht)" if shadow else "")
    lines = ["Dit was een schaduwnacht: er is niets gewist en niets verstuurd.", ""] if shadow else []
    for run in runs[:_LISTED]:
        lines += [*_of_one(run), ""]
    if len(runs) > _LISTED:
        lines += [f"En nog {amount(len(runs) - _LISTED, 'gemeente', 'gemeenten')}.", ""]
    lines += _where(runs)
    values = {"shadow": shadow, "municipalities": [_values(run) for run in runs]}
    return _message("failed" if failed else "waits", headline, lines, **values)


def of_not_begun(code: str | None, shadow: bool) -> Message:
    """Return the message about a run that ended before any night: configuration, keys or register are wrong."""
    of = f" van gemeente {code}" if code else ""
    lines = [
        f"De nacht{of} is niet begonnen. Er is geen nieuw verslag.",
        "Er is iets mis met de instellingen, de sleutels, het register of de opdracht zelf.",
        "",
        *_DOCTOR,
    ]
    return _message("failed", f"de nacht{of} is niet begonnen", lines, shadow=shadow, municipality=code)


def of_stopped(what: str) -> Message:
    """Return the message about a stop that hervat itself can't report; what: one of STOPPED."""
    headline, lines = STOPPED[what]
    return _message("failed", headline, lines, stopped=what)


def of_terms(terms: Sequence[Term]) -> Message:
    """Return the message about incidents whose term for the report to the AP runs out; there is at least one."""
    lines = [
        "Een datalek dat u moet melden, meldt u binnen 72 uur bij de Autoriteit Persoonsgegevens (AP).",
        "",
        *(f"- Gemeente {term.code}, incident {term.number}: {_left(term.hours_left)}" for term in terms),
        "",
        "Wat kunt u doen?",
        "- Beoordeel het incident: hervat incidents judge NUMMER",
        "- Leg de melding vast: hervat incidents reported NUMMER",
    ]
    values = [{"code": term.code, "incident": term.number, "hours_left": term.hours_left} for term in terms]
    return _message(
        "waits", f"termijn van {amount(len(terms), 'incident', 'incidenten')} loopt", lines, incidents=values
    )


def _left(hours: int) -> str:
    if hours < 0:
        return "de 72 uur zijn voorbij. Meld nu alsnog, met de reden van de vertraging."
    return f"nog {hours} uur om te melden." if hours else "nog minder dan een uur om te melden."


def of_test() -> Message:
    """Return a test message."""
    lines = [
        "Dit is een proefbericht. Er is niets mis.",
        "U krijgt zo bericht als een nacht misgaat of op iemand wacht.",
    ]
    return _message("test", "proefbericht", lines)


def _message(kind: Kind, headline: str, lines: Sequence[str], **values: Any) -> Message:
    subject = one_line(f"hervat: {headline}")
    return Message(kind, subject, "\n".join([*lines, "", _FOOT, ""]), {"kind": kind, "subject": subject, **values})


def _headline(runs: Sequence[Finished], failed: Sequence[Finished]) -> str:
    event = "ging de nacht niet goed" if failed else "wacht werk op een mens"
    about = failed or runs
    if len(about) == 1:
        return f"bij gemeente {_called(about[0])} {event}"
    return f"bij {len(about)} gemeenten {event}"


def _called(run: Finished) -> str:
    return f"{one_line(run.name)} ({run.code})" if run.name else run.code


def _of_one(run: Finished) -> list[str]:
    head = f"Gemeente {_called(run)}, nacht van {long_day(run.as_of)}:"
    if not run.begun:
        return [head, "- De nacht is niet begonnen of halverwege gestopt. Er is geen nieuw verslag."]
    lines = []
    if run.kind == "failed":
        lines.append(f"- Er ging iets niet goed: {_counted(run.failed, run.failed_parts)}. De rest is wel gedaan.")
    if run.waiting:
        lines.append(f"- Er wacht werk op een mens: {_counted(run.waiting, run.waiting_parts)}.")
    if run.journal:
        lines.append(f"- Laatste regel van het logboek: {run.journal}")
    return [head, *lines]


def _counted(count: int, parts: Sequence[str]) -> str:
    return amount(count, "melding", "meldingen") + (f" ({', '.join(parts)})" if parts else "")


def _where(runs: Sequence[Finished]) -> list[str]:
    code = runs[0].code if len(runs) == 1 else "CODE"
    lines = [line.format(code=code) for line in _WHERE] if any(run.begun for run in runs) else []
    if all(run.begun for run in runs):
        return lines
    return [*lines, *([""] if lines else []), *_DOCTOR]


def _values(run: Finished) -> dict[str, Any]:
    return {
        "code": run.code,
        "name": one_line(run.name),
        "as_of": str(run.as_of),
        "exit_status": run.exit_status,
        "failed": run.failed,
        "failed_parts": list(run.failed_parts),
        "waiting": run.waiting,
        "waiting_parts": list(run.waiting_parts),
        "begun": run.begun,
        "journal": run.journal,
    }
