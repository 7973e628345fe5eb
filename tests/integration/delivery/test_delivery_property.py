"""Rule 5 over random populations and records: no delivery holds a corrected or disputed person."""

import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hervat.delivery import ACCEPTABLE, Prepared, accept, accept_as_it_stands, prepare
from hervat.register.models import SignalRow
from tests.support.delivery_world import CODE, QUARTER, STORIES, DeliveryWorld, made_up_bsns

BSNS = made_up_bsns(8)
PLACES = [(), ("inburgering",), ("elders",), ("inburgering", "elders")]
PERSON = st.tuples(
    st.sampled_from([*sorted(STORIES.keys() - {"none"}), "unknown"]), st.sampled_from(PLACES), st.booleans()
)


@settings(max_examples=20)
@given(population=st.lists(PERSON, max_size=len(BSNS)), acceptors=st.integers(0, 2))
def test_no_delivery_holds_a_person_whose_correction_is_active(
    register_template: Path, population: list[tuple[str, tuple[str, ...], bool]], acceptors: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = DeliveryWorld(Path(folder) / "home", register_template)
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
        done = nobody_accepted(world, prepare(world.night(), QUARTER))
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


def nobody_accepted(world: DeliveryWorld, done: Prepared) -> Prepared:
    """Accept that a delivery holds nobody while somebody is released: whoever stands in the system is in it here."""
    for stop in done.stops:
        assert stop.code == "bounds" and stop.members == {"no records"}
    if any(not stop.accepted for stop in done.stops):
        accept_as_it_stands(world.night(), QUARTER, "bounds", "Ans", "bekend")
    return prepare(world.night(), QUARTER) if done.stops else done


_SIGNALS = {
    "wrong": ("SS101", date(2022, 1, 10), "Wi2021", date(2022, 1, 10)),
    "SS190": ("SS190", date(2022, 3, 1), "", date(2022, 3, 1)),
    "again": ("SS101", date(2022, 3, 20), "Wi2021", date(2022, 3, 28)),
}
MOVES = st.sampled_from([*_SIGNALS, "SS190", "stands", "stands", "leaves", "prepare"])
STEPS = st.lists(st.tuples(st.integers(0, 1), MOVES), min_size=6, max_size=14)


class History:
    """What happens to two persons, in the register and in the feeding system."""

    def __init__(self, world: DeliveryWorld) -> None:
        self.world, self.had = world, defaultdict[str, set[str]](set)
        self.persons = {bsn: world.person(bsn, "none") for bsn in BSNS[:2]}

    def step(self, bsn: str, move: str) -> None:
        if move in _SIGNALS and move not in self.had[bsn]:
            code, day, wet, seen = _SIGNALS[move]
            told = {"code": code, "date": day, "wet": wet, "gemeentecode": CODE, "doelgroep": "Overig"}
            with self.world.register.session() as session:
                row = {"person_id": self.persons[bsn], "first_seen": day, "last_seen": seen, **told}
                session.add(SignalRow(municipality=CODE, **row))
        elif move == "stands" and "stands" not in self.had[bsn]:
            self.world.stand(bsn, leerroute="B")
        elif move == "leaves":
            self.had[bsn].discard("stands")
            with self.world.local() as local:
                local.execute(
                    "delete from inburgeraar where persoon_id in (select id from persoon where bsn = ?)", (bsn,)
                )
                local.execute("delete from persoon where bsn = ?", (bsn,))
        self.had[bsn].add(move)

    def active(self) -> set[str]:
        """Whose correction holds: an SS190, and no lawful signal after it."""
        return {bsn for bsn, had in self.had.items() if "SS190" in had and "again" not in had}


@settings(max_examples=25)
@given(steps=STEPS, accepted=st.sampled_from([True, True, False]))
def test_whatever_happened_no_delivery_holds_a_person_whose_correction_is_active(
    register_template: Path, steps: list[tuple[int, str]], accepted: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = DeliveryWorld(Path(folder) / "home", register_template)
        history, written = History(world), 0
        for person, move in [*steps, (0, "prepare")]:
            history.step(BSNS[person], move)
            if move != "prepare":
                continue
            first = prepare(world.night(), QUARTER)
            for name in ["Ans", "Bob"] if accepted else []:
                for code in {one.code for one in first.reasons} & set(ACCEPTABLE):
                    if not all(name in one.accepted_by for one in first.reasons if one.code == code):
                        accept(world.night(), QUARTER, code, name, "bekend")
            done = prepare(world.night(), QUARTER)
            done = nobody_accepted(world, done) if accepted else done
            standing = {bsn for bsn, had in history.had.items() if "stands" in had}
            assert done.written or not accepted or standing & history.active()
            if done.written:
                found = {str(one.text) for one in etree.parse(str(world.directory / "swi.xml")).iter("{*}bsn")}
                assert found == standing and not found & history.active()
                written += 1
        world.register.close()
        assert written or not accepted or history.active()
