"""Tasks about what came in: errors, incidents, sources, quarantine, filled-in worklists."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from hervat.dutch import ANSWERS, QUARANTINE, amount, moment, said
from hervat.intake import AP_REPORT, JUDGEMENT
from hervat.report import source_words
from hervat.report.task import CONSULENT, ENGINEER, PRIVACY, Task
from hervat.status import Held, Overview

_BREACH = timedelta(days=3)  # AVG art. 33: 72 hours
_ROWS = 8


def errors(overview: Overview) -> Iterator[Task]:
    """Errors of this night."""
    if overview.errors:
        count = amount(len(overview.errors), "fout", "fouten")
        how = "Lees de meldingen onder ‘Fouten en meldingen’. Los ze op. Start daarna opnieuw: `hervat run`."
        yield Task(f"Los {count} van deze nacht op", ENGINEER, overview.day, how)


def sources(overview: Overview) -> Iterator[Task]:
    """Sources at which somebody must act."""
    for source in filter(source_words.is_task, overview.sources):
        what, how = source_words.task(source)
        yield Task(what, ENGINEER, overview.day, how)


def incidents(overview: Overview) -> Iterator[Task]:
    """Open incidents: what comes next, with the hours left of the 72."""
    for incident in overview.incidents:
        lead, how = _next_step(incident)
        yield Task(
            f"{lead}: {_what_happened(incident)}", PRIVACY, incident["since"] + _BREACH, hours_left(incident) + how
        )


def hours_left(incident: dict[str, Any]) -> str:
    """Return how long there is to report an incident to the AP, as a sentence; empty where the term does not run."""
    hours = incident["hours_left"]
    if hours is None:
        return ""
    if hours < 0:
        return "De 72 uur om te melden zijn voorbij: meld alsnog, met de reden van de vertraging. "
    left = f"{hours} uur" if hours else "minder dan een uur"
    return f"Nog {left} om te melden: tot {moment(incident['due_at'])}. "


def _next_step(incident: dict[str, Any]) -> tuple[str, str]:
    """Return what must be done next about an incident, and how."""
    number, who = incident["id"], "--by NAAM"
    if incident["waits"]:
        more = " --no-risk" if incident["missing"] else ""
        how = f"Een tweede persoon tekent ook: `hervat incidents close {number}{more} --key SLEUTEL --reason REDEN`."
        return "Laat een tweede persoon het incident sluiten", how
    if not incident["missing"]:
        return "Sluit het incident", f"Alles is vastgelegd. Typ `hervat incidents close {number} {who} --reason REDEN`."
    if JUDGEMENT in incident["missing"]:
        how = "Is het een datalek met risico? Meld het dan bij de Autoriteit Persoonsgegevens."
        how += f" Leg uw oordeel vast: `hervat incidents judge {number} --risk RISICO {who} --reason REDEN`."
        how += f" Geen risico? Typ `hervat incidents close {number} --no-risk {who} --reason REDEN`."
        return "Beoordeel of dit een datalek is", how
    if AP_REPORT in incident["missing"]:
        how = f"Leg de melding vast: `hervat incidents reported {number} --ap NUMMER {who}`."
        return "Meld het datalek bij de Autoriteit Persoonsgegevens", how
    how = f"Vertel hun wat er is gebeurd. Leg dat vast: `hervat incidents told {number} {who}`."
    return "Informeer de personen om wie het gaat bij het datalek", how


def _what_happened(incident: dict[str, Any]) -> str:
    if incident["kind"] == "orphans":
        return f"{amount(incident['count'], 'persoon', 'personen')} in een systeem zonder geldig signaal"
    if incident["kind"] == "leak":
        return f"incident {incident['id']}, gemeld door een medewerker"
    rows = amount(incident["count"], "regel", "regels")
    return f"{rows} over een andere gemeente in download {incident['download']}"


def quarantine(overview: Overview) -> Iterator[Task]:
    """Files and rows in quarantine, a task a file."""
    ordered = sorted(overview.held, key=lambda item: (item.download_id, item.row is not None, item.row or 0))
    for _, group in groupby(ordered, key=lambda item: (item.download_id, item.row is None)):
        yield _held_task(overview, list(group))


def _held_task(overview: Overview, held: list[Held]) -> Task:
    first = held[0]
    command = f"hervat quarantine reject {first.download_id}"
    where = f"bestand {first.file}"
    if first.row is None:
        where += f" ({said(QUARANTINE, first.reason)})"
    elif len(held) == 1:
        where += f", regel {first.row} ({said(QUARANTINE, first.reason)})"
        command += f" --row {first.row}"
    else:
        where += f", {amount(len(held), 'regel', 'regels')} ({_numbers(held)})"
        command += " --row REGEL"
    how = f"{_fixes(held)} Of wijs af: `{command} --by NAAM --reason REDEN`."
    if all(item.acceptable for item in held):
        accept = f"`{command.replace('reject', 'accept')} --by NAAM --reason REDEN`"
        how += f" Klopt de rest? Neem de regel dan toch op: {accept}."
    urgent = any(item.correction or item.row is None for item in held)
    days = [item.decide_by for item in held if item.decide_by] + ([overview.deadline] if urgent else [])
    return Task(f"Herstel of wijs af: {where}", first.owner or ENGINEER, min(days, default=None), how)


def _fixes(held: list[Held]) -> str:
    """Return the fix: of the file, or of each reason for rows."""
    if held[0].row is None or len({item.reason for item in held}) == 1:
        return held[0].dutch_mend
    mends = {item.reason: item.dutch_mend for item in held}
    shown = [f"{said(QUARANTINE, reason)}: {mend}" for reason, mend in list(mends.items())[:_ROWS]]
    return " ".join(f"{text[:1].upper()}{text[1:]}" for text in shown)


def answers(overview: Overview) -> Iterator[Task]:
    """Filled-in worklists that could not be read."""
    for answer in overview.answers:
        reason = said(QUARANTINE | ANSWERS, answer.reason)
        where = "het hele bestand" if not answer.rows else f"regel {', '.join(map(str, answer.rows[:_ROWS]))}"
        where += f" en nog {len(answer.rows) - _ROWS}" if len(answer.rows) > _ROWS else ""
        what = f"Herstel de ingevulde werklijst {answer.file}: {where} ({reason})"
        how = "Verbeter dit in het bestand en zet het weer in de map. Of haal het bestand weg."
        yield Task(what, CONSULENT, None, how)


def _numbers(held: list[Held]) -> str:
    """Return the numbers of rows, the first few of many."""
    shown = ", ".join(str(item.row) for item in held[:_ROWS])
    return f"{shown}, ..." if len(held) > _ROWS else shown
