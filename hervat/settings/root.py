"""The configuration as a whole: one installation and its municipalities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from hervat.errors import Problem, UsageError
from hervat.settings.alert import Alert
from hervat.settings.base import Code, DatabaseUrl, FilePath, Strict
from hervat.settings.delivery import Cbs
from hervat.settings.parties import Contact, Disclosure, Letters, Party
from hervat.settings.readers import Readers
from hervat.settings.retention import Retention
from hervat.settings.sources import Quality, Quarantine, Source
from hervat.settings.systems import System


class Prefect(Strict):
    """How Prefect runs here."""

    history_days: int = Field(default=90, ge=1, le=3650)
    """How many days Prefect keeps an ended run, with its log and artifacts; the register keeps its own."""


class Keys(Strict):
    """Where keys come from, a file or an environment variable: the master key, or those of one municipality."""

    file: FilePath | None = None
    """The file with the master key, of mode 0600."""
    env: str | None = None
    """The environment variable that holds the master key."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.file is None) == (self.env is None):
            raise ValueError("give exactly one of file and env")
        return self


class Worklist(Strict):
    """The worklist."""

    answers: FilePath | None = None
    """The folder in which caseworkers put the worklist back, filled in; each night reads it."""


class Municipality(Strict):
    """One gemeente: its sources, systems, third parties and delivery."""

    code: Code
    """The gemeentecode of CBS: four digits, between quotes."""
    name: str
    """The gemeente's name, as it is in letters and on the report."""
    former_codes: list[Code] = Field(default_factory=list)
    """Codes from before a merger; rows with one of them are this gemeente's."""
    keys: Keys | None = None
    """The keys of this gemeente alone (`hervat vault keys`); left out: those of the installation."""
    sources: list[Source] = Field(default_factory=list)
    """Where downloads are picked up."""
    systems: list[System] = Field(default_factory=list)
    """The local systems that may hold wrongly registered persons."""
    disclosures: list[Disclosure] = Field(default_factory=list)
    """Queries on the systems for who received whose data."""
    parties: list[Party] = Field(default_factory=list)
    """The third parties that are told of corrections."""
    contact: Contact | None = None
    """Who a party or supplier can call; at the end of each letter."""
    letters: Letters = Letters()
    """What the letters ask besides what must be asked."""
    approvers: FilePath | None = None
    """The file of those who approve plans by signature, in every system that names none of its own."""
    owner: str | None = None
    """Who decides about quarantine, for every source that names nobody."""
    quality: Quality | None = None
    """When a file is reported as unusual; instead of that of the installation."""
    quarantine: Quarantine | None = None
    """How long quarantine may wait; instead of that of the installation."""
    cbs: Cbs | None = None
    """The quarterly delivery to CBS; left out: hervat makes none."""
    worklist: Worklist = Worklist()
    """The worklist for caseworkers."""
    readers: Readers | None = None
    """Groups of the machine that read this gemeente's output; instead of those of the installation."""

    @model_validator(mode="after")
    def _names(self) -> Self:
        for kind, names in (
            ("sources", [source.name for source in self.sources]),
            ("systems", [system.name for system in self.systems]),
            ("parties", [party.name for party in self.parties]),
        ):
            _unique(kind, names)
        readable = {system.name for system in self.systems if system.database}
        queried = [disclosure.system for disclosure in self.disclosures]
        queried += [self.cbs.records.system] if self.cbs else []
        for name in queried:
            if name not in readable:
                raise ValueError(f"a query names the system {name!r}, which is none of the databases under systems")
        return self

    @property
    def databases(self) -> list[System]:
        """The systems that hervat reads and cleans itself."""
        return [system for system in self.systems if system.database]

    def system(self, name: str) -> System:
        """Return the system of that name. Raises UsageError if it is no longer configured."""
        configured = next((system for system in self.systems if system.name == name), None)
        if configured is None:
            raise UsageError(f"there is no system {name} in hervat.yaml; put it back until its plans have ended")
        return configured

    def approvers_of(self, system: System) -> Path | None:
        """Return the file of those who can approve a system's plans by signature; None: a typed name is enough."""
        return system.approvers or self.approvers


@dataclass(frozen=True)
class BrokenMunicipality:
    """A municipality that can't be worked for: what is wrong in its part. code: None if it can't be read either."""

    code: str | None
    file: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Settings(Strict):
    """A whole configuration, or that of one municipality alone. `directory` is where it was read."""

    directory: FilePath
    register_url: DatabaseUrl = Field(alias="register")
    """The URL of hervat's own database: SQLite, or PostgreSQL for a large gemeente or several."""
    migrate: Literal["at_start", "never"] = "at_start"
    """Who brings an older register up to date: each command at its start, or `hervat register migrate` alone."""
    vault: FilePath
    """The folder of the encrypted originals."""
    output: FilePath
    """The folder of the report, the worklist and the CBS delivery."""
    keys: Keys
    """Where the master key comes from."""
    rounds: list[str] = Field(default_factory=lambda: ["restart-2022.yaml"], min_length=1)
    """The correction rounds: names of files that ship, or paths; left out: restart-2022.yaml."""
    quality: Quality = Field(default_factory=Quality)
    """When a file is reported as unusual."""
    quarantine: Quarantine = Field(default_factory=Quarantine)
    """How long a row or file may wait for a decision."""
    retention: Retention = Retention()
    """How long what is in the vault is kept."""
    readers: Readers | None = None
    """Groups of the machine that may read the output; left out: only hervat's own account may."""
    prefect: Prefect = Prefect()
    """How `hervat serve` runs Prefect."""
    sftp_connections: int = Field(8, ge=1)
    """Connections to one SFTP server at once, over all processes; more wait for a place."""
    alert: Alert | None = None
    """How the gemeente hears of a night that failed or waits; left out: not at all."""
    municipalities: list[Municipality] = Field(min_length=1)
    """The gemeenten of this installation."""
    _broken: tuple[BrokenMunicipality, ...] = PrivateAttr(())
    _beside: tuple[Source, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _codes(self) -> Self:
        _unique("municipalities", [municipality.code for municipality in self.municipalities])
        return self

    @model_validator(mode="after")
    def _shared(self) -> Self:
        if self.readers is None and any(municipality.readers for municipality in self.municipalities):
            raise ValueError(
                "readers: a gemeente has groups that may read, and hervat.yaml has none; add `readers: {}` there, "
                "so that the folders above can be passed"
            )
        return self

    @property
    def broken(self) -> tuple[BrokenMunicipality, ...]:
        """The municipalities that were left out for their mistakes; () unless it was read `partly`."""
        return self._broken

    @property
    def sources(self) -> list[Source]:
        """The sources of all municipalities, as far as they are known: those of others may be in the same folder."""
        return [source for municipality in self.municipalities for source in municipality.sources] + [*self._beside]

    def beside(self, broken: Sequence[BrokenMunicipality], sources: Iterable[Source]) -> Self:
        """Return these settings, knowing what was left out: broken municipalities, and sources of others."""
        self._broken, self._beside = tuple(broken), tuple(sources)
        return self

    def municipality(self, code: str) -> Municipality | None:
        """Return the municipality of that code, or None."""
        return next((municipality for municipality in self.municipalities if municipality.code == code), None)


def _unique(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"two of the {kind} are called {name!r}; give each its own name")
        seen.add(name)
