"""On generated schemas in which tables stand in several schemas and in parts, the cleaning does what the rules say."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.erasure.test_erasure_property import BSNS, does_what_the_rules_say, world_of
from tests.support.placed import PlacedBase, beside, placing
from tests.support.postgres import Cluster


def test_schemas_and_parts_change_nothing_of_what_the_rules_say(postgres_cluster: Cluster) -> None:
    base = PlacedBase(postgres_cluster.create())

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32), st.sets(st.sampled_from(BSNS), min_size=1))
    def does(seed: int, asked: set[str]) -> None:
        dice = Random(seed + 1)
        does_what_the_rules_say(beside(world_of(seed, loose=False), dice), base, asked, placing(dice))

    does()
