"""Errors of the databases of local systems."""

from hervat.errors import HervatError


class LocalSystemError(HervatError):
    """A local system could not be read; the text names the system and the thing, never a value."""


class SettingError(LocalSystemError):
    """A setting would blind a look or turn a statement, and this account may not change it; the text has the mend."""


def refused(system: str, setting: str, why: str, mend: str) -> SettingError:
    """Return the error for a setting of a system's server. `mend`: what its keeper runs."""
    return SettingError(f"system {system}: {setting}: {why}; let the database's keeper run: {mend}")
