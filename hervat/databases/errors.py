"""A setting of the server that hervat can't look past."""

from hervat.errors import HervatError


class SettingError(HervatError):
    """A setting would blind a look or turn a statement, and this account may not change it; the text has the mend."""


def refused(system: str, setting: str, why: str, mend: str) -> SettingError:
    """Return the error for a setting of a system's server. `mend`: what its keeper runs."""
    return SettingError(f"system {system}: {setting}: {why}; let the database's keeper run: {mend}")
