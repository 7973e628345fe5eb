"""Tasks about notices to third parties and the delivery to CBS."""

from collections.abc import Iterator
from datetime import timedelta

from hervat.dutch import UNSURE, amount, quarter_end, quarter_text, said
from hervat.report.task import APPLICATION, CONSULENT, DELIVERER, ENGINEER, PRIVACY, Task, accept_command
from hervat.status import Overview

_TERM = timedelta(days=27)  # with the first day after a quarter: four weeks after its last day (CBS)
_UNSAID = {
    "corrected_in_records": (ENGINEER, "Kijk eerst naar het opschonen. Pas zo nodig de query van de levering aan."),
    "standing_elsewhere": (
        APPLICATION,
        "Kijk onder ‘SS190 en schoon’ in welk systeem. Schoon dat op. Of aanvaard dit met twee personen:",
    ),
    "parked_in_records": (CONSULENT, "Wacht tot het signaal er weer is. Of aanvaard dit met twee personen:"),
}


def notices(overview: Overview) -> Iterator[Task]:
    """Notices without an answer, unclear, undelivered or refused."""
    count = overview.notices.get("overdue", 0)
    if count:
        what = f"Bel over {amount(count, 'bericht', 'berichten')} zonder bevestiging na de termijn"
        how = "Bekijk met `hervat notices list` welke partij niet antwoordt. Leg het antwoord vast:"
        how += " `hervat notices confirm --number NUMMER --status received --by NAAM`."
        yield Task(what, PRIVACY, overview.day, how)
    for answer in overview.unsure:
        what = f"Lees het antwoord {answer.file} op bericht {answer.number} ({said(UNSURE, answer.why)})"
        how = "Leg vast wat er staat: ontvangen, klaar, deels of geweigerd. Bel bij twijfel. Tot dan telt het niet:"
        how += f" `hervat notices confirm --number {answer.number} --status STATUS --by NAAM`."
        yield Task(what, PRIVACY, overview.day, how)
    failed = overview.notices.get("failed", 0)
    if failed:
        what = f"Zorg dat {amount(failed, 'bericht alsnog aankomt', 'berichten alsnog aankomen')} bij de partij"
        yield Task(
            what, APPLICATION, overview.day, "Herstel het adres en typ `hervat notices resend NUMMER --by NAAM`."
        )
    unwilling = overview.notices.get("refused", 0) + overview.notices.get("partly", 0)
    if unwilling:
        what = f"Bel over {amount(unwilling, 'bericht', 'berichten')}: de partij weigert of doet maar een deel"
        how = "De reden staat in `hervat notices show NUMMER`. Doet de partij het alsnog? Leg dat vast:"
        how += " `hervat notices confirm --number NUMMER --status done --by NAAM`."
        yield Task(what, PRIVACY, overview.day, how)


def reasons(overview: Overview) -> Iterator[Task]:
    """Reasons that shut the gate and have no task of their own yet."""
    for reason in overview.reasons:
        if reason.code in _UNSAID and not reason.accepted and not _said_by_system(overview, reason.system):
            who, how = _UNSAID[reason.code]
            what = (
                f"{amount(reason.count, 'persoon houdt', 'personen houden')} de levering tegen: {_REASON[reason.code]}"
            )
            how = f"{how} {accept_command(overview, reason.code)}." if reason.acceptable else how
            yield Task(what, who, overview.deadline, how)


_REASON = {
    "corrected_in_records": "met een SS190, maar in de levering",
    "standing_elsewhere": "met een SS190, maar nog in een ander systeem",
    "parked_in_records": "geparkeerd, maar in de levering",
}


def _said_by_system(overview: Overview, name: str | None) -> bool:
    """True if a plan or a list of names is the task already."""
    planned = {plan.system for plan in overview.plans}
    return name in planned or any(system.name == name and system.kind == "files" for system in overview.systems)


def corrections(overview: Overview) -> Iterator[Task]:
    """Corrections that CBS must get; once one is written, the upload is the task."""
    for correction in overview.corrections:
        if not correction.waits:
            what = f"Corrigeer de levering van {quarter_text(correction.quarter)}: het CBS heeft"
            what += f" {amount(correction.persons, 'persoon die daarna is', 'personen die daarna zijn')} gecorrigeerd"
            how = "Staan zij niet meer in het systeem? Maak dan de correctie:"
            of = f"--quarter {correction.quarter} --correction-of {correction.digest[:12]}"
            how += f" `hervat cbs prepare {of} --reason REDEN`."
            how += " Of aanvaard dit met twee personen:"
            how += f" {accept_command(overview, 'delivered_corrected')}."
            yield Task(what, DELIVERER, overview.deadline, how)


def delivery(overview: Overview) -> Iterator[Task]:
    """The delivery: a task once its quarter has ended, until the portal's receipt is recorded."""
    received = {delivery["quarter"] for delivery in overview.delivered if delivery["receipt"]}
    written = {delivery["quarter"] for delivery in overview.delivered} - received
    newest = {
        delivery["quarter"]: delivery["receipt"] for delivery in reversed(overview.delivered)
    }  # a correction comes after
    for quarter in sorted(name for name, receipt in newest.items() if not receipt):
        yield _upload_task(overview, quarter)
    end = quarter_end(overview.quarter)
    if overview.quarter not in received | written and (end is None or overview.day >= end):
        prepare = f"`hervat cbs prepare --quarter {overview.quarter}`"
        how = "De poort is open." if overview.gate_open else "De poort is nog dicht. Los eerst de redenen op."
        what = f"Lever {quarter_text(overview.quarter)} aan bij het CBS"
        yield Task(what, DELIVERER, overview.deadline, f"{how} Maak de levering met {prepare}.")


def _upload_task(overview: Overview, quarter: str) -> Task:
    end = quarter_end(quarter)
    command = f"`hervat cbs confirm --quarter {quarter} --receipt KENMERK --by NAAM`"
    how = f"Zet het bestand op het portaal van het CBS. Leg de ontvangst vast: {command}."
    before = end + _TERM if end else overview.deadline
    return Task(f"Zet de levering van {quarter_text(quarter)} op het portaal", DELIVERER, before, how)
