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
from hervat.settings.files import read_yaml
from hervat.settings.problems import problems_of
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
    bsn: str


class Footprint(Strict):
    """Which rows of a system are about a person's registration under the Wi2021 (design, Cleaning)."""

    person: PersonTable
    root: str | list[str]
    path: list[str] | None = None
    where: dict[str, Any] = Field(default_factory=dict)
    conditions: list[str] = Field(default_factory=list)
    owns: list[str] = Field(default_factory=list)
    belongs: dict[str, list[str]] = Field(default_factory=dict)
    links: list[str] = Field(default_factory=list)
    keep: list[str] = Field(default_factory=list)

    @property
    def roots(self) -> list[str]:
        """The root tables: usually one."""
        return [self.root] if isinstance(self.root, str) else self.root


class Coverage(Strict):
    """Where a plan also searches for BSNs and V-nummers outside the footprint: tables (`*` allowed), minus columns."""

    tables: list[str] = Field(min_length=1)
    except_: list[str] = Field(default_factory=list, alias="except")


class Brake(Strict):
    """Above so many persons, or so large a share of the roots, approval is required whatever the policy."""

    persons: int = Field(default=50, ge=0)
    share: float = Field(default=0.10, ge=0, le=1)


class Supplier(Strict):
    """The supplier that alone can erase in a system; without a certificate it gets no BSN.

    what: what it must erase, in Dutch, a line each; left out, the letter's own text. within_days: its term.
    """

    name: str
    channel: Channel
    certificate: FilePath | None = None
    what: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]] = Field(default_factory=list)
    within_days: int = Field(default=28, ge=1)
    remind_after_days: int = Field(default=14, ge=1)


class System(Strict):
    """One local system; one of `database` (hervat cleans), `supplier` (it cleans) and `files` (a person does)."""

    name: Name
    database: DatabaseUrl | None = None
    supplier: Supplier | None = None
    files: SearchedFolder | None = None
    footprint: Footprint | None = None
    coverage: Coverage | None = None
    policy: Literal["erase", "restrict", "retain"] = "erase"
    restrict: dict[str, Any] = Field(default_factory=dict)
    ground: str | None = None
    until: date | None = None
    approval: Literal["required", "automatic"] = "required"
    approvers: FilePath | None = None
    four_eyes: bool = False
    approval_days: int = Field(default=14, ge=1)
    brake: Brake = Brake()
    allow_index: bool = False
    chunk: int | None = Field(default=None, ge=1)  # persons a transaction; None: all in one
    lock_timeout: int | None = Field(default=None, ge=1)  # seconds
    statement_timeout: int | None = Field(default=None, ge=1)
    restore_point: date | None = None

    @field_validator("footprint", mode="before")
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
