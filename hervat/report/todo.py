"""Today's tasks for people, derived from an overview. Pure; no persons in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from hervat.dutch import (
    ANSWERS,
    APPROVAL,
    QUARANTINE,
    UNSURE,
    amount,
    deployments_in,
    quarter_end,
    quarter_text,
    said,
    with_prefect,
)
from hervat.report import source_words
from hervat.status import Held, Overview, PlanLine, SystemLine

PRIVACY = "Privacy officer"
APPROVER = "Privacy officer of applicatiebeheerder"
ENGINEER = "Data engineer"
CONSULENT = "Consulent inburgering"
APPLICATION = "Applicatiebeheerder"
DELIVERER = "Medewerker die aan het CBS levert"
STRANGER = "hervat strangers decide --person NUMMER --ours --by NAAM --reason REDEN"
DECIDE = "hervat optin record --person NUMMER --law WET --by NAAM --reason REDEN"
_TERM = timedelta(days=27)  # with the first day after a quarter: four weeks after its last day (CBS)
_BREACH = timedelta(days=3)  # AVG art. 33: 72 hours
_ROWS = 8
_UNSAID = {
    "corrected_in_records": (ENGINEER, "Kijk eerst naar het opschonen. Pas zo nodig de query van de levering aan."),
    "standing_elsewhere": (
        APPLICATION,
        "Kijk onder ‘SS190 en schoon’ in welk systeem. Schoon dat op. Of aanvaard dit met twee personen:",
    ),
    "parked_in_records": (CONSULENT, "Wacht tot het signaal er weer is. Of aanvaard dit met twee personen:"),
}


@dataclass(frozen=True)
class Task:
    """A task: what, by whom, until when (None: no fixed day), and how; commands are between backticks."""

    what: str
    who: str
    before: date | None
    how: str

    @property
    def deployments(self) -> tuple[str, ...]:
        """The Prefect deployments that do what the commands do."""
        return deployments_in(self.how)

    @property
    def way(self) -> str:
        """How, with the deployments named after the commands."""
        return with_prefect(self.how)


def todo(overview: Overview) -> list[Task]:
    """Return the tasks, earliest day first; within a day the most serious first."""
    parts = (
        _errors,
        _incidents,
        _sources,
        _disputed,
        _choices,
        _to_ask,
        _unfindable,
        _held,
        _answers,
        _plans,
        _systems,
        _orphans,
        _left,
        _halves,
        _notices,
        _reasons,
        _corrections,
        _delivery,
    )
    tasks = [task for part in parts for task in part(overview)]
    return sorted(tasks, key=lambda task: task.before or date.max)


def _errors(overview: Overview) -> Iterator[Task]:
    if overview.errors:
        count = amount(len(overview.errors), "fout", "fouten")
        how = "Lees de meldingen onder ‘Fouten en meldingen’. Los ze op. Start daarna opnieuw: `hervat run`."
        yield Task(f"Los {count} van deze nacht op", ENGINEER, overview.day, how)


def _sources(overview: Overview) -> Iterator[Task]:
    for source in filter(source_words.is_task, overview.sources):
        what, how = source_words.task(source)
        yield Task(what, ENGINEER, overview.day, how)


def _incidents(overview: Overview) -> Iterator[Task]:
    for incident in overview.incidents:
        what = f"Beoordeel of dit een datalek is: {_happened(incident)}"
        how = "Is het een datalek? Meld het dan binnen 72 uur bij de Autoriteit Persoonsgegevens."
        how += f" Klaar? Typ `hervat incidents close {incident['id']} --by NAAM --reason REDEN`."
        yield Task(what, PRIVACY, incident["since"] + _BREACH, how)


def _happened(incident: dict[str, Any]) -> str:
    if incident["kind"] == "orphans":
        return f"{amount(incident['count'], 'persoon', 'personen')} in een systeem zonder geldig signaal"
    rows = amount(incident["count"], "regel", "regels")
    return f"{rows} over een andere gemeente in download {incident['download']}"


def _left(overview: Overview) -> Iterator[Task]:
    if overview.undecided.left:
        what = (
            f"Beslis over {amount(overview.undecided.left, 'persoon', 'personen')} van wie derde partijen nog wachten"
        )
        how = "De persoon is met de hand uit de systemen gehaald. Zie `hervat strangers list`. Leg met twee personen"
        yield Task(what, CONSULENT, None, f"{how} vast of de persoon bij uw gemeente hoort: `{STRANGER}`.")


def _halves(overview: Overview) -> Iterator[Task]:
    if overview.undecided.halves:
        what = (
            f"Bevestig {amount(overview.undecided.halves, 'besluit', 'besluiten')} over personen zonder geldig signaal"
        )
        how = f"Een tweede persoon legt hetzelfde vast. Zie `hervat strangers list`, en dan: `{STRANGER}`."
        yield Task(what, CONSULENT, None, how)


def _disputed(overview: Overview) -> Iterator[Task]:
    count = overview.persons.get("disputed", 0)
    if count:
        what = f"Beslis over {amount(count, 'betwiste persoon', 'betwiste personen')}"
        how = f"Kijk bovenaan in de werklijst. Daar staat ook het nummer. Leg uw besluit vast: `{DECIDE}`."
        yield Task(what, CONSULENT, overview.deadline, how)


def _choices(overview: Overview) -> Iterator[Task]:
    if overview.undecided.choices:
        what = f"Bevestig {amount(overview.undecided.choices, 'late keuze', 'late keuzes')} voor een wet"
        how = f"De termijn voor een keuze is voorbij, dus een tweede persoon legt dezelfde keuze vast: `{DECIDE}`."
        yield Task(what, CONSULENT, None, how)


def _to_ask(overview: Overview) -> Iterator[Task]:
    if overview.undecided.to_ask:
        persons = amount(overview.undecided.to_ask, "persoon", "personen")
        what = f"Vraag bij DUO na: {persons} zonder nieuw signaal na de herstart"
        how = "Het signaal is na de herstart niet opnieuw ontvangen. De werklijst laat zien over wie het gaat."
        yield Task(what, CONSULENT, None, how)


def _unfindable(overview: Overview) -> Iterator[Task]:
    if overview.unfindable:
        what = f"Zoek zelf op: {amount(overview.unfindable, 'persoon', 'personen')} met een SS190 en zonder BSN"
        how = "Zonder BSN kan hervat niemand in een systeem vinden. Zie de werklijst."
        how += " Zoek deze personen met de hand op en haal ze weg."
        yield Task(what, CONSULENT, overview.deadline, how)


def _held(overview: Overview) -> Iterator[Task]:
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
    how = f"{_mends(held)} Of wijs af: `{command} --by NAAM --reason REDEN`."
    if all(item.acceptable for item in held):
        accept = f"`{command.replace('reject', 'accept')} --by NAAM --reason REDEN`"
        how += f" Klopt de rest? Neem de regel dan toch op: {accept}."
    urgent = any(item.correction or item.row is None for item in held)
    days = [item.decide_by for item in held if item.decide_by] + ([overview.deadline] if urgent else [])
    return Task(f"Herstel of wijs af: {where}", first.owner or ENGINEER, min(days, default=None), how)


def _mends(held: list[Held]) -> str:
    """Return the fix: of the file, or of each reason for rows."""
    if held[0].row is None or len({item.reason for item in held}) == 1:
        return held[0].dutch_mend
    mends = {item.reason: item.dutch_mend for item in held}
    shown = [f"{said(QUARANTINE, reason)}: {mend}" for reason, mend in list(mends.items())[:_ROWS]]
    return " ".join(f"{text[:1].upper()}{text[1:]}" for text in shown)


def _answers(overview: Overview) -> Iterator[Task]:
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


def _plans(overview: Overview) -> Iterator[Task]:
    for plan in overview.plans:
        if plan.status == "waiting":
            yield _plan_task(overview, plan)


def _plan_task(overview: Overview, plan: PlanLine) -> Task:
    what = f"Keur plan {plan.hash[:12]} goed: {amount(plan.persons, 'persoon', 'personen')} uit {plan.system}"
    how = f"{said(APPROVAL, plan.why)} Bekijk het plan met `hervat plan`."
    option = "--key SLEUTEL" if plan.signed else "--by NAAM"
    how += f" Akkoord? Typ `hervat approve {plan.hash[:12]} {option}`."
    return Task(what, APPROVER, overview.deadline, how.strip())


def _systems(overview: Overview) -> Iterator[Task]:
    for system in overview.systems:
        if system.error:
            how = "De melding staat onder ‘SS190 en schoon’. Controleer met `hervat doctor`."
            yield Task(f"Maak systeem {system.name} weer leesbaar", APPLICATION, overview.day, how)
        if system.set_aside:
            count = amount(system.set_aside, "persoon", "personen")
            how = "De persoon staat er dubbel in, of de wet is niet ingevuld. Herstel dat in het systeem."
            yield Task(f"Zoek {count} uit in {system.name}", APPLICATION, overview.deadline, how)
        if system.reappeared:
            count = amount(system.reappeared, "persoon die terugkwam", "personen die terugkwamen")
            how = "Dit was al opgeschoond. Zoek uit welke koppeling of import het terugzet."
            yield Task(f"Zoek uit: {count} in {system.name}", APPLICATION, overview.deadline, how)
        yield from _elsewhere(overview, system)
        yield from _others_clean(overview, system)
        yield from _after(overview, system)
        yield from _copies(overview, system)


def _after(overview: Overview, system: SystemLine) -> Iterator[Task]:
    """Tasks that remain after cleaning."""
    if system.refill:
        what = f"Voer {amount(system.refill, 'persoon', 'personen')} opnieuw in bij {system.name}"
        how = "De gegevens zijn gewist, maar de Wi2021 geldt toch. Zie de werklijst, blad Opnieuw vullen."
        if system.kind == "supplier":
            how += " Klaar? Typ `hervat refill done --system SYSTEEM --person NUMMER --by NAAM`."
        yield Task(what, CONSULENT, overview.deadline, how)
    if system.left:
        count = amount(system.left, "oude waarde", "oude waarden")
        how = "Er staat nu iets anders, of de rij is weg. Kijk of dat klopt."
        yield Task(f"Controleer {count} in {system.name}: niet teruggezet", APPLICATION, overview.deadline, how)
    if system.loose:
        count = amount(sum(system.loose.values()), "losse rij", "losse rijen")
        how = "Deze rijen waren van meer dan één persoon en zijn nu van niemand. Zie de werklijst, blad Losse rijen."
        yield Task(f"Bekijk {count} in {system.name}", APPLICATION, overview.deadline, how)
    if system.overdue:
        what = f"Bel de leverancier van {system.name}: {amount(system.overdue, 'verzoek', 'verzoeken')} over de termijn"
        yield Task(what, APPLICATION, overview.day, "Bekijk met `hervat notices list` welk verzoek dat is.")


def _elsewhere(overview: Overview, system: SystemLine) -> Iterator[Task]:
    """Places that the coverage search found tonight; they do not shut the gate."""
    count = sum(place.fresh for place in system.coverage)
    if count:
        what = f"Bekijk {amount(count, 'plek', 'plekken')} in {system.name} waar nog een BSN of V-nummer staat"
        how = "De plekken staan onder ‘SS190 en schoon’. Haal de nummers daar met de hand weg."
        how += " Of neem de tabel op in de footprint."
        yield Task(what, APPLICATION, overview.deadline, how)


def _copies(overview: Overview, system: SystemLine) -> Iterator[Task]:
    """Copies of erased rows, certain or possible, that hervat leaves to the administrator."""
    for copy in system.copies:
        if copy.fresh:
            how = "Bij het wissen kwamen hier vanzelf rijen bij. Laat de beheerder kijken of dit kopieën zijn."
            yield Task(f"Bekijk tabel {copy.table} bij {system.name}", APPLICATION, overview.deadline, how)
    for kept in system.history:
        count = amount(kept.rows, "gewiste rij", "gewiste rijen")
        how = f"Laat de beheerder van de database dit uitvoeren: `{kept.statement}`."
        yield Task(f"Wis de historie van {kept.table} in {system.name}: {count}", APPLICATION, overview.deadline, how)
    if system.keepers:
        how = "Onder ‘SS190 en schoon’ staat wat de beheerder van de database moet doen."
        yield Task(f"Wis de kopieën bij {system.name}", APPLICATION, overview.deadline, how)


def _others_clean(overview: Overview, system: SystemLine) -> Iterator[Task]:
    """Systems that only the supplier, or a person, can clean."""
    if system.kind == "files" and system.standing:
        count = amount(system.standing, "persoon", "personen")
        how = "Hervat past deze lijsten niet zelf aan. Haal de regels met de hand weg."
        yield Task(f"Haal {count} uit de lijsten van {system.name}", CONSULENT, overview.deadline, how)
    left = system.corrected - (system.proven or 0)
    if system.kind == "supplier" and left > 0:
        count = amount(left, "persoon", "personen")
        how = "Vraag de leverancier te bevestigen dat er is gewist. De stand ziet u met `hervat notices list`."
        how += " Bevestigd? Typ `hervat notices confirm --number NUMMER --status done --by NAAM`."
        yield Task(f"Vraag bevestiging voor {system.name}: {count}", APPLICATION, overview.deadline, how)


def _orphans(overview: Overview) -> Iterator[Task]:
    count = overview.persons.get("orphans", 0)
    accepted = any(reason.code == "orphans" and reason.accepted for reason in overview.reasons)
    if count and not accepted:
        what = f"Zoek uit: {amount(count, 'persoon', 'personen')} in een systeem zonder geldig signaal"
        how = f"Kijk in de werklijst. Leg met twee personen vast of de persoon bij uw gemeente hoort: `{STRANGER}`."
        how += " Of aanvaard dit met twee personen:"
        yield Task(what, CONSULENT, overview.deadline, f"{how} {_accept(overview, 'orphans')}.")


def _notices(overview: Overview) -> Iterator[Task]:
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


def _reasons(overview: Overview) -> Iterator[Task]:
    """Reasons that shut the gate and have no task of their own yet."""
    for reason in overview.reasons:
        if reason.code in _UNSAID and not reason.accepted and not _said_by_system(overview, reason.system):
            who, how = _UNSAID[reason.code]
            what = (
                f"{amount(reason.count, 'persoon houdt', 'personen houden')} de levering tegen: {_REASON[reason.code]}"
            )
            how = f"{how} {_accept(overview, reason.code)}." if reason.acceptable else how
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


def _accept(overview: Overview, code: str) -> str:
    return f"`hervat cbs accept --quarter {overview.quarter} --code {code} --by NAAM --reason REDEN`"


def _corrections(overview: Overview) -> Iterator[Task]:
    """Corrections that CBS must get; once one is written, the upload is the task."""
    for correction in overview.corrections:
        if not correction.waits:
            what = f"Corrigeer de levering van {quarter_text(correction.quarter)}: het CBS heeft"
            what += f" {amount(correction.persons, 'persoon die daarna is', 'personen die daarna zijn')} gecorrigeerd"
            how = "Staan zij niet meer in het systeem? Maak dan de correctie:"
            of = f"--quarter {correction.quarter} --correction-of {correction.digest[:12]}"
            how += f" `hervat cbs prepare {of} --reason REDEN`."
            how += " Of aanvaard dit met twee personen:"
            how += f" {_accept(overview, 'delivered_corrected')}."
            yield Task(what, DELIVERER, overview.deadline, how)


def _delivery(overview: Overview) -> Iterator[Task]:
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
