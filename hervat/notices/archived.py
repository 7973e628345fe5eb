"""The JSON format of a notice in the vault: its course and bytes, its persons, and the disclosures about them.

The names are those of the format: a column that the register renames keeps its name here. The register's
defaults apply to fields that an older archive lacks.
"""

from base64 import b64decode, b64encode
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from hervat.keyring import Keyring
from hervat.register.models import DisclosedTo, Notice, Told


def _from_base64(value: object) -> object:
    return b64decode(value) if isinstance(value, str) else value


def _to_base64(value: bytes) -> str:
    return b64encode(value).decode()


_Bytes = Annotated[bytes, BeforeValidator(_from_base64), PlainSerializer(_to_base64, when_used="json")]
_CONTEXTS = {"payload": "notice", "bsn": "disclosure", "reference": "disclosure"}
"""Sealed columns of the register, with the context of their seals. The archive holds them in plain, encrypted whole."""


class _Row(BaseModel):
    """The columns of one row of the register that are archived."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    @classmethod
    def of(cls, row: object, keyring: Keyring) -> Self:
        """Return a row of the register, with its sealed columns opened."""
        values = {name: getattr(row, name) for name in cls.model_fields}
        opened = {
            name: keyring.open(value, _CONTEXTS[name])
            for name, value in values.items()
            if name in _CONTEXTS and value is not None
        }
        return cls(**values | opened)

    def columns(self, keyring: Keyring) -> dict[str, Any]:
        """Return the columns for the register, sealed again; without those that the archive lacks."""
        values = self.model_dump(exclude_unset=True)
        sealed = {
            name: keyring.seal(value, _CONTEXTS[name])
            for name, value in values.items()
            if name in _CONTEXTS and value is not None
        }
        return values | sealed


class ArchivedLine(_Row):
    """A notice itself: its course and its bytes."""

    municipality: str
    audience: str = "party"
    party: str
    number: str
    kind: str
    day: date
    persons: int
    unnamed: int = 0
    file_name: str
    payload: _Bytes = Field(repr=False)
    status: str
    attempts: int = 0
    sent_on: date | None = None
    received_on: date | None = None
    done_on: date | None = None
    due_on: date | None = None
    refers_to: str | None = None
    evidence: str | None = None
    erased: int | None = None
    message_id: str | None = None
    failure: str | None = None
    answer: str | None = None
    at: datetime | None = None


class ArchivedStatement(_Row):
    """What a notice says of one person, by the pseudonym of their BSN."""

    key: str
    told: str
    disclosed_until: date | None = None
    law: str | None = None


class ArchivedDisclosure(_Row):
    """A disclosure to the party about a person in the notice."""

    municipality: str
    system: str
    party: str
    key: str
    bsn: _Bytes = Field(repr=False)
    reference_key: str = ""
    reference: _Bytes | None = Field(default=None, repr=False)
    provided_on: date
    captured_on: date


class ArchivedNotice(BaseModel):
    """A sent notice as one object of the vault. An archive without a version is of version 1."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    version: Literal[1] = 1
    notice: ArchivedLine
    told: tuple[ArchivedStatement, ...] = Field(repr=False)
    disclosures: tuple[ArchivedDisclosure, ...] = Field(repr=False)

    @classmethod
    def of(cls, notice: Notice, told: list[Told], disclosures: list[DisclosedTo], keyring: Keyring) -> Self:
        """Return the archive of a notice and its rows."""
        return cls(
            notice=ArchivedLine.of(notice, keyring),
            told=tuple(ArchivedStatement.of(row, keyring) for row in told),
            disclosures=tuple(ArchivedDisclosure.of(row, keyring) for row in disclosures),
        )
