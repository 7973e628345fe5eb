"""LEESMIJ.txt beside a delivery: what a person does with it. Dutch, B1 level; it names nobody."""

from collections.abc import Sequence
from string import Template

from hervat.delivery.job import AT_READING, Job, Prepared
from hervat.delivery.quarters import deadline, peildatum

NAME = "LEESMIJ.txt"

_TEXT = Template("""\
Statistiek Wet inburgering: levering aan CBS
$gemeenten, kwartaal $kwartaal, peildatum $peildatum, $records records.
$voorlopig$stand$correctie
Deze levering moet uiterlijk op $uiterlijk bij CBS zijn.

Wat doet u?
1. Open controle.html en kijk of de aantallen kloppen.
2. Open in uw browser het portaal van CBS: databestanden.cbs.nl. Log in met het account van uw gemeente.
3. Kies de Statistiek Wet Inburgering en het kwartaal $kwartaal.
4. Upload het bestand swi.xml. Verander niets in het bestand.
5. Bewaar het bewijs van ontvangst dat het portaal geeft.
6. Leg vast dat u hebt geleverd:
   hervat cbs confirm --quarter $kwartaal --receipt "kenmerk van CBS" --by "uw naam"

Let op
- In swi.xml staan burgerservicenummers. Mail het bestand niet en zet het niet op een gedeelde schijf.
- Keurt CBS het bestand af? Lever dan niet met een aangepast bestand. Verbeter de gegevens in het systeem en maak
  de levering opnieuw.
- Hebt u geleverd en blijkt er later iets fout? Verbeter het in het systeem en maak een correctie:
  hervat cbs prepare --quarter $kwartaal --correction-of "kenmerk van CBS" --reason "wat er fout was"
- Staat er in manifest.json een andere sha256 dan die van swi.xml? Dan is het bestand veranderd. Maak het opnieuw.
$indeling""")

_EARLY = "\nVOORLOPIG: het kwartaal was nog niet voorbij toen dit bestand werd gemaakt. Lever dit bestand niet.\n"
_NOW = (
    "\nSTAND VAN NU: het systeem kan de stand van de peildatum niet geven. De gegevens zijn van het moment van lezen.\n"
)
_CORRECTION = (
    "\nCORRECTIE: dit bestand komt in de plaats van een eerdere levering. In controle.html staat wat er anders is.\n"
)
_PROVISIONAL = """\
- De indeling van dit bestand ($layout) is voorlopig. Ze is gemaakt zonder de officiële beschrijving van CBS.
  Het kan zijn dat CBS het bestand niet aanneemt. Vraag CBS om de beschrijving en het XSD-bestand.
"""


def readme(jobs: Sequence[Job], outcomes: Sequence[Prepared]) -> bytes:
    """Return the text for one delivery, of one gemeente or of several together."""
    first = jobs[0]
    names = ", ".join(f"{one.night.municipality.name} ({one.night.code})" for one in jobs)
    provisional = Template(_PROVISIONAL).substitute(layout=first.layout.name) if first.layout.provisional else ""
    return _TEXT.substitute(
        gemeenten=f"{'Gemeente' if len(jobs) == 1 else 'Gemeenten'} {names}",
        kwartaal=first.quarter,
        peildatum=f"{peildatum(first.quarter):%d-%m-%Y}",
        uiterlijk=f"{deadline(first.quarter):%d-%m-%Y}",
        records=sum(one.records for one in outcomes),
        voorlopig=_EARLY if first.early else "",
        stand=_NOW if any(one.state == AT_READING for one in jobs) else "",
        correctie=_CORRECTION if any(one.changes is not None for one in outcomes) else "",
        indeling=provisional,
    ).encode()
