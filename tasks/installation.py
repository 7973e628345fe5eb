"""Putting an installation together: configuration, keys, register and rounds -> a night a municipality."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from hervat import upkeep
from hervat.account import account
from hervat.attribution import Signed
from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.masters import load_masters
from hervat.night import Night
from hervat.register import Busy, Register, check_keys, keys_in_use
from hervat.rules import Settler, catalogue, read_rounds
from hervat.settings import Municipality, Settings, read_settings
from hervat.today import refuse_to_come, today
from hervat.upkeep import refuse_older
from hervat.vault import note_journal_head


class Installation:
    """An installation that is ready to work: its register migrated, its keys read, its rounds known."""

    def __init__(self, directory: Path) -> None:
        self.settings: Settings = read_settings(directory)
        keys = self.settings.keys
        self._masters = load_masters(keys.file, keys.env)
        self.rounds = read_rounds(self.settings.rounds, self.settings.directory)
        self.register = Register(self.settings.register_url)
        self.register.migrate()
        self.register.on_journal = partial(note_journal_head, self.settings.vault)
        self._in_use: object | None = None

    def keyring(self, code: str) -> Keyring:
        """Return a municipality's keys; a renewal that was killed is finished first. Raises UsageError and Busy."""
        if self._in_use is None:
            self._take_keys()
        keyring = Keyring(self._masters.current, code)
        check_keys(self.register, keyring)
        return keyring

    def _take_keys(self) -> None:
        keys = self.settings.keys
        read = load_masters(keys.file, keys.env)
        self._masters = upkeep.completed(self.settings, self.register, read, account())
        self._in_use = keys_in_use(self.register)
        if load_masters(keys.file, keys.env) not in (read, self._masters):
            self._in_use = None
            raise Busy("the keys were renewed at this moment; nothing was done, call it again")

    def renew_keys(self, by: Signed, say: Callable[[str], None]) -> None:
        """Renew the keys of all municipalities. Raises Busy when anybody works with them, this process too."""
        for municipality in self.settings.municipalities:
            refuse_older(self.register, self.settings.vault, municipality.code)
        self._masters = upkeep.renew(self.settings, self.register, by, say)

    def municipalities(self, code: str | None = None) -> list[Municipality]:
        """Return all municipalities, or the one of this code. Raises UsageError when there is none."""
        if code is None:
            return list(self.settings.municipalities)
        found = self.settings.municipality(code)
        if found is None:
            codes = ", ".join(municipality.code for municipality in self.settings.municipalities)
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
        older_too: bool = False,
    ) -> Night:
        """Return a night of one municipality on a day (default: today in the Netherlands).

        Raises UsageError for a day to come, unless it is a shadow night: what is settled can't be unlived.

        older_too: for who only looks; else a register that is older than the vault raises RegisterOlder.
        """
        if as_of is not None and not shadow:
            refuse_to_come(as_of)
        keyring = self.keyring(municipality.code)
        if not older_too:
            refuse_older(self.register, self.settings.vault, municipality.code)
        night = Night(
            settings=self.settings,
            municipality=municipality,
            register=self.register,
            keyring=keyring,
            rounds=self.rounds,
            settler=Settler(self.rounds, catalogue()),
            as_of=as_of or today(),
            shadow=shadow,
            actor=account(),
            origin=origin,
        )
        if say:
            night.say = say
        return night
