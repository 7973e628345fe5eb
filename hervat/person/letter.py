"""The letter to the person who asked what the gemeente holds about them (AVG 12 and 15), and its encrypted PDF."""

import secrets
from typing import Any

from hervat.night import Night
from hervat.notices import dutch, pdf_of, rendered
from hervat.person.account import PersonAccount
from hervat.person.why import OWN, HeldFor
from hervat.rules import catalogue

_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike on paper or sound alike by telephone
_GROUPS, _GROUP = 4, 5


def letter_for(night: Night, account: PersonAccount) -> str:
    """Return the letter, in Dutch at level B1. Personal data of this person, and of nobody else."""
    rows = {found.place.name: found.rows for found in account.places}
    whys = [why for why in HeldFor if any(found.rows for found in account.places if found.place.why is why)]
    terms = dict.fromkeys((why.value.purpose, why.value.ground, why.term(night.settings)) for why in whys)
    return rendered(
        None, "inzage.txt.j2", nl=dutch, account=account, rows=rows, details=_details(rows),
        signals=[{**row, "text": catalogue().text(row["code"])} for row in rows["signal"]],
        sources=sorted({why.value.source for why in whys} - {OWN}),
        terms=list(terms), contact=night.municipality.contact,
    )  # fmt: skip


def _details(rows: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return kind -> value of what identifies the person."""
    identifiers = [(row["kind"], str(row["value"])) for row in rows["identifier"]]
    said = [(name, value) for row in rows["personalia"] for name, value in row["value"].items() if value]
    return [(dutch(kind), value) for kind, value in (*identifiers, *said)]


def protected(text: str, account: PersonAccount) -> tuple[bytes, str]:
    """Return the letter as a PDF encrypted with AES-256, and the password, which must go along another way."""
    drawn = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    password = "-".join(drawn)
    return pdf_of(text, account.as_of, password=password), password
