"""The worklist for caseworkers: one row a person with the signals folded under it, and the quarantine.

It holds personal data: only its owner can read it, it is overwritten each night, and every write is journalled.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from hervat.answers import BSN, HELP, LETTER, NOTIFICATION, NUMBER, REMARK, SHEET, SIGNAL, SPOKEN, V_NUMBER, WHO
from hervat.answers import COLUMNS as ANSWERED
from hervat.bsn import Bsn
from hervat.dutch import QUARANTINE, short_day, titled
from hervat.intake import decision_term, quarantined
from hervat.night import Night
from hervat.plural import plural
from hervat.report.after_sheets import write_after
from hervat.report.asking import STYLES, explain, filled_in, rules
from hervat.report.dossiers import Dossier, SignalLine, read_dossiers
from hervat.report.files import private_file, private_folder
from hervat.report.sheets import Book, Cell, WorklistSheet, workbook
from hervat.report.situations import law_text, mind, proposal, reason_text, situations, state_text, to_be_erased
from hervat.report.work import STRANGERS, Situation, Todo, order, rest, work
from hervat.rules import catalogue
from hervat.settling import People
from hervat.status import Aftermath

Orphans = Mapping[str, Iterable[Bsn | str]]
COLUMNS = [
    ("Wet", 9), ("Wat te doen", 34), ("Uiterlijk", 10.5), ("Sinds", 10.5),
    (NUMBER, 8), ("Naam", 18), (BSN, 10.5), ("Geboortedatum", 14), ("Toestand", 12),
    (LETTER, 10), (NOTIFICATION, 12), (SPOKEN, 10.5), (HELP, 8), (REMARK, 15), (WHO, 9),
    ("Wordt gewist", 13), (V_NUMBER, 13), ("Doelgroep", 24), ("Waarom", 36), ("Let op", 44), ("Keuze", 26),
    (SIGNAL, 10), ("Omschrijving", 40), ("Datum signaal", 14), ("Wet van signaal", 10), ("Laatst gezien", 14),
    ("Datum kennisgeving", 18), ("Mag u negeren", 10),
]  # fmt: skip
PRINTED = 15
"""The printed columns: person, work and answers. Those to the right are for the screen."""
HELD = [
    ("Download", 9), ("Bestand", 34), ("Regel", 9), ("Reden", 34), ("Sinds", 11), ("Beslist", 16),
    ("Beslis voor", 11), ("Wat helpt", 40),
]  # fmt: skip
_FROZEN = 6  # up to the name
_ANSWERS = 9  # columns before the first to fill in
_PERSON = ("person",) * _ANSWERS + STYLES + ("person",) * (len(COLUMNS) - _ANSWERS - len(STYLES))


@dataclass(frozen=True, repr=False)
class _Content:
    """The facts that the worklist shows. known, unknown: the systems of each orphan, by person id and by BSN."""

    session: Session
    night: Night
    people: People
    known: Mapping[int, list[str]]
    unknown: Mapping[str, list[str]]
    deadline: date | None

    def dossiers(self, persons: list[int]) -> Iterator[Dossier]:
        """Yield the dossiers of these persons, in this order."""
        return read_dossiers(self.session, self.night.keyring, self.people, persons, self.known)


def write_worklist(
    session: Session,
    night: Night,
    people: People,
    orphans: Orphans | None = None,
    after: Aftermath | None = None,
    deadline: date | None = None,
) -> Path:
    """Write <output>/worklist/<code>.xlsx and its line in the journal. Return the path.

    orphans: system -> BSNs in it without a valid signal (`hervat.delivery.orphan_bsns`). after: what remains after
    cleaning; each part that is not empty gets a sheet. deadline: of the next delivery. Raises WriteFailed, SealError;
    their texts hold no personal data.
    """
    folder = private_folder(night.settings.output, "worklist")
    path = folder / f"{night.code}.xlsx"
    known, unknown = _orphans(night, people, orphans or {})
    content = _Content(session, night, people, known, unknown, deadline)
    with _scratch(folder, night.code) as scratch, private_file(path) as file:
        with workbook(file, scratch, night.as_of, f"{night.municipality.name} ({night.code})") as book:
            count = _persons(book, content)
            _quarantine(book, session, night)
            write_after(book, session, night, people, after or Aftermath())
            explain(book, night)
        detail = plural(count, "person")
        night.record(session, "worklist written", path.name, detail)
    return path


@contextmanager
def _scratch(folder: Path, code: str) -> Iterator[Path]:
    """Yield a private folder for the workbook's temporary files; leftovers of a killed run are removed first."""
    scratch = folder / f".{code}.scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    private_folder(folder, scratch.name)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _orphans(night: Night, people: People, orphans: Orphans) -> tuple[dict[int, list[str]], dict[str, list[str]]]:
    """Return the systems of each orphan: by person id, and by BSN for those unknown to the register."""
    known: defaultdict[int, list[str]] = defaultdict(list)
    strangers: defaultdict[str, list[str]] = defaultdict(list)
    pairs = {(_digits(bsn), system) for system, bsns in orphans.items() for bsn in bsns}
    for bsn, system in sorted(pairs):
        person = people.owner.get(night.keyring.pseudonym("bsn", bsn))
        (strangers[bsn] if person is None else known[person]).append(system)
    return {person: sorted(set(systems)) for person, systems in known.items()}, dict(strangers)


def _digits(bsn: Bsn | str) -> str:
    return bsn.reveal() if isinstance(bsn, Bsn) else bsn


def _persons(book: Book, content: _Content) -> int:
    night = content.night
    sheet = WorklistSheet(book, SHEET, COLUMNS, PRINTED, _FROZEN)
    facts = dict(situations(content.session, night, content.people, content.known))
    tasks = _tasks(content, facts)
    erased, count = to_be_erased(content.session, night.code, content.people), 0
    for dossier in _in_order(content, facts, tasks):
        count += 1
        if dossier.person is None:
            of = Situation(None, systems=dossier.systems)
            todo = work(of, night.rounds, night.as_of, content.deadline)
        else:
            of, todo = facts[dossier.person], tasks.get(dossier.person, [])
        systems = erased.get(dossier.person, []) if dossier.person is not None else []
        cells = _cells(night, dossier, of, todo, systems)
        sheet.write(_person_row(cells, dossier), _PERSON, above=bool(dossier.signals))
        if dossier.signals:
            sheet.fold(cells, map(_signal_cells, dossier.signals))  # so that a filter keeps the signals with the person
    for place, rule in enumerate(rules(night.rounds.rounds[0].period.from_, _ANSWERS), _ANSWERS):
        sheet.ask(place, rule)
    return count


def _tasks(content: _Content, facts: Mapping[int, Situation]) -> dict[int, list[Todo]]:
    """Return the tasks of the persons who have any: few of a large municipality."""
    night = content.night
    tasks = ((person, work(of, night.rounds, night.as_of, content.deadline)) for person, of in facts.items())
    return {person: todo for person, todo in tasks if todo}


def _in_order(content: _Content, facts: Mapping[int, Situation], tasks: Mapping[int, list[Todo]]) -> Iterator[Dossier]:
    """Yield the persons in the order of work: the new, those with tasks, the rest."""
    places = sorted(order(of, tasks.get(person, []), content.night.as_of, person) for person, of in facts.items())
    before = [place[-1] for place in places if place < STRANGERS]
    after = [place[-1] for place in places[len(before) :]]
    yield from content.dossiers(before)
    yield from (Dossier(None, None, bsns=[bsn], systems=systems) for bsn, systems in content.unknown.items())
    yield from content.dossiers(after)


def _cells(night: Night, dossier: Dossier, of: Situation, todo: list[Todo], erased: list[str]) -> list[Cell]:
    """Return the cells about a person, before those of the signals; the answers are not among them."""
    new = ["Nieuw."] if of.is_new(night.as_of) else []
    return [
        law_text(dossier),
        "\n".join(task.text for task in todo) or rest(of),
        min((task.before for task in todo if task.before), default=None),
        of.since,
        dossier.person,
        dossier.name,
        ", ".join(dossier.bsns),
        _day(dossier.birth),
        state_text(dossier),
        *([None] * len(ANSWERED)),
        "\n".join(erased),
        ", ".join(dossier.v_numbers),
        (dossier.verdict.group if dossier.verdict else None) or "onbekend",
        reason_text(dossier),
        "\n".join([*new, *mind(dossier, catalogue(), unseen=of.unseen)]),
        proposal(dossier, night.rounds, night.as_of),
    ]


def _person_row(cells: list[Cell], dossier: Dossier) -> list[Cell]:
    after = cells[_ANSWERS + len(ANSWERED) :]
    return [*cells[:_ANSWERS], *filled_in(dossier.answer), *after, *[None] * (len(COLUMNS) - len(cells))]


def _signal_cells(signal: SignalLine) -> list[Cell]:
    return [
        signal.code,
        catalogue().text(signal.code),
        signal.day,
        signal.wet,
        signal.last_seen,
        signal.kennisgeving,
        "ja" if signal.may_be_ignored else "",
    ]


def _day(text: str) -> Cell:
    """Return a day of birth as a day; other texts, and days that Excel doesn't know, as text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return day if day.year > 1900 else short_day(day)


def _quarantine(book: Book, session: Session, night: Night) -> None:
    sheet = WorklistSheet(book, "Quarantaine", HELD)
    for item in quarantined(session, night.code):
        reason = titled(QUARANTINE, item.reason)
        where, (owner, by) = "hele bestand" if item.row is None else item.row, decision_term(night, item)
        sheet.write([item.download_id, item.file, where, reason, item.since, owner, by, item.dutch_mend])
