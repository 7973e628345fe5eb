"""The quarterly delivery to CBS."""

from typing import Annotated

from pydantic import Field

from hervat.settings.base import Code, FilePath, Strict

Share = Annotated[float, Field(ge=0, le=1)]


class Records(Strict):
    """The query that yields the records of a quarter; `:peildatum` is the quarter's last day."""

    system: str
    query: str


class Bounds(Strict):
    """How much a delivery may differ from the last one without a person looking at it, as shares (0.2: a fifth).

    records, groups, leerroutes: of the earlier count. empty: of all records, for each kenmerk. least: a count that
    differs by fewer persons is never outside. missing: how many released persons with a root in the feeding system may
    be without a record; also checked without `bounds`, as 0.
    """

    records: Share = 0.25
    groups: Share = 0.25
    leerroutes: Share = 0.25
    empty: Share = 0.10
    least: int = Field(default=5, ge=1)
    missing: int = Field(default=0, ge=0)


class Cbs(Strict):
    """The delivery of the Statistiek Wet Inburgering; layout and XSD are files that a gemeente can replace.

    together: the gemeenten with this reporter and `together: true` go into one file.
    """

    reporter: Code
    together: bool = False
    layout: str = "swi-provisional.yaml"
    xsd: FilePath | None = None
    bounds: Bounds | None = None
    records: Records
