"""Archived notices in the vault: what an earlier version wrote is still read, and no column is forgotten."""

import json
from base64 import b64encode
from datetime import date, datetime

import pytest
from sqlalchemy import select

from hervat.errors import HervatError
from hervat.notices import KIND, adopt_archived, capture, notify
from hervat.notices.archived import ArchivedDisclosure, ArchivedLine, ArchivedNotice, ArchivedStatement
from hervat.register.models import DisclosedTo, Notice, Told
from hervat.vault import Vault
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn

DAY = date(2022, 3, 1)
NUMBER = f"{CODE}-20220301-0001"
KEY = "a" * 64
OLD = {
    "notice": {
        "municipality": CODE, "audience": "party", "party": "welzijn", "number": NUMBER, "kind": "hold",
        "day": "2022-03-01", "persons": 1, "unnamed": 0, "file_name": f"{NUMBER}-hold.json",
        "payload": b64encode(b'{"count": 1}').decode(), "status": "due", "attempts": 1, "sent_on": None,
        "received_on": None, "done_on": None, "due_on": None, "refers_to": None, "evidence": None, "erased": None,
        "at": "2022-03-01T02:00:00.123456",
    },
    "told": [{"key": KEY, "told": "hold", "disclosed_until": "2022-01-12"}],
    "disclosures": [
        {
            "municipality": CODE, "system": "inburgering", "party": "welzijn", "key": KEY,
            "bsn": b64encode(made_up_bsn(1).encode()).decode(), "reference_key": "", "reference": None,
            "provided_on": "2022-01-12", "captured_on": "2022-02-01",
        }
    ],
}  # fmt: skip
"""An archive of version 0.1: without a version, and without the columns that came later."""


@pytest.fixture
def world(tmp_path):
    return NoticeWorld(tmp_path)


def stored(world, content):
    with Vault(world.settings.vault, world.keyring).writer() as incoming:
        incoming.write(json.dumps(content).encode())
        incoming.commit(KIND, {"number": NUMBER, "name": f"{NUMBER}-hold.json", "day": "2022-03-01"})


def adopted(world):
    with world.register.session() as session:
        return adopt_archived(world.night(DAY), session)


def test_an_archive_of_an_earlier_version_is_read(world):
    stored(world, OLD)
    assert adopted(world) == (1, [])
    with world.register.session() as session:
        notice = session.scalars(select(Notice)).one()
        assert (notice.number, notice.status, notice.sent_on) == (NUMBER, "sent", DAY)
        assert (notice.at, notice.message_id) == (datetime(2022, 3, 1, 2, 0, 0, 123456), None)
        assert world.keyring.open(notice.payload, "notice") == b'{"count": 1}'
        told = session.scalars(select(Told)).one()
        assert (told.key, told.told, told.disclosed_until, told.law) == (KEY, "hold", date(2022, 1, 12), None)
        disclosed = session.scalars(select(DisclosedTo)).one()
        assert world.keyring.open(disclosed.bsn, "disclosure").decode() == made_up_bsn(1)
        assert (disclosed.reference, disclosed.captured_on) == (None, date(2022, 2, 1))
    assert adopted(world) == (0, [])


def test_an_archive_of_a_later_version_is_refused(world):
    stored(world, OLD | {"version": 2})
    with pytest.raises(HervatError, match="is not a notice that this hervat can read"):
        adopted(world)


def test_what_is_archived_now_is_put_back_as_it_was(world):
    world.wrong(made_up_bsn(1))
    world.disclose(made_up_bsn(1), "welzijn", "K1")
    capture(world.night(DAY))
    notify(world.night(DAY))
    (item,) = Vault(world.settings.vault, world.keyring).objects(KIND)
    with Vault(world.settings.vault, world.keyring).open(item.id) as stream:
        content = json.loads(stream.read())
    assert content["version"] == 1 and content["notice"]["day"] == str(DAY)
    with world.register.session() as session:
        rows = [session.scalars(select(model)).one() for model in (Notice, Told, DisclosedTo)]
        again = ArchivedNotice.of(rows[0], [rows[1]], [rows[2]], world.keyring)
    assert again.notice.model_copy(update={"status": "due", "sent_on": None}) == ArchivedNotice(**content).notice
    assert (again.told, again.disclosures) == (ArchivedNotice(**content).told, ArchivedNotice(**content).disclosures)


@pytest.mark.parametrize(
    ("row", "model", "own"),
    [
        (ArchivedLine, Notice, {"id"}),
        (ArchivedStatement, Told, {"notice_id"}),
        (ArchivedDisclosure, DisclosedTo, {"id"}),
    ],
)
def test_every_column_of_the_register_is_archived(row, model, own):
    assert row.model_fields.keys() == {column.name for column in model.__table__.columns} - own
