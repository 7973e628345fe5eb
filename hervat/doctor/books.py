"""The doctor on the register and the keys that open it: neither is made, migrated or written."""

from collections.abc import Iterator
from typing import Self

from hervat import cleaning
from hervat.doctor.findings import Check, Findings
from hervat.intake import days_looked, noted, silent
from hervat.masters import Masters, MunicipalityKeys, load_keys, load_own_keys
from hervat.register import (
    MIGRATE,
    Register,
    RegisterState,
    are_others,
    gone_silent,
    other_keys,
    state_of,
    unlockable,
    unwritable,
)
from hervat.settings import Keys, Municipality, Settings
from hervat.sftp import readable_by_others
from hervat.today import today
from hervat.upkeep import older, refuse_stale, unforgotten
from hervat.vault import noted_journal_head


class Books:
    """The present register; checks that need it run only if it can be read. Use it in a `with`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys: Masters | MunicipalityKeys | None = None
        self._register: Register | None = None
        self._state: RegisterState | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._register:
            self._register.close()

    def keys(self) -> Findings:
        """Read the keys of the installation, unless each municipality has its own."""
        if all(municipality.keys for municipality in self._settings.municipalities):
            return Findings()
        self._keys = load_keys(self._settings.keys.file, self._settings.keys.env)
        found = _open_to_others(self._settings.keys)
        if isinstance(self._keys, Masters) and self._keys.following:
            found.notes.append("they are being renewed, or that was broken off; the next command ends it")
        return found

    def register(self) -> Findings:
        """Look at the register itself."""
        self._register = Register(self._settings.register_url, looks_only=True)
        state = state_of(self._register)
        if self._settings.migrate == "never" and state is not RegisterState.CURRENT:
            self._state = state
            return Findings([f"no command works with it until its tables are of today; {MIGRATE}"])
        found = Findings(unwritable(self._register, state))
        if reason := unlockable(self._register):
            found.failing.append(reason)
        if state is not RegisterState.CURRENT:
            found.notes.append(state.value)
        self._state = state
        return found

    def of_municipality(self, municipality: Municipality) -> Iterator[tuple[str, Check]]:
        """Give the checks of one municipality's part; none when the register could not be looked at."""
        if self._state is RegisterState.ABSENT:
            yield "register", lambda: self._lost(municipality)
        elif self._state and self._register:
            register = self._register
            yield "keys", lambda: self._foreign(municipality, register)
            yield "register", lambda: self._older(municipality, register)
            yield "forgotten persons", lambda: self._unforgotten(municipality, register)
            yield "restore point", lambda: _unready(municipality, register)
            yield "rehearsal", lambda: _unrehearsed(municipality, register)
            yield "nights", lambda: _silent(municipality, register)
            yield "sources", lambda: _silent_sources(municipality, register, self._settings)

    def _foreign(self, municipality: Municipality, register: Register) -> Findings:
        """Hold the keys against the register: the present ones, and those of a renewal that was broken off."""
        own, found = municipality.keys, Findings()
        keys = load_own_keys(own.file, own.env) if own else self._keys
        if own:
            found = _open_to_others(own)
        if isinstance(keys, MunicipalityKeys):
            refuse_stale(register, self._settings.vault, keys.keyrings(municipality.code)[0], keys.where)
        elif keys:
            with register.session() as session:
                if all(are_others(session, keyring) for keyring in keys.keyrings(municipality.code)):
                    found.failing.append(other_keys(municipality.code))
        return found

    def _lost(self, municipality: Municipality) -> Findings:
        """A missing register is not a new one if the vault remembers what it wrote."""
        noted = noted_journal_head(self._settings.vault, municipality.code)
        if noted is None:
            return Findings()
        lost = (
            f"it is gone or empty, and the vault remembers {noted[0]} lines of its journal; put back the newest backup"
        )
        return Findings([lost])

    def _older(self, municipality: Municipality, register: Register) -> Findings:
        with register.session() as session:
            told = older(session, self._settings.vault, municipality.code)
        return Findings([told] if told else [])

    def _unforgotten(self, municipality: Municipality, register: Register) -> Findings:
        """Look for persons whom the vault says to be forgotten; a register that is not migrated can't tell."""
        own = municipality.keys
        keys = load_own_keys(own.file, own.env) if own else self._keys
        if keys is None or self._state is not RegisterState.CURRENT:
            return Findings()
        with register.session() as session:
            fitting = (ring for ring in keys.keyrings(municipality.code) if not are_others(session, ring))
            keyring = next(fitting, None)
            told = unforgotten(session, self._settings.vault, keyring) if keyring else None
        return Findings([told] if told else [])


def _open_to_others(keys: Keys) -> Findings:
    wrong = keys.file is not None and readable_by_others(keys.file)
    return Findings(unwise=[f"{keys.file} can be read by others; chmod 600 it"] if wrong else [])


def _unready(municipality: Municipality, register: Register) -> Findings:
    with register.session() as session:
        return Findings(unwise=cleaning.unready(session, municipality))


def _unrehearsed(municipality: Municipality, register: Register) -> Findings:
    with register.session() as session:
        return Findings(unwise=cleaning.unrehearsed(session, municipality))


def _silent(municipality: Municipality, register: Register) -> Findings:
    """A last good night too long ago; a municipality without any yet has not begun."""
    with register.session() as session:
        told = gone_silent(session, municipality.code)
    return Findings([told] if told else [])


def _silent_sources(municipality: Municipality, register: Register, settings: Settings) -> Findings:
    """Sources that gave nothing for longer than they used to, on the last night that looked; and files that grow."""
    with register.session() as session:
        days = days_looked(session, municipality.code, today())
        if not days:
            return Findings()
        found = silent(
            session, municipality.code, municipality.sources, days[0], municipality.quality or settings.quality
        )
        names = [source.name for source in municipality.sources]
        found += [told for told in noted(session, municipality.code, days, names) if told.reason == "growing_long"]
    return Findings(unwise=[told.text for told in found])
