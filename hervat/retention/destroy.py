"""Destroying what two persons decided to end: tombstone, key, bytes, verklaring. The next call ends a killed one."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, select, update

from hervat.attribution import named, signed
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices.kept import KIND as NOTICE
from hervat.register import municipality_lock
from hervat.register.models import Destruction, Enclosure, Notice, Receipt
from hervat.retention.agree import agree, forget
from hervat.retention.due import Due, due
from hervat.retention.page import write_statement
from hervat.vault import Vault

_SHORTEST = 8


@dataclass
class Destroyed:
    """due: what may end and waits for (more) persons, with who agreed. statements: the pages of what was destroyed."""

    due: list[tuple[Due, str | None]] = field(default_factory=list)
    count: int = 0
    statements: list[Path] = field(default_factory=list)


def destroy(night: Night, by: str = "", why: str = "", only: tuple[str, ...] = ()) -> Destroyed:
    """Agree to the end of what is due (of `only`, ids or their beginnings), and destroy what two persons agreed to.

    Without `by` nothing is agreed to: what is due is told, and what a killed call had begun is finished. Raises Busy,
    and UsageError as `agree` does.
    """
    who = signed(by, why) if by.strip() else None
    done, vault = Destroyed(), Vault(night.settings.vault, night.keyring)
    with municipality_lock(night.register, night.code):
        vault.sweep()
        _finish(night, vault, done)
        with night.register.session() as session:
            found = due(session, night, vault)
            forget(session, night, {one.thing.id for one in found})
            chosen = _chosen(found, only)
            if who and chosen:
                agree(session, night, chosen, who)
        _finish(night, vault, done)
    done.due = _waiting(night, found)
    return done


def _chosen(found: list[Due], only: tuple[str, ...]) -> list[Due]:
    """Return what is due of these ids or beginnings of ids; all where none are given. Raises UsageError."""
    for given in only:
        if len(given) < _SHORTEST or sum(one.thing.id.startswith(given) for one in found) != 1:
            raise UsageError(f"{given} is not the id of one object that may end; `hervat vault destroy` lists them")
    return [one for one in found if not only or one.thing.id.startswith(only)]


def _finish(night: Night, vault: Vault, done: Destroyed) -> None:
    """Do all that was decided and is not done."""
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
        done.count += len(some)


def _note(night: Night, batch: str, rows: list[Destruction]) -> None:
    """Write down that a batch is done; the register lets go of the bytes of the notices in it too."""
    numbers = [row.name.rsplit("-", 1)[0] for row in rows if row.kind == NOTICE]
    with night.register.session() as session:
        ids = [row.id for row in rows]
        session.execute(update(Destruction).where(Destruction.id.in_(ids)).values(done_on=night.as_of))
        empty = update(Notice).where(Notice.municipality == night.code, Notice.number.in_(numbers))
        session.execute(empty.values(payload=night.keyring.seal(b"", "notice")))
        notices = select(Notice.id).where(Notice.municipality == night.code, Notice.number.in_(numbers))
        session.execute(delete(Enclosure).where(Enclosure.notice_id.in_(notices)))
        session.execute(update(Receipt).where(Receipt.notice_id.in_(notices)).values(reason=None))
        told = f"{len(rows)} object(s), by {rows[0].first_by} and {rows[0].second_by}"
        night.record(session, "destroyed", batch, told, by=named(str(rows[0].second_by)))


def _waiting(night: Night, found: list[Due]) -> list[tuple[Due, str | None]]:
    """Return what may end and was not decided yet, with who agreed to it."""
    with night.register.session() as session:
        rows = session.execute(
            select(Destruction.object_id, Destruction.first_by, Destruction.batch).where(
                Destruction.municipality == night.code
            )
        ).all()
    first = {row.object_id: row.first_by for row in rows}
    decided = {row.object_id for row in rows if row.batch}
    return [(one, first.get(one.thing.id)) for one in found if one.thing.id not in decided]
