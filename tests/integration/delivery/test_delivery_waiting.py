"""What waits in the register shuts the gate, and what ends it opens it again."""

from datetime import date, datetime
from importlib import import_module
from pathlib import Path

import pytest

from hervat.delivery import DeliveryError, look, prepare, reasons
from hervat.register.models import CleaningPlan, Download, Notice, PlanPerson, QuarantinedRow, SignalRow, Told
from tests.support.delivery_world import CODE, DAY, QUARTER, DeliveryWorld, made_up_bsns

RIGHT, WRONG = made_up_bsns(2)


@pytest.fixture
def world(tmp_path: Path) -> DeliveryWorld:
    return DeliveryWorld(tmp_path / "home")


def found(world: DeliveryWorld) -> list[tuple[str, int]]:
    return [(one.code, one.count) for one in reasons(look(world.night(), QUARTER))]


def download(world: DeliveryWorld, status: str) -> int:
    with world.register.session() as session:
        row = Download(
            municipality=CODE, source="s", name="n", digest="d", size=1, made_at=datetime(2022, 3, 1), made_on=DAY,
            object_id="o", status=status, secured_on=DAY,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize(
    ("status", "shuts"),
    [("secured", True), ("refused", True), ("loaded", False), ("rejected", False), ("mended", False)],
)
def test_a_file_that_is_not_loaded(world: DeliveryWorld, status: str, shuts: bool) -> None:
    download(world, status)
    assert found(world) == ([("download_unloaded", 1)] if shuts else [])


@pytest.mark.parametrize(
    ("correction", "status", "shuts"), [(True, "open", True), (True, "rejected", False), (False, "open", False)]
)
def test_a_quarantined_correction(world: DeliveryWorld, correction: bool, status: str, shuts: bool) -> None:
    number = download(world, "loaded")
    with world.register.session() as session:
        for row in (1, 2):
            session.add(
                QuarantinedRow(
                    municipality=CODE, download_id=number, row=row, reason="bsn", correction=correction, since=DAY,
                    status=status,
                )
            )  # fmt: skip
    assert found(world) == ([("quarantined_correction", 2)] if shuts else [])


@pytest.mark.parametrize(
    ("status", "shuts"), [("waiting", True), ("ready", False), ("executed", False), ("void", False)]
)
def test_a_plan_that_waits(world: DeliveryWorld, status: str, shuts: bool) -> None:
    with world.register.session() as session:
        plan = CleaningPlan(
            municipality=CODE, system="elders", hash="h", occasion=0, policy="erase", content={}, made_on=DAY,
            status=status,
        )  # fmt: skip
        session.add(plan)
        session.flush()
        session.add_all(PlanPerson(plan_id=plan.id, key=key) for key in ("a", "b"))
    assert found(world) == ([("plan_waits", 2)] if shuts else [])


@pytest.mark.parametrize("done", [None, DAY])
def test_a_request_to_a_supplier(world: DeliveryWorld, done: date | None) -> None:
    world.more = [{"name": "leerlingvolg", "supplier": {"name": "L", "channel": {"folder": "out"}}}]
    world.configure()
    world.person(WRONG, "corrected")
    with world.register.session() as session:
        notice = Notice(
            municipality=CODE, audience="supplier", party="leerlingvolg", number="1", kind="erasure", day=DAY,
            persons=1, file_name="f", payload=b"", status="sent", done_on=done,
        )  # fmt: skip
        session.add(notice)
        session.flush()
        session.add(Told(notice_id=notice.id, key=world.keyring.pseudonym("bsn", WRONG), told="asked"))
    assert found(world) == ([] if done else [("supplier_unconfirmed", 1)])


def test_other_municipalities_shut_nothing(world: DeliveryWorld) -> None:
    number = download(world, "refused")
    with world.register.session() as session:
        session.get_one(Download, number).municipality = "0001"
    assert found(world) == []


def test_a_correction_that_is_loaded_while_the_delivery_is_written_stops_it(
    world: DeliveryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = world.person(RIGHT, "right")
    world.stand(RIGHT)

    def late(*_given: object) -> None:
        """An SS190 comes in when all is written, and before it is put in place."""
        with world.register.session() as session:
            day = date(2022, 3, 30)
            row = {"code": "SS190", "date": day, "wet": "", "gemeentecode": CODE}
            session.add(SignalRow(municipality=CODE, person_id=person, **row, first_seen=day, last_seen=day))

    monkeypatch.setattr(import_module("hervat.delivery.prepare"), "validate", late)
    with pytest.raises(DeliveryError, match="1 corrected"):
        prepare(world.night(), QUARTER)
    assert not world.directory.exists()
    assert "cbs written" not in [line[1] for line in world.journalled()]
