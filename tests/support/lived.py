"""Living a simulated year on the made-up gemeente: every night is held against what the model says of it."""

import json
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.masters import load_masters
from hervat.plural import plural
from tests.support.killed_nights import Forker
from tests.support.naive_law import Told, goes_on, wrong_belief
from tests.support.simulated_year import PARTIES, After, Day, Event, Year
from tests.support.town import Town, row

STATES = "select person_id, state, reason, law, reinstated from person_state"


@dataclass
class Life:
    """A gemeente that lives a year. kills: of so many nights one is killed first. backwards: files in another order."""

    place: Path
    year: Year
    forker: Forker | None = None
    kills: float = 0.0
    repeats: float = 0.15
    backwards: bool = False
    seed: int = 0
    told: dict[tuple[str, str], Told] = field(default_factory=lambda: defaultdict(list))
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.town = Town(self.place)
        self._configure()
        self._random = random.Random(self.seed)
        self._next = 1
        self._read: set[Path] = set()
        self._fresh: set[tuple[str, str]] = set()
        self._left = 0
        self._keyring = Keyring(load_masters(self.place / "var" / "keys.json", None).current, "0000")

    def _configure(self) -> None:
        path = self.town.directory / "hervat.yaml"
        text = path.read_text().replace("{name: school,", "{name: school, remind_after_days: 9999,")
        path.write_text("rounds: [restart-2022.yaml, bulk-2023.yaml]\n" + text)
        again = (
            "      - {name: welzijn, remind_after_days: 9999, identifier: reference, channel: {folder: out/welzijn}}\n"
        )
        lines = path.read_text().splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if "name: school" in line)
        path.write_text("".join([*lines[: at + 1], again, *lines[at + 1 :]]))

    def live(self) -> None:
        """Live all days. Raises AssertionError with the day on which something is not as it must be."""
        for number, day in enumerate(self.year.days):
            for event in day.events:
                self._happen(event, day.day)
            self._offer(day, number)
            if self.forker and self._random.random() < self.kills:
                at = self._random.randint(1, 420)
                self.done["killed"] += self.forker.night(self.town, str(day.day), at)[0] == -9
            account = self._night(day.day)
            self._hold(day, account)
            if self._random.random() < self.repeats:
                self.done["repeated"] += 1
                self._hold(day, self._night(day.day), again=True)

    # --- what happens ---

    def _offer(self, day: Day, number: int) -> None:
        for place, file in enumerate(reversed(day.files) if self.backwards else day.files):
            moment = datetime.combine(file.made, time()) + timedelta(seconds=number * 10 + place)
            rows = [
                row(code, f"{on:%d-%m-%Y}", bsn, wet=file.wet, group=group or "") for code, on, bsn, group in file.rows
            ]
            self.town.offer("", *rows, name=f"PIB_{file.wet}_0000_{moment:%Y%m%d_%H%M%S}.csv")
            self.done["rows"] += len(rows)

    def _happen(self, event: Event, day: date) -> None:
        act: dict[str, Callable[..., Any]] = {
            "register": self._register, "take out": self._take_out, "disclose": self._disclose,
            "kennisgeving": self._kennisgeving, "decide": self._decide, "say": self._say,
        }  # fmt: skip
        self.done[event.what + (" refused" if event.refused else "")] += 1
        try:
            act[event.what](event.bsn, day, *event.values)
        except UsageError as error:
            assert event.refused, (day, event, str(error))
        else:
            assert not event.refused, (day, event)

    def _register(self, bsn: str, _day: date) -> None:
        number, sql = self._next, self.town.sql
        self._next += 1
        found = sql("select id from persoon where bsn = :bsn", bsn=bsn)
        if not found:
            sql("insert into persoon values (:n, :bsn, 'Verzonnen')", n=number, bsn=bsn)
        person = found[0][0] if found else number
        sql("insert into plicht values (:n, '2022-01-03')", n=number)
        sql("insert into inburgeraar values (:n, :p, 'Wi2021', 'actief', :n)", n=number, p=person)
        sql("insert into traject values (:n, :n, 'B1')", n=number)
        sql("insert into les values (:n, :n, 2)", n=number)

    def _take_out(self, bsn: str, _day: date) -> None:
        ((number,),) = self.town.sql(
            "select i.id from inburgeraar i join persoon p on p.id = i.persoon_id where p.bsn = :b", b=bsn
        )
        for table in ("les", "traject", "inburgeraar", "plicht"):
            self.town.sql(f"delete from {table} where id = :n", n=number)

    def _disclose(self, bsn: str, _day: date, party: str, on: date) -> None:
        self.town.sql(
            "insert into verstrekking (bsn, partij, kenmerk, verstrekt_op) values (:b, :p, :k, :o)",
            b=bsn, p=party, k=self._reference(bsn), o=str(on),
        )  # fmt: skip

    def _reference(self, bsn: str) -> str:
        return f"K-{self.year.persons.index(bsn)}"

    def _night_of(self, day: date) -> Any:
        from hervat.tasks.installation import Installation

        installation = Installation(self.town.directory)
        return installation.night(installation.municipalities()[0], day, origin="year")

    def _person(self, night: Any, bsn: str) -> int:
        from hervat.settling.decisions import find_person

        found = find_person(night, None, bsn)
        assert found is not None
        return int(found)

    def _kennisgeving(self, bsn: str, day: date, on: date) -> None:
        from hervat.tasks.decide import record_kennisgeving

        night = self._night_of(day)
        record_kennisgeving(night, self._person(night, bsn), on, "A. Jansen")

    def _decide(self, bsn: str, day: date, law: str, on: date, by: str) -> None:
        from hervat.tasks.decide import record_law

        night = self._night_of(day)
        record_law(night, self._person(night, bsn), law, on, by, "nagevraagd")

    def _say(self, bsn: str, day: date, ours: bool, by: str) -> None:
        from hervat.tasks.decide import decide_stranger

        night = self._night_of(day)
        decide_stranger(night, self._person(night, bsn), ours, by, "gezocht in de BRP")

    # --- what must be true after a night ---

    def _night(self, day: date) -> dict[str, Any]:
        self.done["nights"] += 1
        return self.town.night(str(day), status=None)

    def _hold(self, day: Day, account: dict[str, Any], *, again: bool = False) -> None:
        told = self._notices()
        try:
            assert account["errors"] == []
            assert account["rows"]["quarantined"] == account["rows"]["foreign"] == 0
            self._states(day.after)
            self._systems(day.after)
            self._asks(day.after, account["attention"])
            self._fresh |= set() if again else day.after.fresh
            self._beliefs(day.after, told, again)
            self._fresh -= told.keys()
        except AssertionError as error:
            raise AssertionError(f"after the night of {day.day}{' (again)' if again else ''}: {error}") from error

    def _states(self, after: After) -> None:
        found = self.states()
        for bsn, must in after.answers.items():
            state = found.get(bsn)
            assert (state is None) == (must is None), (bsn, state, must)
            if must is None or state is None:
                continue
            assert (state[0], bool(state[3])) == (must.state, must.reinstated), (bsn, state, must)
            assert must.why is None or state[1] == must.why, (bsn, state, must)
            assert must.law is ... or state[2] == must.law, (bsn, state, must)

    def states(self) -> dict[str, tuple[Any, ...]]:
        """Return BSN -> state, reason, law, reinstated, as the register has them."""
        with sqlite3.connect(self.town.directory / "var" / "register.db") as database:
            states = {person: tuple(rest) for person, *rest in database.execute(STATES)}
            owners = dict(database.execute("select pseudonym, person_id from identifier where kind = 'bsn'"))
        marks = {bsn: self._keyring.pseudonym("bsn", bsn) for bsn in self.year.persons}
        return {bsn: states[owners[mark]] for bsn, mark in marks.items() if owners.get(mark) in states}

    def _systems(self, after: After) -> None:
        assert self.registered() == after.registered
        tables = self.town.rows()
        numbers = {one[0] for one in tables["inburgeraar"]}
        for table in ("plicht", "traject", "les"):
            assert {one[0] for one in tables[table]} == numbers, table

    def registered(self) -> set[str]:
        """Return the BSNs of those with a root."""
        query = "select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id"
        return {bsn for (bsn,) in self.town.sql(query)}

    def _asks(self, after: After, attention: list[str]) -> None:
        states = Counter(one.state for one in after.answers.values() if one)
        orphans = list(after.strangers.values()).count("orphan")
        must = {
            ("disputed person", "disputed persons", " to decide about"): states["disputed"],
            ("choice of law that waits", "choices of law that wait", " for a second person"): after.waiting,
            ("orphan", "orphans", " to look at"): orphans,
            ("decision about a stranger that waits", "decisions about strangers that wait", " for a second person"): (
                after.halves
            ),
        }
        for (singular, many, end), count in must.items():
            lines = [line for line in attention if line.endswith((f"{singular}{end}", f"{many}{end}"))]
            assert lines == ([plural(count, singular, many) + end] if count else []), (many, count, lines)
        self._left = sum(int(one.split()[0]) for one in attention if one.endswith("while their parties wait"))

    def _notices(self) -> Counter[tuple[str, str]]:
        """Read the notices that came since the last look; return how many each party got about each person."""
        found: Counter[tuple[str, str]] = Counter()
        whose = {self._reference(bsn): bsn for bsn in self.year.persons}
        new = {path for party in PARTIES for path in (self.town.directory / "out" / party).glob("*.json")} - self._read
        for path in sorted(new, key=lambda one: one.name):
            notice = json.loads(path.read_text())
            for person in notice["persons"]:
                key = path.parent.name, whose[person["reference"]]
                self.told[key].append((notice["kind"], person.get("law")))
                self.done[notice["kind"]] += 1
                found[key] += 1
        self._read |= new
        return found

    def _beliefs(self, after: After, new: Counter[tuple[str, str]], again: bool) -> None:
        """Hold what each party believes against the verdict; nothing is told where nothing is new, or in a dispute."""
        left = 0
        for party, bsn in self._received():
            told, found = self.told[party, bsn], after.answers[bsn]
            before = told[: len(told) - new[party, bsn]]
            if again or (found and found.state == "disputed"):
                assert not new[party, bsn], (party, bsn, told, found)
                continue
            unseen = bsn in after.unseen
            assert not (wrong := wrong_belief(found, unseen, told)), (wrong, party, bsn, told, found)
            was_right = not wrong_belief(found, unseen, before)
            stops = unseen or (found is not None and (found.held or found.state == "corrected"))
            due = not was_right or bool(stops and (party, bsn) in self._fresh and before)
            over = found is not None and found.state == "corrected" and before[-1:] == [("ended", None)]
            assert bool(new[party, bsn]) == due or over, ("told", new[party, bsn], "due", due, party, bsn, told, found)
            if (found is None or found.state == "noted") and told and told[-1][0] == "hold" and not unseen:
                left += bsn not in after.strangers
        assert bool(left) <= bool(self._left), (left, self._left)

    def _received(self) -> list[tuple[str, str]]:
        rows = self.town.sql("select distinct partij, bsn from verstrekking order by 1, 2")
        return [(party, bsn) for party, bsn in rows]

    def account(self) -> dict[str, Any]:
        """Return how it ended: states, roots, and what each party was told of each person, in order."""
        told = {key: [*value, goes_on(value)] for key, value in sorted(self.told.items()) if value}
        return {"states": self.states(), "registered": self.registered(), "told": told}
