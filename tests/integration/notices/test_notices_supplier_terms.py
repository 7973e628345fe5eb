"""What a supplier is asked, by when, his reminders and his evidence. All persons are made up."""

import json
from datetime import date, timedelta

import pytest

from hervat.notices import request_erasures, supplier_terms
from hervat.notices.counts import listed
from tests.support.notice_world import CODE, NoticeWorld, certificate, made_up_bsn

MARCH_1 = date(2022, 3, 1)
FIRST = "0000-20220301-0001"


@pytest.fixture
def world(tmp_path):
    return made(tmp_path)


def made(folder, **terms):
    folder.mkdir(exist_ok=True)
    certificate(folder, "volg")
    supplier = {"name": "leverancier", "channel": {"folder": "out/volg"}, "certificate": "volg.pem", **terms}
    return NoticeWorld(folder, {"more_systems": [{"name": "volg", "supplier": supplier}]})


def play(world, days, shadow=False):
    """Play the night so many days after 1 March."""
    night = world.night(MARCH_1 + timedelta(days=days), shadow)
    request_erasures(night)
    return night


def kinds(world):
    return [(one.kind, str(one.day), one.refers_to) for one in world.notices()]


def answer(world, **said):
    folder = world.folder / "out" / "volg" / "confirmations"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{said['number']}-{said['status']}.json"
    (folder / name).write_text(json.dumps({"day": "2022-03-02", **said}))


def test_what_and_by_when_come_from_the_configuration(tmp_path):
    world = made(tmp_path, what=["het dossier WI", " de exports "], within_days=10)
    world.corrected(made_up_bsn(1))
    play(world, 0)
    (request,) = world.read("volg")
    assert (request["erase"], request["erase_by"]) == (["het dossier WI", "de exports"], "2022-03-11")
    assert "  - de exports\n- Doe dit uiterlijk op 11 maart 2022." in request["text_nl"]


def test_what_is_asked_by_default(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    (request,) = world.read("volg")
    assert request["erase_by"] == "2022-03-29"
    assert all(what in request["text_nl"] for what in request["erase"]) and len(request["erase"]) == 2


def test_one_reminder_a_term_until_done_and_the_request_byte_for_byte(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    sent = world.files("volg")
    (path,) = (world.folder / "out" / "volg").glob("*.p7m")
    for days in (1, 13):
        play(world, days)
    assert len(kinds(world)) == 1
    path.unlink()  # the supplier took it away
    for days in (14, 15, 16, 27):
        play(world, days)
    assert kinds(world) == [("erasure", "2022-03-01", None), ("reminder", "2022-03-15", FIRST)]
    assert world.files("volg").items() >= sent.items()
    play(world, 28)
    assert [kind for kind, *_ in kinds(world)] == ["erasure", "reminder", "reminder"]
    reminder = world.read("volg")[1]
    assert (reminder["kind"], reminder["refers_to"], reminder["count"]) == ("reminder", FIRST, 1)
    assert "persons" not in reminder
    answer(world, number=FIRST, status="done")
    play(world, 60)
    assert len(kinds(world)) == 3


def test_who_confirms_in_time_is_not_reminded_that_night(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    answer(world, number=FIRST, status="done")
    play(world, 14)
    assert len(kinds(world)) == 1


def test_received_alone_does_not_keep_a_reminder_back(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    answer(world, number=FIRST, status="received")
    play(world, 14)
    assert [kind for kind, *_ in kinds(world)] == ["erasure", "reminder"]


def test_a_reminder_that_was_not_delivered_is_sent_again_the_same_and_no_second_is_made(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    out = world.folder / "out" / "volg"
    out.rename(world.folder / "away")
    out.write_text("a file where the folder was")
    night = play(world, 14)
    assert any("not delivered" in text for text in night.errors)
    (payload,) = [one.payload for one in world.notices() if one.kind == "reminder"]
    play(world, 30)
    assert [kind for kind, *_ in kinds(world)] == ["erasure", "reminder"]
    out.unlink()
    (world.folder / "away").rename(out)
    play(world, 31)
    assert [one.payload for one in world.notices() if one.kind == "reminder"] == [payload]
    reminder = next(one for one in world.notices() if one.kind == "reminder")
    assert reminder.status == "sent" and world.files("volg")[reminder.file_name] == world.keyring.open(
        payload, "notice"
    )


def test_shadow_reminds_nobody(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    before = world.files("volg")
    play(world, 20, shadow=True)
    assert len(kinds(world)) == 1 and world.files("volg") == before


def test_a_request_with_a_reinstated_person_is_not_sent_again_but_told(world):
    person = world.corrected(made_up_bsn(1))
    world.corrected(made_up_bsn(2))
    play(world, 0)
    world.signal(person, "SS101", date(2022, 3, 10), date(2022, 3, 26))
    for days in (26, 40):
        night = play(world, days)
        assert night.attention == [
            f"supplier of volg: request {FIRST} names 1 person(s) who are corrected no longer; call the supplier, so"
            " that they are not erased (no reminder is sent)"
        ]
    assert len(kinds(world)) == 1


def test_a_reminder_may_be_answered_for_its_request_with_evidence(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    play(world, 14)
    answer(world, number="0000-20220315-0001", status="done", day="2022-03-16", erased=1, evidence="rapport 17")
    play(world, 15)
    with world.register.session() as session:
        lines = listed(session, CODE)
        assert supplier_terms(session, CODE, "volg", date(2023, 1, 1)) == (None, 0)
    assert [(one["number"], str(one["done_on"]), one["erased"], one["evidence"]) for one in lines] == [
        (FIRST, "2022-03-16", 1, "rapport 17"), ("0000-20220315-0001", "2022-03-16", 1, "rapport 17"),
    ]  # fmt: skip


def test_evidence_with_a_bsn_is_not_kept_anywhere(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    play(world, 0)
    dotted = f"{bsn[:3]}.{bsn[3:6]}.{bsn[6:]}"
    answer(world, number=FIRST, status="done", evidence=f"gewist: {dotted}")
    night = play(world, 2)
    assert any("evidence in 1 of its confirmations is not kept" in text for text in night.attention)
    (notice,) = world.notices()
    assert notice.done_on is not None and notice.evidence is None
    assert dotted not in str(night.attention)


def test_a_term_that_has_passed_is_counted(world):
    world.corrected(made_up_bsn(1))
    play(world, 0)
    with world.register.session() as session:
        assert supplier_terms(session, CODE, "volg", date(2022, 3, 29)) == (date(2022, 3, 29), 0)
        assert supplier_terms(session, CODE, "volg", date(2022, 3, 30)) == (date(2022, 3, 29), 1)
