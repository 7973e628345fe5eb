"""Divide the persons of a plan into chunks, one transaction each, without splitting persons who share erased rows.

The rows to erase are computed once for all persons: chunks planned apart would leave behind what two of them share.
Each erased row is labelled with one person from whose root it was reached. Wherever a key joins rows with different
labels, those persons belong in one chunk.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, func, not_, select

from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.shape import Holding
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.joins import equal, sides
from hervat.erasure.schema.model import Key
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.selection.persons import Persons
from hervat.erasure.selection.reach import deciding_conditions
from hervat.erasure.system import LocalSystem

_Join: TypeAlias = tuple[FromClause, ColumnElement[bool]]


def chunks(local: LocalSystem, persons: Persons, size: int) -> list[Persons]:
    """Return the persons in chunks of about `size`; persons who share erased rows are in the same chunk.

    A group of such persons that is larger than `size` is a chunk of its own. Reads only.
    """
    with translated_errors(local.name, "dividing the plan"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            groups = _groups(PlanSurvey(connection, local, persons, whole=True), sorted(persons))
        finally:
            connection.rollback()
    packed: list[list[str]] = []
    for group in groups:
        if packed and len(packed[-1]) + len(group) <= size:
            packed[-1] += group
        else:
            packed.append(list(group))
    return [{key: persons[key] for key in keys} for keys in packed]


def _groups(survey: PlanSurvey, persons: list[str]) -> list[list[str]]:
    """Return the persons' keys grouped by the rows that they share, directly or through others (union-find)."""
    parent = {person: person for person in persons}

    def leader(person: str) -> str:
        while parent[person] != person:
            parent[person] = person = parent[parent[person]]
        return person

    for person, other in _Labels(survey).joined():
        parent[leader(person)] = leader(other)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for person in persons:
        groups[leader(person)].append(person)
    return list(groups.values())


class _TableLabels:
    """The labels of one table's erased rows: their primary keys, each with the key of one person (`part`)."""

    def __init__(self, connection: Connection, at: int, keys: KeySet, person: ColumnElement[Any]) -> None:
        self._keys, self._names = keys, [f"k{n}" for n in range(len(keys.primary))]
        columns = dict(zip(self._names, keys.primary, strict=True)) | {"part": person}
        self.scratch = Scratch(connection, f"hervat_l{at}", columns, unique=self._names)

    @property
    def table(self) -> FromClause:
        """The labels, to select from or to make an alias of."""
        return self.scratch.table

    def of(self, rows: FromClause, labels: FromClause) -> ColumnElement[bool]:
        """SQL condition: this label belongs to this row of the table (or an alias of it)."""
        return equal([labels.c[name] for name in self._names], self._keys.primary_of(rows))


class _Labels:
    """Labels every erased row when it is made; `joined` then yields the persons who belong together."""

    def __init__(self, survey: PlanSurvey) -> None:
        self._connection, self._asked, self._reach = survey.connection, survey.asked, survey.reach
        person = next(iter(self._asked.owners.values())).c.person
        self._labels = {
            name: _TableLabels(self._connection, at, keys, person)
            for at, (name, keys) in enumerate(self._reach.sets.items())
        }
        self._label_roots()
        for round_ in range(1, self._rounds() + 1):
            for holding in self._reach.holdings:
                if holding.holder in self._labels:
                    self._hand_down(holding, round_)

    def joined(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of persons who have a root in common, or whose rows are joined by a key."""
        for root, owners in self._asked.owners.items():
            labels = self._labels[root].table
            keys = self._asked.owner_keys(root)
            same = equal(keys, [labels.c[key.name] for key in keys])
            query = select(owners.c.person, labels.c.part).join_from(owners.table, labels, same)
            yield from self._pairs(query.where(owners.c.person != labels.c.part).distinct())
        for key in self._reach.shape.keys:
            if key.table in self._labels and key.target in self._labels:
                yield from self._pairs(self._across(key))

    def _pairs(self, query: Select[Any]) -> Iterator[tuple[str, str]]:
        yield from ((person, other) for person, other in self._connection.execute(query))

    def _rounds(self) -> int:
        last_rounds = (select(func.coalesce(func.max(keys.sa.c.round), 0)) for keys in self._reach.sets.values())
        return max(self._connection.scalar(query) or 0 for query in last_rounds)

    def _label_roots(self) -> None:
        for root, owners in self._asked.owners.items():
            keys = self._asked.owner_keys(root)
            query = select(*keys, func.min(owners.c.person)).where(owners.c.verdict == 1).group_by(*keys)
            self._labels[root].scratch.fill(query)

    def _hand_down(self, holding: Holding, round_: int) -> None:
        """Label the rows reached in this round, and not labelled yet, with a label of their holders by this key."""
        schema, labels = self._reach.schema, self._labels[holding.held]
        held, holder = schema[holding.held].sa, schema[holding.holder].sa.alias()
        holder_labels = self._labels[holding.holder].table
        primary = self._reach.sets[holding.held].primary
        rows = (
            held.join(*self._reached(holding.held, round_))
            .join(holder, _by_holding(holding, holder, held))
            .join(*self._labelled(holding.holder, holder, holder_labels))
        )
        known = labels.table.alias()
        unlabelled = not_(exists().where(labels.of(held, known)).correlate(held))
        query = select(*primary, func.min(holder_labels.c.part)).select_from(rows).where(unlabelled)
        if not holding.owned:
            query = query.where(*deciding_conditions(schema, holding))
        labels.scratch.fill(query.group_by(*primary))
        labels.scratch.settle()

    def _across(self, key: Key) -> Select[Any]:
        """Return the query for pairs of different labels at the two ends of a key."""
        schema = self._reach.schema
        source, target = schema[key.table].sa.alias(), schema[key.target].sa.alias()
        source_labels, target_labels = self._labels[key.table].table.alias(), self._labels[key.target].table.alias()
        rows = (
            source.join(target, equal(*sides(key, source, target)))
            .join(*self._labelled(key.table, source, source_labels))
            .join(*self._labelled(key.target, target, target_labels))
        )
        query = select(source_labels.c.part, target_labels.c.part).select_from(rows)
        return query.where(source_labels.c.part != target_labels.c.part).distinct()

    def _reached(self, table: str, round_: int) -> _Join:
        """Return what to join to a table to keep its rows that are erased and were reached in this round."""
        keys = self._reach.sets[table]
        return keys.sa, and_(equal(keys.keys, keys.primary), keys.sa.c.round == round_, keys.sa.c.lost == 0)

    def _labelled(self, table: str, rows: FromClause, labels: FromClause) -> _Join:
        """Return what to join to rows of a table to get their labels."""
        return labels, self._labels[table].of(rows, labels)


def _by_holding(holding: Holding, holder: FromClause, held: FromClause) -> ColumnElement[bool]:
    """SQL condition: the key of this holding joins the holder row and the held row."""
    source, target = (holder, held) if holding.owned else (held, holder)
    return equal(*sides(holding.key, source, target))
