"""Putting an installation together: configuration, keys, register and rounds -> a night a municipality."""

import getpass
from collections.abc import Callable
from datetime import date
from pathlib import Path

from hervat.errors import UsageError
from hervat.keyring import Keyring, load_master
from hervat.night import Night
from hervat.register import Register
from hervat.register.keys import check_keys
from hervat.rounds import read_rounds
from hervat.settings import Municipality, Settings, read_settings
from hervat.settling import Settler
from hervat.signals import catalogue
from hervat.today import today


class Installation:
    """An installation that is ready to work: its register migrated, its keys read, its rounds known."""

    def __init__(self, directory: Path) -> None:
        self.settings: Settings = read_settings(directory)
        keys = self.settings.keys
        self._master = load_master(keys.file, keys.env)
        self.rounds = read_rounds(self.settings.rounds, self.settings.directory)
        self.register = Register(self.settings.register_url)
        self.register.migrate()

    def municipalities(self, code: str | None = None) -> list[Municipality]:
        """Return all municipalities, or the one of this code. Raises UsageError when there is none."""
        if code is None:
            return list(self.settings.municipalities)
        found = self.settings.municipality(code)
        if found is None:
            codes = ", ".join(one.code for one in self.settings.municipalities)
            raise UsageError(f"there is no municipality {code} in hervat.yaml; there are {codes}")
        return [found]

    def night(
        self,
        municipality: Municipality,
        as_of: date | None = None,
        *,
        shadow: bool = False,
        origin: str = "run",
        say: Callable[[str], None] | None = None,
    ) -> Night:
        """Return a night of one municipality on a day (default: today in the Netherlands). Raises UsageError."""
        keyring = Keyring(self._master, municipality.code)
        check_keys(self.register, keyring)
        night = Night(
            settings=self.settings,
            municipality=municipality,
            register=self.register,
            keyring=keyring,
            rounds=self.rounds,
            settler=Settler(self.rounds, catalogue()),
            as_of=as_of or today(),
            shadow=shadow,
            actor=getpass.getuser(),
            origin=origin,
        )
        if say:
            night.say = say
        return night
