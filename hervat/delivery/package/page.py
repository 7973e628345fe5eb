"""The page of checks (controle.html) and LEESMIJ.txt, for the person who uploads a delivery."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from jinja2 import Environment

from hervat import dutch
from hervat.delivery.gate.stops import DUTCH_RULES, DUTCH_STOPS
from hervat.delivery.job import AT_READING, Job, Prepared
from hervat.delivery.package.manifest import proof
from hervat.delivery.quarters import deadline, peildatum
from hervat.dutch import environment, style

NAME = "LEESMIJ.txt"

_TEXT = Template("""\
Statistiek Wet inburgering: levering aan het CBS
$gemeenten, kwartaal $kwartaal, peildatum $peildatum, $records records.
$voorlopig$stand$correctie
Deze levering moet uiterlijk op $uiterlijk bij het CBS zijn.

Wat doet u?
1. Open controle.html en kijk of de aantallen kloppen.
2. Open in uw browser het portaal van het CBS: databestanden.cbs.nl. Log in met het account van uw gemeente.
3. Kies de Statistiek Wet Inburgering en het kwartaal $kwartaal.
4. Upload het bestand swi.xml. Verander niets in het bestand.
5. Bewaar het bewijs van ontvangst dat het portaal geeft.
6. Leg vast dat u hebt geleverd:
   hervat cbs confirm --quarter $kwartaal --receipt "kenmerk van het CBS" --by "uw naam"

Let op
- In swi.xml staan burgerservicenummers. Mail het bestand niet en zet het niet op een gedeelde schijf.
- Keurt het CBS het bestand af? Pas het bestand dan niet zelf aan. Verbeter de gegevens in het systeem en maak
  de levering opnieuw.
- Hebt u geleverd en blijkt er later iets fout te zijn? Verbeter het in het systeem en maak een correctie:
  hervat cbs prepare --quarter $kwartaal --correction-of "kenmerk van het CBS" --reason "wat er fout was"
- Is de sha256 in manifest.json een andere dan die van swi.xml? Dan is het bestand veranderd. Maak de levering opnieuw.
$indeling""")

_EARLY = "\nVOORLOPIG: het kwartaal was nog niet voorbij toen dit bestand werd gemaakt. Lever dit bestand niet.\n"
_NOW = (
    "\nSTAND VAN NU: het systeem kan de stand van de peildatum niet geven. De gegevens zijn van het moment van lezen.\n"
)
_CORRECTION = (
    "\nCORRECTIE: dit bestand komt in de plaats van een eerdere levering. In controle.html staat wat er anders is.\n"
)
_PROVISIONAL = """\
- De indeling van dit bestand ($layout) is voorlopig. Ze is gemaakt zonder de officiële beschrijving van het CBS.
  Het kan zijn dat het CBS het bestand niet aanneemt. Vraag het CBS om de beschrijving en het XSD-bestand.
"""


def readme(jobs: Sequence[Job], outcomes: Sequence[Prepared]) -> bytes:
    """Return the text for one delivery, of one gemeente or of several together."""
    first = jobs[0]
    names = ", ".join(f"{job.night.municipality.name} ({job.night.code})" for job in jobs)
    provisional = Template(_PROVISIONAL).substitute(layout=first.layout.name) if first.layout.provisional else ""
    return _TEXT.substitute(
        gemeenten=f"{'Gemeente' if len(jobs) == 1 else 'Gemeenten'} {names}",
        kwartaal=first.quarter,
        peildatum=f"{peildatum(first.quarter):%d-%m-%Y}",
        uiterlijk=f"{deadline(first.quarter):%d-%m-%Y}",
        records=sum(outcome.records for outcome in outcomes),
        voorlopig=_EARLY if first.early else "",
        stand=_NOW if any(job.state == AT_READING for job in jobs) else "",
        correctie=_CORRECTION if any(outcome.changes is not None for outcome in outcomes) else "",
        indeling=provisional,
    ).encode()


_HERE = Path(__file__).parent
_REPORT = _HERE.parents[1] / "report" / "templates"  # the style is the report's


def page(jobs: Sequence[Job], outcomes: Sequence[Prepared], digest: str) -> bytes:
    """Return the page of a delivery; digest: the SHA-256 of its XML."""
    first = jobs[0]
    text = (
        _environment()
        .get_template("controle.html.j2")
        .render(
            **style((_REPORT / "page.css").read_text(encoding="utf-8")),
            job=first,
            peildatum=peildatum(first.quarter),
            deadline=deadline(first.quarter),
            digest=digest,
            records=sum(outcome.records for outcome in outcomes),
            gemeenten=[_gemeente(job, done) for job, done in zip(jobs, outcomes, strict=True)],
            gate=dutch.GATE,
            stops=DUTCH_STOPS,
            rules=DUTCH_RULES,
        )
    )
    return text.encode()


def _gemeente(job: Job, done: Prepared) -> dict[str, Any]:
    return {
        "code": job.night.code,
        "name": job.night.municipality.name,
        "at_reading": job.state == AT_READING,
        "read_at": job.read_at,
        "proof": proof(job),
        "looked_at": job.facts.looked_at,
        "figures": job.figures,
        "empty": list(_empty(job)),
        "results": job.judge.results if job.judge else [],
        "done": done,
    }


def _empty(job: Job) -> Iterator[tuple[str, int, int]]:
    """Yield (kenmerk, records without it, percentage), also for kenmerken that the query does not give."""
    records = job.figures.records
    for kenmerk in job.layout.delivered:
        count = job.figures.empty.get(kenmerk.name, records) if records else 0
        yield kenmerk.name, count, round(100 * count / records) if records else 0


@cache
def _environment() -> Environment:
    return environment(_HERE / "templates")
