"""An installation ready to work: configuration, keys, register and rounds; it makes the nights of municipalities."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from hervat import upkeep
from hervat.acting import account
from hervat.attribution import Signed
from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.masters import Masters, MunicipalityKeys, load_keys, load_own_keys
from hervat.night import Night
from hervat.register import Busy, Register, check_keys, keys_in_use, refuse_confined, refuse_unmigrated
from hervat.rules import Settler, catalogue, read_rounds
from hervat.settings import Municipality, Settings, read_settings
from hervat.today import refuse_to_come, today
from hervat.upkeep import refuse_older
from hervat.vault import note_journal_head


class Installation:
    """An installation at work: register migrated, keys read, rounds known.

    code: for this municipality alone: only its part of the configuration is read, and only its keys are needed. partly:
    municipalities with a mistake stand in `settings.broken`, and the others can be worked for. with_master: keys are
    derived from the master key, also where a municipality has `keys` of its own. With `migrate: never` a register that
    is not up to date is refused with RegisterError.
    """

    def __init__(
        self, directory: Path, code: str | None = None, *, partly: bool = False, with_master: bool = False
    ) -> None:
        self.settings: Settings = read_settings(directory, code, partly=partly)
        self._alone, self._with_master = code, with_master
        self._keys: Masters | MunicipalityKeys | None = None
        if with_master or any(municipality.keys is None for municipality in self.settings.municipalities):
            self._keys = load_keys(self.settings.keys.file, self.settings.keys.env)
        self.rounds = read_rounds(self.settings.rounds, self.settings.directory)
        self.register = Register(self.settings.register_url)
        if self.settings.migrate == "never":
            refuse_unmigrated(self.register)
        else:
            self.register.migrate()
        self.register.on_journal = partial(note_journal_head, self.settings.vault)
        self._in_use: object | None = None

    def keyring(self, code: str) -> Keyring:
        """Return a municipality's keys; an interrupted renewal is finished first. Raises UsageError and Busy."""
        refuse_confined(self.register, code)
        self.take_keys()
        keys = self._keys_of(code)
        keyring = keys.keyrings(code)[0]
        if isinstance(keys, MunicipalityKeys):
            upkeep.refuse_stale(self.register, self.settings.vault, keyring, keys.where)
        else:
            check_keys(self.register, keyring)
        return keyring

    def _keys_of(self, code: str) -> Masters | MunicipalityKeys:
        municipality = self.settings.municipality(code)
        own = municipality.keys if municipality and not self._with_master else None
        if own:
            return load_own_keys(own.file, own.env)
        return self._keys or load_keys(self.settings.keys.file, self.settings.keys.env)

    def take_keys(self) -> None:
        """Hold the keys, so that nobody renews them; an interrupted renewal is finished first. Raises Busy."""
        if self._in_use is not None:
            return
        keys = self.settings.keys
        if self._keys is None:
            self._in_use = keys_in_use(self.register)
            return
        read = load_keys(keys.file, keys.env)
        completed = read
        if isinstance(read, Masters):
            completed = upkeep.completed(self.settings, self.register, read, account())
        self._keys, self._in_use = completed, keys_in_use(self.register)
        if load_keys(keys.file, keys.env) not in (read, completed):
            self._in_use = None
            raise Busy("the keys were just renewed; nothing was done, try again")

    def renew_keys(self, by: Signed, log: Callable[[str], None]) -> None:
        """Renew the keys of all municipalities. Raises Busy while they are in use, by this process too."""
        if self._alone:
            raise UsageError("the keys of all municipalities are renewed together; leave the municipality out")
        refuse_confined(self.register)
        for municipality in self.settings.municipalities:
            refuse_older(self.register, self.settings.vault, municipality.code)
        self._keys = upkeep.renew(self.settings, self.register, by, log)

    def municipalities(self, code: str | None = None) -> list[Municipality]:
        """Return all municipalities, or the one of this code. Raises UsageError when there is none."""
        if code is None:
            return list(self.settings.municipalities)
        municipality = self.settings.municipality(code)
        if municipality is None:
            codes = ", ".join(configured.code for configured in self.settings.municipalities)
            raise UsageError(f"there is no municipality {code} in hervat.yaml; there are {codes}")
        return [municipality]

    def nights(
        self,
        code: str | None = None,
        as_of: date | None = None,
        *,
        origin: str = "run",
        log: Callable[[str], None] | None = None,
        older_too: bool = False,
    ) -> Iterator[Night]:
        """Yield a night of each municipality, or of the one of this code, as `night` makes it."""
        for municipality in self.municipalities(code):
            yield self.night(municipality, as_of, origin=origin, log=log, older_too=older_too)

    def night(
        self,
        municipality: Municipality,
        as_of: date | None = None,
        *,
        shadow: bool = False,
        origin: str = "run",
        log: Callable[[str], None] | None = None,
        older_too: bool = False,
    ) -> Night:
        """Return a night of one municipality on a day (default: today in the Netherlands).

        older_too: also with a register older than the vault, for reading alone; else that raises RegisterOlder.

        Raises UsageError for a future day, unless it is a shadow night: what is settled can't be undone.
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
        if log:
            night.log = log
        return night
