"""Tasks about the local systems: plans to approve, and what remains after cleaning."""

from collections.abc import Iterator

from hervat.dutch import APPROVAL, amount, said
from hervat.report.task import APPLICATION, APPROVER, CONSULENT, Task
from hervat.status import Overview, PlanLine, SystemLine


def plans(overview: Overview) -> Iterator[Task]:
    """Plans that wait for approval."""
    for plan in overview.plans:
        if plan.status == "waiting":
            yield _plan_task(overview, plan)


def _plan_task(overview: Overview, plan: PlanLine) -> Task:
    what = f"Keur plan {plan.hash[:12]} goed: {amount(plan.persons, 'persoon', 'personen')} uit {plan.system}"
    how = f"{said(APPROVAL, plan.why)} Bekijk het plan met `hervat plan`."
    option = "--key SLEUTEL" if plan.signed else "--by NAAM"
    how += f" Akkoord? Typ `hervat approve {plan.hash[:12]} {option}`."
    return Task(what, APPROVER, overview.deadline, how.strip())


def systems(overview: Overview) -> Iterator[Task]:
    """Systems that need care: unreadable, set aside, reappeared, and what remains after cleaning."""
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
    standing = system.standing - system.on_hold
    if system.kind == "files" and standing > 0:
        count = amount(standing, "persoon", "personen")
        how = "Hervat past deze lijsten niet zelf aan. Haal de regels met de hand weg."
        yield Task(f"Haal {count} uit de lijsten van {system.name}", CONSULENT, overview.deadline, how)
    left = system.corrected - (system.proven or 0) - system.on_hold
    if system.kind == "supplier" and left > 0:
        count = amount(left, "persoon", "personen")
        how = "Vraag de leverancier te bevestigen dat er is gewist. De stand ziet u met `hervat notices list`."
        how += " Bevestigd? Typ `hervat notices confirm --number NUMMER --status done --by NAAM`."
        yield Task(f"Vraag bevestiging voor {system.name}: {count}", APPLICATION, overview.deadline, how)
