"""The form of an object on disk: a mark, then frames of AES-GCM, each bound to its object, its place and the end.

Every object has a key of its own, so a frame's number can be its nonce. A frame that is cut, changed, swapped, repeated
or taken from another object does not open; the last one alone carries the last-flag, so a missing end is noticed too.
"""

from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hervat.vault.files import VaultError

MARK = b"hervat-1"
CHUNK = 256 * 1024
TAG = 16


class Frames:
    """Seals and opens the frames of one object."""

    def __init__(self, key: bytes, object_id: str) -> None:
        self._cipher, self._id = AESGCM(key), object_id

    def seal(self, chunk: bytes, index: int, last: bool) -> bytes:
        """Return the frame of one chunk: the chunk encrypted, and 16 bytes more."""
        return self._cipher.encrypt(_nonce(index), chunk, self._bound(index, last))

    def opened(self, file: BinaryIO) -> Iterator[bytes]:
        """Yield an object's chunks from its file. Raises VaultError naming the object when anything is off."""
        if file.read(len(MARK)) != MARK:
            raise self._off("its mark is wrong")
        index, frame = 0, file.read(CHUNK + TAG)
        while True:
            following = file.read(CHUNK + TAG)
            yield self._open(frame, index, last=not following)
            if not following:
                return
            index, frame = index + 1, following

    def _open(self, frame: bytes, index: int, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(_nonce(index), frame, self._bound(index, last))
        except (InvalidTag, ValueError):
            raise self._off(f"frame {index} was changed, moved or cut off") from None

    def _bound(self, index: int, last: bool) -> bytes:
        return f"{self._id}/{index}/{'last' if last else 'more'}".encode()

    def _off(self, what: str) -> VaultError:
        return VaultError(f"object {self._id} is not what was secured: {what}; put back a copy of the vault")


def _nonce(index: int) -> bytes:
    return index.to_bytes(12, "big")
