"""The record layout: the kenmerken of a record, their types, and the names of the XML elements around them.

It is a file that a gemeente can replace; it is read and checked here. Values are checked in records.py.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from hervat.errors import ConfigurationError
from hervat.settings import Strict, problems_of, read_yaml, schema_of
from hervat.shipped import shipped

ElementName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
Uri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$")]
HeaderValue = Literal["municipality", "reporter", "quarter", "peildatum"]
Ground = Literal["not_yet", "not_applicable", "not_for_group", "not_for_leerroute"]


class Kenmerk(Strict):
    """One kenmerk of a record."""

    name: ElementName
    """The element's name, and the column's in the query."""
    type: Literal["bsn", "text", "integer", "date", "code"]
    """What its values are."""
    mandatory: bool = False
    """Whether it always has a value."""
    absent_when: frozenset[Ground] | None = None
    """On which of CBS's grounds a record may be without it; left out: on any.

    not_yet: it can't be filled yet; not_applicable; not_for_group: only `groups` have it; not_for_leerroute: only
    `leerroutes` have it.
    """
    deliver: bool = True
    """Whether it is written; false: only read for the checks."""
    codes: frozenset[str] = frozenset()
    """The values of type code."""
    length: int | None = Field(default=None, ge=1)
    """The most characters of type text."""
    minimum: int | None = None
    """The least value of type integer."""
    maximum: int | None = None
    """The largest value of type integer."""
    groups: list[str] = Field(default_factory=list)
    """The codes of the doelgroepen that have it; left out: all."""
    leerroutes: list[str] = Field(default_factory=list)
    """The codes of the leerroutes that have it; left out: all."""
    note: str = ""
    """A remark for the reader."""

    @property
    def bound(self) -> bool:
        """Whether those whom it applies to must have it: it may be absent for others alone."""
        return (
            not self.mandatory and self.absent_when is not None and not self.absent_when & {"not_yet", "not_applicable"}
        )

    @model_validator(mode="after")
    def _absence_fits(self) -> Self:
        grounds = self.absent_when
        if self.mandatory and grounds is not None:
            raise ValueError("it is mandatory, so it is never absent; leave out absent_when or mandatory")
        if grounds is not None and not grounds:
            raise ValueError("absent_when names no ground; write mandatory: true, or name one")
        for ground, key in (("not_for_group", "groups"), ("not_for_leerroute", "leerroutes")):
            if ground in (grounds or ()) and not getattr(self, key):
                raise ValueError(f"absent_when names {ground}, so {key} must list for which it applies")
        return self

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.type == "code") != bool(self.codes):
            raise ValueError("type code needs codes: [...], and no other type has them")
        if self.length is not None and self.type != "text":
            raise ValueError("only type text has a length")
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type != "integer":
            raise ValueError("only type integer has a minimum and a maximum")
        if bounds != sorted(bounds):
            raise ValueError("minimum is above maximum")
        return self


class RecordLayout(Strict):
    """A record layout."""

    name: str
    """The layout's name."""
    version: str
    """The layout's version."""
    provisional: bool
    """Whether CBS may not accept it."""
    namespace: Uri | None = None
    """The namespace of the elements."""
    root: ElementName
    """The element around everything."""
    record: ElementName
    """The element around each record."""
    block: ElementName | None = None
    """The element around header and records of each gemeente in a joint delivery; required for one."""
    group: str = "doelgroep"
    """The kenmerk that holds a person's doelgroep."""
    leerroute: str = "leerroute"
    """The kenmerk that holds a person's leerroute."""
    header: dict[ElementName, HeaderValue] = Field(default_factory=dict)
    """The elements once before the records, and what each holds."""
    kenmerken: list[Kenmerk] = Field(min_length=1)
    """The kenmerken, in their order."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [kenmerk.name for kenmerk in self.kenmerken]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise ValueError(f"the kenmerk {doubles[0]} is here twice")
        found = [kenmerk for kenmerk in self.kenmerken if kenmerk.type == "bsn"]
        if [kenmerk.name for kenmerk in found] != ["bsn"] or not found[0].mandatory:
            raise ValueError(
                "it needs one kenmerk of type bsn, called bsn and mandatory: by it the gate knows a person"
            )
        return self

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        apart = [self.root, self.record, *([self.block] if self.block else []), *self.header]
        doubles = sorted({name for name in apart if apart.count(name) > 1} | ({self.record} & set(self.by_name)))
        if doubles:
            raise ValueError(
                f"the element {doubles[0]} has two meanings; give root, record, block and header their own"
            )
        if not self.by_name["bsn"].deliver:
            raise ValueError("bsn is delivered: leave out deliver")
        for kenmerk in self.kenmerken:
            self._known(kenmerk, "groups", self.group)
            self._known(kenmerk, "leerroutes", self.leerroute)
        return self

    def _known(self, kenmerk: Kenmerk, key: str, by: str) -> None:
        """Refuse a group or leerroute that no record can have: the kenmerk would never apply."""
        if not getattr(kenmerk, key):
            return
        if by not in self.by_name or not self.by_name[by].codes:
            raise ValueError(f"{kenmerk.name} has {key}, but there is no kenmerk {by} of type code for it to depend on")
        strange = sorted(set(getattr(kenmerk, key)) - self.by_name[by].codes)
        if strange:
            raise ValueError(f"{kenmerk.name}.{key}: {strange[0]} is not a code of {by}")

    @property
    def delivered(self) -> list[Kenmerk]:
        """The kenmerken that are written, in their order."""
        return [kenmerk for kenmerk in self.kenmerken if kenmerk.deliver]

    @cached_property
    def by_name(self) -> dict[str, Kenmerk]:
        """The kenmerken by name, in the order of the layout."""
        return {kenmerk.name: kenmerk for kenmerk in self.kenmerken}

    def tag(self, name: str) -> str:
        """Return an element's name with the layout's namespace, as lxml writes it."""
        return f"{{{self.namespace}}}{name}" if self.namespace else name


def read_layout(name: str, directory: Path) -> RecordLayout:
    """Return the layout of that name or path, seen from the installation's directory. Raises ConfigurationError."""
    path = shipped("layouts", name, directory)
    try:
        return RecordLayout.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, RecordLayout, path.name)) from None


def layout_schema() -> dict[str, Any]:
    """Return the schema of a record layout's file."""
    return schema_of(RecordLayout, "A record layout of CBS")
