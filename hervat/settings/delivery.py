"""The quarterly delivery to CBS."""

from typing import Annotated

from pydantic import Field

from hervat.settings.base import Code, FilePath, Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Records(Strict):
    """The query that yields the records of a quarter; `:peildatum` is the quarter's last day."""

    system: str
    """The local system whose records are delivered."""
    query: str
    """The query that yields the records; its columns are named as the kenmerken, `:peildatum` is the quarter's last
    day.
    """


class Bounds(Strict):
    """How much a delivery may differ from the last one without a person looking at it, as shares (0.2: a fifth)."""

    records: Share = 0.25
    """The share of the earlier count by which the number of records may differ."""
    groups: Share = 0.25
    """The share of the earlier count by which the number of each doelgroep may differ."""
    leerroutes: Share = 0.25
    """The share of the earlier count by which the number of each leerroute may differ."""
    empty: Share = 0.10
    """The share of all records by which the empty values of each kenmerk may differ."""
    least: int = Field(default=5, ge=1)
    """A count that differs by fewer persons is never outside."""
    missing: int = Field(default=0, ge=0)
    """How many released persons with a root in the feeding system may be without a record."""


class Cbs(Strict):
    """The delivery of the Statistiek Wet Inburgering; layout and XSD are files that a gemeente can replace."""

    reporter: Code
    """The gemeentecode of who delivers: the berichtgever."""
    together: bool = False
    """Whether this gemeente goes into one file with the others of this reporter."""
    layout: str = "swi-provisional.yaml"
    """The record layout: one that ships, or a file in `layouts/`."""
    xsd: FilePath | None = None
    """CBS's official XSD, where the gemeente has it."""
    bounds: Bounds | None = None
    """How much a delivery may differ from the last one; left out: only `missing` is checked, as 0."""
    records: Records
    """The records, from a local system."""
