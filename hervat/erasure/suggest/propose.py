"""A first footprint from the schema, its names and, where wanted, row counts."""

from pydantic import ValidationError

from hervat.databases import database_of, engine_of
from hervat.erasure.errors import guarded
from hervat.erasure.footprint.polymorphic import link_text
from hervat.erasure.footprint.read import read_shape
from hervat.erasure.schema.model import Schema
from hervat.erasure.schema.reflect import read_schema
from hervat.erasure.suggest.candidates import PersonGuess, ranked_ways, words_of
from hervat.erasure.suggest.draft import FootprintDraft
from hervat.erasure.suggest.evidence import Counts, NoCounts, RowCounts
from hervat.erasure.suggest.holders import propose_belongs, propose_inside, tell_outside
from hervat.erasure.suggest.kinds import tell_kinds
from hervat.erasure.suggest.law import propose_law
from hervat.erasure.suggest.scene import Scene
from hervat.erasure.suggest.start import Start, starts
from hervat.errors import ConfigurationError
from hervat.settings import Footprint


def suggest_for(system: str, url: str, counted: bool = True) -> FootprintDraft:
    """Return a first footprint for the database at `url`. Reads only. Raises CleaningError when it can't be read."""
    engine = engine_of(system, url)
    try:
        with guarded(system, "looking at the schema"), engine.connect() as connection:
            database_of(connection).begin_reading(connection)
            schema = read_schema(connection)
            counts = RowCounts(connection, schema) if counted else NoCounts()
            draft = suggest(system, schema, counts)
            connection.rollback()
        return draft
    finally:
        engine.dispose()


_SHOWN = 5


def suggest(system: str, schema: Schema, counts: Counts | None = None) -> FootprintDraft:
    """Return a first footprint for a system. What hervat would refuse in it is among what is undecided."""
    draft = FootprintDraft(system)
    found = starts(schema, counts or NoCounts())
    led = sorted((one for one in found if one.roots), key=lambda one: -one.score)
    if not led:
        _without_root(draft, found)
    elif len(led) > 1 and led[0].score == led[1].score:
        names = " and ".join(f"{one.person.table}.{one.person.column}" for one in led[:2])
        draft.leave("person", f"{names} could both be the person's BSN: write one", refused=True)
        draft.leave("root", "it must lead to the person, who is to be decided first", refused=True)
    elif len(led[0].roots) > 1 and led[0].roots[0].score == led[0].roots[1].score:
        _person(draft, led[0].person)
        best = ", ".join(one.table for one in led[0].roots if one.score == led[0].roots[0].score)
        draft.leave(
            "root",
            f"each of {best} could say that a person stands under the Wi2021: write one, or root: [...] for several",
            refused=True,
        )
    else:
        _propose(draft, schema, counts or NoCounts(), led[0])
    if not schema.tables and schema.places.elsewhere:
        schemas = ", ".join(sorted({one for ones in schema.places.elsewhere.values() for one in ones}))
        mend = f"ALTER ROLE {schema.places.account} SET search_path = (one of {schemas})"
        draft.leave("", f"search_path: this account finds no table by its bare name; let the administrator: {mend}")
    for lost in schema.lost:
        draft.leave("", f"{lost}: if it is about the registration, {lost.fix}")
    return draft


def _without_root(draft: FootprintDraft, found: list[Start]) -> None:
    if not found:
        text = "no column of this database is named and typed as a BSN: name the table and column of the person's BSN"
        draft.leave("person", text, refused=True)
    else:
        _person(draft, found[0].person)
    text = "no table's name or column says that a person stands under the Wi2021 and leads to his row; name it"
    draft.leave("root", text, refused=True)


def _person(draft: FootprintDraft, person: PersonGuess) -> None:
    draft.add("person", {"table": person.table, "bsn": person.column}, person.why)


def _propose(draft: FootprintDraft, schema: Schema, counts: Counts, start: Start) -> None:
    _person(draft, start.person)
    root, *others = start.roots
    less = f"; less likely: {', '.join(one.table for one in others[:_SHOWN])}" if others else ""
    draft.add("root", root.table, root.why + less, guess=bool(others))
    scene = Scene(schema, counts, draft, start.person, root.table, start.keys)
    _path(scene)
    propose_inside(scene)
    propose_law(scene, scene.path)
    propose_belongs(scene)
    _links(scene)
    tell_kinds(scene)
    tell_outside(scene)
    _hold_against(draft, schema)


def _path(scene: Scene) -> None:
    """Choose the way from root to person where one is best; else read_shape names them all."""
    found = ranked_ways(scene.schema, scene.keys, scene.root, scene.person.table)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return
    scene.path = found[0][1]
    names = [scene.name(key) for key in scene.path]
    if all(names):
        others = [words_of(way) for _, way in found[1:_SHOWN]]
        why = f"not {', '.join(others)}" if others else "the only way from root to person"
        scene.draft.add("path", names, why, guess=bool(others))


def _links(scene: Scene) -> None:
    inside, path = set(scene.inside().tables), set(scene.path)
    for link in scene.keys:
        if link.declared or not (link in path or (link.table in inside and link.target in inside)):
            continue
        matched = scene.counts.matched(link)
        met = f"; {matched[1]} of {matched[0]} rows find theirs" if matched else ""
        why = f"{link.when.column} names that table" if link.when else "name and type fit"
        scene.draft.add("links", link_text(link), f"{why}, no foreign key says so{met}", guess=True)


def _hold_against(draft: FootprintDraft, schema: Schema) -> None:
    """Hold the footprint against the schema as every night would; each refusal is undecided."""
    try:
        read_shape(draft.system, Footprint.model_validate(draft.footprint), schema)
    except ConfigurationError as error:
        for problem in error.problems:
            key = problem.key.removeprefix(f"systems.{draft.system}.footprint").lstrip(".")
            draft.leave(key, f"{problem.wrong}; {problem.mend}", refused=True)
    except ValidationError:
        draft.leave("", "this is no footprint yet: person and root are needed", refused=True)
