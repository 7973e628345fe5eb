"""Lines in the chain about what is gone: objects that were ended, and persons who were forgotten, by whom and why.

Of a person a mark of each number stays: a keyed hash (HMAC-SHA-256) of a BSN or V-nummer under a key that is used for
nothing else. That key is random and lies sealed in the lines, so that a renewal of the keys leaves the marks as they
are. The value is nowhere.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from hervat.keyring import Keyring
from hervat.vault.files import disk_errors
from hervat.vault.manifest import START, Manifest, Meta, VaultObject

TOMBSTONE = "tombstone"


def tombstone(object_id: str, meta: Meta, sealed_digest: str | None) -> VaultObject:
    """Return the line that ends an object. sealed_digest: base64 of the sealed SHA-256 of its content, if known."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with_digest = {**meta, "digest": sealed_digest}
    return VaultObject(f"end-{object_id}", START, 0, TOMBSTONE, START, now, with_digest)


def tombstones(things: Iterable[VaultObject]) -> dict[str, VaultObject]:
    """Return the tombstones among these lines, by the ids of the objects that they end."""
    return {str(thing.meta.get("object")): thing for thing in things if thing.kind == TOMBSTONE}


def digest_context(object_id: str) -> str:
    """Return the context to which the sealed digest of an ended object is bound."""
    return f"ended/{object_id}"


FORGOTTEN = "forgotten"
_CONTEXT = "forgotten"
_MARKS_A_LINE = 500  # a line stays shorter than what is read to find the last one
Value = tuple[str, str]
"""Kind (bsn or v) and the number, as the register spells it."""


@dataclass(frozen=True)
class ForgottenLine:
    """A line: its id, and the marks of the numbers of the persons who were forgotten."""

    id: str
    marks: frozenset[str] = field(repr=False)


class ForgottenMarks:
    """The lines about forgotten persons in the manifest of one municipality."""

    def __init__(self, manifest: Manifest, keyring: Keyring) -> None:
        self._manifest, self._keyring = manifest, keyring

    def lines(self) -> list[ForgottenLine]:
        """Return the lines, the oldest first. Raises VaultError."""
        return [ForgottenLine(thing.id, frozenset(str(thing.meta["marks"]).split())) for thing in self._things()]

    def marker(self) -> Callable[[str, str], str] | None:
        """Return the function that makes the mark of a kind and a number; None if nobody was ever forgotten."""
        first = next(iter(self._things()), None)
        return None if first is None else _marker(_opened(first, self._keyring))

    def add(self, values: Collection[Value], by: tuple[str, str], reason: str) -> list[str]:
        """Append lines with the marks of these numbers; return their ids. On disk when this returns."""
        first = next(iter(self._things()), None)
        key = _opened(first, self._keyring) if first else secrets.token_bytes(32)
        mark = _marker(key)
        marks = sorted({mark(*value) for value in values})
        meta: Meta = {"by": by[0], "and": by[1], "reason": reason, "key": _sealed(key, self._keyring)}
        lines = [_line(meta, marks[at : at + _MARKS_A_LINE]) for at in range(0, len(marks), _MARKS_A_LINE)]
        with disk_errors("the vault can't be written"):
            for line in lines:
                self._manifest.append(line)
        return [line.id for line in lines]

    def _things(self) -> Iterator[VaultObject]:
        return (line.thing for line in self._manifest.lines() if line.thing.kind == FORGOTTEN)


def renewed_marks(thing: VaultObject, old: Keyring, new: Keyring) -> VaultObject:
    """Return a line about forgotten persons under new keys: the same marks, their key sealed again."""
    return replace(thing, meta={**thing.meta, "key": _sealed(_opened(thing, old), new)})


def _line(meta: Meta, marks: list[str]) -> VaultObject:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return VaultObject(secrets.token_hex(16), START, 0, FORGOTTEN, START, now, {**meta, "marks": " ".join(marks)})


def _marker(key: bytes) -> Callable[[str, str], str]:
    def mark(kind: str, value: str) -> str:
        return hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    return mark


def _sealed(key: bytes, keyring: Keyring) -> str:
    return b64encode(keyring.seal(key, _CONTEXT)).decode()


def _opened(thing: VaultObject, keyring: Keyring) -> bytes:
    return keyring.open(b64decode(str(thing.meta["key"])), _CONTEXT)
