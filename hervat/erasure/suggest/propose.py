"""Suggest a first footprint from the schema, its names and, if allowed, row counts."""

from pydantic import ValidationError

from hervat.databases import database_of, engine_of
from hervat.erasure.errors import translated_errors
from hervat.erasure.footprint.polymorphic import is_general, kind_pairs, link_text
from hervat.erasure.footprint.read import read_shape
from hervat.erasure.schema.model import Schema
from hervat.erasure.schema.reflect import read_schema
from hervat.erasure.suggest.candidates import PersonGuess, Start, ranked_ways, starts, words_of
from hervat.erasure.suggest.draft import FootprintDraft, Suggestion
from hervat.erasure.suggest.evidence import Counts, NoCounts, RowCounts
from hervat.erasure.suggest.holders import report_outside, suggest_belongs, suggest_inside
from hervat.erasure.suggest.law import suggest_law
from hervat.errors import ConfigurationError
from hervat.settings import Footprint

_MAX_SHOWN = 5


def suggest_for(system: str, url: str, counted: bool = True) -> FootprintDraft:
    """Return a first footprint for the database at `url`. Reads only. Raises CleaningError if it can't be read."""
    engine = engine_of(system, url)
    try:
        with translated_errors(system, "looking at the schema"), engine.connect() as connection:
            database_of(connection).begin_reading(connection)
            schema = read_schema(connection)
            counts = RowCounts(connection, schema) if counted else NoCounts()
            draft = suggest(system, schema, counts)
            connection.rollback()
        return draft
    finally:
        engine.dispose()


def suggest(system: str, schema: Schema, counts: Counts | None = None) -> FootprintDraft:
    """Return a first footprint for a system. What hervat would refuse in it is among what is undecided."""
    draft, counts = FootprintDraft(system), counts or NoCounts()
    candidates = starts(schema, counts)
    with_root = sorted((start for start in candidates if start.roots), key=lambda start: -start.score)
    if not with_root:
        _leave_root(draft, candidates)
    elif len(with_root) > 1 and with_root[0].score == with_root[1].score:
        _leave_person(draft, with_root)
    elif len(with_root[0].roots) > 1 and with_root[0].roots[0].score == with_root[0].roots[1].score:
        _leave_roots(draft, with_root[0])
    else:
        _suggest_from(draft, schema, counts, with_root[0])
    _report_unreadable(draft, schema)
    return draft


def _leave_root(draft: FootprintDraft, candidates: list[Start]) -> None:
    if not candidates:
        text = "no column of this database is named and typed as a BSN: name the table and column of the person's BSN"
        draft.leave("person", text, refused=True)
    else:
        _add_person(draft, candidates[0].person)
    text = "no table's name or column says that a person is under the Wi2021 and leads to their row; name the table"
    draft.leave("root", text, refused=True)


def _leave_person(draft: FootprintDraft, candidates: list[Start]) -> None:
    names = " and ".join(f"{start.person.table}.{start.person.column}" for start in candidates[:2])
    draft.leave("person", f"{names} could both be the person's BSN: write one", refused=True)
    draft.leave("root", "it must lead to the person, who is to be decided first", refused=True)


def _leave_roots(draft: FootprintDraft, start: Start) -> None:
    _add_person(draft, start.person)
    best = ", ".join(root.table for root in start.roots if root.score == start.roots[0].score)
    text = f"each of {best} could say that a person is under the Wi2021: write one, or root: [...] for several"
    draft.leave("root", text, refused=True)


def _add_person(draft: FootprintDraft, person: PersonGuess) -> None:
    draft.add("person", {"table": person.table, "bsn": person.column}, person.why)


def _report_unreadable(draft: FootprintDraft, schema: Schema) -> None:
    """Leave to a person what this account does not see, and the keys that can't be followed."""
    if not schema.tables and schema.places.elsewhere:
        schemas = ", ".join(sorted({name for names in schema.places.elsewhere.values() for name in names}))
        remedy = f"ALTER ROLE {schema.places.account} SET search_path = (one of {schemas})"
        draft.leave("", f"search_path: this account finds no table by its bare name; let the administrator: {remedy}")
    for lost in schema.lost:
        draft.leave("", f"{lost}: if it is about the registration, {lost.fix}")


def _suggest_from(draft: FootprintDraft, schema: Schema, counts: Counts, start: Start) -> None:
    _add_person(draft, start.person)
    root, *others = start.roots
    less_likely = f"; less likely: {', '.join(other.table for other in others[:_MAX_SHOWN])}" if others else ""
    draft.add("root", root.table, root.why + less_likely, guess=bool(others))
    suggestion = Suggestion(schema, counts, draft, start.person, root.table, start.keys)
    _suggest_path(suggestion)
    suggest_inside(suggestion)
    suggest_law(suggestion, suggestion.path)
    suggest_belongs(suggestion)
    _suggest_links(suggestion)
    _report_kinds(suggestion)
    report_outside(suggestion)
    _check(draft, schema)


def _suggest_path(suggestion: Suggestion) -> None:
    """Choose the way from root to person if one is best; else read_shape names them all."""
    ways = ranked_ways(suggestion.schema, suggestion.keys, suggestion.root, suggestion.person.table)
    if not ways or (len(ways) > 1 and ways[0][0] == ways[1][0]):
        return
    suggestion.path = ways[0][1]
    names = [suggestion.name(key) for key in suggestion.path]
    if all(names):
        others = [words_of(way) for _, way in ways[1:_MAX_SHOWN]]
        why = f"not {', '.join(others)}" if others else "the only way from root to person"
        suggestion.draft.add("path", names, why, guess=bool(others))


def _suggest_links(suggestion: Suggestion) -> None:
    inside, path = set(suggestion.inside().tables), set(suggestion.path)
    for link in suggestion.keys:
        if link.declared or not (link in path or (link.table in inside and link.target in inside)):
            continue
        matched = suggestion.counts.matched(link)
        evidence = f"; {matched[1]} of {matched[0]} rows find theirs" if matched else ""
        why = f"{link.when.column} names that table" if link.when else "name and type fit"
        suggestion.draft.add("links", link_text(link), f"{why}, no foreign key says so{evidence}", guess=True)


def _report_kinds(suggestion: Suggestion) -> None:
    """Leave to a person each column that seems to point to several tables and for which no link was found."""
    schema, root = suggestion.schema, suggestion.root
    linked = {(key.table, key.columns) for key in suggestion.keys if key.when}
    inside = set(suggestion.inside().tables)
    for name in sorted(schema.tables):
        for column, kind in kind_pairs(schema[name]):
            columns = (name, (column,))
            plain = any((key.table, key.columns) == columns and not key.when for key in suggestion.keys)
            if columns in linked or not (plain or name in inside or is_general(column)):
                continue
            text = f"{name}.{column} may point to one table or another by {kind}; if to one of the footprint, write"
            example = f"{name}.{column} -> {root}.{schema[root].primary[0]} when {name}.{kind} = ..."
            suggestion.draft.leave("links", f"{text} {example}")


def _check(draft: FootprintDraft, schema: Schema) -> None:
    """Resolve the footprint on the schema as every night would; each refusal is undecided."""
    try:
        read_shape(draft.system, Footprint.model_validate(draft.footprint), schema)
    except ConfigurationError as error:
        for problem in error.problems:
            key = problem.key.removeprefix(f"systems.{draft.system}.footprint").lstrip(".")
            draft.leave(key, f"{problem.wrong}; {problem.mend}", refused=True)
    except ValidationError:
        draft.leave("", "not a valid footprint yet: person and root are needed", refused=True)
