"""Encryption and pseudonyms: one master key, a key per municipality and purpose derived from it (rule 8)."""

import hashlib
import hmac
import json
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hervat.errors import HervatError, UsageError

NONCE = 12


class SealError(HervatError):
    """A sealed value can't be opened: other keys, or it was changed."""


def new_master() -> str:
    """Return the text of a new keys file: a random master key of 32 bytes, in base64."""
    return json.dumps({"master": b64encode(os.urandom(32)).decode()}, indent=2) + "\n"


def _derive(master: bytes, code: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"hervat/1/{code}/{purpose}".encode()).derive(master)


class Keyring:
    """The keys of one municipality."""

    def __init__(self, master: bytes, code: str) -> None:
        self._master, self.code = master, code

    @cached_property
    def _seal(self) -> AESGCM:
        return AESGCM(_derive(self._master, self.code, "seal"))

    @cached_property
    def _wrap(self) -> AESGCM:
        return AESGCM(_derive(self._master, self.code, "vault"))

    @cached_property
    def _pseudonym(self) -> bytes:
        return _derive(self._master, self.code, "pseudonym")

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return `plain` encrypted (AES-GCM) and bound to `context`, which must be given again to open it."""
        nonce = os.urandom(NONCE)
        return nonce + self._seal.encrypt(nonce, plain, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what `seal` was given. Raises SealError for other keys, other context or changed bytes."""
        return _opened(self._seal, sealed, context)

    def wrap(self, key: bytes, context: str) -> bytes:
        """Return an object's own key, wrapped by the municipality's vault key."""
        nonce = os.urandom(NONCE)
        return nonce + self._wrap.encrypt(nonce, key, context.encode())

    def unwrap(self, wrapped: bytes, context: str) -> bytes:
        """Return the object's key that `wrap` was given."""
        return _opened(self._wrap, wrapped, context)

    def pseudonym(self, kind: str, value: str | bytes) -> str:
        """Return the keyed pseudonym (HMAC-SHA-256, hex) of a value; `kind` keeps BSNs and others apart."""
        data = value.encode() if isinstance(value, str) else value
        return hmac.new(self._pseudonym, kind.encode() + b"\0" + data, hashlib.sha256).hexdigest()


def _opened(cipher: AESGCM, sealed: bytes, context: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise SealError("a sealed value can't be opened: other keys, or it was changed") from None


def master_from(text: str, where: str) -> bytes:
    """Return the master key that a keys file or variable holds: its JSON, or the bare base64. Raises UsageError."""
    try:
        said = json.loads(text)["master"] if text.lstrip().startswith("{") else text.strip()
        master = b64decode(said, validate=True)
    except (ValueError, KeyError, TypeError, Base64Error):
        raise UsageError(f"{where} holds no keys; `hervat init` writes a keys file") from None
    if len(master) != 32:
        raise UsageError(f"{where}: the master key must be 32 bytes in base64")
    return master


def load_master(file: Path | None, env: str | None) -> bytes:
    """Return the master key from a file or an environment variable. Raises UsageError when it is not there."""
    if env is not None:
        if env not in os.environ:
            raise UsageError(f"the environment variable {env} with the keys is not set")
        return master_from(os.environ[env], f"the environment variable {env}")
    if file is None or not file.is_file():
        raise UsageError(f"there is no keys file {file}; `hervat init` writes one")
    return master_from(file.read_text(encoding="utf-8"), str(file))
