"""A year of a made-up gemeente from a seed: what DUO sends, what people do and decide, and on which nights hervat runs.

The script is drawn before anything runs, by a model that knows the design's tables alone (naive_law.py): so the same
year can be lived twice, with other kills and another order of loading, and each night has what must be true after it.
"""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hervat.rules.settler import DatedDecision, DatedOwnership, Signal
from tests.support.naive_law import ASYLUM, FAMILY, Answer, Facts, answer, silent, stranger
from tests.support.town import made_up_bsn

PARTIES = ("school", "welzijn")
SPANS = ((date(2021, 12, 27), date(2022, 8, 31)), (date(2023, 8, 15), date(2023, 12, 9)))
"""365 days, over both rounds."""
TURNS = ("2022-02-28", "2022-03-01", "2022-03-25", "2022-05-23", "2022-05-24", "2022-07-20", "2023-09-19", "2023-09-20")
"""Days on which a rule changes: a night is never skipped on one of them."""
CODES = ("SS101", "SS101", "SS101", "SS120", "SS128", "SS139", "SS124", "SS125", "SS126", "SS127", "SS102", "SS150",
         "SS106", "SS110", "SS111", "SS122", "SS123", "SS121", "SS129", "SS190", "SS190", "SS190")  # fmt: skip
GROUPS = (FAMILY, FAMILY, ASYLUM, "Overig", "Iets anders", None)
OPTIN, LATE = date(2022, 5, 24), date(2022, 7, 19)

Key = tuple[str, str, date, str]  # BSN, code, day, wet


@dataclass(frozen=True)
class File:
    """A download: the law of its name, the day on which it was made, and its rows."""

    wet: str
    made: date
    rows: tuple[tuple[str, date, str, str | None], ...]  # code, day, BSN, doelgroep


@dataclass(frozen=True)
class Event:
    """Something that people do. refused: hervat must not accept it."""

    what: str
    bsn: str
    values: tuple[Any, ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class After:
    """What must be true after a night."""

    answers: dict[str, Answer | None]
    registered: frozenset[str]
    unseen: frozenset[str]
    strangers: dict[str, str]
    fresh: frozenset[tuple[str, str]]
    waiting: int
    halves: int


@dataclass(frozen=True)
class Day:
    """A day with a night: what happened since the last one, what the night finds, and how it must end."""

    day: date
    events: tuple[Event, ...]
    files: tuple[File, ...]
    after: After


@dataclass
class Model:
    """The gemeente as the design's tables say that it is."""

    facts: dict[str, Facts] = field(default_factory=lambda: defaultdict(Facts))
    seen: dict[Key, tuple[date, date, str | None]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    registered: set[str] = field(default_factory=set)
    received: set[tuple[str, str, date]] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    notified: set[str] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)
    waiting: dict[tuple[str, str, date], tuple[str, int]] = field(default_factory=dict)
    halves: dict[str, tuple[bool, str]] = field(default_factory=dict)
    number: int = 0
    settled: date | None = None

    def load(self, file: File) -> None:
        """Take in a download: what is known already was seen again."""
        for code, day, bsn, group in file.rows:
            self.known.add(bsn)
            key = (bsn, code, day, file.wet)
            first, last, said = self.seen.get(key, (file.made, file.made, None))
            if group is not None and (file.made >= last or said is None):
                said = group
            self.seen[key] = (min(first, file.made), max(last, file.made), said)
        for bsn in {one[2] for one in file.rows}:
            self.facts[bsn].signals = [
                Signal(code, day, wet, group, last, first)
                for (whose, code, day, wet), (first, last, group) in self.seen.items()
                if whose == bsn
            ]

    def decide(self, bsn: str, law: str, on: date, by: str, today: date) -> bool:
        """Record what somebody decided about the law; return whether hervat must refuse it."""
        found = answer(self.facts[bsn], max(on, today))
        disputed = found is not None and found.state == "disputed"
        choice = found is not None and (found.state == "corrected" or found.reinstated)
        if on > today or found is None or not (disputed or (choice and on >= OPTIN and bsn in self.notified)):
            return True
        first = self.waiting.get((bsn, law, on))
        if disputed or on <= LATE:
            self.number += 1
            self._count(bsn, law, on, self.number)
        elif first is None:
            self.number += 1
            self.waiting[bsn, law, on] = (by, self.number)
        elif first[0] == by:
            return True
        else:
            del self.waiting[bsn, law, on]
            self._count(bsn, law, on, first[1])
        return False

    def _count(self, bsn: str, law: Any, on: date, number: int) -> None:
        self.facts[bsn].decisions = [*self.facts[bsn].decisions, DatedDecision(law, on, number)]

    def say(self, bsn: str, ours: bool, by: str, today: date) -> bool:
        """Record whose somebody says a stranger is; return whether hervat must refuse it."""
        if bsn not in self.noted and not (silent(self.facts[bsn], today) and bsn in self.told):
            return True
        first = self.halves.get(bsn)
        if first == (ours, by):
            return True
        if first is not None and first[0] == ours:
            del self.halves[bsn]
            self.facts[bsn].owned = DatedOwnership(ours, min(today, self.settled or today))  # what was known then
        else:
            self.halves[bsn] = (ours, by)
        return False

    def night(self, day: date, persons: Iterable[str], fresh: frozenset[tuple[str, str]]) -> After:
        """Live a night and say how it must end."""
        self.settled = day
        answers = {bsn: answer(self.facts[bsn], day) for bsn in persons}
        there = {bsn: stranger(self.facts[bsn], day) for bsn in self.registered}
        met = {bsn for bsn, kind in there.items() if kind == "unseen"} if day < date(2022, 3, 25) else set()
        unseen = {bsn for bsn in met if silent(self.facts[bsn], day)}
        self.known |= met
        stops = unseen | {bsn for bsn, one in answers.items() if one and (one.state == "corrected" or one.held)}
        self.told |= {bsn for _, bsn, _ in self.received if bsn in stops}
        self.registered -= {bsn for bsn, one in answers.items() if one and one.state == "corrected"}
        strangers = {bsn: kind for bsn, kind in there.items() if kind and bsn in self.registered}
        self.noted = set(strangers)
        self.known |= self.noted
        return After(
            answers, frozenset(self.registered), frozenset(unseen), strangers, fresh,
            len(self.waiting), len(self.halves),
        )  # fmt: skip


class Year:
    """The year of a seed: `days` of it have a night, chosen over both rounds; few days hold more events each."""

    def __init__(self, seed: int, days: int, persons: int = 14) -> None:
        self._random = random.Random(seed)
        self.persons = [made_up_bsn(100 + seed * 50 + number) for number in range(persons)]
        self._groups = {bsn: self._random.choice(GROUPS) for bsn in self.persons}
        self._model = Model()
        self._busy, self._quiet = (1.5, 0.3) if days > 200 else (5.0, 0.5)
        self._offered: list[tuple[str, str, date, str]] = []  # wet, code, day, BSN
        self.days = [self._day(day) for day in self._calendar(days)]

    def _calendar(self, days: int) -> list[date]:
        every = [first + timedelta(n) for first, last in SPANS for n in range((last - first).days + 1)]
        turns = {date.fromisoformat(one) for one in TURNS}
        others = [one for one in every if one not in turns]
        return sorted(turns | set(self._random.sample(others, min(len(others), days - len(turns)))))

    def _day(self, day: date) -> Day:
        amount = 0 if self._random.random() < 0.15 else round(self._random.uniform(0.5, 1.5) * self._busy)
        before = set(self._model.received)
        events = tuple(one for _ in range(amount) for one in self._happens(day))
        files = () if self._random.random() < self._quiet else self._files(day)
        for file in files:
            self._model.load(file)
        fresh = frozenset((party, bsn) for party, bsn, _ in self._model.received - before)
        return Day(day, events, files, self._model.night(day, self.persons, fresh))

    # --- what DUO sends ---

    def _files(self, day: date) -> tuple[File, ...]:
        made = day - timedelta(self._random.choice((0, 0, 0, 0, 1, 3, 12)))
        found = []
        for wet in self._random.choice(
            (("Wi2021",), ("Wi2021", "Wi2021"), ("Wi2021", "Wi2013"), ("Wi2013", "Wi2007", "Wi2021"))
        ):
            rows = [self._row(wet, made) for _ in range(self._random.randint(1, 4))]
            found.append(File(wet, made, tuple({one[:3]: one for one in rows}.values())))
        return tuple(found)

    def _row(self, wet: str, made: date) -> tuple[str, date, str, str | None]:
        old = [one for one in self._offered if one[0] == wet and one[2] <= made]
        if old and self._random.random() < 0.35:
            _, code, on, bsn = self._random.choice(old)
        else:
            bsn, code = self._random.choice(self.persons), self._random.choice(CODES)
            if wet != "Wi2021":
                code = self._random.choice(("SS101", "SS101", "SS110", "SS122", "SS102", "SS120"))
            on = made - timedelta(self._random.choice((0, 0, 1, 5, 20, 60)))
        self._offered.append((wet, code, on, bsn))
        return code, on, bsn, None if code == "SS190" else self._group(bsn, made)

    def _group(self, bsn: str, made: date) -> str | None:
        """Return what a download of this day says of his doelgroep: most keep theirs, and some change in spring."""
        changes = int(bsn[-2:]) % 5 == 0 and made >= date(2022, 4, 10)
        return ASYLUM if changes and self._groups[bsn] else self._groups[bsn]

    # --- what people do ---

    def _happens(self, day: date) -> list[Event]:
        what = self._random.choices(
            (self._registers, self._takes_out, self._discloses, self._told_wrongly, self._decides, self._says),
            (4, 1, 4, 2, 5, 3),
        )[0]
        return what(day)

    def _registers(self, _day: date) -> list[Event]:
        bsn = self._random.choice(self.persons)
        if bsn in self._model.registered:
            return []
        self._model.registered.add(bsn)
        return [Event("register", bsn)]

    def _takes_out(self, _day: date) -> list[Event]:
        if not self._model.registered:
            return []
        bsn = self._random.choice(sorted(self._model.registered))
        self._model.registered.discard(bsn)
        return [Event("take out", bsn)]

    def _discloses(self, day: date) -> list[Event]:
        bsn, party = self._random.choice(self.persons), self._random.choice(PARTIES)
        on = day - timedelta(self._random.choice((0, 0, 4)))
        if (party, bsn, on) in self._model.received:
            return []
        self._model.received.add((party, bsn, on))
        return [Event("disclose", bsn, (party, on))]

    def _told_wrongly(self, day: date) -> list[Event]:
        bsn = self._random.choice(self.persons)
        on = date(2022, 1, 1) + timedelta(self._random.randint(0, 70))
        if bsn not in self._model.known:
            return []
        refused = on > min(day, date(2022, 2, 28))
        if not refused:
            self._model.notified.add(bsn)
        return [Event("kennisgeving", bsn, (on,), refused)]

    def _decides(self, day: date) -> list[Event]:
        """Decide about somebody, most often about one who is disputed or corrected; a late choice by two, often."""
        known = sorted(self._model.known)
        found = {bsn: answer(self._model.facts[bsn], day) for bsn in known}
        asked = [bsn for bsn, one in found.items() if one and one.state in ("disputed", "corrected")]
        half = sorted({(bsn, law, on) for bsn, law, on in self._model.waiting})
        if half and self._random.random() < 0.4:
            bsn, law, on = self._random.choice(half)
        elif known:
            bsn = self._random.choice(asked if asked and self._random.random() < 0.8 else known)
            law = self._random.choice(("Wi2013", "Wi2021"))
            on = day - timedelta(self._random.choice((0, 0, 0, 1, 7, -1)))
        else:
            return []
        by = self._random.choice(("A. Jansen", "B. de Vries"))
        return [Event("decide", bsn, (law, on, by), self._model.decide(bsn, law, on, by, day))]

    def _says(self, day: date) -> list[Event]:
        known = sorted(self._model.known)
        near = sorted(set(self._model.halves) | self._model.noted)
        if not known:
            return []
        bsn = self._random.choice(near if near and self._random.random() < 0.85 else known)
        ours = self._model.halves[bsn][0] if bsn in self._model.halves else self._random.random() < 0.5
        said = []
        for by in self._random.choice((("A. Jansen",), ("A. Jansen", "B. de Vries"), ("B. de Vries", "A. Jansen"))):
            said.append(Event("say", bsn, (ours, by), self._model.say(bsn, ours, by, day)))
        return said


def reordered(day: Day) -> Day:
    """Return the day with its downloads in another order."""
    return replace(day, files=tuple(reversed(day.files)))
