"""The record layout: which kenmerken a record has, of what type, and how the XML around them is called.

It is a file that a gemeente replaces; here it is read and checked itself. Values are checked in values.py.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from hervat.errors import ConfigurationError
from hervat.settings.base import Strict
from hervat.settings.files import read_yaml
from hervat.settings.problems import problems_of
from hervat.shipped import shipped

ElementName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
Uri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[!-~]+$")]
HeaderValue = Literal["municipality", "reporter", "quarter", "peildatum"]


class Kenmerk(Strict):
    """One kenmerk of a record. groups, leerroutes and note are documentation: to whom it applies."""

    name: ElementName
    type: Literal["bsn", "text", "integer", "date", "code"]
    mandatory: bool = False
    codes: frozenset[str] = frozenset()
    length: int | None = Field(default=None, ge=1)
    minimum: int | None = None
    maximum: int | None = None
    groups: list[str] = Field(default_factory=list)
    leerroutes: list[str] = Field(default_factory=list)
    note: str = ""

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


class Layout(Strict):
    """A record layout. header: element name -> what stands in it, once before the records."""

    name: str
    version: str
    provisional: bool
    namespace: Uri | None = None
    root: ElementName
    record: ElementName
    header: dict[ElementName, HeaderValue] = Field(default_factory=dict)
    kenmerken: list[Kenmerk] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [kenmerk.name for kenmerk in self.kenmerken]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise ValueError(f"the kenmerk {doubles[0]} stands here twice")
        found = [kenmerk for kenmerk in self.kenmerken if kenmerk.type == "bsn"]
        if [kenmerk.name for kenmerk in found] != ["bsn"] or not found[0].mandatory:
            raise ValueError(
                "it needs one kenmerk of type bsn, called bsn and mandatory: by it the gate knows a person"
            )
        return self

    @cached_property
    def by_name(self) -> dict[str, Kenmerk]:
        """The kenmerken by name, in the order of the layout."""
        return {kenmerk.name: kenmerk for kenmerk in self.kenmerken}

    def tag(self, name: str) -> str:
        """Return an element's name with the layout's namespace, as lxml writes it."""
        return f"{{{self.namespace}}}{name}" if self.namespace else name


def read_layout(name: str, directory: Path) -> Layout:
    """Return the layout of that name or path, seen from the installation's directory. Raises ConfigurationError."""
    path = shipped("layouts", name, directory)
    try:
        return Layout.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, Layout, path.name)) from None
