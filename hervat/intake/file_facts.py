"""Facts of a file before it is read: its source, its name, and when it was made."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from hervat.downloads import Format, name_facts
from hervat.errors import HervatError
from hervat.pickup import Offered
from hervat.vault import VaultObject

_ZONE = ZoneInfo("Europe/Amsterdam")
_FIRST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
"""No download is older: an earlier time stamp comes from a server or share without a clock (1970, 1980)."""
_DAY = 86400.0
Meta = dict[str, str | int | None]


class Undated(HervatError):
    """Neither name nor time stamp tells when a file was made, so its meaning for a restart is unknown."""


@dataclass(frozen=True)
class FileFacts:
    """Source and name of a file, when it was made (Dutch time), and the wet in its name."""

    source: str
    name: str
    made_at: datetime
    wet: str | None

    @classmethod
    def of(cls, source: str, offered: Offered, form: Format) -> Self:
        """Return the facts in name and time stamp. Raises Undated if neither has a plausible day."""
        named = name_facts(form, offered.name)
        made_at = named.made_at or datetime.fromtimestamp(_stamped(offered), UTC)
        return cls(source, offered.name, made_at.astimezone(_ZONE).replace(tzinfo=None), named.wet)

    @classmethod
    def written(cls, thing: VaultObject) -> Self:
        """Return the facts that an original in the vault was secured with."""
        meta = thing.meta
        wet = str(meta["wet"]) if meta.get("wet") else None
        return cls(str(meta["source"]), str(meta["name"]), datetime.fromisoformat(str(meta["made_at"])), wet)

    @property
    def meta(self) -> Meta:
        """The facts as they are kept with the original in the vault."""
        return {"source": self.source, "name": self.name, "made_at": self.made_at.isoformat(), "wet": self.wet}


def _stamped(offered: Offered) -> float:
    """Return the time stamp as the moment of making; now, if the clock of the server is ahead."""
    now, stamp = time.time(), offered.modified
    if stamp is None or not _FIRST <= stamp <= now + _DAY:
        raise Undated(f"{offered.name}: neither its name nor a time stamp tells when it was made")
    return min(stamp, now)
