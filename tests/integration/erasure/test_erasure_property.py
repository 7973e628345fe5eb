"""On generated schemas and data, the cleaning in SQL does what the rules written naively in memory say."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, currently_in_test_context, event, given, settings
from hypothesis import strategies as st

from hervat.erasure import execute, make_plan, open_system
from hervat.settings import System
from tests.support.dossiers import Base, bsn, sqlite_base
from tests.support.naive import World
from tests.support.postgres import Cluster
from tests.support.worst_settings import ON_POSTGRESQL, as_options

MORE = int(os.environ.get("HERVAT_TEST_MORE", "1"))  # so many times as many examples, for a long look
BSNS = [bsn(at) for at in range(7)]


def world_of(seed: int, loose: bool) -> World:
    """Return a random small world: hypothesis draws the seed, so that rich worlds are as likely as poor ones.

    `loose`: keys may point nowhere, which PostgreSQL refuses. Some keys are under owns and belongs at once.
    """
    dice = Random(seed)
    names = [f"t{at}" for at in range(dice.randint(2, 6))]
    keys = {name: {f"k{at}": dice.choice(names) for at in range(dice.choice([0, 1, 1, 2, 3]))} for name in names}
    pairs = [(name, column) for name in names for column in keys[name]]
    owns = dice.sample(pairs, min(len(pairs), dice.randint(0, 3)))
    required = {one for one in pairs if dice.random() < 0.12}
    keep = [name for name in names[1:] if dice.random() < 0.1]
    ids = range(1, dice.randint(2, 7))

    def value(empty: float) -> int | None:
        return None if dice.random() < empty else dice.choice([*ids, *ids, 99] if loose else ids)

    rows = {
        name: {row: {one: value(0 if (name, one) in required else 0.3) for one in keys[name]} for row in ids}
        for name in names
    }
    link_keys = {f"l{at}": {"a": dice.choice(names), "b": dice.choice(names)} for at in range(dice.randint(0, 2))}
    links = {name: [(value(0.2), value(0.2)) for _ in range(dice.randint(0, 5))] for name in link_keys}
    world = World(keys, rows, links, link_keys, owns, {}, keep, required)
    for name in sorted(world.inside() - {world.root}):
        able = world.candidates(name)
        if dice.random() < 0.5:  # a key under both: a circle of two rows
            able += [key for table, key in owns if table == name and keys[name][key] in world.inside()]
        if able != world.candidates(name)[:1]:
            world.belongs[name] = dice.sample(able, dice.randint(1, len(able))) if able else []
    world.persons = {at: BSNS[at % 7] for at in range(dice.choice([6, 6, 8]))}
    world.laws = {row: dice.choice(["Wi2021", "Wi2021", "Wi2021", "Wi2013", None]) for row in ids}
    world.person_of = {row: dice.choice([*range(6), 7 if loose else 5, None]) for row in ids}
    return world


def build(world: World, base: Base) -> None:
    """Make the tables and fill them; PostgreSQL gets its foreign keys afterwards, for circles are filled too."""
    base.run("create table p (id integer primary key, bsn text)")
    base.add("p", *world.persons.items())
    for name, keys in world.keys.items():
        columns = ["id integer primary key", "x text"]
        columns += ["wet text", "p_id integer"] if name == "t0" else []
        columns += [f"{one}_soort text" for one in keys if (name, one) in world.kinds]
        columns += [f"{one} integer {'not null' if (name, one) in world.required else ''}" for one in keys]
        create(base, name, columns, {"p_id": "p"} | declared(world, name) if name == "t0" else declared(world, name))
        extra = {row: [world.laws[row], world.person_of[row]] if name == "t0" else [] for row in world.rows[name]}
        base.add(name, *((row, "x", *extra[row], *stored(world, name, row)) for row in world.rows[name]))
    for name, keys in world.link_keys.items():
        create(base, name, ["a integer", "b integer"], keys)
        base.add(name, *world.links[name])
    if not base.is_sqlite:
        base.run(";\n".join(foreign_keys(world)))


def declared(world: World, name: str) -> dict[str, str]:
    """The keys of a table that are foreign keys; of the others a link tells."""
    return {one: to for one, to in world.keys.get(name, {}).items() if (name, one) not in world.kinds}


def stored(world: World, name: str, row: int) -> Iterator[object]:
    """The kinds of a row's links, and what stands in its keys: of another kind there is a number too."""
    values = world.rows[name][row]
    others = {one: world.kinds[name, one].get(row) for one in values if (name, one) in world.kinds}
    for one, other in others.items():
        yield "Dit" if values[one] is not None else None if other is None else "Anders"
    for one, value in values.items():
        yield others.get(one) if value is None else value


def create(base: Base, name: str, columns: list[str], keys: dict[str, str]) -> None:
    said = [f"foreign key ({one}) references {to} (id)" for one, to in keys.items()] if base.is_sqlite else []
    base.run(f"create table {name} ({', '.join([*columns, *said])})")


def foreign_keys(world: World) -> Iterator[str]:
    yield "alter table t0 add foreign key (p_id) references p (id)"
    for name, keys in ({one: declared(world, one) for one in world.keys} | world.link_keys).items():
        for column, to in keys.items():
            yield f"alter table {name} add foreign key ({column}) references {to} (id)"


def after(
    world: World, before: dict[str, list[tuple[object, ...]]], gone: set[tuple[str, int]]
) -> dict[str, list[tuple[object, ...]]]:
    """What must stand afterwards: every other row as it was, but for the keys that are set to null."""
    found = {"p": before["p"]}
    nulled = world.pointing(gone)
    for name, keys in world.keys.items():
        rows = []
        for row in before[name]:
            if (name, row[0]) not in gone:
                skip = len(row) - len(keys)
                head, tail = row[:skip], row[skip:]
                rows.append(
                    (
                        *head,
                        *(
                            None if (name, row[0], column) in nulled else value
                            for column, value in zip(keys, tail, strict=True)
                        ),
                    )
                )
        found[name] = sorted(rows, key=repr)
    for name, rows in world.link_rows_gone(gone).items():
        left = Counter(before[name])
        left.subtract(Counter(rows))
        found[name] = sorted(left.elements(), key=repr)
    return found


def system(world: World, base: Base, options: str = "") -> System:
    footprint = {
        "person": {"table": "p", "bsn": "bsn"},
        "root": "t0",
        "path": ["t0.p_id"],
        "where": {"t0.wet": "Wi2021"},
        "owns": [f"{table}.{column}" for table, column in world.owns],
        "belongs": world.belongs,
        "keep": world.keep,
        "links": [f"{t}.{c} -> {world.keys[t][c]}.id when {t}.{c}_soort = Dit" for t, c in sorted(world.kinds)],
    }
    return System.model_validate({"name": "klein", "database": base.url + options, "footprint": footprint})


def does_what_the_rules_say(
    world: World, base: Base, asked: set[str], build: Callable[[World, Base], None] = build, options: str = ""
) -> None:
    """Plan and clean, and hold the counts and every row against the rules."""
    build(world, base)
    before = base.everything()
    roots = world.corrected(asked)
    reached, gone = world.reached(roots), world.erased(roots)
    persons = {f"key {one}": frozenset([one]) for one in asked}
    with open_system(system(world, base, options)) as local:
        plan = make_plan(local, persons)
        assert base.everything() == before
        links = {name: len(rows) for name, rows in world.link_rows_gone(gone).items() if rows}
        assert plan.rows == dict(Counter(table for table, _ in gone)) | links
        assert plan.shared == dict(Counter(table for table, _ in reached - gone))
        everyone = world.reached(set(world.rows["t0"]))
        stranded = dict(Counter(table for table, _ in world.all_rows(world.inside()) - everyone))
        assert plan.stranded == stranded or world.kinds  # what hangs from a row of another kind is no stranded row
        pointing = Counter((table, column) for table, _, column in world.pointing(gone))
        blocked = {pair for pair in pointing if pair in world.required}
        assert plan.nulled == {f"{t}.{c}": n for (t, c), n in pointing.items() if (t, c) not in blocked}
        assert len(plan.blockers) == len(blocked)
        if currently_in_test_context():
            event(f"shared: {bool(plan.shared)}, erased: {min(3, len(gone))}, blocked: {bool(blocked)}")
        if not blocked:
            outcome = execute(local, persons, plan.hash)
            assert outcome.verification and outcome.verification.verified
            assert base.everything() == after(world, before, gone)
            assert execute(local, persons, plan.hash).rows == {}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sets(st.sampled_from(BSNS), min_size=1))
def test_sql_does_what_the_rules_say(seed: int, asked: set[str]) -> None:
    with TemporaryDirectory() as folder:
        does_what_the_rules_say(world_of(seed, loose=True), sqlite_base(Path(folder)), asked)


def test_postgresql_does_what_the_rules_say(postgres_cluster: Cluster) -> None:
    base = Base(postgres_cluster.create())

    @settings(max_examples=10 * MORE, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.sets(st.sampled_from(BSNS), min_size=1))
    def does(seed: int, asked: set[str]) -> None:
        base.run("drop schema public cascade;\ncreate schema public")
        bad = as_options(Random(seed).sample(sorted(ON_POSTGRESQL), 5))
        does_what_the_rules_say(world_of(seed, loose=False), base, asked, options=bad)

    does()
