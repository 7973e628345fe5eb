"""A register with made-up persons in every state, for tests of the worklist. BSNs are counted up, not anyone's."""

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from hervat.night import Night
from hervat.register.models import (
    Decision,
    Download,
    Identifier,
    JournalLine,
    Person,
    Personalia,
    QuarantinedRow,
    SignalRow,
    WrongNotification,
)
from hervat.register.models.intake import LOADED, REFUSED
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn

_FILLED: list[tuple[bytes, dict[str, int]]] = []

JANUARY, RESTART, AFTER = date(2022, 1, 10), date(2022, 3, 1), date(2022, 4, 1)


class Caseload(NoticeWorld):
    """Persons by name of their story, and a night to write the worklist in."""

    def __init__(self, folder: Path, register_url: str = "sqlite:///register.db") -> None:
        super().__init__(folder, register_url=register_url)
        self.ids: dict[str, int] = {}

    def night_on(self, day: date) -> Night:
        """Return a night whose worklist goes to this caseload's folder."""
        return replace(self.night(day), actor="tester")

    def told(
        self, person: int, code: str, day: date, seen: date, details: dict[str, str] | None = None, **facts: object
    ) -> None:
        """Give a person a signal, and what its download says of him."""
        values = {"wet": "Wi2021", "doelgroep": "Gezinsvormer", "gemeentecode": CODE, **facts}
        with self.register.session() as session:
            if details:
                sealed = self.keyring.seal(json.dumps(details, ensure_ascii=False).encode(), "details")
                session.merge(Personalia(person_id=person, sealed=sealed, said_on=seen))
            session.add(
                SignalRow(
                    municipality=CODE, person_id=person, code=code, date=day,
                    first_seen=seen, last_seen=seen, **values,
                )
            )  # fmt: skip

    def v_number(self, person: int, value: str) -> None:
        """Give a person a V-nummer."""
        sealed = self.keyring.seal(value.encode(), "identifier")
        pseudonym = self.keyring.pseudonym("v", value)
        with self.register.session() as session:
            session.add(Identifier(municipality=CODE, kind="v", pseudonym=pseudonym, sealed=sealed, person_id=person))

    def fill(self) -> None:
        """Make a person of each story; in a file that holds nothing yet, as a copy of those that were made before."""
        with self.register.session() as session:
            begun = session.query(Person).count() + session.query(JournalLine).count()
        if begun or not self.register.is_sqlite:
            self._fill()
        elif _FILLED:
            content, self.ids = _FILLED[0][0], dict(_FILLED[0][1])
            self.register.engine.dispose()
            (self.folder / "register.db").write_bytes(content)
        else:
            self._fill()
            with self.register.engine.connect() as connection:
                connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
            self.register.engine.dispose()
            _FILLED.append(((self.folder / "register.db").read_bytes(), dict(self.ids)))

    def _fill(self) -> None:
        named = {"surname": "Çelik", "prefix": "van der", "first_names": "Đặng", "birth": "1990-02-03"}
        self._noted()
        parked = self._new("parked", 1)
        self.told(parked, "SS101", JANUARY, JANUARY, {**named, "surname": "=2+2"})
        self.told(parked, "SS126", date(2022, 2, 2), JANUARY, may_be_ignored=True)
        corrected = self._new("corrected", 2)
        self.told(corrected, "SS101", JANUARY, JANUARY, named, kennisgeving=date(2022, 1, 12))
        self.told(corrected, "SS190", RESTART, RESTART, doelgroep=None)
        self.v_number(corrected, "1234567890")
        disputed = self._new("disputed", 3)
        self.told(disputed, "SS101", RESTART, RESTART, {"surname": "@SUM(A1)", "birth": "1899-12-31"})
        self.told(disputed, "SS190", RESTART, RESTART, doelgroep=None)
        released = self._new("released", 4)
        self.told(released, "SS101", JANUARY, RESTART, {"surname": "+31", "birth": "geen datum"}, doelgroep=None)
        self.told(released, "SS198", JANUARY, AFTER)
        reinstated = self._new("reinstated", 5)
        self.told(reinstated, "SS190", RESTART, RESTART, doelgroep=None)
        self.told(reinstated, "SS101", AFTER, AFTER, named)

    def _noted(self) -> None:
        noted = self._new("noted", 0)
        self.told(noted, "SS101", JANUARY, JANUARY, wet="Wi2007")
        bare = self.ids["bare"] = self.person()
        self.told(bare, "SS120", JANUARY, JANUARY, wet="Wi2013")
        self.v_number(bare, "42")

    def _new(self, story: str, number: int) -> int:
        self.ids[story] = self.person(made_up_bsn(number))
        return self.ids[story]

    def notified(self, story: str) -> None:
        """Record a wrong kennisgeving."""
        with self.register.session() as session:
            session.add(WrongNotification(municipality=CODE, person_id=self.ids[story], date=date(2022, 1, 12), by="t"))

    def decided(self, story: str, law: str, day: date) -> None:
        """Record a decision about the law."""
        with self.register.session() as session:
            session.add(Decision(municipality=CODE, person_id=self.ids[story], law=law, date=day, by="t", reason="r"))

    def quarantine(self) -> None:
        """Put a whole file and a row of another in quarantine."""
        with self.register.session() as session:
            for name, status in (("=cmd.csv", REFUSED), ("PIB_a.csv", LOADED)):
                session.add(
                    Download(
                        municipality=CODE, source="pib", name=name, digest=name, size=1, made_at=datetime(2022, 3, 1),
                        made_on=RESTART, object_id=name, status=status, reason="truncated", secured_on=RESTART,
                    )
                )  # fmt: skip
            session.flush()
            loaded = session.query(Download).filter_by(name="PIB_a.csv").one()
            session.add(
                QuarantinedRow(
                    municipality=CODE, download_id=loaded.id, row=7, reason="bsn_wrong", correction=True, since=AFTER
                )
            )
