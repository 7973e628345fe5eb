"""The verklaring van vernietiging: one Dutch page with what was destroyed, by whom, why and how."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Template

from hervat.dutch import environment, style
from hervat.night import Night
from hervat.readers import let_read
from hervat.register.models import Destruction
from hervat.report import private_file, private_folder
from hervat.vault import VaultObject

_KINDS = {"download": "download uit het PIB", "notice": "bericht aan een derde partij of leverancier"}
_UNITS = {"y": "jaar", "m": "maanden", "d": "dagen"}
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


def _page(night: Night, batch: str, rows: list[Destruction], stones: Mapping[str, VaultObject]) -> str:
    lines = [(row, datetime.fromisoformat(stones[row.object_id].at)) for row in rows]
    firsts = sorted({(row.first_by, row.first_why) for row in rows})
    return _template().render(
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
    if not text:
        return "geen: besluit van twee"
    unit = _UNITS[text[-1]]
    return f"{text[:-1]} {unit.removesuffix('en') if text[:-1] == '1' and unit == 'dagen' else unit}"


@cache
def _template() -> Template:
    return environment(Path(__file__).parent / "templates").get_template("vernietiging.html.j2")
