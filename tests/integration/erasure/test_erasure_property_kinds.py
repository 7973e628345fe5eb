"""On generated schemas whose rows name others by a number and a kind, the cleaning does what the rules say of that kind."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.erasure.test_erasure_property import BSNS, does_what_the_rules_say, world_of
from tests.support.dossiers import Base, sqlite_base
from tests.support.naive import World
from tests.support.postgres import Cluster

SEEDS, ASKED = st.integers(0, 2**32), st.sets(st.sampled_from(BSNS), min_size=1)


def kinded(world: World, dice: Random) -> World:
    """Let links bound to a kind tell of some keys; rows that named nothing have the number of something else there."""
    for name, keys in world.keys.items():
        for column in keys:
            if (name, column) in world.required or dice.random() < 0.4:
                continue
            empty = [row for row, values in world.rows[name].items() if values[column] is None]
            ids = sorted(world.rows[keys[column]])
            world.kinds[name, column] = {row: dice.choice(ids) for row in empty if dice.random() < 0.8}
    return world


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEEDS, ASKED)
def test_rows_of_another_kind_with_the_same_number_are_nobodys(seed: int, asked: set[str]) -> None:
    with TemporaryDirectory() as folder:
        world = kinded(world_of(seed, loose=True), Random(seed + 1))
        does_what_the_rules_say(world, sqlite_base(Path(folder)), asked)


def test_on_postgresql_too(postgres_cluster: Cluster) -> None:
    base = Base(postgres_cluster.create())

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(SEEDS, ASKED)
    def does(seed: int, asked: set[str]) -> None:
        base.run("drop schema public cascade;\ncreate schema public")
        does_what_the_rules_say(kinded(world_of(seed, loose=False), Random(seed + 1)), base, asked)

    does()
