"""Renewing the keys: objects rewrapped, values sealed anew, resumable after an interruption."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from hervat import journal
from hervat.account import Account
from hervat.attribution import Signed
from hervat.errors import HervatError, UsageError
from hervat.keyring import Keyring, SealError
from hervat.masters import Masters, load_masters, new_key
from hervat.register import Register, check_of, keys_alone, packed, unpacked
from hervat.register.models import (
    Answer,
    CleaningPlan,
    DeliveryBlock,
    DisclosedTo,
    Download,
    Enclosure,
    ForeignRow,
    Identifier,
    KeptValue,
    KeyCheck,
    Notice,
    Person,
    Personalia,
    PlanPerson,
    Reappearance,
    Receipt,
    Refilled,
    SharedRow,
    Told,
)
from hervat.settings import Settings
from hervat.today import today
from hervat.upkeep.lapse import lapse
from hervat.vault import (
    TOMBSTONE,
    Manifest,
    Opened,
    Vault,
    VaultError,
    VaultObject,
    digest_context,
    disk_errors,
    key_context,
    sync_folder,
    tombstones,
    write_whole,
)

_NAMES = ("manifest.jsonl", "head")


def sound(folder: Path, keyring: Keyring) -> list[str]:
    """Return what is wrong with the chain of a municipality's vault under these keys; objects are not read."""
    try:
        return Manifest(folder, keyring).checked()[1]
    except VaultError as error:
        return [str(error)]


def is_switched(folder: Path, new: Keyring) -> bool:
    """Say whether a municipality's vault is under the new keys, or holds nothing."""
    return not _next(folder, "head").exists() and Manifest(folder, new).is_ours


def prepare(folder: Path, old: Keyring, new: Keyring) -> dict[str, str]:
    """Wrap every object's key anew and write the manifest under the new keys beside the old one.

    Return object id -> digest under the new keys; empty when the vault is under them already, or there is none. An
    object that is damaged stays so: it gets a digest by which `verify` goes on to report it. Raises VaultError when the
    chain itself is broken.
    """
    if _next(folder, "head").exists() and not _next(folder, "manifest.jsonl").exists():
        switch(folder)  # killed between the two names
    if not (folder / "manifest.jsonl").is_file() or is_switched(folder, new):
        return {}
    Vault(folder.parent, old).sweep()
    lines, problems = Manifest(folder, old).checked()
    if problems:
        raise VaultError(f"the keys of {old.code} can't be renewed: {problems[0]}")
    with disk_errors("the vault can't be written"):
        things = list(_renewed(folder, old, new, [line.thing for line in lines]))
        fresh = Manifest(folder, new)
        write_whole(_next(folder, "manifest.jsonl"), fresh.written_anew(things))
        write_whole(_next(folder, "head"), fresh.head_at(len(things)))
    return {thing.id: thing.digest for thing in things}


def switch(folder: Path) -> None:
    """Put the prepared manifest in the place of the old one; what is done already is left so."""
    with disk_errors("the vault can't be written"):
        for name in _NAMES:
            if _next(folder, name).exists():
                _next(folder, name).replace(folder / name)
                sync_folder(folder)


def _next(folder: Path, name: str) -> Path:
    return folder / f"{name}.next"


def _renewed(folder: Path, old: Keyring, new: Keyring, lines: list[VaultObject]) -> Iterator[VaultObject]:
    ended = tombstones(lines)
    for thing in lines:
        if thing.kind == TOMBSTONE:
            yield _tombstone(thing, old, new)
        elif thing.id in ended:
            known = _ended_digest(ended[thing.id], thing.id, old)
            yield replace(thing, digest=new.pseudonym("content", known) if known else new.again(thing.digest))
        else:
            _wrap_anew(folder / "keys" / thing.id, thing.id, old, new)
            yield replace(thing, digest=_digest(folder, old, new, thing))


def _wrap_anew(path: Path, object_id: str, old: Keyring, new: Keyring) -> None:
    """Wrap one object's key by the new keys, unless it is so already; one that can't be opened is left as it is."""
    if not path.is_file():
        return
    try:
        write_whole(path, new.wrap(old.unwrap(path.read_bytes(), key_context(object_id)), key_context(object_id)))
    except SealError:  # done before the kill, or damaged: `verify` tells which
        return


def _digest(folder: Path, old: Keyring, new: Keyring, thing: VaultObject) -> str:
    try:
        with Opened(folder, new, thing.id) as stream:
            plain = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except VaultError:
        return new.again(thing.digest)
    same = old.pseudonym("content", plain) == thing.digest
    return new.pseudonym("content", plain) if same else new.again(thing.digest)


def _ended_digest(stone: VaultObject, object_id: str, keyring: Keyring) -> str | None:
    """Return the SHA-256 of an ended object's content, None where it was damaged when it was ended."""
    sealed = stone.meta.get("digest")
    return keyring.open(b64decode(str(sealed)), digest_context(object_id)).decode() if sealed else None


def _tombstone(stone: VaultObject, old: Keyring, new: Keyring) -> VaultObject:
    object_id = str(stone.meta["object"])
    known = _ended_digest(stone, object_id, old)
    if known is None:
        return stone
    sealed = b64encode(new.seal(known.encode(), digest_context(object_id))).decode()
    return replace(stone, meta={**stone.meta, "digest": sealed})


_SET = 1000
_LARGE = 10  # a notice's bytes may be megabytes, a block of a delivery more than half of one
Values = dict[str, Any]


class Renewal:
    """Renews the register of one municipality, in the transaction of `session`."""

    def __init__(self, session: Session, old: Keyring, new: Keyring) -> None:
        self._session, self._old, self._new = session, old, new
        self._known: dict[str, str] = {}

    def all_values(self, digests: Mapping[str, str]) -> None:
        """Renew all. digests: object id -> digest of its content under the new keys. Raises SealError."""
        self._walk(Identifier, self._identifier)  # first: they tell what every other pseudonym becomes
        self._walk(DisclosedTo, self._disclosure)
        self._personalia()
        self._walk(Notice, lambda row: {"payload": self._sealed(row.payload, "notice")}, _LARGE)
        self._walk(Receipt, lambda row: {"reason": self._sealed(row.reason, "receipt")})
        self._walk(Answer, lambda row: {"sealed": self._sealed(row.sealed, "answer")})
        self._walk(KeptValue, lambda row: {"sealed": self._sealed(row.sealed, "kept"), "key": self._key(row.key)})
        self._walk(SharedRow, self._shared)
        for model in (Reappearance, Refilled):
            self._walk(model, lambda row: {"key": self._key(row.key)})
        self._walk(Download, lambda row: {"digest": digests.get(row.object_id) or self._new.again(row.digest)})
        self._walk(DeliveryBlock, lambda row: {"sealed": self._block(row.sealed)}, _LARGE)
        self._children(CleaningPlan, PlanPerson, "plan_id", "key", self._key)
        self._children(Notice, Told, "notice_id", "key", self._key)
        self._children(Notice, Enclosure, "notice_id", "payload", lambda value: self._sealed(value, "notice"))
        self._children(Download, ForeignRow, "download_id", "row_hash", self._new.again)

    def _sealed(self, value: bytes | None, context: str) -> bytes | None:
        return None if value is None else self._new.seal(self._old.open(value, context), context)

    def _key(self, old: str) -> str:
        """Return a person's new pseudonym; one who is known by no number any more keeps one of his own."""
        return self._known.get(old) or self._new.again(old)

    def _pseudonym(self, kind: str, sealed: bytes | None, context: str, before: str) -> str:
        if sealed is None:
            return before
        fresh = self._new.pseudonym(kind, self._old.open(sealed, context))
        self._known[before] = fresh
        return fresh

    def _identifier(self, row: Row[Any]) -> Values:
        fresh = self._pseudonym(row.kind, row.sealed, "identifier", row.pseudonym)
        return {"pseudonym": fresh, "sealed": self._sealed(row.sealed, "identifier")}

    def _disclosure(self, row: Row[Any]) -> Values:
        return {
            "key": self._pseudonym("bsn", row.bsn, "disclosure", row.key),
            "bsn": self._sealed(row.bsn, "disclosure"),
            "reference_key": self._pseudonym("reference", row.reference, "disclosure", row.reference_key),
            "reference": self._sealed(row.reference, "disclosure"),
        }

    def _block(self, sealed: bytes) -> bytes:
        """Return whom a delivery held, by their new pseudonyms."""
        plain = packed(map(self._key, unpacked(self._old.open(sealed, "delivered"))))
        return self._new.seal(plain, "delivered")

    def _shared(self, row: Row[Any]) -> Values:
        plain = self._old.open(row.sealed, "shared")
        mark = self._new.pseudonym("row", f"{row.place} {plain.decode()}")
        return {"mark": mark, "sealed": self._new.seal(plain, "shared")}

    def _walk(self, model: Any, change: Callable[[Row[Any]], Values], size: int = _SET) -> None:
        """Change the rows of a table, a set at a time."""
        table, last = model.__table__, 0
        wanted = select(table).where(table.c.municipality == self._new.code).order_by(table.c.id).limit(size)
        while rows := self._session.execute(wanted.where(table.c.id > last)).all():
            self._session.execute(update(model), [{"id": row.id, **change(row)} for row in rows])
            last = rows[-1].id

    def _personalia(self) -> None:
        """Seal names and dates of birth anew, a set of persons at a time."""
        own, last = select(Person.id).where(Person.municipality == self._new.code), 0
        wanted = select(Personalia.person_id, Personalia.sealed).where(Personalia.person_id.in_(own)).limit(_SET)
        wanted = wanted.order_by(Personalia.person_id)
        while rows := self._session.execute(wanted.where(Personalia.person_id > last)).all():
            fresh = [{"person_id": one, "sealed": self._sealed(sealed, "details")} for one, sealed in rows]
            self._session.execute(update(Personalia), fresh)
            last = rows[-1].person_id

    def _children(self, parent: Any, child: Any, link: str, name: str, change: Callable[[Any], Any]) -> None:
        """Change one column of the rows that hang from a parent's, a parent at a time."""
        table = child.__table__
        own = table.c[link] == bindparam("parent")
        statement = update(table).where(own, table.c[name] == bindparam("old")).values({name: bindparam("new")})
        parents = select(parent.id).where(parent.municipality == self._new.code)
        for number in self._session.scalars(parents.order_by(parent.id)).all():
            found = self._session.scalars(select(table.c[name]).where(table.c[link] == number).distinct()).all()
            changes = [{"parent": number, "old": before, "new": change(before)} for before in found]
            if changes:
                self._session.connection().execute(statement, changes)


Say = Callable[[str], None]


def renew(settings: Settings, register: Register, by: Signed, say: Say) -> Masters:
    """Renew the keys of the whole installation; return them. Raises Busy when anybody works with them.

    Raises UsageError when the keys stand in the environment and no next one beside them, or belong to another register,
    and HervatError when a vault's chain is broken: then nothing was changed.
    """
    with keys_alone(register):
        masters = load_masters(settings.keys.file, settings.keys.env)
        if masters.following is None:
            masters = _begun(settings, register, masters)
        return _finished(settings, register, masters, by, say)


def completed(settings: Settings, register: Register, masters: Masters, by: Account) -> Masters:
    """Return the keys to work with: a renewal that was killed is finished first. Raises Busy while one is at work."""
    if masters.following is None or (settings.keys.file is None and _is_done(settings, register, masters.following)):
        return Masters(masters.following or masters.current)
    with keys_alone(register):
        masters = load_masters(settings.keys.file, settings.keys.env)
        return _finished(settings, register, masters, by, lambda _text: None) if masters.following else masters


def _begun(settings: Settings, register: Register, masters: Masters) -> Masters:
    if settings.keys.file is None:
        raise UsageError(
            f"the keys come from the environment: write {settings.keys.env} as JSON with the present key under master"
            " and a new one under next (`hervat init` in an empty folder makes one), and call this again"
        )
    with register.session() as session:
        _belong(session, masters.current)
    for folder, keyring in _vaults(settings, masters.current):
        if wrong := sound(folder, keyring):
            raise HervatError(f"{keyring.code}: {wrong[0]}; the keys were not renewed, `hervat verify` tells the rest")
    both = replace(masters, following=new_key())
    _write(settings.keys.file, both)
    return both


def _finished(settings: Settings, register: Register, masters: Masters, by: Signed | Account, say: Say) -> Masters:
    old, new = masters.current, masters.following
    assert new is not None  # noqa: S101 - both callers looked
    digests = {}
    for folder, keyring in _vaults(settings, old):
        say(f"wrapping the keys of {keyring.code} anew")
        digests[keyring.code] = prepare(folder, keyring, Keyring(new, keyring.code))
    say("renewing the register")
    with register.session() as session:
        for row in session.scalars(select(KeyCheck).order_by(KeyCheck.municipality)):
            _renew_one(session, row, Keyring(old, row.municipality), Keyring(new, row.municipality), digests, by)
    for folder, _ in _vaults(settings, new):
        switch(folder)
    done = Masters(new)
    if settings.keys.file is not None:
        _write(settings.keys.file, done)
    return done


def _renew_one(
    session: Session,
    row: KeyCheck,
    old: Keyring,
    new: Keyring,
    digests: dict[str, dict[str, str]],
    by: Signed | Account,
) -> None:
    """Renew what the register holds of one municipality, unless it is under the new keys already."""
    if row.pseudonym == check_of(new):
        return
    _fits(row, old)
    told = lapse(session, row.municipality, today())
    Renewal(session, old, new).all_values(digests.get(row.municipality, {}))
    row.pseudonym = check_of(new)
    journal.record(session, row.municipality, by, "keys renewed", f"municipality {row.municipality}", told, "vault")


def _is_done(settings: Settings, register: Register, new: bytes) -> bool:
    with register.session() as session:
        rows = session.scalars(select(KeyCheck)).all()
    done = all(row.pseudonym == check_of(Keyring(new, row.municipality)) for row in rows)
    return done and all(is_switched(folder, keyring) for folder, keyring in _vaults(settings, new))


def _belong(session: Session, master: bytes) -> None:
    for row in session.scalars(select(KeyCheck)):
        _fits(row, Keyring(master, row.municipality))


def _fits(row: KeyCheck, keyring: Keyring) -> None:
    if row.pseudonym != check_of(keyring):
        raise UsageError(f"these are other keys than those of the register of {row.municipality}; nothing was renewed")


def _vaults(settings: Settings, master: bytes) -> Iterator[tuple[Path, Keyring]]:
    """Yield each municipality's folder in the vault, of those too that are configured no more, with its keys."""
    for folder in sorted(settings.vault.glob("[0-9][0-9][0-9][0-9]")):
        yield folder, Keyring(master, folder.name)


def _write(file: Path, masters: Masters) -> None:
    with disk_errors(f"{file} can't be written"):
        write_whole(file.resolve(), masters.text().encode())
