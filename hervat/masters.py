"""The master key of an installation, from a file or the environment; two keys during a renewal."""

import json
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from pathlib import Path

from hervat.errors import UsageError

_MASTER, _NEXT = "master", "next"
_SIZE = 32
# other keys can't open sealed values, and give the same person another pseudonym
_PUT_BACK = "put back the copy of it (another one opens nothing; docs/runbook.md, Lost keys)"
_UNREADABLE = "give hervat's account the right to read it, or put back the copy of it"


@dataclass(frozen=True)
class Masters:
    """The master key in use, and its successor (None: no renewal was begun). 32 bytes each."""

    current: bytes = field(repr=False)
    following: bytes | None = field(default=None, repr=False)

    def text(self) -> str:
        """Return the content of a keys file: JSON, the keys in base64."""
        keys = {_MASTER: self.current} | ({_NEXT: self.following} if self.following else {})
        return json.dumps({name: b64encode(key).decode() for name, key in keys.items()}, indent=2) + "\n"


def new_key() -> bytes:
    """Return a random master key."""
    return os.urandom(_SIZE)


def new_master() -> str:
    """Return the text of a new keys file."""
    return Masters(new_key()).text()


def masters_from(text: str, where: str) -> Masters:
    """Parse a keys file or variable: JSON, or one bare key in base64. Raises UsageError."""
    try:
        values = json.loads(text) if text.lstrip().startswith("{") else {_MASTER: text.strip()}
        keys = {name: b64decode(values[name], validate=True) for name in (_MASTER, _NEXT) if name in values}
        current = keys[_MASTER]
    except (ValueError, KeyError, TypeError, Base64Error):
        raise UsageError(f"{where} holds no keys; {_PUT_BACK}") from None
    if any(len(key) != _SIZE for key in keys.values()):
        raise UsageError(f"{where}: the master key must be {_SIZE} bytes in base64; {_PUT_BACK}")
    return Masters(current, keys.get(_NEXT))


def load_masters(file: Path | None, env: str | None) -> Masters:
    """Return the master keys from a file or an environment variable. Raises UsageError if they are missing."""
    if env is not None:
        if env not in os.environ:
            raise UsageError(f"the environment variable {env} with the keys is not set")
        return masters_from(os.environ[env], f"the environment variable {env}")
    if file is None or not file.is_file():
        raise UsageError(f"there is no keys file {file}; {_PUT_BACK}")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the keys file {file} can't be read ({type(error).__name__}); {_UNREADABLE}") from None
    return masters_from(text, str(file))
