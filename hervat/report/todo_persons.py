"""Tasks to decide about persons: disputed, choices of law, strangers."""

from collections.abc import Iterator

from hervat.dutch import amount
from hervat.report.task import CONSULENT, PRIVACY, Task, accept_command
from hervat.status import Overview

STRANGER = "hervat strangers decide --person NUMMER --ours --by NAAM --reason REDEN"
HOLD = "hervat person hold --person NUMMER --ground ARTIKEL --by NAAM --reason REDEN"
RELEASE = "hervat person release --person NUMMER --by NAAM --reason REDEN"
DECIDE = "hervat optin record --person NUMMER --law WET --by NAAM --reason REDEN"


def left(overview: Overview) -> Iterator[Task]:
    """Persons removed from the systems by hand while their parties wait."""
    if overview.undecided.left:
        what = (
            f"Beslis over {amount(overview.undecided.left, 'persoon', 'personen')} van wie derde partijen nog wachten"
        )
        how = "De persoon is met de hand uit de systemen gehaald. Zie `hervat strangers list`. Leg met twee personen"
        yield Task(what, CONSULENT, None, f"{how} vast of de persoon bij uw gemeente hoort: `{STRANGER}`.")


def halves(overview: Overview) -> Iterator[Task]:
    """Decisions about strangers that wait for a second person."""
    if overview.undecided.halves:
        what = (
            f"Bevestig {amount(overview.undecided.halves, 'besluit', 'besluiten')} over personen zonder geldig signaal"
        )
        how = f"Een tweede persoon legt hetzelfde vast. Zie `hervat strangers list`, en dan: `{STRANGER}`."
        yield Task(what, CONSULENT, None, how)


def holds(overview: Overview) -> Iterator[Task]:
    """Holds of which the begin or the release waits for a second person."""
    if overview.undecided.holds:
        what = f"Bevestig {amount(overview.undecided.holds, 'beperking of bezwaar', 'beperkingen of bezwaren')}"
        how = "Zie de werklijst, kolom Let op. Een tweede persoon legt hetzelfde vast:"
        how += f" `{HOLD}`. Of heft het op: `{RELEASE}`. Tot dan wordt er niets gewist."
        yield Task(what, PRIVACY, None, how)


def disputed(overview: Overview) -> Iterator[Task]:
    """Disputed persons."""
    count = overview.persons.get("disputed", 0)
    if count:
        what = f"Beslis over {amount(count, 'betwiste persoon', 'betwiste personen')}"
        how = f"Kijk bovenaan in de werklijst. Daar staat ook het nummer. Leg uw besluit vast: `{DECIDE}`."
        yield Task(what, CONSULENT, overview.deadline, how)


def choices(overview: Overview) -> Iterator[Task]:
    """Late choices of law that wait for a second person."""
    if overview.undecided.choices:
        what = f"Bevestig {amount(overview.undecided.choices, 'late keuze', 'late keuzes')} voor een wet"
        how = f"De termijn voor een keuze is voorbij, dus een tweede persoon legt dezelfde keuze vast: `{DECIDE}`."
        yield Task(what, CONSULENT, None, how)


def to_ask(overview: Overview) -> Iterator[Task]:
    """Persons not seen again since the restart: ask DUO."""
    if overview.undecided.to_ask:
        persons = amount(overview.undecided.to_ask, "persoon", "personen")
        what = f"Vraag bij DUO na: {persons} zonder nieuw signaal na de herstart"
        how = "Het signaal is na de herstart niet opnieuw ontvangen. De werklijst laat zien over wie het gaat."
        yield Task(what, CONSULENT, None, how)


def unfindable(overview: Overview) -> Iterator[Task]:
    """Corrected persons without a BSN: search by hand."""
    if overview.unfindable:
        what = f"Zoek zelf op: {amount(overview.unfindable, 'persoon', 'personen')} met een SS190 en zonder BSN"
        how = "Zonder BSN kan hervat niemand in een systeem vinden. Zie de werklijst."
        how += " Zoek deze personen met de hand op en haal ze weg."
        yield Task(what, CONSULENT, overview.deadline, how)


def orphans(overview: Overview) -> Iterator[Task]:
    """Persons in a system without a valid signal."""
    count = overview.persons.get("orphans", 0)
    accepted = any(reason.code == "orphans" and reason.accepted for reason in overview.reasons)
    if count and not accepted:
        what = f"Zoek uit: {amount(count, 'persoon', 'personen')} in een systeem zonder geldig signaal"
        how = f"Kijk in de werklijst. Leg met twee personen vast of de persoon bij uw gemeente hoort: `{STRANGER}`."
        how += " Of aanvaard dit met twee personen:"
        yield Task(what, CONSULENT, overview.deadline, f"{how} {accept_command(overview, 'orphans')}.")
