"""Destroying by two what has a term: rows in one transaction a kind, then files, then the verklaring van vernietiging.

Killed anywhere, the next call completes it: the decision and the rows commit together, and what is decided is done
again until it is marked as done.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from hervat.attribution import Signed, check_typed, named
from hervat.delivery import SystemFacts
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register import municipality_lock
from hervat.register.models import Retired
from hervat.settings import KINDS as NAMES
from hervat.signing import Matter, Sign, confirmed
from hervat.upkeep.certificate_of_destruction import write_statement_of_kinds
from hervat.upkeep.destroy import OBJECTS, Destroyed, destroy, waiting_objects
from hervat.upkeep.due import DueForDestruction, next_batch
from hervat.upkeep.retention import agreements
from hervat.upkeep.retention.kinds import KINDS
from hervat.upkeep.retention.look import Look, Roots
from hervat.upkeep.retention.output import OUTPUT, clear_output, files_due
from hervat.upkeep.retention.things import TermKind, Things


@dataclass(frozen=True)
class KindDue:
    """What is due of a kind. oldest: the earliest day from which a term counted; since: the first end of a term.

    term: None if the kind has none. agreed: by whom, of those a first person agreed to.
    """

    kind: str
    count: int
    term: str | None
    oldest: date | None = None
    since: date | None = None
    agreed: tuple[str, ...] = ()


@dataclass
class Retirement:
    """What is due and waits, what was destroyed (kind -> things), and the pages about it.

    files: kind -> files in the output that were removed, which takes nobody. errors: safe to print.
    """

    due: list[KindDue] = field(default_factory=list)
    destroyed: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    statements: list[Path] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def due_now(night: Night, roots: Roots | None = None, only: Sequence[str] = (), *, files: bool = True) -> Retirement:
    """Return what is due of each kind. Nothing is agreed to and nothing changes. Raises UsageError.

    roots: of the local systems, if they were read already; else they are read where it matters. files: those in the
    output count too, which go without two persons.
    """
    wanted = [name for name in NAMES if name in _wanted(only)]
    with night.register.session() as session:
        look = Look(session, night, roots)
        lines = {name: list(_lines(look, name, files)) for name in wanted}
    return Retirement([_joined(lines[name] or [_line(night, name, (), ())]) for name in wanted], errors=look.errors)


def _lines(look: Look, name: str, files: bool) -> Iterator[KindDue]:
    """Yield what is due of a kind: things of the register, objects of the vault, files in the output."""
    night = look.night
    for kind in KINDS:
        if kind.name == name:
            agreed = tuple(row.first_by for row in agreements.waiting(look.session, night.code, name))
            yield _line(night, name, [(over.since, over.ends_on) for over in _due(look, kind).values()], agreed)
    if name in OBJECTS:
        yield _objects_due(night, name, waiting_objects(night, name))
    if name in OUTPUT and files:
        yield _line(night, name, files_due(night, name), ())


def tell_overdue(night: Night, systems: tuple[SystemFacts, ...] | None) -> None:
    """Put the number of things past their term in the night's attention, if there are any.

    systems: as the night read them; None if one could not be read.
    """
    if not any(night.settings.retention.of(name) for name in NAMES):
        return
    due = due_now(night, roots=lambda: systems, files=False).due
    if count := sum(line.count for line in due):
        night.attention.append(f"{count} thing(s) past their term: `hervat retention destroy`")


def retire(
    night: Night, by: str = "", reason: str = "", only: Sequence[str] = (), sign: Sign | None = None
) -> Retirement:
    """Agree to destroy what is due (of some kinds), and destroy what another person agreed to before.

    Without `by`, reason and signature an interrupted call is finished, and nothing is agreed to. Objects of the vault
    go the way of `hervat vault destroy`. sign: a signature, where the municipality has approvers. Raises Busy, and
    UsageError as `confirmed` does and for an unknown kind.
    """
    check_typed(by, reason)
    wanted, done = _wanted(only), Retirement()
    objects = [name for name in OBJECTS if name in wanted]
    with_objects = destroy(night, by, reason, sign=sign, kinds=objects) if objects else Destroyed()
    with municipality_lock(night.register, night.code):
        _finish(night, done)
        if by.strip() or reason.strip() or sign:
            _decide_all(night, wanted, by, reason, sign)
        _finish(night, done)
        done.files = clear_output(night, [name for name in OUTPUT if name in wanted])
    rest = due_now(night, only=only)
    done.due, done.errors = rest.due, rest.errors
    for name, count in with_objects.of_kind.items():
        done.destroyed[name] = done.destroyed.get(name, 0) + count
    done.statements = [*with_objects.statements, *done.statements]
    return done


def _decide_all(night: Night, wanted: Collection[str], by: str, reason: str, sign: Sign | None) -> None:
    """Record the agreement of a person about all that is due now; what another agreed to is deleted, kind by kind."""
    kinds = [kind for kind in KINDS if kind.name in wanted]
    with night.register.session() as session:
        look = Look(session, night)
        due = {kind.name: _due(look, kind) for kind in kinds}
        for kind in kinds:
            agreements.prune(session, night, kind.name, due[kind.name])
        batch = next_batch(session, night)
    hashes = {name: agreements.hash_of(name, things) for name, things in due.items() if things}
    if not hashes:
        return
    content = {"kinds": sorted(hashes), "sets": hashes}
    who = confirmed(night, Matter(agreements.ACTION, f"municipality {night.code}", content), by, reason, sign)
    for kind in kinds:
        if due[kind.name]:
            _decide(night, kind, due[kind.name], who, batch)


def _wanted(only: Sequence[str]) -> Collection[str]:
    unknown = [name for name in only if name not in NAMES]
    if unknown:
        raise UsageError(f"{', '.join(unknown)}: not a kind; the kinds are {', '.join(NAMES)}")
    if "signal" in only:
        raise UsageError("signals end with their person: --kind person")
    return only or NAMES


def _due(look: Look, kind: TermKind) -> Things:
    term = look.night.settings.retention.term(kind.name)
    return kind.due(look, term) if term else {}


def _decide(night: Night, kind: TermKind, due: Things, who: Signed, batch: str) -> None:
    """Record an agreement about a kind; what another agreed to is deleted in the same transaction."""
    with night.register.session() as session:
        fresh, decided = agreements.agree(session, night, kind, due, who)
        numbers = sorted({number for row in decided for number in agreements.members(row)})
        for row in decided:
            row.second_by, row.second_why, row.decided_on, row.batch = who.by, who.reason, night.as_of, batch
        if decided:
            decided[0].rows = kind.end(session, night, numbers)
        if fresh or decided:  # not a second agreement of the same person
            detail = f"{kind.name}: {fresh} agreed, {len(numbers)} decided: {who.reason}"
            night.record(session, "destruction agreed", f"municipality {night.code}", detail, by=who)


def _finish(night: Night, done: Retirement) -> None:
    """Do for all that is decided what its transaction could not: files, page, and the mark that it is done."""
    batches: defaultdict[str, list[Retired]] = defaultdict(list)
    with night.register.session() as session:
        for row in agreements.undone(session, night.code):
            batches[str(row.batch)].append(row)
    for batch, rows in batches.items():
        with night.register.session() as session:
            for row in rows:
                _files(session, night, row)
        night.register.compact()
        done.statements.append(write_statement_of_kinds(night, batch, rows))
        _mark_done(night, batch, rows)
        for row in rows:
            done.destroyed[row.kind] = done.destroyed.get(row.kind, 0) + row.count


def _files(session: Session, night: Night, row: Retired) -> None:
    kind = next(kind for kind in KINDS if kind.name == row.kind)
    kind.files(session, night, agreements.members(row))


def _mark_done(night: Night, batch: str, rows: Sequence[Retired]) -> None:
    with night.register.session() as session:
        for row in rows:
            mine = session.get_one(Retired, row.id)
            mine.done_on, mine.members = night.as_of, None
        counts = ", ".join(f"{row.count} {row.kind}" for row in rows)
        detail = f"{counts}, by {rows[0].first_by} and {rows[0].second_by}"
        night.record(session, "destroyed", batch, detail, by=named(str(rows[0].second_by)))


def _objects_due(night: Night, name: str, waiting: Sequence[tuple[DueForDestruction, str | None]]) -> KindDue:
    agreed = tuple(sorted({by for _, by in waiting if by}))
    return _line(night, name, [(item.secured_on, item.ends_on) for item, _ in waiting], agreed)


def _line(night: Night, name: str, over: Sequence[tuple[date, date]], agreed: tuple[str, ...]) -> KindDue:
    since, ends = min((day for day, _ in over), default=None), min((end for _, end in over), default=None)
    return KindDue(name, len(over), night.settings.retention.term(name), since, ends, agreed)


def _joined(lines: Sequence[KindDue]) -> KindDue:
    """Return the lines about one kind as one: a notice is an object in the vault and rows in the register."""
    first, *rest = lines
    for line in rest:
        days = [day for day in (first.oldest, line.oldest) if day], [day for day in (first.since, line.since) if day]
        oldest, since = (min(each, default=None) for each in days)
        agreed = tuple(dict.fromkeys(first.agreed + line.agreed))
        first = KindDue(first.kind, first.count + line.count, first.term, oldest, since, agreed)
    return first
