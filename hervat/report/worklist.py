"""The worklist for caseworkers: one row a person with all signals under it, and what stands in quarantine.

It holds personal data: it is readable by its owner alone, is overwritten each night, and every writing is journalled.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path

from sqlalchemy.orm import Session

from hervat import journal
from hervat.aftermath import Aftermath
from hervat.bsn import Bsn
from hervat.intake.quarantine import held, term
from hervat.night import Night
from hervat.register.people import People
from hervat.report.advice import ask, mind, proposal, reason_text, state_text
from hervat.report.after_sheets import write_after
from hervat.report.dossiers import Dossier, SignalLine, read_dossiers
from hervat.report.dutch import QUARANTINE, titled
from hervat.report.files import private_file, private_folder
from hervat.report.sheets import Book, Cell, Sheet, workbook
from hervat.report.spelling import short_day
from hervat.settling import State
from hervat.signals import catalogue

Orphans = Mapping[str, Iterable[Bsn | str]]
_COLUMNS = [
    ("Nummer", 9), ("Toestand", 14), ("BSN", 12), ("V-nummer", 13), ("Naam", 30), ("Geboortedatum", 14),
    ("Doelgroep", 24), ("Waarom", 36), ("Sinds", 12), ("Let op", 44), ("Vragen of beslissen", 44), ("Keuze", 26),
    ("Signaal", 10), ("Omschrijving", 40), ("Datum signaal", 14), ("Wet", 8), ("Laatst gezien", 14),
    ("Datum kennisgeving", 18), ("Mag genegeerd", 14),
]  # fmt: skip
_HELD = [
    ("Download", 10), ("Bestand", 44), ("Regel", 14), ("Reden", 48), ("Sinds", 12), ("Beslist", 24),
    ("Beslis voor", 12),
]  # fmt: skip
_BEFORE_ORPHANS: tuple[State, ...] = ("disputed", "corrected")
_AFTER_ORPHANS: tuple[State, ...] = ("parked", "ended", "released", "noted")
_OF_PERSON, _OF_SIGNAL = 12, 7


def write_worklist(
    session: Session,
    night: Night,
    people: People,
    orphans: Orphans | None = None,
    after: Aftermath | None = None,
) -> Path:
    """Write <output>/worklist/<code>.xlsx and its line in the journal. Return the path.

    orphans: system -> BSNs of those who stand in it without a valid signal (`hervat.delivery.orphan_bsns`).
    after: what stays after cleaning; each part of it that is not empty has a sheet.
    Raises WriteFailed, SealError; their texts hold no personal data.
    """
    folder = private_folder(night.settings.output, "worklist")
    path = folder / f"{night.code}.xlsx"
    known, strangers = _orphans(night, people, orphans or {})
    with _scratch(folder, night.code) as scratch, private_file(path) as file:
        with workbook(file, scratch, night.as_of) as book:
            count = _persons(book, session, night, people, known, strangers)
            _quarantine(book, session, night)
            write_after(book, session, night, people, after or Aftermath())
        told = f"{count} persons"
        journal.record(session, night.code, night.actor, "worklist written", path.name, told, night.origin)
    return path


@contextmanager
def _scratch(folder: Path, code: str) -> Iterator[Path]:
    """Give a private folder for what the workbook sets aside; what a killed run left there goes first."""
    scratch = folder / f".{code}.scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    private_folder(folder, scratch.name)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _orphans(night: Night, people: People, orphans: Orphans) -> tuple[dict[int, list[str]], dict[str, list[str]]]:
    """Return the systems in which each orphan stands: by person id, and by BSN for whom the register doesn't know."""
    known: defaultdict[int, list[str]] = defaultdict(list)
    strangers: defaultdict[str, list[str]] = defaultdict(list)
    pairs = {(_digits(bsn), system) for system, bsns in orphans.items() for bsn in bsns}
    for bsn, system in sorted(pairs):
        person = people.owner.get(night.keyring.pseudonym("bsn", bsn))
        (strangers[bsn] if person is None else known[person]).append(system)
    return {person: sorted(set(systems)) for person, systems in known.items()}, dict(strangers)


def _digits(bsn: Bsn | str) -> str:
    return bsn.reveal() if isinstance(bsn, Bsn) else bsn


def _order(people: People, orphans: Mapping[int, Sequence[str]]) -> tuple[list[int], list[int]]:
    """Return the person ids that go before and after the orphans whom the register doesn't know."""
    first = list(chain.from_iterable(sorted(people.in_state(state)) for state in _BEFORE_ORPHANS))
    placed = set(first)
    before = first + [person for person in sorted(orphans) if person not in placed]
    placed.update(orphans)
    rest = chain.from_iterable(sorted(people.in_state(state)) for state in _AFTER_ORPHANS)
    return before, [person for person in rest if person not in placed]


def _persons(
    book: Book,
    session: Session,
    night: Night,
    people: People,
    known: dict[int, list[str]],
    strangers: dict[str, list[str]],
) -> int:
    sheet = Sheet(book, "Personen", _COLUMNS)
    before, after = _order(people, known)
    dossiers = chain(
        read_dossiers(session, night.keyring, people, before, known),
        (Dossier(None, None, bsns=[bsn], systems=systems) for bsn, systems in strangers.items()),
        read_dossiers(session, night.keyring, people, after, known),
    )
    count = 0
    for dossier in dossiers:
        count += 1
        state = state_text(dossier)
        sheet.write(_person_row(night, dossier, state), "person")
        for signal in dossier.signals:
            sheet.write(_signal_row(dossier, state, signal), "detail", level=1)
    sheet.close()
    return count


def _person_row(night: Night, dossier: Dossier, state: str) -> list[Cell]:
    group = dossier.verdict.group if dossier.verdict else None
    return [
        dossier.person,
        state,
        ", ".join(dossier.bsns),
        ", ".join(dossier.v_numbers),
        dossier.name,
        _day(dossier.birth),
        group or "onbekend",
        reason_text(dossier),
        dossier.since,
        "\n".join(mind(dossier, catalogue())),
        "\n".join(ask(dossier)),
        proposal(dossier, night.rounds, night.as_of),
        *([None] * _OF_SIGNAL),
    ]


def _signal_row(dossier: Dossier, state: str, signal: SignalLine) -> list[Cell]:
    """Number and state come back, so that a filter on the state keeps the signals with their person."""
    return [
        dossier.person,
        state,
        *([None] * (_OF_PERSON - 2)),
        signal.code,
        catalogue().text(signal.code),
        signal.day,
        signal.wet,
        signal.last_seen,
        signal.kennisgeving,
        "ja" if signal.may_be_ignored else "",
    ]


def _day(text: str) -> Cell:
    """Return a day of birth as a day; a day that Excel doesn't know, or another text, as text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day if day.year > 1900 else short_day(day)


def _quarantine(book: Book, session: Session, night: Night) -> None:
    sheet = Sheet(book, "Quarantaine", _HELD)
    for one in held(session, night.code):
        reason = titled(QUARANTINE, one.reason)
        where, (owner, by) = "hele bestand" if one.row is None else one.row, term(night, one)
        sheet.write([one.download_id, one.file, where, reason, one.since, owner, by])
    sheet.close()
