"""The persons in a delivery, as pseudonyms in sealed blocks: a row a person would take as long as the delivery.

So CBS can be told about persons who are corrected afterwards (rule 5). One block at a time is opened, searched and
dropped.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from hervat.delivery.gate.facts import AtCbs
from hervat.keyring import Keyring
from hervat.register import PSEUDONYM_BYTES, packed, scope, unpacked
from hervat.register.models import Delivery, DeliveryBlock
from hervat.settling import People

_CONTEXT = "delivered"
_BLOCK = 20_000 * PSEUDONYM_BYTES
_AT_ONCE = 4  # blocks
_COLUMNS = ("id", "quarter", "digest", "receipt", "written_on", "confirmed_on", "remembers")
Met = Mapping[int, set[str]]
T = TypeVar("T")


class Memory:
    """Gathers the pseudonyms of those in a delivery while its records stream by: 32 bytes a person."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring, self._pseudonym = keyring, keyring.pseudonyms("bsn")
        self._packed = bytearray()

    def add(self, bsns: Iterable[str | None]) -> None:
        """Remember these BSNs (nine digits); a record without one is wrong, and then nothing is delivered."""
        self._packed += bytes.fromhex("".join(map(self._pseudonym, filter(None, bsns))))

    def held(self) -> set[str]:
        """Return the pseudonyms remembered so far."""
        return set(unpacked(bytes(self._packed)))

    def keep(self, session: Session, row: Delivery) -> None:
        """Keep them with the row of the delivery, in its transaction."""
        row.remembers = True
        session.add(row)
        session.flush()
        own = {"municipality": row.municipality, "delivery_id": row.id}
        for at in range(0, len(self._packed), _BLOCK):
            plain = packed(unpacked(self._packed[at : at + _BLOCK]))
            session.execute(insert(DeliveryBlock).values(**own, sealed=self._keyring.seal(plain, _CONTEXT)))


def at_cbs(session: Session, keyring: Keyring, people: People) -> tuple[AtCbs, ...]:
    """Return what CBS has of each quarter, and which persons in it were corrected since."""
    rows = _deliveries(session, keyring.code)
    newest = {row.quarter: row for row in rows}
    received = {row.quarter: row for row in rows if row.receipt is not None}
    asked = {row.id for quarter, one in received.items() for row in (one, newest[quarter])}
    met = _met(session, keyring, asked, _corrected(people))
    return tuple(_one(row, newest[quarter], met) for quarter, row in sorted(received.items()))


def _one(row: Row[Any], last: Row[Any], met: Met) -> AtCbs:
    waits = last.receipt is None and last.remembers and not met[last.id]
    return AtCbs(row.quarter, row.digest, row.remembers, frozenset(met[row.id]), waits)


def _corrected(people: People) -> dict[str, str]:
    """Return BSN pseudonym -> key of the corrected persons."""
    corrected = people.in_state("corrected")
    return {key: keys[0] for person, keys in people.keys.items() if person in corrected for key in keys}


def of_person(session: Session, keyring: Keyring, pseudonyms: Collection[str]) -> list[dict[str, Any]]:
    """Return the deliveries with a receipt that held a person (by BSN pseudonyms), in order.

    left_out_on: the day of the receipt of the next one of that quarter without the person. remembers false: whether the
    person was in it is not known.
    """
    rows = [row for row in _deliveries(session, keyring.code) if row.receipt is not None]
    met = _met(session, keyring, {row.id for row in rows}, dict.fromkeys(pseudonyms, ""))
    names = ("quarter", "written_on", "confirmed_on", "remembers")
    return [
        {**{name: getattr(row, name) for name in names}, "left_out_on": _left_out_on(row, rows, met)}
        for row in rows
        if met[row.id] or not row.remembers
    ]


def holding(session: Session, keyring: Keyring, pseudonyms: Collection[str]) -> set[int]:
    """Return the ids of the deliveries, with a receipt or not, that held one of these BSN pseudonyms. One statement."""
    return set(deliveries_of(session, keyring, dict.fromkeys(pseudonyms, "")))


def deliveries_of(session: Session, keyring: Keyring, owners: Mapping[str, T]) -> dict[int, set[T]]:
    """Return delivery -> which persons it held, with a receipt or not. owners: BSN pseudonym -> the person."""
    own = select(Delivery.id).where(scope(Delivery, keyring.code))
    return {delivery: met for delivery, met in _met(session, keyring, own, owners).items() if met}


def leave_out(session: Session, keyring: Keyring, pseudonyms: Collection[str]) -> int:
    """Leave persons (by BSN pseudonyms) out of the memory of every delivery; return the number of changed blocks."""
    gone, changed = set(pseudonyms), 0
    for block in session.scalars(select(DeliveryBlock.id).where(scope(DeliveryBlock, keyring.code))).all():
        own = DeliveryBlock.id == block
        held = list(
            unpacked(keyring.open(session.execute(select(DeliveryBlock.sealed).where(own)).scalar_one(), _CONTEXT))
        )
        left = [pseudonym for pseudonym in held if pseudonym not in gone]
        if len(left) < len(held):
            session.execute(update(DeliveryBlock).where(own).values(sealed=keyring.seal(packed(left), _CONTEXT)))
            changed += 1
    return changed


def keys_delivered(session: Session, keyring: Keyring, delivery: int) -> Iterator[list[str]]:
    """Yield the BSN pseudonyms of the persons in a delivery; a block at a time."""
    blocks = select(DeliveryBlock.sealed).where(DeliveryBlock.delivery_id == delivery).order_by(DeliveryBlock.id)
    for sealed in session.scalars(blocks).yield_per(_AT_ONCE):
        yield list(unpacked(keyring.open(sealed, _CONTEXT)))


def _left_out_on(row: Row[Any], rows: Sequence[Row[Any]], met: Met) -> Any:
    later = (delivery for delivery in rows if delivery.quarter == row.quarter and delivery.id > row.id)
    return next((delivery.confirmed_on for delivery in later if delivery.remembers and not met[delivery.id]), None)


def _deliveries(session: Session, municipality: str) -> Sequence[Row[Any]]:
    """Return the deliveries that were written, oldest first."""
    query = select(*(getattr(Delivery, name) for name in _COLUMNS)).where(Delivery.municipality == municipality)
    return session.execute(query.order_by(Delivery.id)).all()


def _met(
    session: Session, keyring: Keyring, deliveries: Collection[int] | Select[int], wanted: Mapping[str, T]
) -> Mapping[int, set[T]]:
    """Return delivery -> which of these it held; wanted: pseudonym -> value to return for it."""
    found: defaultdict[int, set[T]] = defaultdict(set)
    if not wanted:
        return found
    asked = select(DeliveryBlock.delivery_id, DeliveryBlock.sealed).where(DeliveryBlock.delivery_id.in_(deliveries))
    for delivery, sealed in session.execute(asked).yield_per(_AT_ONCE):
        found[delivery] |= {
            wanted[pseudonym] for pseudonym in unpacked(keyring.open(sealed, _CONTEXT)) if pseudonym in wanted
        }
    return found
