"""A large made-up local system on PostgreSQL: persons, inburgeraars, six child tables. BSNs are counted up and down."""

from dataclasses import dataclass

import psycopg

from hervat.settings import System

CHILDREN = {"traject": 1, "termijn": 1, "brief": 2, "betaling": 1, "afspraak": 2, "examen": 1}
BELOW = {"afspraak": "traject", "examen": "traject"}  # the others hang from the inburgeraar
ORDER = ("afspraak", "examen", "traject", "termijn", "brief", "betaling", "inburgeraar")  # a hand's order of deletion


@dataclass(frozen=True)
class Caseload:
    """The URL of the system, and how many persons it has."""

    url: str
    persons: int
    indexed: bool = True

    @property
    def dsn(self) -> str:
        """The same for psycopg."""
        return self.url.replace("postgresql+psycopg", "postgresql")

    def system(self, **options: object) -> System:
        """Return the system over it, as configured."""
        footprint = {
            "person": {"table": "persoon", "bsn": "bsn"},
            "root": "inburgeraar",
            "where": {"inburgeraar.wet": "Wi2021"},
            "path": ["inburgeraar.persoon_id"],
        }
        given = {"name": "groot", "database": self.url, "footprint": footprint, **options}
        return System.model_validate(given)

    def make(self) -> None:
        """Make and fill the tables."""
        with psycopg.connect(self.dsn) as connection:
            for statement in self._statements():
                connection.execute(statement)
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("vacuum analyze")

    def _statements(self) -> list[str]:
        made = [
            "create table persoon (id bigint primary key, bsn varchar(9) unique, naam text, geboren date)",
            f"""insert into persoon select n,
                lpad((100000000 + n * case when n % 10 = 5 then -1 else 1 end)::text, 9, '0'),
                'naam ' || n,
                date '1950-01-01' + n % 20000 from generate_series(1, {self.persons}) n""",
            """create table inburgeraar (id bigint primary key, persoon_id bigint not null references persoon,
                wet varchar(10) not null, status text, sinds date)""",
            f"""insert into inburgeraar select n, n, 'Wi2021', 'actief', date '2022-01-10'
                from generate_series(1, {self.persons}) n""",
        ]
        for name, each in CHILDREN.items():
            parent = BELOW.get(name, "inburgeraar")
            made += [
                f"""create table {name} (id bigint primary key, {parent}_id bigint not null references {parent},
                    datum date, tekst text, bedrag numeric(9, 2))""",
                f"""insert into {name} select n, (n - 1) / {each} + 1, date '2022-01-10' + (n % 700)::int,
                    'tekst van regel ' || n, n % 1000 from generate_series(1, {self.persons * each}) n""",
            ]
        if self.indexed:
            made += [f"create index on {name} ({BELOW.get(name, 'inburgeraar')}_id)" for name in CHILDREN]
            made.append("create index on inburgeraar (persoon_id)")
        return made

    def persons_of(self, number: int, size: int) -> dict[str, frozenset[str]]:
        """Return `size` made-up persons spread over the whole system: key -> BSN. Other numbers, other persons.

        The stride is odd, so that one in ten of their BSNs begins with a zero.
        """
        stride = self.persons // size - 1
        numbers = (number + at * stride + 1 for at in range(size))
        return {f"p{number}": frozenset([bsn_of(number)]) for number in numbers}


def bsn_of(number: int) -> str:
    """Return the made-up BSN of a person: one in ten begins with a zero, as BSNs do."""
    return f"{100_000_000 + number * (-1 if number % 10 == 5 else 1):09}"
