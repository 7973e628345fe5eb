"""A tombstone: the line in the chain that says that an object was ended, by which two persons and why."""

from collections.abc import Iterable
from datetime import UTC, datetime

from hervat.vault.manifest import START, Meta, VaultObject

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
