"""The worklist's sheets about what remains after cleaning."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from hervat.delivery import Hit
from hervat.dutch import short_day
from hervat.night import Night
from hervat.report.dossiers import Dossier, SignalLine, read_dossiers
from hervat.report.sheets import Book, Cell, WorklistSheet
from hervat.rules import Rounds, SignalCatalogue, catalogue
from hervat.settling import People
from hervat.status import Aftermath, Refill

_CORRECTION = "SS190"


def counting(dossier: Dossier, rounds: Rounds, catalogue: SignalCatalogue) -> list[SignalLine]:
    """Return the Wi2021 signals to fill a system from, in order of time.

    Left out: an SS190, what may be ignored, unknown codes, and within a round what was not seen since the person's
    group restarted (PIB was emptied, and the right signals were sent again).
    """
    group = dossier.verdict.group if dossier.verdict else None
    return [
        signal
        for signal in dossier.signals
        if signal.wet == "Wi2021"
        and catalogue.kind(signal.code) not in (None, "correction")
        and not signal.may_be_ignored
        and (rounds.at(signal.day) is None or signal.last_seen >= rounds.ruling(signal.day).restart(group))
    ]


def why_back(dossier: Dossier, rounds: Rounds) -> str:
    """Return in Dutch what reinstated the person: a signal after the SS190, or a decision."""
    corrections = [signal.day for signal in dossier.signals if signal.code == _CORRECTION]
    last = max(corrections, default=date.min)
    signal = next(iter(_after(dossier.signals, last, rounds)), None)
    if dossier.decisions and (signal is None or dossier.decisions[-1][1] >= signal.day):
        law, day = dossier.decisions[-1]
        return f"Besluit van {short_day(day)}: {law}."
    if signal is None:
        return "De SS190 geldt niet meer."
    return f"Signaal {signal.code} van {short_day(signal.day)}, na de SS190 van {short_day(last)}."


def _after(signals: Sequence[SignalLine], last: date, rounds: Rounds) -> list[SignalLine]:
    return [
        signal
        for signal in signals
        if signal.wet == "Wi2021" and signal.day > last and signal.code in rounds.ruling(signal.day).reinstating
    ]


_WHO = [("Nummer", 9), ("BSN", 12), ("Naam", 30)]
_REFILL = [
    ("Systeem", 18), *_WHO, ("Gewist op", 11), ("Waarom terug", 34), ("Signaal", 10), ("Omschrijving", 32),
    ("Datum signaal", 12), ("Laatst gezien", 11), ("Datum kennisgeving", 14),
]  # fmt: skip
_AGAIN = [("Systeem", 18), *_WHO, ("Opgeschoond op", 16), ("Weer gezien op", 16)]
_LISTS = [("Systeem", 18), ("Bestand", 44), ("Blad", 24), ("Regel", 14), *_WHO]
_LOOSE = [("Systeem", 18), ("Tabel", 30), ("Sleutel", 24), ("Wat te doen", 60)]
TABLES = (_REFILL, _AGAIN, _LISTS, _LOOSE)
_LOOK = "Deze rij was van meer dan één persoon. Nu hoort de rij bij niemand meer. Bekijk of de rij weg kan."


def write_after(book: Book, session: Session, night: Night, people: People, aftermath: Aftermath) -> None:
    """Write the sheets; empty ones are left out."""
    known = {refill.person for refill in aftermath.refills}
    keys = [*(person.key for person in aftermath.again), *(hit.key for hit in aftermath.hits)]
    known |= {people.owner[key] for key in keys if key in people.owner}
    dossiers = {dossier.person: dossier for dossier in read_dossiers(session, night.keyring, people, sorted(known), {})}
    who = {key: dossiers[person] for key, person in people.owner.items() if person in dossiers}
    if aftermath.refills:
        _refills(book, night, [(refill, dossiers[refill.person]) for refill in aftermath.refills])
    if aftermath.again:
        _rows(
            book,
            "Weer gezien",
            _AGAIN,
            ([a.system, *_of(who[a.key]), a.cleaned_on, a.seen_on] for a in aftermath.again),
        )
    hits = [hit for hit in aftermath.hits if not who[hit.key].holds]  # nothing of who is on hold is taken out
    if hits:
        _rows(book, "Lijsten", _LISTS, ([*_place(hit), *_of(who[hit.key])] for hit in hits))
    if aftermath.loose:
        _rows(book, "Losse rijen", _LOOSE, ([row.system, row.table, row.key, _LOOK] for row in aftermath.loose))


def _refills(book: Book, night: Night, refills: Iterable[tuple[Refill, Dossier]]) -> None:
    sheet = WorklistSheet(book, "Opnieuw vullen", _REFILL)
    for refill, dossier in refills:
        who: list[Cell] = [refill.system, *_of(dossier)]
        signals = counting(dossier, night.rounds, catalogue())
        back = why_back(dossier, night.rounds)
        about = [*who, refill.erased_on, back]
        sheet.write([*about, *([None] * 5)], "person", above=bool(signals))
        sheet.fold(about, map(_signal_cells, signals))


def _signal_cells(signal: SignalLine) -> list[Cell]:
    return [signal.code, catalogue().text(signal.code), signal.day, signal.last_seen, signal.kennisgeving]


def _rows(book: Book, name: str, columns: list[tuple[str, int]], rows: Iterable[list[Cell]]) -> None:
    sheet = WorklistSheet(book, name, columns)
    for row in rows:
        sheet.write(row)


def _of(dossier: Dossier) -> Iterator[Cell]:
    yield from (dossier.person, ", ".join(dossier.bsns), dossier.name)


def _place(hit: Hit) -> list[Cell]:
    where: Cell = hit.row or ("naam van het blad" if hit.sheet else "naam van het bestand")
    return [hit.system, hit.file, hit.sheet, where]
