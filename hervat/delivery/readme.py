"""LEESMIJ.txt beside a delivery: what a person does with it. Dutch, B1 level; it names nobody."""

from string import Template

from hervat.delivery.job import Job
from hervat.delivery.quarters import deadline, peildatum

NAME = "LEESMIJ.txt"

_TEXT = Template("""\
Statistiek Wet inburgering: levering aan CBS
Gemeente $gemeente ($code), kwartaal $kwartaal, peildatum $peildatum, $records records.
$voorlopig
Deze levering moet uiterlijk op $uiterlijk bij CBS zijn.

Wat doet u?
1. Open in uw browser het portaal van CBS: databestanden.cbs.nl. Log in met het account van uw gemeente.
2. Kies de Statistiek Wet Inburgering en het kwartaal $kwartaal.
3. Upload het bestand swi.xml. Verander niets in het bestand.
4. Bewaar het bewijs van ontvangst dat het portaal geeft.
5. Leg vast dat u hebt geleverd:
   hervat cbs confirm --quarter $kwartaal --receipt "kenmerk van CBS" --by "uw naam"

Let op
- In swi.xml staan burgerservicenummers. Mail het bestand niet en zet het niet op een gedeelde schijf.
- Keurt CBS het bestand af? Lever dan niet met een aangepast bestand. Verbeter de gegevens in het systeem en maak
  de levering opnieuw.
- Staat er in manifest.json een andere sha256 dan die van swi.xml? Dan is het bestand veranderd. Maak het opnieuw.
$indeling""")

_EARLY = "\nVOORLOPIG: het kwartaal was nog niet voorbij toen dit bestand werd gemaakt. Lever dit bestand niet.\n"
_PROVISIONAL = """\
- De indeling van dit bestand ($layout) is voorlopig. Ze is gemaakt zonder de officiële beschrijving van CBS.
  Het kan zijn dat CBS het bestand niet aanneemt. Vraag CBS om de beschrijving en het XSD-bestand.
"""


def readme(job: Job, records: int) -> bytes:
    """Return the text for one delivery of so many records."""
    provisional = Template(_PROVISIONAL).substitute(layout=job.layout.name) if job.layout.provisional else ""
    return _TEXT.substitute(
        gemeente=job.night.municipality.name,
        code=job.night.code,
        kwartaal=job.quarter,
        peildatum=f"{peildatum(job.quarter):%d-%m-%Y}",
        uiterlijk=f"{deadline(job.quarter):%d-%m-%Y}",
        records=records,
        voorlopig=_EARLY if job.early else "",
        indeling=provisional,
    ).encode()
