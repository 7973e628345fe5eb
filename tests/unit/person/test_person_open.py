"""Why a person may not be ended yet: each reason alone, told by number, and none of another."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from sqlalchemy import event, update

from hervat.delivery.gate.delivered_persons import Memory
from hervat.notices.archive import keep
from hervat.person import open_for
from hervat.register import models as m
from hervat.rules.rounds import Rounds
from hervat.settings.retention import Retention
from hervat.vault import Vault
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn

BSN, OTHER = made_up_bsn(0), made_up_bsn(1)
CLOSED, DAY = date(2022, 6, 1), date(2022, 9, 1)


@pytest.fixture
def world(tmp_path: Any) -> NoticeWorld:
    """A corrected person and another, in a round that is closed; nothing of them is in a local system."""
    world = NoticeWorld(tmp_path)
    with world.local() as local:
        local.execute("create table persoon (id integer primary key, bsn)")
        local.execute("create table inburgeraar (id integer primary key, persoon_id references persoon (id))")
        local.execute("insert into persoon values (1, ?), (2, ?)", (BSN, OTHER))
    assert (world.corrected(BSN), world.corrected(OTHER)) == (1, 2)
    close(world, CLOSED)
    return world


def close(world: NoticeWorld, day: date | None) -> None:
    world.rounds = Rounds(rounds=tuple(one.model_copy(update={"closed_on": day}) for one in world.rounds.rounds))


def reasons(world: NoticeWorld, *numbers: int) -> dict[int, list[str]]:
    with world.register.session() as session:
        return open_for(session, world.night(DAY), numbers or (1, 2))


def put(world: NoticeWorld, model: Any, **values: Any) -> Any:
    with world.register.session() as session:
        row = model(**({"municipality": CODE} if "municipality" in model.__table__.c else {}), **values)
        session.add(row)
        session.flush()
        return row


def key(world: NoticeWorld) -> str:
    return world.keyring.pseudonym("bsn", BSN)


def plan(world: NoticeWorld, status: str = "ready") -> None:
    made = {"system": "inburgering", "hash": "a" * 64, "occasion": 0, "policy": "erase", "content": {}}
    row = put(world, m.CleaningPlan, **made, made_on=DAY, needs_approval=None, status=status, ended_on=None)
    put(world, m.PlanPerson, plan_id=row.id, key=key(world))


def notice(world: NoticeWorld, **values: Any) -> None:
    sent = {"party": "taalschool", "number": "N-1", "kind": "correction", "day": date(2022, 3, 1), "persons": 1}
    sent |= {"file_name": "x", "payload": world.keyring.seal(b"{}", "notice"), "status": "sent"}
    sent |= {"sent_on": date(2022, 3, 1), "received_on": date(2022, 3, 2)}
    row = put(world, m.Notice, **sent | values)
    put(world, m.Told, notice_id=row.id, key=key(world), told="correction")
    if row.status == "sent":
        keep(world.night(DAY), row)


def delivered(world: NoticeWorld, **values: Any) -> None:
    memory = Memory(world.keyring)
    memory.add([BSN])
    written = {"quarter": "2022Q1", "records": 1, "digest": "x", "gate": {}, "written_on": date(2022, 4, 1)}
    with world.register.session() as session:
        memory.keep(session, m.Delivery(municipality=CODE, **written | values))


def download(world: NoticeWorld, status: str = "loaded") -> m.Download:
    with Vault(world.settings.vault, world.keyring).writer() as incoming:
        incoming.write(b"x")
        thing = incoming.commit("download", {"name": "PIB.csv"})
    made = {"source": "x", "name": "PIB.csv", "digest": "d", "size": 1, "made_on": date(2022, 3, 1)}
    made |= {"made_at": datetime(2022, 3, 1), "secured_on": date(2022, 3, 2), "object_id": thing.id, "status": status}
    row = put(world, m.Download, **made)
    with world.register.session() as session:
        signal = session.query(m.SignalRow).filter_by(person_id=1, code="SS190").one()
    block = BytesIO()
    pl.DataFrame({"row": [2], "signal_id": [signal.id], "loaded": [True]}).write_ipc_stream(block)
    put(world, m.SightingBlock, download_id=row.id, first_row=2, rows=1, packed=block.getvalue())
    return row


def stands(world: NoticeWorld) -> None:
    with world.local() as local:
        local.execute("insert into inburgeraar values (1, 1)")


def quarantined(world: NoticeWorld) -> None:
    held = {"row": 9, "reason": "bsn", "correction": True, "since": DAY}
    put(world, m.QuarantinedRow, download_id=download(world).id, **held)


def incident_of_rows(world: NoticeWorld) -> None:
    found = put(world, m.Incident, kind="foreign_rows", count=1, opened_on=DAY)
    put(world, m.ForeignRow, download_id=download(world).id, row=3, row_hash="x", incident_id=found.id)


def incident_of_orphans(world: NoticeWorld) -> None:
    put(world, m.Incident, kind="orphans", count=1, opened_on=DAY)
    put(world, m.Stranger, person_id=1, orphan_since=date(2022, 5, 1))


def retention(world: NoticeWorld, **terms: str) -> None:
    world.settings = world.settings.model_copy(update={"retention": Retention(**terms)})


def kept_download(world: NoticeWorld) -> None:
    retention(world, download="6m")
    download(world)


def kept_notice(world: NoticeWorld) -> None:
    retention(world, notice="2y")
    notice(world)


CASES: dict[str, tuple[Callable[[NoticeWorld], object], str]] = {
    "round": (lambda world: close(world, None), "round restart-2022 is not closed"),
    "round closes later": (lambda world: close(world, date(2022, 9, 2)), "round restart-2022 is not closed"),
    "plan": (plan, "plan aaaaaaaaaaaa of inburgering is not executed"),
    "plan that waits": (lambda world: plan(world, "waiting"), "is not executed"),
    "system": (stands, "still registered in inburgering"),
    "disclosures": (lambda world: world.disclose(BSN, "taalschool"), "still lists disclosures"),
    "due": (lambda world: notice(world, status="due"), "notice N-1 to taalschool is due, not sent"),
    "failed": (lambda world: notice(world, status="failed"), "is failed, not sent"),
    "unconfirmed": (lambda world: notice(world, received_on=None), "notice N-1 to taalschool is not confirmed"),
    "supplier": (lambda world: notice(world, audience="supplier"), "is not confirmed"),
    "no receipt": (delivered, "the delivery of 2022Q1 with this person has no receipt of CBS"),
    "delivered": (lambda world: delivered(world, receipt="R-1"), "held this person, and its correction is not confirmed"),
    "restricted": (
        lambda world: put(world, m.KeptValue, system="x", key=key(world), sealed=b"", kept_on=DAY, lifted_on=None),
        "a restriction in x is not lifted",
    ),
    "decision": (
        lambda world: put(world, m.Decision, person_id=1, law="Wi2021", date=DAY, by="A", reason="x", waits=True),
        "a decision about the law waits for a second person",
    ),
    "ownership": (
        lambda world: put(world, m.Ownership, person_id=1, ours=True, date=DAY, by="A", reason="x"),
        "a decision about the gemeente waits for a second person",
    ),
    "hold": (
        lambda world: put(world, m.Hold, person_id=1, ground="21", since=CLOSED, by="A", reason="x"),
        "on hold (AVG 21)",
    ),
    "split": (
        lambda world: put(world, m.Separate, key=key(world), other_key="x", by="A", reason="x"),
        "a split of this person waits for a second person",
    ),
    "restricted, split since": (
        lambda world: put(world, m.KeptValue, system="x", key="person 1", sealed=b"", kept_on=DAY, lifted_on=None),
        "a restriction in x is not lifted",
    ),
    "quarantine": (quarantined, "download 1 has rows in quarantine"),
    "incident": (incident_of_rows, "download 1 belongs to an open incident"),
    "orphans": (incident_of_orphans, "an incident about persons without a valid signal is open"),
    "unloaded": (lambda world: download(world, "secured"), "download 1 is not loaded"),
    "term of an original": (kept_download, "download 1 stays until 2022-12-01 (`retention.download`)"),
    "term of a notice": (kept_notice, "notice N-1 stays until 2024-06-01 (`retention.notice`)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_open_is_told_with_its_name_and_of_that_person_alone(world: NoticeWorld, case: str) -> None:
    make, said = CASES[case]
    make(world)
    found = reasons(world)
    mine = [text for text in found.pop(1) if said in text]
    assert mine and (not found or case.startswith("round"))
    assert BSN not in json.dumps(mine) and not re.search(r"[0-9a-f]{32}", json.dumps(mine))


def test_nothing_is_open_where_all_is_done(world: NoticeWorld) -> None:
    retention(world, download="2m", notice="3m")
    plan(world, "executed")
    notice(world)
    notice(world, number="N-2", audience="supplier", done_on=date(2022, 3, 9))
    download(world)
    world.settled(1, "corrected", CLOSED)
    put(world, m.KeptValue, system="x", key=key(world), sealed=b"", kept_on=CLOSED, lifted_on=CLOSED)
    assert reasons(world) == {}


def test_who_could_not_be_looked_up_may_not_be_ended(world: NoticeWorld) -> None:
    with world.local() as local:
        local.execute("drop table inburgeraar")
        local.execute("drop table verstrekking")
    found = reasons(world)
    assert found.keys() == {1, 2} and found[1] == found[2] and len(found[1]) == 2
    assert all("inburgering" in text for text in found[1])


def test_many_persons_take_as_many_statements_as_one(world: NoticeWorld) -> None:
    more = [world.corrected(made_up_bsn(number)) for number in range(2, 40)]
    asked: list[str] = []
    event.listen(world.register.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    reasons(world, 1)
    one = len(asked)
    assert reasons(world, 1, 2, *more) == {} and len(asked) == 2 * one
    with world.register.session() as session:
        session.execute(update(m.Identifier).values(municipality="0001"))
        session.execute(update(m.Person).values(municipality="0001"))
    close(world, None)
    assert reasons(world) == {}, "persons of another gemeente are not looked at"
