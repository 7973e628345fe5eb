"""Encryption and pseudonyms: one master key, a key per municipality and purpose derived from it (rule 8)."""

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hervat.errors import HervatError

NONCE = 12
PURPOSES = ("seal", "vault", "pseudonym")
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))  # RFC 2104


class SealError(HervatError):
    """A sealed value can't be opened: other keys, or it was changed."""


def _derive(master: bytes, code: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"hervat/1/{code}/{purpose}".encode()).derive(master)


class Keyring:
    """The keys of one municipality, derived from the master key by its code."""

    def __init__(self, master: bytes, code: str) -> None:
        self.code = code
        self._key: Callable[[str], bytes] = partial(_derive, master, code)

    @classmethod
    def of_derived(cls, code: str, keys: Mapping[str, bytes]) -> Self:
        """Return the keyring of keys that were derived elsewhere, by purpose: no master key is known here."""
        keyring = cls(b"", code)
        keyring._key = keys.__getitem__
        return keyring

    def derived(self) -> dict[str, bytes]:
        """Return the keys of the municipality, by purpose."""
        return {purpose: self._key(purpose) for purpose in PURPOSES}

    @cached_property
    def _seal(self) -> AESGCM:
        return AESGCM(self._key("seal"))

    @cached_property
    def _wrap(self) -> AESGCM:
        return AESGCM(self._key("vault"))

    @cached_property
    def _pseudonym(self) -> bytes:
        return self._key("pseudonym")

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return `plain` encrypted (AES-GCM) and bound to `context`, which must be given again to open it."""
        nonce = os.urandom(NONCE)
        return nonce + self._seal.encrypt(nonce, plain, context.encode())

    def seal_all(self, plains: Sequence[bytes], context: str) -> list[bytes]:
        """Return `seal` of each of many values."""
        encrypt, bound = self._seal.encrypt, context.encode()
        drawn = os.urandom(NONCE * len(plains))
        nonces = (drawn[at : at + NONCE] for at in range(0, len(drawn), NONCE))
        return [nonce + encrypt(nonce, plain, bound) for nonce, plain in zip(nonces, plains, strict=True)]

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return the plain bytes of a sealed value. Raises SealError for other keys, other context or changed bytes."""
        return _opened(self._seal, sealed, context)

    def wrap(self, key: bytes, context: str) -> bytes:
        """Return an object's key, wrapped with the municipality's vault key."""
        nonce = os.urandom(NONCE)
        return nonce + self._wrap.encrypt(nonce, key, context.encode())

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """Return the object's key, unwrapped."""
        return _opened(self._wrap, wrapped, context)

    def pseudonym(self, kind: str, value: str | bytes) -> str:
        """Return the keyed pseudonym (HMAC-SHA-256, hex) of a value; `kind` separates BSNs from other values."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.new(self._pseudonym, kind.encode() + b"\0" + data, hashlib.sha256).hexdigest()

    def again(self, old: str) -> str:
        """Return the pseudonym, under these keys, of an older pseudonym whose value is not known any more."""
        return self.pseudonym("again", old)

    def pseudonyms(self, kind: str) -> Callable[[str], str]:
        """Return a fast `pseudonym` function of one kind, for many values."""
        key = self._pseudonym.ljust(64, b"\0")
        inner = hashlib.sha256(key.translate(_INNER) + kind.encode() + b"\0")
        outer = hashlib.sha256(key.translate(_OUTER))

        copy_inner, copy_outer = inner.copy, outer.copy

        def pseudonym(value: str) -> str:
            first, last = copy_inner(), copy_outer()
            first.update(value.encode())
            last.update(first.digest())
            return last.hexdigest()

        return pseudonym


def _opened(cipher: AESGCM, sealed: bytes, context: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise SealError("a sealed value can't be opened: other keys, or it was changed") from None
