"""A small gemeente with a closed round, and the things that have a term: each with its last event on `CAME`."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from hervat.register import models as m
from hervat.rules.rounds import Rounds
from hervat.settings import KINDS, Retention
from hervat.upkeep import due_now
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn

BSN, OTHER = made_up_bsn(0), made_up_bsn(1)
CLOSED, TERM = date(2022, 6, 1), "30d"
CAME = date(2022, 9, 1)
"""The last event of whatever is made here."""


def empty(world: NoticeWorld) -> None:
    with world.register.session() as session:
        for table in reversed(m.Base.metadata.sorted_tables):
            session.execute(delete(table))
    assert [world.corrected(BSN), world.wrong(OTHER)] == [1, 2]
    world.settled(1, "corrected", date(2022, 3, 1))
    world.settled(2, "released", date(2022, 3, 1))
    close(world, CLOSED)
    configure(world, **dict.fromkeys(KINDS, TERM) | {"incident": "3y", "journal": "3y"})


def close(world: NoticeWorld, day: date | None) -> None:
    world.rounds = Rounds(rounds=tuple(one.model_copy(update={"closed_on": day}) for one in world.rounds.rounds))


def configure(world: NoticeWorld, **terms: str) -> None:
    world.settings = world.settings.model_copy(update={"retention": Retention.model_validate(terms)})


def put(world: NoticeWorld, model: Any, **values: Any) -> Any:
    with world.register.session() as session:
        row = model(**({"municipality": CODE} if "municipality" in model.__table__.c else {}), **values)
        session.add(row)
        session.flush()
        return row


def due(world: NoticeWorld, day: date) -> dict[str, int]:
    return {line.kind: line.count for line in due_now(world.night(day)).due if line.count}


def key(world: NoticeWorld, bsn: str = BSN) -> str:
    return world.keyring.pseudonym("bsn", bsn)


def personalia(world: NoticeWorld, person: int, day: date = CAME) -> None:
    put(world, m.Personalia, person_id=person, sealed=b"x", said_on=day)


def notice(world: NoticeWorld, bsn: str = BSN, **values: Any) -> m.Notice:
    made = {"party": "taalschool", "number": "0000-1", "kind": "correction", "day": date(2022, 3, 1), "persons": 1}
    made |= {"file_name": "x", "payload": b"", "status": "sent", "sent_on": CAME, "received_on": CAME}
    row = put(world, m.Notice, **made | values)
    put(world, m.Told, notice_id=row.id, key=key(world, bsn), told="correction")
    return row


def disclosed(world: NoticeWorld, bsn: str = BSN, day: date = date(2022, 1, 12), captured: date = CAME) -> None:
    made = {
        "system": "x",
        "party": "taalschool",
        "bsn": world.keyring.seal(b"x", "disclosure"),
        "provided_on": day,
        "captured_on": captured,
    }
    put(world, m.DisclosedTo, key=key(world, bsn), **made)


def receipt(world: NoticeWorld) -> None:
    made = {"status": "done", "day": CAME, "way": "folder", "signed": True, "by": "x", "sha256": "x"}
    put(world, m.Receipt, notice_id=notice(world).id, read_on=CAME, reason=b"x", **made)


def delivered(world: NoticeWorld, **values: Any) -> None:
    made = {"quarter": "2022Q2", "records": 1, "digest": "x", "gate": {}, "written_on": CAME, "remembers": True}
    put(world, m.Delivery, **made | {"receipt": "R", "confirmed_on": CAME} | values)


def answered(world: NoticeWorld, **values: Any) -> None:
    made = {"name": "x", "sha256": "x", "made_at": datetime(2022, 9, 1), "read_on": CAME, "refused": []}
    put(world, m.AnswerFile, **made | values)


def incident(world: NoticeWorld, **values: Any) -> None:
    put(world, m.Incident, **{"kind": "leak", "count": 0, "opened_on": CAME, "status": "closed"} | values)


def told(world: NoticeWorld) -> None:
    """Store a disclosure of which the party heard."""
    disclosed(world)
    notice(world, day=CAME)
