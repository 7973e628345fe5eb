"""One object on its way into the vault: encrypted and hashed as it streams by, and there only once committed."""

import fcntl
import hashlib
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from hervat.keyring import Keyring
from hervat.vault.files import VaultError, disk_errors, new_private, private_folder, sync_folder, write_whole
from hervat.vault.frames import CHUNK, MARK, Frames
from hervat.vault.manifest import Manifest, Meta, VaultObject


def key_context(object_id: str) -> str:
    """Return the context to which an object's wrapped key is bound."""
    return f"vault/{object_id}"


class Incoming:
    """Takes chunks; made by `Vault.writer`. The `.part` is locked, so that a sweep beside it leaves it alone."""

    def __init__(self, folder: Path, keyring: Keyring, manifest: Manifest) -> None:
        self._folder, self._keyring, self._manifest = folder, keyring, manifest
        self.id = secrets.token_hex(16)
        self._key = secrets.token_bytes(32)
        self._frames, self._index, self._held = Frames(self._key, self.id), 0, bytearray()
        self._plain, self._cipher, self._size = hashlib.sha256(), hashlib.sha256(), 0
        self._committed = False
        with disk_errors("the vault can't be written"):
            for path in (folder.parent, folder, folder / "objects", folder / "keys"):
                private_folder(path)
            self._object = folder / "objects" / self.id
            self._part = self._object.with_suffix(".part")
            self._file = os.fdopen(new_private(self._part), "wb")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._out(MARK)

    @property
    def size(self) -> int:
        """The bytes written so far."""
        return self._size

    @property
    def digest(self) -> str:
        """The keyed digest of the bytes written so far: the same content has the same one, and nobody can guess it."""
        return self._keyring.pseudonym("content", self._plain.hexdigest())

    def write(self, chunk: bytes) -> None:
        """Take the next piece of the content, of any length."""
        self._plain.update(chunk)
        self._size += len(chunk)
        self._held += chunk
        with disk_errors("the vault can't be written"):
            while len(self._held) > CHUNK:  # a full one is held back: it may be the last
                self._frame(bytes(self._held[:CHUNK]), last=False)
                del self._held[:CHUNK]

    def commit(self, kind: str, meta: Meta) -> VaultObject:
        """Make the object exist: content and key on disk first, then its line, then its name. Once only."""
        if self._committed:
            raise VaultError(f"object {self.id} is committed already")
        with disk_errors("the vault can't be written"):
            self._frame(bytes(self._held), last=True)
            self._file.flush()
            os.fsync(self._file.fileno())
            write_whole(self._folder / "keys" / self.id, self._keyring.wrap(self._key, key_context(self.id)))
            now = datetime.now(UTC).isoformat(timespec="seconds")
            thing = VaultObject(self.id, self.digest, self._size, kind, self._cipher.hexdigest(), now, dict(meta))
            sync_folder(self._part.parent)
            self._committed = True
            self._manifest.append(thing)
            self._part.replace(self._object)
            sync_folder(self._object.parent)
        return thing

    def close(self) -> None:
        """End the writing; what was not committed is removed."""
        if not self._committed:
            self._part.unlink(missing_ok=True)
        self._file.close()

    def _frame(self, chunk: bytes, last: bool) -> None:
        self._out(self._frames.seal(chunk, self._index, last))
        self._index += 1

    def _out(self, data: bytes) -> None:
        self._cipher.update(data)
        self._file.write(data)
