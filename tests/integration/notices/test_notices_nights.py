"""Whole nights of notices: real register, real local system, folders as channels, openssl at the other end.

All persons are made up; their BSNs are generated.
"""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from hervat import journal
from hervat.errors import UsageError
from hervat.notices import capture, check, notify, standing, told_by_hand, unwise
from hervat.notices.compose import compose
from hervat.notices.send import send
from hervat.register.models import DisclosedTo, JournalLine
from hervat.register.models import Told as ToldRow
from tests.support.notice_world import NoticeWorld, certificate, made_up_bsn

MARCH_1, MARCH_2, MARCH_16, MARCH_25 = (date(2022, 3, day) for day in (1, 2, 16, 25))
MAY_24 = date(2022, 5, 24)


@pytest.fixture
def world(tmp_path):
    return NoticeWorld(tmp_path)


def night(world, day, shadow=False):
    """Play capture and notify; nothing may fail. Return the counts of notices that are not zero."""
    one = world.night(day, shadow)
    capture(one)
    counts = notify(one)["notices"]
    assert one.errors == []
    return {name: count for name, count in counts.items() if count and name != "unconfirmed"}


def persons(world, party):
    return [(notice["kind"], notice["persons"]) for notice in world.read(party) if notice["kind"] != "reminder"]


def test_the_restart_from_hold_to_resume_and_correction(world):
    waits, wrong, lawful = made_up_bsn(1), made_up_bsn(2), made_up_bsn(3)
    for bsn in (waits, wrong, lawful):
        world.disclose(bsn, "taalschool")
    world.wrong(waits)
    released = world.wrong(lawful)
    world.corrected(wrong)
    assert night(world, MARCH_1) == {"hold": 1, "correction": 1}
    assert persons(world, "taalschool") == [
        ("hold", sorted([{"bsn": waits}, {"bsn": lawful}], key=str)),
        ("correction", [{"bsn": wrong}]),
    ]
    assert night(world, MARCH_1) == {}
    assert night(world, MARCH_16) == {}
    world.signal(released, "SS139", date(2022, 3, 25), MARCH_25, group="Overig")
    assert night(world, MARCH_25) == {"resume": 1}
    assert persons(world, "taalschool")[2:] == [("resume", [{"bsn": lawful, "law": "Wi2021"}])]
    assert night(world, MARCH_25) == {}
    assert [notice.number for notice in world.notices() if not notice.refers_to] == [
        "0000-20220301-0001",
        "0000-20220301-0002",
        "0000-20220325-0001",
    ]


def test_a_corrected_person_whose_wi2013_obligation_counts_is_told_to_go_on_and_stays_corrected(world):
    bsn = made_up_bsn(1)
    world.disclose(bsn, "welzijn", "W1")
    person = world.corrected(bsn)
    world.signal(person, "SS101", date(2022, 1, 10), date(2022, 5, 23), wet="Wi2013")
    assert night(world, MARCH_1) == {"correction": 1}
    assert night(world, MAY_24) == {"resume": 1}
    assert persons(world, "welzijn")[1] == ("resume", [{"reference": "W1", "law": "Wi2013"}])
    assert night(world, MAY_24) == {}


def test_a_correction_first_seen_after_wi2013_resumed_brings_both_in_one_night_and_none_in_the_next(world):
    bsn = made_up_bsn(1)
    world.disclose(bsn, "welzijn", "W1")
    person = world.corrected(bsn)
    world.signal(person, "SS101", date(2022, 1, 10), date(2022, 5, 23), wet="Wi2013")
    assert night(world, MAY_24) == {"correction": 1, "resume": 1}
    assert [kind for kind, _ in persons(world, "welzijn")] == ["correction", "resume"]
    assert night(world, MAY_24) == {}


@pytest.mark.parametrize("seen_again", [True, False])
def test_a_reinstated_person_is_withdrawn_and_it_says_whether_service_may_resume(world, seen_again):
    bsn = made_up_bsn(1)
    world.disclose(bsn, "welzijn", "W1")
    person = world.corrected(bsn)
    night(world, MARCH_16)
    if seen_again:
        world.signal(person, "SS101", date(2022, 3, 20), MARCH_25)
    else:
        from hervat.register.models import Decision

        with world.register.session() as session:
            session.add(
                Decision(
                    municipality="0000", person_id=person, law="Wi2021", date=date(2022, 3, 10), by="a", reason="b"
                )
            )
    assert night(world, MARCH_25) == {"withdrawal": 1}
    notice = world.read("welzijn")[1]
    assert notice["service_may_resume"] is seen_again
    assert notice["persons"][0]["service_may_resume"] is seen_again
    assert night(world, MARCH_25) == {}


def test_a_party_hears_of_those_it_received_and_of_nobody_else(world):
    mine, theirs, nobodys = made_up_bsn(1), made_up_bsn(2), made_up_bsn(3)
    for bsn in (mine, theirs, nobodys):
        world.corrected(bsn)
    world.disclose(mine, "taalschool")
    world.disclose(theirs, "welzijn", "W2")
    assert night(world, MARCH_1) == {"correction": 2}
    assert persons(world, "taalschool") == [("correction", [{"bsn": mine}])]
    assert persons(world, "welzijn") == [("correction", [{"reference": "W2"}])]


def test_nobody_who_is_disputed_noted_or_unknown_is_in_any_notice(world):
    disputed, noted, unknown = made_up_bsn(1), made_up_bsn(2), made_up_bsn(3)
    for bsn in (disputed, noted, unknown):
        world.disclose(bsn, "taalschool")
    person = world.corrected(disputed)
    world.signal(person, "SS101", date(2022, 3, 1), MARCH_25)
    world.signal(world.person(noted), "SS106", date(2021, 1, 1), date(2022, 3, 1), wet="Wi2007")
    assert night(world, MARCH_25) == {}


def test_data_that_a_party_receives_after_it_was_told_is_told_again(world):
    bsn = made_up_bsn(1)
    world.disclose(bsn, "welzijn", "W1")
    world.corrected(bsn)
    assert night(world, MARCH_1) == {"correction": 1}
    world.disclose(bsn, "welzijn", "W9", "2022-01-02")  # an older disclosure that was written down later
    assert night(world, MARCH_2) == {"correction": 1}
    assert persons(world, "welzijn")[1] == ("correction", [{"reference": "W1"}, {"reference": "W9"}])
    assert night(world, MARCH_2) == {}


def test_a_person_with_two_bsns_is_one_person_and_each_party_hears_what_it_knows(world):
    one, two = made_up_bsn(1), made_up_bsn(2)
    world.corrected(one, two)
    world.disclose(one, "taalschool")
    world.disclose(two, "taalschool")
    world.disclose(two, "welzijn", "W1")
    night(world, MARCH_1)
    taalschool, welzijn = world.read("taalschool")[0], world.read("welzijn")[0]
    assert (taalschool["count"], taalschool["persons"]) == (1, [{"bsn": one}, {"bsn": two}])
    assert (welzijn["count"], welzijn["persons"]) == (1, [{"reference": "W1"}])
    assert {notice.persons for notice in world.notices()} == {1}


def test_without_a_certificate_no_bsn_leaves_in_any_disguise(world):
    bsns = [made_up_bsn(number) for number in range(5)]
    for bsn in bsns:
        world.corrected(bsn)
    world.disclose(bsns[0], "welzijn", bsns[0])
    world.disclose(bsns[1], "welzijn", f"dossier {bsns[1][:4]}.{bsns[1][4:6]}.{bsns[1][6:]}")
    world.disclose(bsns[2], "welzijn", int(bsns[4]))
    world.disclose(bsns[3], "welzijn", "W3")
    one = world.night(MARCH_1)
    capture(one)
    notify(one)
    (data,) = world.files("welzijn").values()
    assert json.loads(data)["persons"] == [{"reference": "W3"}]
    digits = "".join(filter(str.isdigit, data.decode()))
    assert not any(bsn in digits for bsn in bsns)
    assert one.attention == [
        "party welzijn: 3 person(s) can't be named to it (no kenmerk); tell it by hand and record that, or have the"
        " kenmerk recorded in the system that told of it"
    ]


def test_who_cannot_be_named_makes_no_notice_and_asks_for_a_person_each_night(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "welzijn")
    for day in (MARCH_1, MARCH_2):
        one = world.night(day)
        capture(one)
        assert notify(one)["notices"]["correction"] == 0
        assert "1 person(s)" in one.attention[0]
    world.disclose(bsn, "welzijn", "W1")
    assert night(world, MARCH_2) == {"correction": 1}
    assert night(world, MARCH_2) == {}


def test_who_was_told_of_by_hand_waits_for_nobody_any_more(world):
    unnamed, named = made_up_bsn(1), made_up_bsn(2)
    world.corrected(unnamed)
    world.corrected(named)
    world.disclose(unnamed, "welzijn")
    world.disclose(named, "welzijn", "W2")
    assert night(world, MARCH_1) == {"correction": 1}
    assert told_by_hand(world.night(MARCH_2), "welzijn", "A. Medewerker") == 1
    one = world.night(MARCH_2)
    capture(one)
    assert notify(one)["notices"]["unconfirmed"] == 1
    assert one.attention == []
    assert len(world.files("welzijn")) == 1
    assert [(n.status, n.persons, n.unnamed) for n in world.notices()] == [("sent", 1, 1), ("sent", 1, 1)]
    assert told_by_hand(world.night(MARCH_2), "welzijn", "A. Medewerker") == 0
    with pytest.raises(UsageError, match="no party 'school'"):
        told_by_hand(world.night(MARCH_2), "school", "A. Medewerker")


def test_the_encrypted_file_shows_nothing_and_opens_with_the_key_alone(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "taalschool")
    night(world, MARCH_1)
    ((name, data),) = world.files("taalschool").items()
    assert name == "0000-20220301-0001-correction.json.p7m"
    assert bsn.encode() not in data
    assert b"Voorbeeldstad" not in data
    certificate(world.folder, "other")
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-inkey", str(world.folder / "other.key")]
    wrong = subprocess.run(
        [*command, "-recip", str(world.folder / "other.pem")], input=data, capture_output=True, check=False
    )
    assert wrong.returncode != 0
    assert world.read("taalschool")[0]["persons"] == [{"bsn": bsn}]


def test_killed_between_composing_and_sending_the_next_run_sends_the_same_bytes(world):
    """A process of its own composes and is killed at once; another one sends."""
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "taalschool")
    code = (
        "import os, signal, sys; from datetime import date; from pathlib import Path\n"
        "from tests.support.notice_world import NoticeWorld\n"
        "from hervat.notices import capture; from hervat.notices.compose import compose\n"
        "night = NoticeWorld(Path(sys.argv[1])).night(date(2022, 3, 1)); capture(night); compose(night)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", code, str(world.folder)], check=False, cwd=root, env=environment)
    assert done.returncode == -9
    (composed,) = world.notices()
    assert (composed.status, world.files("taalschool")) == ("due", {})
    assert night(world, MARCH_2) == {}
    (data,) = world.files("taalschool").values()
    assert data == world.keyring.open(composed.payload, "notice")
    assert [(notice.status, notice.sent_on) for notice in world.notices()] == [("sent", MARCH_2)]


def test_killed_between_sending_and_marking_it_is_sent_again_byte_for_byte(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "taalschool")
    night(world, MARCH_1)
    before = world.files("taalschool")
    with world.register.session() as session:
        for notice in world.notices():
            session.merge(notice).status = "due"
    (world.folder / "out" / "taalschool" / f".{next(iter(before))}.part").write_bytes(b"half")
    assert send(world.night(MARCH_2)) == {"sent": 1, "due": 0, "failed": []}
    assert {name: data for name, data in world.files("taalschool").items() if not name.startswith(".")} == before


def test_a_partys_outage_is_named_and_holds_up_nobody_else_and_nothing_is_lost(world):
    bsn, later = made_up_bsn(1), made_up_bsn(2)
    for number in (bsn, later):
        world.corrected(number)
    world.disclose(bsn, "taalschool")
    world.disclose(bsn, "welzijn", "W1")
    blocked = world.folder / "out" / "taalschool"
    blocked.parent.mkdir()
    blocked.write_text("a file where the folder should be")
    one = world.night(MARCH_1)
    capture(one)
    assert notify(one)["notices"]["correction"] == 2
    assert len(one.errors) == 1
    assert one.errors[0].startswith("party taalschool: 1 notice(s) were not delivered: ")
    assert len(world.files("welzijn")) == 1
    blocked.unlink()
    world.disclose(later, "taalschool")
    assert night(world, MARCH_2) == {"correction": 1}
    assert [notice["number"] for notice in world.read("taalschool")] == ["0000-20220301-0001", "0000-20220302-0001"]
    assert {notice.status for notice in world.notices()} == {"sent"}


def test_shadow_counts_what_would_be_due_and_changes_nothing(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "taalschool")
    assert night(world, MARCH_1, shadow=True) == {"correction": 1}
    assert world.notices() == []
    assert not (world.folder / "out").exists()
    assert night(world, MARCH_1) == {"correction": 1}


def test_confirmations_of_receipt_and_of_acting_are_kept_apart(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    for party in ("taalschool", "welzijn"):
        world.disclose(bsn, party, "K1")
    night(world, MARCH_1)
    world.answer("taalschool", "0000-20220301-0001", "received", "2022-03-03")
    world.answer("welzijn", "0000-20220301-0002", "done", "2022-03-04")
    one = world.night(MARCH_16)
    assert notify(one)["notices"]["unconfirmed"] == 0
    assert [(n.received_on, n.done_on) for n in world.notices()] == [
        (date(2022, 3, 3), None),
        (date(2022, 3, 4), date(2022, 3, 4)),
    ]
    world.answer("taalschool", "0000-20220301-0001", "done", "2022-03-20")
    for _ in range(2):
        one = world.night(MARCH_25)
        notify(one)
        assert one.attention == []
    assert next((n.received_on, n.done_on) for n in world.notices()) == (date(2022, 3, 3), date(2022, 3, 20))
    with world.register.session() as session:
        assert journal.verify(session, "0000") == []
        lines = session.scalars(select(JournalLine.action).order_by(JournalLine.seq)).all()
    assert lines == ["disclosures", *["notice composed"] * 2, *["notice sent"] * 2, *["confirmation"] * 3]


def test_garbage_unknown_numbers_doubles_and_other_peoples_numbers_are_counted_and_change_nothing(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    for party in ("taalschool", "welzijn"):
        world.disclose(bsn, party, "K1")
    night(world, MARCH_1)
    world.answer("welzijn", "0000-20220301-0001", "done")  # taalschool's
    world.answer("welzijn", bsn, "done", file=f"{bsn}.json")
    world.answer("welzijn", "0000-20220301-0002", "received", "2022-03-03")
    world.answer("welzijn", "0000-20220301-0002", "received", "2022-03-02", file="again.json")
    folder = world.folder / "out" / "welzijn" / "confirmations"
    (folder / "half.json").write_text("{")
    (folder / "large.json").write_text(" " * 70_000 + "{}")
    (folder / "link.json").symlink_to(world.folder / "hervat.yaml")
    for _ in range(2):
        one = world.night(MARCH_16)
        assert notify(one)["notices"]["unconfirmed"] == 1
        assert one.errors == []
        assert one.attention == [
            "party welzijn: among its confirmations are 2 unknown, 2 garbage, 1 double; look at them and take them out"
            " of its folder",
            "party welzijn: 5 file(s) in the folder of its answers are not read as an answer:"
            " '0000-20220301-0001-done.json' (unknown), '*********.json' (unknown), 'half.json' (garbage), 'large.json' (too"
            " large for an answer), 'link.json' (a link; put the file itself there); open each, record what it says with"
            " `hervat notices confirm`, and take it out of that folder",
        ]
    assert [(n.received_on, n.done_on) for n in world.notices()][:2] == [(None, None), (date(2022, 3, 2), None)]


def test_what_stands_for_status_and_report(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    for party in ("taalschool", "welzijn"):
        world.disclose(bsn, party, "K1")
    night(world, MARCH_1)
    world.answer("welzijn", "0000-20220301-0002", "received")
    night(world, MARCH_2)
    expected = {"hold": 0, "correction": 2, "withdrawal": 0, "ended": 0, "resume": 0, "unconfirmed": 1, "unsent": 0}
    expected |= {"refused": 0, "partly": 0, "failed": 0}
    with world.register.session() as session:
        for day, overdue in ((date(2022, 3, 14), 0), (date(2022, 3, 15), 1)):
            assert standing(session, "0000", day, world.municipality) == {**expected, "overdue": overdue}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ({"elliptic": True}, "has no RSA key"),
        ({"expired": True}, "expired on"),
        (None, "holds no certificate"),
        ("", "can't be read"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_red_and_nothing_is_composed_for_that_party(world, kind, said):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    for party in ("taalschool", "welzijn"):
        world.disclose(bsn, party, "K1")
    path = world.folder / "taalschool.pem"
    path.unlink()
    if kind is None:
        path.write_text("-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n")
    elif kind:
        certificate(world.folder, "taalschool", **kind)
    one = world.night(MARCH_1)
    capture(one)
    assert notify(one)["notices"]["correction"] == 1
    assert len(one.errors) == 1
    assert said in one.errors[0]
    assert [notice.party for notice in world.notices()] == ["welzijn"]
    assert [said in problem for problem in check(world.municipality)] == [True]
    certificate(world.folder, "taalschool")
    assert night(world, MARCH_1) == {"correction": 1}
    assert check(world.municipality) == []


def test_doctor_says_what_is_wrong_and_what_is_unwise(tmp_path):
    parties = [
        {"name": "een", "identifier": "bsn", "channel": {"folder": "out/een"}},
        {"name": "twee", "channel": {"folder": "out/samen"}},
        {"name": "drie", "channel": {"folder": "out/samen"}},
        {"name": "vier", "channel": {"folder": "hervat.yaml"}},
    ]
    world = NoticeWorld(tmp_path, {"parties": parties})
    assert check(world.municipality) == [
        f"party vier: {tmp_path / 'hervat.yaml'} is not a folder; correct the configuration"
    ]
    assert [line.split(":")[0] for line in unwise(world.municipality)] == ["party een", "party twee", "party drie"]


def test_a_large_party_takes_few_queries(world):
    """Work goes in sets: ten times the persons takes no more statements, but for the chunks."""
    from sqlalchemy import event

    statements = []
    event.listen(world.register.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    numbers = [made_up_bsn(0)]
    found = []
    for size in (1, 40):
        numbers = [made_up_bsn(n) for n in range(size)]
        for bsn in numbers:
            if bsn not in found:
                world.corrected(bsn)
                world.disclose(bsn, "taalschool")
                found.append(bsn)
        statements.clear()
        one = world.night(MARCH_1 if size == 1 else MARCH_2)
        capture(one)
        compose(one)
        if size == 1:
            few = len(statements)
    assert len(statements) <= few + 2


def test_told_and_notice_stand_or_fall_together(world):
    bsn = made_up_bsn(1)
    world.corrected(bsn)
    world.disclose(bsn, "taalschool")
    night(world, MARCH_1)
    with world.register.session() as session:
        told = session.scalars(select(ToldRow)).all()
        disclosed = session.scalars(select(DisclosedTo)).one()
    assert [(row.key, row.told, row.disclosed_until) for row in told] == [
        (disclosed.key, "correction", disclosed.provided_on)
    ]
