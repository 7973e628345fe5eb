"""Which persons of a plan must go in one transaction: those whose erased rows hang together.

The set to be erased is computed once over all persons; chunks planned apart would leave behind what two of them share.
Each erased row is labelled with one person by whose root it was reached; wherever a key joins two labels, their
persons belong together.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, func, not_, select

from hervat.erasure.errors import guarded
from hervat.erasure.footprint.shape import Holding
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import equal, sides
from hervat.erasure.schema.model import Key
from hervat.erasure.selection.key_sets import Scratch
from hervat.erasure.selection.persons import Persons
from hervat.erasure.selection.reach import deciding_conditions
from hervat.erasure.system import LocalSystem


def chunks(local: LocalSystem, persons: Persons, size: int) -> list[Persons]:
    """Return the persons in chunks of about `size`, none of them tearing apart what hangs together.

    A group that is larger than `size` is a chunk of its own. Reads only.
    """
    with guarded(local.name, "dividing the plan"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            groups = _groups(PlanSurvey(connection, local, persons, whole=True), sorted(persons))
        finally:
            connection.rollback()
    found: list[list[str]] = []
    for group in groups:
        if found and len(found[-1]) + len(group) <= size:
            found[-1] += group
        else:
            found.append(list(group))
    return [{key: persons[key] for key in keys} for keys in found]


def _groups(survey: PlanSurvey, keys: list[str]) -> list[list[str]]:
    """Return the persons' keys in groups that hang together; who has nothing there is a group of his own."""
    leader = {key: key for key in keys}

    def first(key: str) -> str:
        while leader[key] != key:
            leader[key] = key = leader[leader[key]]
        return key

    for one, other in _Labels(survey).joined():
        leader[first(one)] = first(other)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[first(key)].append(key)
    return list(groups.values())


class _Labels:
    """For every erased row the key of a person, in a temporary table a table."""

    def __init__(self, survey: PlanSurvey) -> None:
        self._connection, self._asked, self._reach = survey.connection, survey.asked, survey.reach
        self._tables = {name: self._empty(at, name) for at, name in enumerate(self._reach.sets)}
        for root, owners in self._asked.owners.items():
            keys = self._asked.owner_keys(root)
            wanted = select(*keys, func.min(owners.c.person)).where(owners.c.verdict == 1).group_by(*keys)
            self._tables[root].fill(wanted)
        for round_ in range(1, self._rounds() + 1):
            for one in self._reach.holdings:
                if one.holder in self._tables:
                    self._hand_down(one, round_)

    def joined(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of persons whose rows are joined by a key, or who have a root in common."""
        for root, owners in self._asked.owners.items():
            other = self._tables[root].table
            same = equal(self._asked.owner_keys(root), [other.c[one.name] for one in self._asked.owner_keys(root)])
            pairs = select(owners.c.person, other.c.part).join_from(owners.table, other, same)
            yield from self._pairs(pairs.where(owners.c.person != other.c.part).distinct())
        for key in self._reach.shape.keys:
            if key.table in self._tables and key.target in self._tables:
                yield from self._pairs(self._across(key))

    def _pairs(self, wanted: Select[Any]) -> Iterator[tuple[str, str]]:
        yield from ((one, other) for one, other in self._connection.execute(wanted))

    def _empty(self, at: int, name: str) -> Scratch:
        set_ = self._reach.sets[name]
        columns = {f"k{at}": one for at, one in enumerate(set_.primary)}
        person = next(iter(self._asked.owners.values())).c.person
        return Scratch(self._connection, f"hervat_l{at}", columns | {"part": person}, unique=list(columns))

    def _rounds(self) -> int:
        tops = (select(func.coalesce(func.max(one.sa.c.round), 0)) for one in self._reach.sets.values())
        return max(self._connection.scalar(top) or 0 for top in tops)

    def _hand_down(self, one: Holding, round_: int) -> None:
        """Label the rows that were reached in this round with the label of whoever holds them this way."""
        schema, set_, labels = self._reach.schema, self._reach.sets[one.held], self._tables[one.held]
        held, holder, above = schema[one.held].sa, schema[one.holder].sa.alias(), self._tables[one.holder].table
        source, target = sides(one.key, holder, held) if one.owned else sides(one.key, held, holder)
        fresh = and_(equal(set_.keys, set_.primary), set_.sa.c.round == round_, set_.sa.c.lost == 0)
        holders = self._reach.sets[one.holder].primary_of(holder)
        joined = (
            held.join(set_.sa, fresh)
            .join(holder, equal(source, target))
            .join(above, equal([above.c[f"k{at}"] for at in range(len(holders))], holders))
        )
        here = labels.table.alias()
        known = exists().where(equal([here.c[f"k{at}"] for at in range(len(set_.primary))], set_.primary))
        wanted = select(*set_.primary, func.min(above.c.part)).select_from(joined).where(not_(known.correlate(held)))
        if not one.owned:
            wanted = wanted.where(*deciding_conditions(schema, one))
        labels.fill(wanted.group_by(*set_.primary))
        labels.settle()

    def _across(self, key: Key) -> Select[Any]:
        schema = self._reach.schema
        source, target = schema[key.table].sa.alias(), schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        mine, theirs = self._tables[key.table].table.alias(), self._tables[key.target].table.alias()
        ends = self._reach.sets[key.table].primary_of(source), self._reach.sets[key.target].primary_of(target)
        joined = (
            source.join(target, equal(left, right))
            .join(mine, equal([mine.c[f"k{at}"] for at in range(len(ends[0]))], ends[0]))
            .join(theirs, equal([theirs.c[f"k{at}"] for at in range(len(ends[1]))], ends[1]))
        )
        wanted = select(mine.c.part, theirs.c.part).select_from(joined)
        return wanted.where(mine.c.part != theirs.c.part).distinct()
