"""Trying a gemeente's own letters before there is anything to tell: what `hervat doctor` says of its templates."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from hervat.notices.asked import Asked, asked_of
from hervat.notices.due import KINDS
from hervat.notices.facts import Facts
from hervat.notices.grounds import Group
from hervat.notices.letter import LetterError, leaflet, letter
from hervat.notices.pages import html_of, pdf_of
from hervat.notices.recipients import Recipient, parties, suppliers
from hervat.settings import Municipality

_DAY, _NUMBER = date(2022, 3, 25), "0000-20220325-0001"
_GROUPS = (Group("duo", "Wi2021", False, 3), Group("choice", "Wi2013", True, 2), Group("finding", None, False, 1))


def unwritable(municipality: Municipality, templates: Path) -> list[str]:
    """Return which letters to its parties and suppliers can't be made, each mistake once. Nothing is written."""
    if not templates.is_dir():
        return []
    recipients = parties(municipality) + suppliers(municipality)
    return list(dict.fromkeys(problem for one in recipients for problem in _tried(municipality, one, templates)))


def _tried(municipality: Municipality, recipient: Recipient, templates: Path) -> Iterator[str]:
    for kind, asked in _letters(recipient):
        try:
            facts = Facts(_NUMBER, kind, _DAY, [], 6, asked, _GROUPS)
            text, more = (one(municipality, recipient, facts, templates) for one in (letter, leaflet))
            if recipient.channel.letters or recipient.channel.mail:
                html_of(text, templates)
                for one in (text, more):
                    pdf_of(one, _DAY, templates)
        except LetterError as error:
            yield str(error)


def _letters(recipient: Recipient) -> list[tuple[str, Asked | None]]:
    """Return the kinds of letters that a recipient may get, and what each asks."""
    asked = asked_of(recipient.terms, _DAY)
    reminder = ("reminder", Asked((), asked.by if asked else None, _NUMBER))
    return [("erasure", asked), reminder] if asked else [*((kind, None) for kind in KINDS), reminder]
