"""Rule 5 over random populations and records: no delivery holds a corrected or disputed person."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hervat.delivery import ACCEPTABLE, accept, prepare
from tests.support.delivery_world import QUARTER, STORIES, DeliveryWorld, made_up_bsns

BSNS = made_up_bsns(8)
PLACES = [(), ("inburgering",), ("elders",), ("inburgering", "elders")]
PERSON = st.tuples(st.sampled_from([*STORIES, "unknown"]), st.sampled_from(PLACES), st.booleans())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = DeliveryWorld(tmp_path_factory.mktemp("template"))
    world.register.close()
    return world.folder / "register.db"


@settings(max_examples=60)
@given(population=st.lists(PERSON, max_size=len(BSNS)), acceptors=st.integers(0, 2))
def test_no_delivery_holds_a_person_whose_correction_is_active(
    template: Path, population: list[tuple[str, tuple[str, ...], bool]], acceptors: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = DeliveryWorld(Path(folder) / "home", template)
        expected, wrong = set(), set()
        for bsn, (story, systems, dotted) in zip(BSNS, population, strict=False):
            if story != "unknown":
                world.person(bsn, story)
            for system in systems:
                world.stand(f"{bsn[:4]}.{bsn[4:]}" if dotted else bsn, system=system)
            expected |= {bsn} if "inburgering" in systems else set()
            wrong |= {bsn} if story in ("corrected", "disputed") else set()
        first = prepare(world.night(), QUARTER)
        for name in ["Ans", "Bob"][:acceptors]:
            for code in {one.code for one in first.reasons} & set(ACCEPTABLE):
                accept(world.night(), QUARTER, code, name, "bekend")
        done = prepare(world.night(), QUARTER)
        world.register.close()

        stories = [story for story, _places, _dotted in population]
        standing = any(story == "corrected" and "inburgering" in places for story, places, _ in population)
        absolute = "disputed" in stories or standing
        asked = {one.code for one in first.reasons}
        assert absolute is bool(asked - set(ACCEPTABLE))
        assert done.written is (not absolute and (acceptors == 2 or not asked))
        assert world.directory.exists() is done.written
        if done.written:
            found = [one.text for one in etree.parse(str(world.directory / "swi.xml")).iter("{*}bsn")]
            assert sorted(str(one) for one in found) == sorted(expected)
            assert not set(found) & wrong
