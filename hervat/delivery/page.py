"""The checks of a delivery as a page for the person who uploads it. Dutch, B1 level; counts, and no person."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hervat.delivery.dutch import RULES, STOPS
from hervat.delivery.job import AT_READING, Job, Prepared
from hervat.delivery.proof import proof
from hervat.delivery.quarters import deadline, peildatum

_HERE = Path(__file__).parent


def page(jobs: Sequence[Job], outcomes: Sequence[Prepared], digest: str) -> bytes:
    """Return the page of a delivery; digest: the SHA-256 of its XML."""
    from hervat.report import dutch  # here: the report knows the delivery

    css = _environment().loader.get_source(_environment(), "page.css")[0]  # type: ignore[union-attr]
    first = jobs[0]
    text = (
        _environment()
        .get_template("controle.html.j2")
        .render(
            css=Markup(css),  # noqa: S704 - our own file
            css_hash=base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
            job=first,
            peildatum=peildatum(first.quarter),
            deadline=deadline(first.quarter),
            digest=digest,
            records=sum(one.records for one in outcomes),
            gemeenten=[_gemeente(one, done) for one, done in zip(jobs, outcomes, strict=True)],
            gate=dutch.GATE,
            stops=STOPS,
            rules=RULES,
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
    """Yield (kenmerk, records without it, share in per cent), the kenmerken that the query does not give too."""
    records = job.figures.records
    for kenmerk in job.layout.delivered:
        count = job.figures.empty.get(kenmerk.name, records) if records else 0
        yield kenmerk.name, count, round(100 * count / records) if records else 0


@cache
def _environment() -> Environment:
    from hervat.report import spelling

    environment = Environment(
        loader=FileSystemLoader([_HERE / "templates", _HERE.parent / "report" / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("long_day", "weekday", "moment", "number", "amount", "quarter_text", "upper_first", "breakable")
    environment.filters |= {name: getattr(spelling, name) for name in names}
    return environment
