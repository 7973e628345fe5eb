"""Errors of the databases of local systems."""

from hervat.errors import HervatError


class LocalSystemError(HervatError):
    """A local system could not be read; the text names the system and the thing, never a value."""


class SettingError(LocalSystemError):
    """A setting would hide rows or change a statement, and this account may not change it. The text says what to do."""


def refused(system: str, setting: str, why: str, statement: str) -> SettingError:
    """Return the error for a setting of a system's server. `statement`: what its administrator runs."""
    return SettingError(f"system {system}: {setting}: {why}; let the database's keeper run: {statement}")
