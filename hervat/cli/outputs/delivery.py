"""The JSON of `hervat cbs`."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from hervat.cli.outputs.night import GateJson
from hervat.settings import Strict


class StopJson(Strict):
    """What else keeps a delivery from being written."""

    code: str
    """The stop's code, such as bounds or rules."""
    lines: list[str]
    """What was found, with counts."""
    accepted: Literal[True] = True
    """Present where somebody accepted it."""
    accepted_by: str | None = None
    """Who accepted it."""
    why: str | None = None
    """Why."""


class LayoutJson(Strict):
    """A record layout."""

    name: str
    """The layout's name."""
    version: str
    """The layout's version."""
    provisional: bool
    """Whether CBS may not accept it."""


class ChangesJson(Strict):
    """How a correction differs from the delivery that it corrects; with `unknown` nothing else is there."""

    added: int = 0
    """Persons who are new."""
    removed: int = 0
    """Persons who are gone."""
    changed: int = 0
    """Persons with another value."""
    kenmerken: dict[str, int] = Field(default_factory=dict)
    """In how many of them each kenmerk changed."""
    unknown: str = ""
    """Why it could not be compared."""


class PreparedJson(Strict):
    """The delivery of one gemeente."""

    code: str
    """The gemeentecode."""
    written: bool
    """Whether it was written."""
    records: int
    """How many records."""
    directory: str | None
    """The folder with the files; null: nothing was written."""
    gate: GateJson
    """The gate at that moment."""
    errors: list[str]
    """What could not be read."""
    stops: list[StopJson]
    """What else kept it from being written."""
    state: str
    """Whether the records are those of the peildatum, or of the moment of reading."""
    early: bool
    """Whether the quarter had not ended."""
    layout: LayoutJson | None
    """The record layout."""
    changes: ChangesJson | None = None
    """How it differs; absent where it corrects nothing."""


class CbsPreparedJson(Strict):
    """`hervat cbs prepare`."""

    quarter: str
    """The quarter."""
    municipalities: list[PreparedJson]
    """A delivery a gemeente."""


class CbsAcceptedJson(Strict):
    """`hervat cbs accept`."""

    quarter: str
    """The quarter."""
    code: str
    """What was accepted."""
    by: str
    """Who accepted it."""
    lines: list[str] = Field(default_factory=list)
    """Of bounds and rules: what was accepted."""


class CbsConfirmedJson(Strict):
    """`hervat cbs confirm`."""

    quarter: str
    """The quarter."""
    receipt: str
    """The portal's receipt."""
    municipalities: list[str]
    """The gemeentecodes in that file."""


class FiguresJson(Strict):
    """The counts of a delivery."""

    records: int
    """Records."""
    groups: dict[str, int]
    """Records by doelgroep; `-`: without one."""
    leerroutes: dict[str, int]
    """Records by leerroute; `-`: without one."""
    empty: dict[str, int]
    """Records without a value, by kenmerk."""


class ProofJson(Strict):
    """What the gate looked at for a delivery."""

    day: date
    """The day."""
    begun_at: str | None
    """The moment (UTC) at which it began to look."""
    written_at: str | None
    """The moment (UTC) at which the delivery was written."""
    of_register: dict[str, Any] = Field(alias="register")
    """Counts of the register."""
    systems: list[dict[str, Any]]
    """Counts of each local system."""
    records: dict[str, Any]
    """Where the records come from."""
    reasons: list[dict[str, Any]]
    """The reasons of the gate, with who accepted them."""
    stops: list[StopJson] = Field(default_factory=list)
    """The other stops, with who accepted them."""
    expectations: list[dict[str, Any]] = Field(default_factory=list)
    """The rules across fields, and how often each was broken."""


class DeliveryJson(Strict):
    """A written delivery."""

    municipality: str
    """The gemeentecode."""
    quarter: str
    """The quarter."""
    deadline: date
    """The last day for it."""
    written_on: date
    """When it was written."""
    records: int
    """How many records."""
    sha256: str
    """The SHA-256 of the file."""
    receipt: str | None
    """The portal's receipt."""
    confirmed_by: str | None
    """Who recorded the receipt."""
    confirmed_on: date | None
    """When."""
    corrects: str | None
    """The SHA-256 of the delivery that it corrects."""
    reason: str | None
    """Why it is corrected."""
    changes: ChangesJson | None
    """How it differs from the delivery that it corrects."""
    figures: FiguresJson | None
    """Its counts; null in a delivery of an older version."""
    proof: ProofJson | None
    """What the gate looked at; null in a delivery of an older version."""
    remembers: bool
    """Whether it is known whom it held."""


class DeliveriesJson(Strict):
    """`hervat cbs list`."""

    deliveries: list[DeliveryJson]
    """The deliveries, newest first."""


class XsdJson(Strict):
    """`hervat cbs xsd`."""

    layout: str
    """The layout's name."""
    version: str
    """The layout's version."""
    provisional: bool
    """Whether CBS may not accept it."""
    file: str
    """The file that was written."""
