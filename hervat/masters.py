"""Keys from a file or the environment: the master key (two during a renewal), or the keys of one municipality."""

import json
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hervat.errors import UsageError
from hervat.keyring import PURPOSES, Keyring

_MASTER, _NEXT, _MUNICIPALITY = "master", "next", "municipality"
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
        return _text(keys)

    def keyrings(self, code: str) -> list[Keyring]:
        """Return the keys of a municipality: the present ones, and those of a renewal."""
        return [Keyring(key, code) for key in (self.current, self.following) if key]


@dataclass(frozen=True)
class MunicipalityKeys:
    """The keys of one municipality alone, by purpose; where: the file or variable they came from."""

    code: str
    keys: Mapping[str, bytes] = field(repr=False)
    where: str = ""

    def text(self) -> str:
        """Return the content of a keys file."""
        return _text(self.keys, {_MUNICIPALITY: self.code})

    def keyrings(self, code: str) -> list[Keyring]:
        """Return the keys of the municipality, alone. Raises UsageError for any other."""
        if code != self.code:
            raise UsageError(
                f"{self.where} holds the keys of {self.code} alone: nothing can be done for {code} with it;"
                f" `hervat vault keys --municipality {code}` writes its own, where the master key is"
            )
        return [Keyring.of_derived(code, self.keys)]


def _text(keys: Mapping[str, bytes], more: Mapping[str, str] | None = None) -> str:
    return (
        json.dumps({**(more or {}), **{name: b64encode(key).decode() for name, key in keys.items()}}, indent=2) + "\n"
    )


def new_key() -> bytes:
    """Return a random master key."""
    return os.urandom(_SIZE)


def new_master() -> str:
    """Return the text of a new keys file."""
    return Masters(new_key()).text()


def keys_from(text: str, where: str) -> Masters | MunicipalityKeys:
    """Parse a keys file or variable: JSON, or one bare master key in base64. Raises UsageError."""
    try:
        values = json.loads(text) if text.lstrip().startswith("{") else {_MASTER: text.strip()}
        alone = _MUNICIPALITY in values
        names = PURPOSES if alone else [name for name in (_MASTER, _NEXT) if name == _MASTER or name in values]
        keys = {name: b64decode(values[name], validate=True) for name in names}
    except (ValueError, KeyError, TypeError, Base64Error):
        raise UsageError(f"{where} holds no keys; {_PUT_BACK}") from None
    if any(len(key) != _SIZE for key in keys.values()):
        what = "each key" if alone else "the master key"
        raise UsageError(f"{where}: {what} must be {_SIZE} bytes in base64; {_PUT_BACK}")
    if alone:
        return MunicipalityKeys(str(values[_MUNICIPALITY]), keys, where)
    return Masters(keys[_MASTER], keys.get(_NEXT))


def load_keys(file: Path | None, env: str | None) -> Masters | MunicipalityKeys:
    """Return the keys in a file or an environment variable. Raises UsageError if they are missing."""
    if env is not None:
        if env not in os.environ:
            raise UsageError(f"the environment variable {env} with the keys is not set")
        return keys_from(os.environ[env], f"the environment variable {env}")
    if file is None or not file.is_file():
        raise UsageError(f"there is no keys file {file}; {_PUT_BACK}")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the keys file {file} can't be read ({type(error).__name__}); {_UNREADABLE}") from None
    return keys_from(text, str(file))


def load_masters(file: Path | None, env: str | None) -> Masters:
    """Return the master keys in a file or an environment variable. Raises UsageError if there are none."""
    keys = load_keys(file, env)
    if isinstance(keys, MunicipalityKeys):
        raise UsageError(f"{keys.where} holds the keys of {keys.code} alone; this takes the master key")
    return keys


def load_own_keys(file: Path | None, env: str | None) -> MunicipalityKeys:
    """Return the keys of one municipality alone. Raises UsageError if they are others, or are missing."""
    keys = load_keys(file, env)
    if isinstance(keys, Masters):
        where = f"the environment variable {env}" if env else str(file)
        raise UsageError(
            f"{where} holds a master key, which opens every municipality; `hervat vault keys` writes that of one alone"
        )
    return keys
