"""Destruction after two persons agreed: tombstone, key, bytes, verklaring. The next call completes a broken one."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from hervat.attribution import Signed, check_typed, named
from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.notices import KIND as NOTICE
from hervat.register import among, municipality_lock
from hervat.register.models import Destruction, Enclosure, Notice, Receipt
from hervat.signing import Matter, Sign, confirmed, is_confirmed
from hervat.upkeep.certificate_of_destruction import write_statement
from hervat.upkeep.due import DueForDestruction, due, next_batch
from hervat.vault import Vault

_ACTION = "vault destroy"


def agree(session: Session, night: Night, due_items: Iterable[DueForDestruction], who: Signed) -> int:
    """Record the agreement of one person; return how many objects are now decided, as another agreed before.

    Agreements on what may not be destroyed any more (a round was reopened, a term made longer) are forgotten. Raises
    UsageError without a name or reason, and with a BSN in them. A second agreement of the same person changes nothing.
    """
    listed = list(due_items)
    open_ones = {row.object_id: row for row in session.scalars(_undecided(night.code))}
    _drop_unsigned(session, night, open_ones)
    mine = {object_id for object_id, row in open_ones.items() if same(row.first_by) == same(who.by)}
    fresh = [item for item in listed if item.thing.id not in open_ones]
    decided = [item.thing.id for item in listed if item.thing.id in open_ones and item.thing.id not in mine]
    if not fresh and not decided:  # a second agreement of the same person: another must
        return 0
    session.add_all([_row(night, item, who) for item in fresh])
    _decide(session, night, [open_ones[object_id] for object_id in decided], who)
    detail = f"{len(fresh)} agreed, {len(decided)} decided: {who.reason}"
    night.record(session, "destruction agreed", f"municipality {night.code}", detail, by=who)
    return len(decided)


def _drop_unsigned(session: Session, night: Night, open_ones: dict[str, Destruction]) -> None:
    """Drop agreements by a typed name, if it takes a signature now."""
    names, thing = {row.first_by for row in open_ones.values()}, f"municipality {night.code}"
    unsigned = {name for name in names if not is_confirmed(session, night, _ACTION, thing, name)}
    for row in [row for row in open_ones.values() if row.first_by in unsigned]:
        session.delete(row)
        del open_ones[row.object_id]
    session.flush()


def forget(session: Session, night: Night, still: Collection[str]) -> None:
    """Forget agreements on what may not be destroyed any more."""
    gone = [row.id for row in session.scalars(_undecided(night.code)) if row.object_id not in still]
    session.execute(delete(Destruction).where(Destruction.id.in_(gone)))


def _undecided(code: str) -> Select[Destruction]:
    return select(Destruction).where(Destruction.municipality == code, Destruction.batch.is_(None))


def _row(night: Night, destruction: DueForDestruction, who: Signed) -> Destruction:
    return Destruction(
        municipality=night.code,
        object_id=destruction.thing.id,
        kind=destruction.thing.kind,
        name=destruction.name,
        size=destruction.thing.size,
        secured_on=destruction.secured_on,
        ends_on=destruction.ends_on,
        term=destruction.term,
        because=kept.because if (kept := night.settings.retention.of(destruction.thing.kind)) else "",
        first_by=who.by,
        first_why=who.reason,
    )


def _decide(session: Session, night: Night, rows: list[Destruction], who: Signed) -> None:
    batch = next_batch(session, night)
    for row in rows:
        row.second_by, row.second_why, row.decided_on, row.batch = who.by, who.reason, night.as_of, batch


_SHORTEST = 8
OBJECTS = ("download", NOTICE)
"""The kinds of objects in the vault."""


@dataclass
class Destroyed:
    """due: what waits for (more) persons, with who agreed. statements: the pages of what was destroyed.

    of_kind: kind -> how many objects were destroyed.
    """

    due: list[tuple[DueForDestruction, str | None]] = field(default_factory=list)
    of_kind: Counter[str] = field(default_factory=Counter)
    statements: list[Path] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many objects were destroyed."""
        return self.of_kind.total()


def destroy(
    night: Night,
    by: str = "",
    why: str = "",
    only: tuple[str, ...] = (),
    sign: Sign | None = None,
    kinds: Collection[str] = OBJECTS,
) -> Destroyed:
    """Agree to destroy what is due (of `only`, ids or their beginnings), and destroy what two persons agreed to.

    kinds: of objects; what was agreed to of another kind stays as it is. Without `by`, reason and signature nothing is
    agreed to: what is due is listed, and an interrupted call is finished. sign: their signature, where the municipality
    has approvers. Raises Busy, and UsageError as `confirmed` does.
    """
    check_typed(by, why)
    done, vault = Destroyed(), Vault(night.settings.vault, night.keyring)
    with municipality_lock(night.register, night.code):
        vault.sweep()
        _finish(night, vault, done)
        with night.register.session() as session:
            due_items = due(session, night, vault)
            forget(session, night, {item.thing.id for item in due_items})
            chosen = _chosen([item for item in due_items if item.thing.kind in kinds], only)
        if chosen and (by.strip() or why.strip() or sign):
            who = confirmed(night, _matter(night, chosen), by, why, sign)
            with night.register.session() as session:
                agree(session, night, chosen, who)
        _finish(night, vault, done)
    done.due = _waiting(night, due_items)
    return done


def _matter(night: Night, chosen: Iterable[DueForDestruction]) -> Matter:
    """Return what is signed: the objects."""
    return Matter(_ACTION, f"municipality {night.code}", {"objects": sorted(item.thing.id for item in chosen)})


def _chosen(due_items: list[DueForDestruction], only: tuple[str, ...]) -> list[DueForDestruction]:
    """Return what is due of these ids or beginnings of ids; all if none are given. Raises UsageError."""
    for given in only:
        if len(given) < _SHORTEST or sum(item.thing.id.startswith(given) for item in due_items) != 1:
            raise UsageError(f"{given} is not the id of one object that may end; `hervat vault destroy` lists them")
    return [item for item in due_items if not only or item.thing.id.startswith(only)]


def _finish(night: Night, vault: Vault, done: Destroyed) -> None:
    """Do everything that is decided and not done."""
    with night.register.session() as session:
        decided = select(Destruction).where(Destruction.municipality == night.code, Destruction.batch.is_not(None))
        rows = session.scalars(decided.where(Destruction.done_on.is_(None)).order_by(Destruction.id)).all()
    batches: dict[str, list[Destruction]] = {}
    for row in rows:
        batches.setdefault(str(row.batch), []).append(row)
    for batch, some in batches.items():
        for row in some:
            vault.end(row.object_id, (row.first_by, str(row.second_by)), f"{row.first_why}; {row.second_why}")
        done.statements.append(write_statement(night, batch, some, vault.tombstones()))
        _note(night, batch, some)
        done.of_kind.update(row.kind for row in some)


def _note(night: Night, batch: str, rows: list[Destruction]) -> None:
    """Record that a batch is done; the register drops the bytes of its notices too."""
    numbers = [row.name.rsplit("-", 1)[0] for row in rows if row.kind == NOTICE]
    with night.register.session() as session:
        ids = [row.id for row in rows]
        session.execute(update(Destruction).where(Destruction.id.in_(ids)).values(done_on=night.as_of))
        empty = update(Notice).where(Notice.municipality == night.code, Notice.number.in_(numbers))
        session.execute(empty.values(payload=night.keyring.seal(b"", "notice")))
        notices = select(Notice.id).where(Notice.municipality == night.code, Notice.number.in_(numbers))
        session.execute(delete(Enclosure).where(Enclosure.notice_id.in_(notices)))
        session.execute(update(Receipt).where(Receipt.notice_id.in_(notices)).values(reason=None))
        detail = f"{len(rows)} object(s), by {rows[0].first_by} and {rows[0].second_by}"
        night.record(session, "destroyed", batch, detail, by=named(str(rows[0].second_by)))


def waiting_objects(night: Night, kind: str) -> list[tuple[DueForDestruction, str | None]]:
    """Return the objects of a kind that are due and undecided, with who agreed to it. Nothing changes."""
    with night.register.session() as session:
        due_items = due(session, night, Vault(night.settings.vault, night.keyring), (kind,))
    return _waiting(night, due_items)


def _waiting(night: Night, due_items: list[DueForDestruction]) -> list[tuple[DueForDestruction, str | None]]:
    """Return what is due and undecided, with who agreed to it."""
    with night.register.session() as session:
        rows = session.execute(
            select(Destruction.object_id, Destruction.first_by, Destruction.batch).where(
                Destruction.municipality == night.code
            )
        ).all()
    first = {row.object_id: row.first_by for row in rows}
    decided = {row.object_id for row in rows if row.batch}
    return [(item, first.get(item.thing.id)) for item in due_items if item.thing.id not in decided]


def decide_for_two(
    session: Session, night: Night, items: Iterable[DueForDestruction], first: Signed, second: Signed
) -> None:
    """Record that two persons, who decided together about a person, agreed to destroy these objects.

    `finish_decided` destroys them. What was decided before is left as it is.
    """
    listed = {item.thing.id: item for item in items}
    query = select(Destruction).where(Destruction.municipality == night.code, among(Destruction.object_id, listed))
    known = {row.object_id: row for row in session.scalars(query)}
    fresh = [_row(night, item, first) for id_, item in listed.items() if id_ not in known]
    waiting = [row for row in known.values() if row.batch is None]
    for row in waiting:
        row.first_by, row.first_why = first.by, first.reason
    session.add_all(fresh)
    _decide(session, night, [*waiting, *fresh], second)


def finish_decided(night: Night, vault: Vault) -> Destroyed:
    """Destroy everything that two persons decided about and that is not destroyed yet; `due` stays empty."""
    done = Destroyed()
    _finish(night, vault, done)
    return done
