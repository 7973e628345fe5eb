"""A night's fetch without the rest of the night: a register and a vault of its own, and sources over it."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from hervat.intake.fetch import fetch
from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register import Register
from hervat.register.models import Download, Offer
from hervat.settings import Settings, Source
from hervat.vault import Vault


class Nights:
    """A municipality whose nights consist of fetching; `fetch` makes one and returns what came of it."""

    def __init__(self, place: Path) -> None:
        self.place, self.key = place, os.urandom(32)
        self.register = Register(f"sqlite:///{place}/register.db")
        self.register.migrate()
        self.vault = Vault(place / "vault", Keyring(self.key, "0000"))

    def fetch(self, *sources: Source, **changes: Any) -> tuple[dict[str, int], Night]:
        """Fetch from the sources; return the counts of files and the night."""
        night = self.night(*sources, **changes)
        return fetch(night)["files"], night

    def night(self, *sources: Source, **changes: Any) -> Night:
        given = {
            "directory": self.place, "register": "sqlite:///register.db", "vault": self.place / "vault",
            "output": self.place / "output", "keys": {"env": "NONE"},
            "municipalities": [{"code": "0000", "name": "Voorbeeldstad"}],
        }  # fmt: skip
        settings = Settings.model_validate(given, context={"base": self.place})
        town = settings.municipalities[0].model_copy(update={"sources": list(sources)})
        keyring: Any = Keyring(self.key, "0000")
        nothing: Any = None
        return Night(settings, town, self.register, keyring, nothing, nothing, date(2022, 3, 1), **changes)

    def secured(self) -> dict[str, bytes]:
        """Return the name and content of each download in register and vault."""
        with self.register.session() as session:
            return {one.name: self.vault.open(one.object_id).read() for one in session.query(Download)}

    def offers(self) -> int:
        """Return how many offered files the register remembers."""
        with self.register.session() as session:
            return session.query(Offer).count()
