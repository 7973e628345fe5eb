"""A large local system for the gate: persons with a root each, some under the Wi2021; 5,000 are corrected.

Everyone under the Wi2021 is known to hervat; the corrected ones were not cleaned yet.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from hervat.delivery import reasons
from hervat.delivery.gate.facts import GateFacts, SystemFacts, summed
from hervat.erasure import open_system, root_groups
from hervat.keyring import Keyring
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import Settler, Verdict
from hervat.rules.signals import catalogue
from hervat.settings import System
from hervat.settling.people import People

CORRECTED, DAY = 5000, date(2022, 4, 1)
SETTLER = Settler(read_rounds(["restart-2022.yaml"], Path("/")), catalogue())
KEYRING = Keyring(b"k" * 32, "0000")


@dataclass
class GateLoad:
    """The URL of the system, how many persons it has, and that one in `share` is under the Wi2021."""

    url: str
    persons: int
    share: int

    @property
    def dsn(self) -> str:
        """The same for psycopg."""
        return self.url.replace("postgresql+psycopg", "postgresql")

    @cached_property
    def system(self) -> System:
        """The system as configured."""
        footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
        where = {"where": {"inburgeraar.wet": "Wi2021"}}
        return System.model_validate({"name": "groot", "database": self.url, "footprint": footprint | where})

    def make(self) -> None:
        """Create the tables, and what an administrator's own query would need: the known BSNs, indexed."""
        law = f"case when n % {self.share} = 0 then 'Wi2021' else 'Wi2013' end"
        some = f"from generate_series(1, {self.persons}) n"
        statements = [
            "create table persoon (id bigint primary key, bsn varchar(9) unique, naam text, geboren date)",
            f"insert into persoon select n, (100000000 + n)::text, 'naam ' || n, date '1950-01-01' + n % 20000 {some}",
            "create table inburgeraar (id bigint primary key, persoon_id bigint not null references persoon, wet text)",
            f"insert into inburgeraar select n, n, {law} {some}",
            "create index on inburgeraar (persoon_id)",
            "create table bekend (bsn varchar(9) primary key)",
            f"insert into bekend select (100000000 + n)::text {some} where n % {self.share} = 0",
        ]
        with psycopg.connect(self.dsn) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("vacuum analyze")
        self.people = self._people()

    def _people(self) -> People:
        """Make what was read of the register: the first of those under the Wi2021 corrected, the others seen again."""
        numbers = range(self.share, self.persons + 1, self.share)
        keys = {n: [KEYRING.pseudonym("bsn", str(100_000_000 + n))] for n in numbers}
        corrected = Verdict("corrected", "ss190", "Overig")
        released = Verdict("released", "seen", "Overig", seen_since_restart=True)
        verdicts = {n: corrected if at < CORRECTED else released for at, n in enumerate(numbers)}
        return People(DAY, verdicts, {one: n for n, (one,) in keys.items()}, keys)

    def looked_at(self) -> None:
        """Look at the system and judge it as the gate does: corrected persons still there, and unknown ones."""
        found = reasons(GateFacts(self.people, SETTLER, (self._facts(),)))
        if [(reason.code, reason.count) for reason in found] != [("standing", CORRECTED)]:
            raise ValueError("the gate did not see all that is there")

    def _facts(self) -> SystemFacts:
        with open_system(self.system, to_look=True) as local:
            return summed("groot", True, "erase", root_groups(local), KEYRING.pseudonyms("bsn"))

    def anti_join(self, connection: "psycopg.Connection[Any]") -> None:
        """Run an administrator's query: persons under the Wi2021 who are not among the known."""
        found = connection.execute(
            """select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id where i.wet = 'Wi2021'
            and not exists (select 1 from bekend b where b.bsn = p.bsn)"""
        ).fetchall()
        if found:
            raise ValueError("somebody is not known")
