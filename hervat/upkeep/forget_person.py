"""Forget a person (AVG 17): by two, when nothing is open. What was decided and not done, the next call finishes.

In this order, each step harmless to repeat: the vault's objects that name them, the mark in the vault, the files in
`output` that hervat wrote in plain (removed, or named for a person), and last the register, in one transaction; until
then the decision stands there.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hervat.attribution import Signed, check_typed, named
from hervat.delivery import deliveries_of
from hervat.errors import HervatError, UsageError
from hervat.named import same
from hervat.night import Night
from hervat.person import (
    Candidates,
    Leaving,
    NamingObject,
    Originals,
    Subject,
    candidate,
    end,
    file_names,
    objects_of,
    open_of,
    search_originals,
    subject_of,
)
from hervat.plural import plural
from hervat.register import municipality_lock, scope
from hervat.register.models import Download, Forgetting, Forgotten
from hervat.signing import Matter, Sign, confirmed, is_confirmed
from hervat.upkeep.destroy import decide_for_two, finish_decided
from hervat.upkeep.due import DueForDestruction
from hervat.vault import Vault

_ACTION = "person forget"
REFUSED, WAITS, DONE = "refused", "waits", "forgotten"


@dataclass
class Forgetfulness:
    """What became of it. state: refused (`open` says why), waits (for another person than `agreed_by`) or forgotten.

    destroys: the objects of the vault that go with the person. ended: table -> rows. removed: files in output.
    by_hand: what hervat does not remove. statements: the pages about destroyed objects.
    """

    subject: Subject
    state: str
    open: list[str] = field(default_factory=list)
    agreed_by: str | None = None
    destroys: list[NamingObject] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    statements: list[Path] = field(default_factory=list)


def forget_person(
    night: Night, number: int | None, typed: str | None, by: str, reason: str, sign: Sign | None = None
) -> Forgetfulness | None:
    """Agree to forget a person, or do it as the second person; None if this gemeente knows nothing about them.

    An agreement lapses when something is open again, or other objects of the vault would be destroyed. The same person
    twice changes nothing. sign: their signature, where the municipality has approvers. Raises Busy, UsageError for what
    can be neither a BSN nor a V-nummer, and as `confirmed` does.
    """
    check_typed(by, reason)
    vault = Vault(night.settings.vault, night.keyring)
    with municipality_lock(night.register, night.code, night.patience):
        vault.sweep()
        with night.register.session() as session:
            subject = subject_of(session, night, number, typed)
            row = _agreement(session, night, subject) if subject else None
        if subject is None:
            return None
        if row is None or row.decided_on is None or row.mark != subject.mark(night.keyring):
            outcome = _look(night, subject)
            if outcome is None or outcome.open:
                return outcome
            who = confirmed(night, _matter(outcome), by, reason, sign)
            with night.register.session() as session:
                outcome = _agree(session, night, outcome, who)
            if outcome.state != DONE:
                return outcome
        return _finish(night, vault, subject)


def _look(night: Night, subject: Subject) -> Forgetfulness | None:
    """Return what would be destroyed, and what is open; then an agreement lapses. None if nothing is known of them."""
    with night.register.session() as session:
        found = _found(session, night, subject)
        candidates = candidate(session, night, subject, {row.object_id for row in found.rows} | set(found.notices))
        objects = objects_of(candidates)
        if subject.number is None and not objects and not _stands(candidates):
            return None
        reasons = [*_unread(found), *(text for texts in open_of(candidates, objects).values() for text in texts)]
        if reasons:
            _lapse(session, night, subject, _agreement(session, night, subject), "something is open")
        return Forgetfulness(subject, REFUSED, reasons, destroys=objects)


def _matter(outcome: Forgetfulness) -> Matter:
    """Return what is signed: the person, and the objects that are destroyed with them."""
    return Matter(_ACTION, outcome.subject.named, {"objects": sorted(item.thing.id for item in outcome.destroys)})


def _found(session: Session, night: Night, subject: Subject) -> Originals:
    downloads = session.scalars(select(Download).where(scope(Download, night.code))).all()
    return search_originals(night, subject, downloads) if subject.keys else Originals()


def _unread(found: Originals) -> list[str]:
    return [f"{name}; whether this person is in it is not known" for name in found.unread]


def _stands(candidates: Candidates) -> bool:
    """True if a pseudonym of somebody who is in no row of `person` is in the register all the same."""
    held = deliveries_of(candidates.session, candidates.night.keyring, candidates.owners)
    return bool(candidates.told or candidates.spans or held)


def _agree(session: Session, night: Night, outcome: Forgetfulness, who: Signed) -> Forgetfulness:
    """Record one agreement; the state is DONE if it was the second, and nothing was done about it yet."""
    subject, row = outcome.subject, _agreement(session, night, outcome.subject)
    if row is not None and (row.basis, row.mark) != (_basis(outcome.destroys), subject.mark(night.keyring)):
        _lapse(session, night, subject, row, "other numbers, or other objects that would be destroyed")
        row = None
    if row is not None and not is_confirmed(session, night, _ACTION, subject.named, row.first_by):
        _lapse(session, night, subject, row, "it takes a signature now")
        row = None
    if row is None:
        _first(session, night, outcome, who)
        return replace(outcome, state=WAITS, agreed_by=who.by)
    if same(row.first_by) == same(who.by):
        return replace(outcome, state=WAITS, agreed_by=row.first_by)
    row.second_by, row.second_why, row.decided_on = who.by, who.reason, night.as_of
    decide_for_two(session, night, map(_due, outcome.destroys), named(row.first_by, row.first_why), who)
    night.record(session, "forgetting decided", subject.named, f"with {row.first_by}: {who.reason}", by=who)
    return replace(outcome, state=DONE)


def _first(session: Session, night: Night, outcome: Forgetfulness, who: Signed) -> None:
    subject, basis = outcome.subject, _basis(outcome.destroys)
    first = {"first_by": who.by, "first_why": who.reason, "basis": basis, "mark": subject.mark(night.keyring)}
    session.add(Forgetting(municipality=night.code, number=subject.number, **first))
    night.record(session, "forgetting agreed", subject.named, f"waits for a second person: {who.reason}", by=who)


def _due(item: NamingObject) -> DueForDestruction:
    return DueForDestruction(item.thing, item.name, item.came, item.ends_on, item.term)


def _lapse(session: Session, night: Night, subject: Subject, row: Forgetting | None, why: str) -> None:
    if row is not None:
        session.delete(row)
        session.flush()
        night.record(session, "forgetting lapsed", subject.named, f"the agreement of {row.first_by}: {why}")


def _basis(objects: Sequence[NamingObject]) -> str:
    return hashlib.sha256(" ".join(sorted(item.thing.id for item in objects)).encode()).hexdigest()


def _agreement(session: Session, night: Night, subject: Subject) -> Forgetting | None:
    """Return the agreement about a person: by number, else by their pseudonyms."""
    by_mark = Forgetting.number.is_(None) & (Forgetting.mark == subject.mark(night.keyring))
    own = Forgetting.number == subject.number if subject.number is not None else by_mark
    return session.scalars(select(Forgetting).where(scope(Forgetting, night.code), own)).first()


def _finish(night: Night, vault: Vault, subject: Subject) -> Forgetfulness:
    """Do what was decided about a person, from wherever an earlier call was broken off."""
    done = Forgetfulness(subject, DONE, statements=finish_decided(night, vault).statements)
    with night.register.session() as session:
        row = _agreement(session, night, subject)
        if row is None or row.decided_on is None:  # another process can't have: we hold the lock
            raise UsageError(f"nothing was decided about {subject.named}; call this again")
        by, reason = (row.first_by, str(row.second_by)), f"{row.first_why}; {row.second_why}"
    lines = _marked(night, vault, subject, by, reason)
    done.removed, done.by_hand = remove_files(night, subject)
    with night.register.session() as session:
        numbers = frozenset[int]() if subject.number is None else frozenset({subject.number})
        done.ended = end(Leaving(session, night, numbers, subject.keys), lines)
        session.execute(
            delete(Forgetting).where(scope(Forgetting, night.code), Forgetting.mark == subject.mark(night.keyring))
        )
        detail = f"{plural(sum(done.ended.values()), 'row')} in {plural(len(done.ended), 'table')}: {reason}"
        night.record(session, "person forgotten", subject.named, detail, by=named(by[1]))
    return done


def _marked(night: Night, vault: Vault, subject: Subject, by: tuple[str, str], reason: str) -> list[str]:
    """Write the marks of a person's numbers in the vault; return the ids of the lines. Those of a broken call count."""
    values = [*(("bsn", bsn) for bsn in subject.bsns), *(("v", v) for v in subject.v_numbers)]
    marker = vault.forgotten.marker()
    marks = {marker(*value) for value in values} if marker else set()
    with night.register.session() as session:
        known = known_lines(session, night.code)
    begun = [line.id for line in vault.forgotten.lines() if line.id not in known and marks & line.marks]
    return begun or vault.forgotten.add(values, by, reason)


def known_lines(session: Session, code: str) -> set[str]:
    """Return the ids of the vault's lines about forgotten persons that the register knows."""
    return set(session.scalars(select(Forgotten.tombstone).where(scope(Forgotten, code))))


_ELSEWHERE = (
    "what third parties, suppliers and CBS received: they were told what to do with it",
    "backups from before now: a restored one is made to forget again by `hervat vault reconcile`",
    "worklists and letters that were copied or printed",
)


def remove_files(night: Night, subject: Subject) -> tuple[list[str], list[str]]:
    """Remove the files in `output` that name a person; return their paths, and in words what a person must look at.

    The worklist goes whatever it holds: the next night writes it again. Raises HervatError if a file can't be removed.
    """
    output, code = night.settings.output, night.code
    removed = [_removed(path) for path in sorted((output / "worklist").glob(f"{code}.xlsx")) if path.is_file()]
    for folder in (output / "report" / code, output / "cbs" / code):
        removed += [_removed(path) for path in _files(folder) if file_names(path, subject)]
    return removed, [*_answers(night, subject), *_ELSEWHERE, f"the journal: it says {subject.named}, who is nobody now"]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _removed(path: Path) -> str:
    try:
        path.unlink()
    except OSError as error:
        raise HervatError(
            f"{path} can't be removed ({type(error).__name__}); correct the rights and call this again"
        ) from None
    return str(path)


def _answers(night: Night, subject: Subject) -> Iterator[str]:
    """Yield that filled-in worklists of the gemeente name the person: hervat changes nothing in that folder."""
    folder = night.municipality.worklist.answers
    named = sum(file_names(path, subject) for path in _files(folder)) if folder is not None else 0
    if named:
        yield f"{named} filled-in worklist(s) in {folder} name this person: remove them there"
