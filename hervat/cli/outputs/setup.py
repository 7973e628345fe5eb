"""The JSON of `hervat init`, `doctor`, `demo`, `deploy`, `alert`, `register` and `vault`."""

from datetime import date
from typing import Literal

from hervat.settings import Strict


class InitJson(Strict):
    """`hervat init`."""

    written: list[str]
    """The files that were written."""


class DoctorJson(Strict):
    """`hervat doctor`."""

    failing: list[str]
    """What would fail tonight, with the fix."""
    unwise: list[str]
    """What is unwise, with the fix."""
    notes: list[str]
    """What is good to know."""


class SchemasJson(Strict):
    """`hervat schema` without a name."""

    schemas: list[str]
    """The names of all schemas."""


class DemoNightJson(Strict):
    """A night of the demo in figures."""

    night: str
    """The night."""
    fetched: int
    """Downloads that were secured."""
    quarantined: int
    """Rows that failed validation."""
    unseen: int
    """Persons in a local system without a signal."""
    parked: int
    """Persons whose restart has not come."""
    released: int
    """Persons whose registration is right."""
    corrected: int
    """Persons who were wrongly registered."""
    cleaned: int
    """Persons who were erased or restricted."""
    notified: int
    """Notices."""
    gate: str
    """Whether the gate is open."""
    reasons: str
    """What shuts it."""


class DemoJson(Strict):
    """`hervat demo`."""

    nights: list[DemoNightJson]
    """A line a night."""
    deliveries: list[str]
    """The attempts at the delivery."""
    places: dict[str, str]
    """Where to find things."""
    commands: dict[str, str]
    """Commands to try."""
    seconds: dict[str, float]
    """How long each part took, in seconds."""
    go_on: list[str]
    """How to go on."""


class DeployedJson(Strict):
    """`hervat deploy`."""

    deployments: int
    """How many deployments are ready."""


class AlertedJson(Strict):
    """`hervat alert test` and `failed`."""

    sent: list[str]
    """What was sent, by way."""
    errors: list[str]
    """What could not be sent."""
    note: str = ""
    """Why nothing was sent; absent where something was."""


class VaultObjectJson(Strict):
    """An object in the vault."""

    municipality: str
    """The gemeentecode."""
    id: str
    """The object's id."""
    kind: str
    """download, or notice."""
    size: int
    """Its size in bytes, as it came."""
    name: str | None
    """The name under which it came."""


class VaultListJson(Strict):
    """`hervat vault list`."""

    objects: list[VaultObjectJson]
    """The originals; with --all the archived notices too."""


class RestoredJson(Strict):
    """`hervat vault restore`."""

    municipality: str
    """The gemeentecode."""
    id: str
    """The object's id."""
    size: int
    """Its size in bytes."""
    to: str
    """The file that was written."""


class DueJson(Strict):
    """An object that may be destroyed."""

    id: str
    """The object's id."""
    kind: str
    """download, or notice."""
    name: str
    """The name under which it came."""
    since: date
    """The day from which it may be destroyed."""
    agreed_by: str | None
    """Who agreed first."""


class DestroyedJson(Strict):
    """One gemeente."""

    municipality: str
    """The gemeentecode."""
    destroyed: int
    """How many objects were destroyed."""
    statements: list[str]
    """The files of the verklaring van vernietiging."""
    due: list[DueJson]
    """What may be destroyed, and waits for a person."""


class VaultDestroyJson(Strict):
    """`hervat vault destroy`."""

    municipalities: list[DestroyedJson]
    """A line a gemeente."""


class RenewedJson(Strict):
    """`hervat vault rotate`."""

    renewed: list[str]
    """The gemeentecodes with new keys."""
    stale: list[str]
    """The gemeentecodes with keys of their own, which must be written anew."""


class KeysWrittenJson(Strict):
    """`hervat vault keys`."""

    municipality: str
    """The gemeentecode."""
    to: str
    """The file with its keys."""


class RowSecurityJson(Strict):
    """`hervat register row-security`."""

    sql: str
    """The statements for the owner of the register."""


class ReconciledJson(Strict):
    """One gemeente."""

    municipality: str
    """The gemeentecode."""
    notices: int
    """Notices that now count as sent."""
    forgotten: int
    """Persons who were forgotten since the register was copied, and are forgotten again."""
    lapsed: str
    """What lapsed, in words."""
    strange: list[str]
    """What a person must look at."""


class VaultReconcileJson(Strict):
    """`hervat vault reconcile`."""

    reconciled: list[ReconciledJson]
    """A line a gemeente."""


class RegisterStatusJson(Strict):
    """`hervat register status`."""

    state: Literal["absent", "older", "current"]
    """Whether the tables are there, and of this hervat."""
    version: str | None
    """The version of the tables; null: there are none."""
    head: str
    """The version that this hervat needs."""
    pending: list[str]
    """The migrations that are still to do, in their order."""


class MigratedJson(Strict):
    """`hervat register migrate`."""

    before: str | None
    """The version that was there; null: none."""
    after: str
    """The version that is there now."""
    done: list[str]
    """The migrations that were done, in their order."""
