"""Renew the keys of the register of one municipality: reseal values and recompute pseudonyms."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from hervat.keyring import Keyring
from hervat.register import packed, unpacked
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
    Notice,
    Person,
    Personalia,
    PlanPerson,
    Reappearance,
    Receipt,
    Refilled,
    Separate,
    SharedRow,
    Told,
)

_SET = 1000
_LARGE = 10  # a notice's bytes may be megabytes, a block of a delivery more than half of one
Values = dict[str, Any]


class Renewal:
    """Renews the register of one municipality, in the transaction of `session`."""

    def __init__(self, session: Session, old: Keyring, new: Keyring) -> None:
        self._session, self._old, self._new = session, old, new
        self._known: dict[str, str] = {}

    def all_values(self, digests: Mapping[str, str]) -> None:
        """Renew everything. digests: object id -> digest of its content under the new keys. Raises SealError."""
        self._walk(Identifier, self._identifier)  # first: they determine all other pseudonyms
        self._walk(DisclosedTo, self._disclosure)
        self._personalia()
        self._walk(Notice, lambda row: {"payload": self._sealed(row.payload, "notice")}, _LARGE)
        self._walk(Receipt, lambda row: {"reason": self._sealed(row.reason, "receipt")})
        self._walk(Answer, lambda row: {"sealed": self._sealed(row.sealed, "answer")})
        self._walk(KeptValue, lambda row: {"sealed": self._sealed(row.sealed, "kept"), "key": self._key(row.key)})
        self._walk(Separate, self._separate)
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
        """Return a person's new pseudonym; somebody without a known number keeps one of their own."""
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
        """Return the persons in a delivery, by their new pseudonyms."""
        plain = packed(map(self._key, unpacked(self._old.open(sealed, "delivered"))))
        return self._new.seal(plain, "delivered")

    def _separate(self, row: Row[Any]) -> Values:
        keys = {"key": self._key(row.key), "other_key": self._key(row.other_key)}
        return {**keys, "sealed": self._sealed(row.sealed, "separate")}

    def _shared(self, row: Row[Any]) -> Values:
        plain = self._old.open(row.sealed, "shared")
        mark = self._new.pseudonym("row", f"{row.place} {plain.decode()}")
        return {"mark": mark, "sealed": self._new.seal(plain, "shared")}

    def _walk(self, model: Any, change: Callable[[Row[Any]], Values], size: int = _SET) -> None:
        """Change the rows of a table, a batch at a time."""
        table, last = model.__table__, 0
        query = select(table).where(table.c.municipality == self._new.code).order_by(table.c.id).limit(size)
        while rows := self._session.execute(query.where(table.c.id > last)).all():
            self._session.execute(update(model), [{"id": row.id, **change(row)} for row in rows])
            last = rows[-1].id

    def _personalia(self) -> None:
        """Reseal names and dates of birth, a batch of persons at a time."""
        own, last = select(Person.id).where(Person.municipality == self._new.code), 0
        query = select(Personalia.person_id, Personalia.sealed).where(Personalia.person_id.in_(own)).limit(_SET)
        query = query.order_by(Personalia.person_id)
        while rows := self._session.execute(query.where(Personalia.person_id > last)).all():
            fresh = [{"person_id": person, "sealed": self._sealed(sealed, "details")} for person, sealed in rows]
            self._session.execute(update(Personalia), fresh)
            last = rows[-1].person_id

    def _children(self, parent: Any, child: Any, link: str, name: str, change: Callable[[Any], Any]) -> None:
        """Change one column of child rows, a parent at a time."""
        table = child.__table__
        own = table.c[link] == bindparam("parent")
        statement = update(table).where(own, table.c[name] == bindparam("old")).values({name: bindparam("new")})
        parents = select(parent.id).where(parent.municipality == self._new.code)
        for number in self._session.scalars(parents.order_by(parent.id)).all():
            values = self._session.scalars(select(table.c[name]).where(table.c[link] == number).distinct()).all()
            changes = [{"parent": number, "old": before, "new": change(before)} for before in values]
            if changes:
                self._session.connection().execute(statement, changes)
