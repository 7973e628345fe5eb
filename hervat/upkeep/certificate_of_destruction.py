"""The verklaring van vernietiging: one Dutch page with what was destroyed, by whom, why and how."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Template

from hervat.dutch import environment, style
from hervat.night import Night
from hervat.readers import let_read
from hervat.register.models import Destruction, Retired
from hervat.report import private_file, private_folder
from hervat.settings import dutch_term
from hervat.vault import VaultObject

_KINDS = {"download": "download uit het PIB", "notice": "bericht aan een derde partij of leverancier"}
_THINGS = {
    "personalia": ("naam en geboortedatum van een persoon", "Gewist. Het nummer van de persoon blijft."),
    "person": ("persoon, met alles wat over die persoon is vastgelegd", "Uit het register gewist, met de signalen."),
    "disclosure": ("gegeven dat een derde partij heeft gekregen", "Uit het register gewist."),
    "notice": ("bericht aan een derde partij of leverancier", "Gewist. De kopie in de kluis was al weg."),
    "receipt": ("vrije tekst in een antwoord op een bericht", "Leeggemaakt. De datum en de uitkomst blijven."),
    "delivery": (
        "levering aan het CBS",
        "De lijst van personen en de map van het kwartaal zijn gewist. De datum en de aantallen blijven.",
    ),
    "worklist": ("ingevulde werklijst", "Het bestand is gewist. De antwoorden blijven, zolang de persoon blijft."),
    "incident": ("incident", "Uit het register gewist, met de stappen."),
    "journal": (
        "regel van het logboek", "Gewist vanaf het begin. Een nieuwe regel bewaart het controlegetal van de laatste.",
    ),
}  # fmt: skip
"""Kind -> what one of them is, and how it was destroyed, in Dutch."""
_CSS = (
    "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.4rem;text-align:left;"
    "vertical-align:top}td{overflow-wrap:anywhere}dt{font-weight:bold}dd{margin:0 0 .5rem}"
)


def write_statement(night: Night, batch: str, rows: list[Destruction], stones: Mapping[str, VaultObject]) -> Path:
    """Write <output>/vernietiging/<code>/<batch>.html; the same input gives the same page.

    Raises WriteFailed, Unreadable.
    """
    path = private_folder(night.settings.output, "vernietiging", night.code) / f"{batch}.html"
    with private_file(path) as file:
        file.write(_page(night, batch, rows, stones).encode())
    let_read(night.settings, night.municipality)
    return path


def write_statement_of_kinds(night: Night, batch: str, rows: Sequence[Retired]) -> Path:
    """Write the page about things of the register and the output, as `write_statement` does for objects.

    Counts, terms and reasons, by whom and how; of no person anything.
    """
    path = private_folder(night.settings.output, "vernietiging", night.code) / f"{batch}.html"
    firsts = sorted({(row.first_by, row.first_why) for row in rows})
    tables = Counter[str]()
    for row in rows:
        tables.update(row.rows or {})
    page = _template("vernietiging_soorten.html.j2").render(
        name=night.municipality.name, batch=batch, lines=rows, firsts=firsts, second=rows[0], kinds=_THINGS,
        tables={table: count for table, count in sorted(tables.items()) if count}, term=dutch_term, **style(_CSS),
    )  # fmt: skip
    with private_file(path) as file:
        file.write(page.encode())
    let_read(night.settings, night.municipality)
    return path


def _page(night: Night, batch: str, rows: list[Destruction], stones: Mapping[str, VaultObject]) -> str:
    lines = [(row, datetime.fromisoformat(stones[row.object_id].at)) for row in rows]
    firsts = sorted({(row.first_by, row.first_why) for row in rows})
    return _template("vernietiging.html.j2").render(
        name=night.municipality.name,
        batch=batch,
        lines=lines,
        firsts=firsts,
        second=rows[0],
        kinds=_KINDS,
        term=_term,
        **style(_CSS),
    )


def _term(text: str) -> str:
    """Return a term in Dutch: `5 jaar`; without one two persons decided (`hervat person forget`)."""
    return dutch_term(text) if text else "geen: besluit van twee"


@cache
def _template(name: str) -> Template:
    return environment(Path(__file__).parent / "templates").get_template(name)
