"""What is known of a file before it is read: where it came from and when it was made."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from hervat.downloads import Format, name_facts
from hervat.pickup import Offered
from hervat.vault import VaultObject

_ZONE = ZoneInfo("Europe/Amsterdam")
Meta = dict[str, str | int | None]


@dataclass(frozen=True)
class Facts:
    """Source and name of a file, when it was made (Dutch time) and the wet that its name tells."""

    source: str
    name: str
    made_at: datetime
    wet: str | None

    @classmethod
    def of(cls, source: str, offered: Offered, form: Format) -> Self:
        """Return what name and time stamp tell."""
        named = name_facts(form, offered.name)
        made_at = named.made_at or datetime.fromtimestamp(offered.modified, UTC)
        return cls(source, offered.name, made_at.astimezone(_ZONE).replace(tzinfo=None), named.wet)

    @classmethod
    def written(cls, thing: VaultObject) -> Self:
        """Return the facts that an original in the vault was secured with."""
        meta = thing.meta
        wet = str(meta["wet"]) if meta.get("wet") else None
        return cls(str(meta["source"]), str(meta["name"]), datetime.fromisoformat(str(meta["made_at"])), wet)

    @property
    def meta(self) -> Meta:
        """What is written beside the original in the vault."""
        return {"source": self.source, "name": self.name, "made_at": self.made_at.isoformat(), "wet": self.wet}
