"""A delivery remembers whom it held, so that CBS is told when one of them is corrected afterwards."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from hervat.delivery import Correction, DeliveryError, Prepared, Reason, confirm, look, prepare, reasons
from hervat.delivery.gate import delivered_persons
from hervat.delivery.gate.delivered_persons import at_cbs, of_person
from hervat.delivery.package import place
from hervat.register.models import Delivery, DeliveryBlock, Identifier, SignalRow
from hervat.register.packed import unpacked
from hervat.settling.people import read_people
from tests.support.delivery_world import CODE, DAY, QUARTER, DeliveryWorld, made_up_bsns

FIRST, SECOND, THIRD, STRANGER = made_up_bsns(4)
NEXT, LATER = "2022Q2", date(2022, 7, 1)
SS190 = {"code": "SS190", "date": DAY, "wet": "", "gemeentecode": CODE, "doelgroep": None}
AGAIN = {"code": "SS101", "date": date(2022, 4, 20), "wet": "Wi2021", "gemeentecode": CODE, "doelgroep": "Overig"}


class World(DeliveryWorld):
    """Three rightful persons, who stand in the feeding system."""

    def __init__(self, folder: Path, register: str) -> None:
        super().__init__(folder, register=register)
        self.persons = {bsn: self.person(bsn, "right") for bsn in (FIRST, SECOND, THIRD)}
        for bsn in self.persons:
            self.stand(bsn, leerroute="B")

    def signal(self, bsn: str, **values: Any) -> None:
        """Let DUO send a signal about a person after the delivery."""
        seen = {"first_seen": values["date"], "last_seen": values["date"]}
        with self.register.session() as session:
            session.add(SignalRow(municipality=CODE, person_id=self.persons[bsn], **values, **seen))

    def corrected(self, *bsns: str) -> None:
        """Let persons be corrected, and be gone from the feeding system."""
        for bsn in bsns:
            self.signal(bsn, **SS190)
            with self.local() as local:
                local.execute(
                    "delete from inburgeraar where persoon_id in (select id from persoon where bsn = ?)", [bsn]
                )

    def delivered(self, quarter: str = QUARTER, receipt: str = "CBS-1", **given: Any) -> None:
        """Prepare a delivery, which goes well, and confirm it."""
        assert written(self, quarter, **given).written
        confirm(self.night(LATER), quarter, receipt, "Ans")

    def stands(self) -> list[tuple[str, int]]:
        """Return the gate's reasons."""
        return [(one.code, one.count) for one in self.reasons()]

    def reasons(self) -> list[Reason]:
        return reasons(look(self.night(LATER), NEXT))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    lite = request.param == "sqlite"
    made = World(tmp_path / "home", "sqlite:///register.db" if lite else request.getfixturevalue("postgres_url"))
    yield made
    made.register.close()


def written(world: World, quarter: str = QUARTER, **given: Any) -> Prepared:
    return prepare(world.night(DAY if quarter == QUARTER else LATER), quarter, **given)


def correction(of: str = "CBS-1") -> dict[str, Correction]:
    return {"correction": Correction(of, "een SS190 na de levering")}


def test_it_is_remembered_in_sealed_blocks_and_by_pseudonym_alone(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(delivered_persons, "_BLOCK", 2 * 32)
    written(world)
    with world.register.session() as session:
        (row,) = session.scalars(select(Delivery))
        blocks = session.scalars(select(DeliveryBlock).order_by(DeliveryBlock.id)).all()
    assert row.remembers and [(one.municipality, one.delivery_id) for one in blocks] == [(CODE, row.id)] * 2
    opened = [list(unpacked(world.keyring.open(one.sealed, "delivered"))) for one in blocks]
    assert [len(one) for one in opened] == [2, 1] and opened[0] == sorted(opened[0])
    wanted = {world.keyring.pseudonym("bsn", bsn) for bsn in world.persons}
    assert {one for ones in opened for one in ones} == wanted
    assert not any(
        bytes.fromhex(mark) in one.sealed or mark.encode() in one.sealed for mark in wanted for one in blocks
    )


def test_it_is_kept_with_the_delivery_or_not_at_all(world: World, monkeypatch: Any) -> None:
    def corrected_meanwhile(*_: object) -> None:
        raise DeliveryError("the records hold 1 corrected or disputed persons; nothing was written: try again")

    monkeypatch.setattr(place, "_refuse_since", corrected_meanwhile)
    with pytest.raises(DeliveryError):
        written(world)
    with world.register.session() as session:
        assert session.query(Delivery).count() == session.query(DeliveryBlock).count() == 0


def test_who_is_corrected_counts_from_the_receipt_until_that_of_the_correction(world: World) -> None:
    written(world)
    world.corrected(FIRST)
    assert world.stands() == [], "CBS has nothing yet, as far as anybody said"
    confirm(world.night(), QUARTER, "CBS-1", "Ans")
    assert world.stands() == [("delivered_corrected", 1)], "it was uploaded all the same: from now on it counts"
    shut = written(world, NEXT)
    assert not shut.written and [one.code for one in shut.reasons] == ["delivered_corrected"]
    done = written(world, **correction())
    assert (done.written, done.records, done.gate) == (True, 2, {"open": True, "reasons": []})
    assert done.changes and done.changes["removed"] == 1
    assert world.stands() == [("delivered_corrected", 1)]
    confirm(world.night(), QUARTER, "CBS-2", "Ans")
    assert world.stands() == [] and written(world, NEXT).written


def test_a_correction_is_not_shut_by_what_it_ends_and_by_all_else_it_is(world: World) -> None:
    world.delivered()
    world.corrected(FIRST)
    world.stand(FIRST)
    shut = written(world, **correction())
    assert [one.code for one in shut.reasons] == ["corrected_in_records", "standing"]
    assert not shut.written and shut.gate["open"] is False


def test_a_correction_of_a_quarter_without_such_a_person_is_shut(world: World) -> None:
    world.delivered()
    early = written(world, NEXT)
    with world.register.session() as session:
        digest = session.scalars(select(Delivery.digest).where(Delivery.quarter == NEXT)).one()
    assert early.written
    world.corrected(FIRST)
    shut = written(world, NEXT, **correction(digest))
    assert not shut.written and [one.code for one in shut.reasons] == ["delivered_corrected"]


def test_two_quarters_hold_him_so_both_are_corrected_and_he_is_one_person(world: World) -> None:
    world.delivered()
    world.delivered(NEXT, "CBS-2")
    world.corrected(FIRST, SECOND)
    assert world.stands() == [("delivered_corrected", 2)]
    world.delivered(receipt="CBS-3", **correction())
    assert world.stands() == [("delivered_corrected", 2)]
    found = look(world.night(LATER), NEXT).at_cbs
    assert [(one.quarter, len(one.corrected)) for one in found] == [(QUARTER, 0), (NEXT, 2)]
    world.delivered(NEXT, "CBS-4", **correction("CBS-2"))
    assert world.stands() == []


def test_a_correction_that_was_written_before_another_was_corrected_does_not_end_it(world: World) -> None:
    world.delivered()
    world.corrected(FIRST)
    written(world, **correction())
    assert [one.waits for one in look(world.night(LATER), NEXT).at_cbs] == [True]
    world.corrected(SECOND)
    assert [one.waits for one in look(world.night(LATER), NEXT).at_cbs] == [False]
    confirm(world.night(), QUARTER, "CBS-2", "Ans")
    assert world.stands() == [("delivered_corrected", 1)]


def test_who_is_reinstated_counts_no_more(world: World) -> None:
    world.delivered()
    world.corrected(FIRST)
    assert world.stands() == [("delivered_corrected", 1)]
    world.signal(FIRST, **AGAIN)
    assert world.stands() == []


def test_a_person_whom_two_numbers_turn_out_to_be_is_met_by_either(world: World) -> None:
    world.delivered()
    other = world.person(STRANGER, "corrected")
    assert world.stands() == []
    with world.register.session() as session:
        session.execute(update(Identifier).where(Identifier.person_id == other).values(person_id=world.persons[FIRST]))
    world.signal(FIRST, **SS190)
    (reason,) = [one for one in world.reasons() if one.code == "delivered_corrected"]
    assert reason.members == {min(world.keyring.pseudonym("bsn", bsn) for bsn in (FIRST, STRANGER))}


def test_of_an_older_delivery_it_is_not_known_and_the_same_once_more_makes_it_known(world: World) -> None:
    written(world)
    with world.register.session() as session:
        session.query(DeliveryBlock).delete()
        session.execute(update(Delivery).values(remembers=False))
    confirm(world.night(), QUARTER, "CBS-1", "Ans")
    with world.register.session() as session:
        people = read_people(session, CODE, world.settler, LATER)
        (found,) = at_cbs(session, world.keyring, people)
        (told,) = of_person(session, world.keyring, [world.keyring.pseudonym("bsn", STRANGER)])
    assert (found.remembers, told["remembers"], told["left_out_on"]) == (False, False, None)
    assert written(world).written
    with world.register.session() as session:
        assert [one.remembers for one in session.scalars(select(Delivery))] == [True]
        assert of_person(session, world.keyring, [world.keyring.pseudonym("bsn", STRANGER)]) == []
    world.corrected(FIRST)
    assert world.stands() == [("delivered_corrected", 1)]


def test_a_person_is_told_which_deliveries_held_him_and_since_when_none_does(world: World) -> None:
    world.delivered()
    world.delivered(NEXT, "CBS-2")
    world.corrected(FIRST)
    world.delivered(receipt="CBS-3", **correction())
    mark = [world.keyring.pseudonym("bsn", FIRST)]
    with world.register.session() as session:
        told = of_person(session, world.keyring, mark)
        other = of_person(session, world.keyring, [world.keyring.pseudonym("bsn", SECOND)])
    assert [(one["quarter"], one["confirmed_on"], one["left_out_on"]) for one in told] == [
        (QUARTER, LATER, LATER),
        (NEXT, LATER, None),
    ]
    assert [one["quarter"] for one in other] == [QUARTER, NEXT, QUARTER]
