"""The configured local systems: how each is reached, and its footprint."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hervat.errors import ConfigurationError
from hervat.settings.base import DatabaseUrl, FilePath, Name, Strict, base_of
from hervat.settings.channels import Channel, SearchedFolder
from hervat.settings.files import problems_of, read_yaml
from hervat.shipped import shipped
from hervat.today import today


def footprint_file(name: str, directory: Path, model: type[BaseModel]) -> Any:
    """Return the footprint in the file of that name (see `shipped`).

    Raises ConfigurationError naming the file and each mistake in it.
    """
    path = shipped("footprints", name, directory)
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, model, path.name)) from None


class PersonTable(Strict):
    """The table in which a person is found by BSN."""

    table: str
    """The table."""
    bsn: str
    """Its column with the BSN."""


class Footprint(Strict):
    """Which rows of a system are about a person's registration under the Wi2021 (design, Cleaning)."""

    person: PersonTable
    """Where a person is found by BSN."""
    root: str | list[str]
    """The table, or list of tables, of which a row says: this person is under the Wi2021."""
    path: list[str] | None = None
    """The keys from root to person; may be left out where only one way exists."""
    where: dict[str, Any] = Field(default_factory=dict)
    """The value of a root's column under the Wi2021: `table.column: value`."""
    conditions: list[str] = Field(default_factory=list)
    """Conditions on a root over keys, such as `inburgeraar.plicht_id > plicht.datum_start >= 2022-01-01`."""
    owns: list[str] = Field(default_factory=list)
    """Keys to rows that belong to the row that has the key."""
    belongs: dict[str, list[str]] = Field(default_factory=dict)
    """For a table with several parents: its keys, of which the first that is not empty decides."""
    links: list[str] = Field(default_factory=list)
    """Relations without a foreign key, such as `taalles.klant_bsn -> natuurlijk_persoon.burgerservicenummer`."""
    keep: list[str] = Field(default_factory=list)
    """Tables that are never entered."""

    @property
    def roots(self) -> list[str]:
        """The root tables: usually one."""
        return [self.root] if isinstance(self.root, str) else self.root


class Coverage(Strict):
    """Where a plan also searches for BSNs and V-nummers outside the footprint: tables (`*` allowed), minus columns."""

    tables: list[str] = Field(min_length=1)
    """The tables to search; `*` stands for any characters."""
    except_: list[str] = Field(default_factory=list, alias="except")
    """Columns that are left out."""


class Brake(Strict):
    """Above so many persons, or so large a share of the roots, approval is required whatever the policy."""

    persons: int = Field(default=50, ge=0)
    """The number of persons above which a plan needs approval."""
    share: float = Field(default=0.10, ge=0, le=1)
    """The share of the roots above which a plan needs approval."""


class Supplier(Strict):
    """The supplier that alone can erase in a system; without a certificate it gets no BSN."""

    name: str
    """The supplier's name."""
    channel: Channel
    """The way to the supplier."""
    certificate: FilePath | None = None
    """The certificate for which requests are encrypted; without one the supplier gets no BSN."""
    what: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]] = Field(default_factory=list)
    """What it must erase, in Dutch, a line each; left out: the letter's own text."""
    within_days: int = Field(default=28, ge=1)
    """The supplier's term in days."""
    remind_after_days: int = Field(default=14, ge=1)
    """After how many days without a confirmation the request is sent again."""


class System(Strict):
    """One local system; one of `database` (hervat cleans), `supplier` (it cleans) and `files` (a person does)."""

    name: Name
    """The system's name, in plans and on the report."""
    database: DatabaseUrl | None = None
    """The URL of the database that hervat cleans."""
    supplier: Supplier | None = None
    """The supplier that alone can erase here."""
    files: SearchedFolder | None = None
    """A folder of lists that are searched; a person corrects them."""
    footprint: Footprint | None = None
    """Which rows are about a registration under the Wi2021, or the name of a footprint that ships or lies in
    `footprints/`.
    """
    coverage: Coverage | None = None
    """Where a plan also searches for BSNs and V-nummers outside the footprint."""
    policy: Literal["erase", "restrict", "retain"] = "erase"
    """What happens to a wrong registration."""
    restrict: dict[str, Any] = Field(default_factory=dict)
    """Under policy restrict: the mark, `table.column: value`."""
    ground: str | None = None
    """Under policy retain: why it is kept."""
    until: date | None = None
    """Under policy retain: until when it is kept."""
    approval: Literal["required", "automatic"] = "required"
    """Whether a plan needs a person's approval."""
    approvers: FilePath | None = None
    """The file of those who approve this system's plans by signature."""
    four_eyes: bool = False
    """Whether two persons must approve a plan."""
    approval_days: int = Field(default=14, ge=1)
    """How many days an approval counts."""
    brake: Brake = Brake()
    """Above which size approval is required whatever `approval` says."""
    allow_index: bool = False
    """Whether missing indexes may be built, and dropped afterwards."""
    chunk: int | None = Field(default=None, ge=1)  # persons a transaction; None: all in one
    """How many persons go in one transaction; left out: all."""
    lock_timeout: int | None = Field(default=None, ge=1)  # seconds
    """How long a lock is waited for, in seconds."""
    statement_timeout: int | None = Field(default=None, ge=1)
    """How long one statement may take, in seconds."""
    restore_point: date | None = None
    """The day of the last backup that was tried: before the first plan is executed."""

    @field_validator("footprint", mode="before", json_schema_input_type=Footprint | str | None)
    @classmethod
    def _named(cls, value: Any, info: ValidationInfo) -> Any:
        return footprint_file(value, base_of(info), Footprint) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _coverage_fits(self) -> Self:
        if self.coverage and (self.database is None or self.policy == "retain"):
            raise ValueError("coverage is searched when a plan is made: only for a database, and not under retain")
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if sum(part is not None for part in (self.database, self.supplier, self.files)) != 1:
            raise ValueError("give exactly one of database, supplier and files")
        if (self.database is None) != (self.footprint is None):
            raise ValueError(
                "a database needs a footprint, and nothing else has one (`hervat footprint suggest` proposes one)"
            )
        if (self.policy == "restrict") != bool(self.restrict):
            raise ValueError("policy restrict needs restrict: {table.column: value}, and nothing else has it")
        if (self.policy == "retain") != (self.ground is not None and self.until is not None):
            raise ValueError("policy retain needs ground and until, and nothing else has them")
        if self.supplier and self.policy == "restrict":
            raise ValueError("a supplier erases or retains; hervat can't restrict where it has no database")
        if self.database is None and (self.approvers or self.restore_point):
            raise ValueError("approvers and restore_point are of a database: nothing else is cleaned by a plan")
        if self.restore_point and self.restore_point > today():
            raise ValueError("restore_point lies in the future; write the day on which the last one was made")
        return self
