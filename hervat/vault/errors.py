"""Errors of the vault; their texts hold object ids and file names only."""

from collections.abc import Iterator
from contextlib import contextmanager

from hervat.errors import HervatError


class VaultError(HervatError):
    """An object is missing, can't be read or was changed, or the vault could not be written."""


@contextmanager
def disk_errors(doing: str) -> Iterator[None]:
    """Turn the disk's errors inside the block into a VaultError that says what was being done."""
    try:
        yield
    except OSError as error:
        raise VaultError(f"{doing}: {error.strerror or type(error).__name__}; mend the disk or the rights") from None
