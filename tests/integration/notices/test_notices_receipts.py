"""What parties answer: signed, forged, by mail, doubled, late, and what a person records. All persons are made up."""

import json
from datetime import date

import pytest

from hervat.errors import ConfigurationError, UsageError
from hervat.notices import capture, check, notify
from hervat.notices.manual import confirm_by_hand, confirm_file, resend
from hervat.notices.receipts.unsure import unsure
from hervat.register.models import JournalLine, Receipt
from hervat.register.models.notices import FAILED, SENT
from tests.support.crippled_smtp import CrippledServer
from tests.support.notice_world import NoticeWorld, certificate, made_up_bsn
from tests.support.replies import bounce, receipt, reply, signed

DAY, NEXT = date(2022, 3, 1), date(2022, 3, 3)
NUMBER, BSN = "0000-20220301-0001", made_up_bsn(1)


@pytest.fixture
def world(tmp_path):
    """taalschool signs its answers, which lie in in/taalschool; it was told that one person is corrected."""
    return told(tmp_path, {"folder": "out/taalschool", "receipts": {"folder": "in/taalschool"}})


def told(place, channel, **more):
    (place / "in" / "taalschool").mkdir(parents=True)
    party = {"name": "taalschool", "identifier": "bsn", "certificate": "taalschool.pem", "channel": channel, **more}
    world = NoticeWorld(place, {"parties": [party]})
    world.corrected(BSN)
    world.disclose(BSN, "taalschool", "K1")
    play(world, DAY)
    return world


def play(world, day):
    night = world.night(day)
    capture(night)
    notify(night)
    assert night.errors == []
    return night


def put(world, name, data):
    (world.folder / "in" / "taalschool" / name).write_bytes(data)


def how_it_stands(world):
    notice = world.notices()[0]
    return notice.answer, notice.received_on, notice.done_on


NOTHING = (None, None, None)
SECOND = date(2022, 3, 2)


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        ("received", ("received", SECOND, None)),
        ("done", ("done", SECOND, SECOND)),
        ("partly", ("partly", SECOND, None)),
        ("refused", ("refused", SECOND, None)),
    ],
)  # fmt: skip
def test_what_the_party_signed_counts_and_each_answer_is_kept_apart(world, status, stands):
    put(world, "a.json.p7m", signed(receipt(NUMBER, status, reason="geen dossier"), world.folder, "taalschool"))
    night = play(world, NEXT)
    assert how_it_stands(world) == stands
    asked = [line for line in night.attention if "call it" in line]
    assert len(asked) == (status in ("partly", "refused"))
    with world.register.session() as session:
        (one,) = session.query(Receipt).all()
        assert (one.signed, one.way, one.by) == (True, "folder", "party taalschool")
        assert b"geen dossier" not in one.reason
        (line,) = session.query(JournalLine).filter_by(action="confirmation").all()
        assert line.result == f"{status} by party taalschool on 2022-03-02, signed"
    assert play(world, NEXT).attention == night.attention
    with world.register.session() as session:
        assert session.query(Receipt).count() == 1


def test_ber_and_a_chain_that_comes_along_are_read_too(world):
    certificate(world.folder, "other")
    data = signed(receipt(NUMBER), world.folder, "taalschool", "-stream", "-certfile", f"{world.folder}/other.pem")
    put(world, "stream.p7m", data)
    play(world, NEXT)
    assert how_it_stands(world)[0] == "received"


@pytest.mark.parametrize("label", [b"CMS", b"PKCS7"])
def test_a_p7m_in_pem_is_read_too(world, label):
    data = signed(receipt(NUMBER, "done"), world.folder, "taalschool", "-nodetach", form="PEM")
    put(world, "pem.p7m", data.replace(b"CMS-----", label + b"-----"))
    play(world, NEXT)
    assert how_it_stands(world)[0] == "done"


def test_unsigned_and_forged_answers_count_for_nothing_and_are_reported(world):
    certificate(world.folder, "forger")
    good = signed(receipt(NUMBER, "done"), world.folder, "taalschool")
    put(world, "plain.json", receipt(NUMBER, "done"))
    put(world, "plain.eml", reply(NUMBER, "klaar"))
    put(world, "forged.p7m", signed(receipt(NUMBER, "done"), world.folder, "forger"))
    put(world, "changed.p7m", good.replace(b'"done"', b'"dome"'))
    put(world, "forged.eml", signed(reply(NUMBER, "klaar"), world.folder, "forger", form="SMIME"))
    put(world, "cut.p7m", good[: len(good) // 2])
    put(world, "none.p7m", b"")
    night = play(world, NEXT)
    assert how_it_stands(world) == NOTHING
    assert night.attention == [
        "party taalschool: among its confirmations are 2 unsigned, 5 forged; look at them and take them out of its folder",
        "party taalschool: 7 file(s) in the folder of its answers are not read as an answer: 'changed.p7m' (forged),"
        " 'cut.p7m' (forged), 'forged.eml' (forged), 'forged.p7m' (forged), 'none.p7m' (empty), 'plain.eml' (unsigned),"
        " 'plain.json' (unsigned); open each, record what it says with `hervat notices confirm`, and take it out of that"
        " folder",
    ]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_a_signed_mail_counts_for_what_the_signature_covers_however_its_lines_end(world, ends):
    text = (
        f"Content-Type: text/plain; charset=utf-8\r\n\r\ndeels: een dossier is weg\r\n> Bericht {NUMBER}\r\n".encode()
    )
    head = f"From: juf@party.test\r\nSubject: Re: {NUMBER[:-1]}9\r\nDate: Wed, 2 Mar 2022 23:30:00 +0000\r\n".encode()
    mail = head + signed(text, world.folder, "taalschool", form="SMIME")
    put(world, "reply.eml", mail.replace(b"\r\n", b"\n").replace(b"\n", ends))  # as a mail program saves it
    play(world, NEXT)
    assert how_it_stands(world) == ("partly", date(2022, 3, 3), None)  # past midnight in Amsterdam


@pytest.fixture
def mailed(tmp_path):
    """taalschool is told by mail and answers with mails that a person saves; they need no signature."""
    with CrippledServer() as server:
        yield told(tmp_path, {"mail": server.mail, "receipts": {"folder": "in/taalschool", "unsigned": "accept"}})


@pytest.mark.parametrize(
    ("data", "stands"),
    [
        (reply(NUMBER, "Ontvangen, dank u.\r\n> oud"), ("received", SECOND, None)),
        (reply(NUMBER, "Dag, wij hebben het binnen."), ("received", SECOND, None)),
        (reply(NUMBER, "KLAAR\r\n\r\nGroet"), ("done", SECOND, SECOND)),
        (reply(NUMBER, "geweigerd: wij kennen hem niet"), ("refused", SECOND, None)),
        (reply(NUMBER, "> klaar"), NOTHING),
        (reply(NUMBER, json.dumps({"number": NUMBER, "status": "done", "day": "2022-03-02"})), ("done", SECOND, SECOND)),
        (reply("", f"klaar\r\n{NUMBER}", subject="uw mail"), ("done", SECOND, SECOND)),
        (reply(NUMBER, "klaar", date="morgen"), ("done", NEXT, NEXT)),
        (reply(NUMBER, "klaar", date="Wed, 2 Mar 2033 10:00:00 +0100"), ("done", NEXT, NEXT)),
        (reply("", "klaar", subject="uw mail"), NOTHING),
        (reply("", f"{NUMBER} en 0000-20220301-0002", subject="uw mail"), NOTHING),
        (reply(NUMBER, "ik ben er niet", head="Auto-Submitted: auto-replied"), NOTHING),
        (b"\xff\xfe\x00", NOTHING),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x", NOTHING),
        (reply(NUMBER, "x" * 1_100_000), NOTHING),
        (bounce(NUMBER, "4.4.1", "delayed"), NOTHING),
    ],
)  # fmt: skip
def test_a_mail_is_read_by_its_number_and_its_first_word(mailed, data, stands):
    put(mailed, "reply.eml", data)
    play(mailed, NEXT)
    assert how_it_stands(mailed) == stands
    assert mailed.notices()[0].status == SENT


def test_a_mail_that_came_back_waits_for_a_person_and_goes_again_with_the_same_bytes(mailed):
    put(mailed, "bounce.eml", bounce(NUMBER))
    for _ in range(2):
        night = play(mailed, NEXT)
        (notice,) = mailed.notices()
        assert (notice.status, notice.failure, notice.received_on) == (FAILED, "5.1.1", None)
    assert f"notice {NUMBER} did not arrive (5.1.1)" in str(night.attention)
    with pytest.raises(UsageError, match="--by NAME is required"):
        resend(mailed.night(NEXT), NUMBER, " ")
    assert resend(mailed.night(NEXT), NUMBER, "A. Jansen")
    (notice,) = mailed.notices()
    assert (notice.status, notice.failure, notice.attempts, notice.sent_on) == (SENT, None, 2, NEXT)


def test_a_notice_after_which_something_else_was_told_is_not_sent_again(world):
    from hervat.register.models import SignalRow

    with world.register.session() as session:
        person = session.query(SignalRow).first().person_id
    world.signal(person, "SS101", date(2022, 3, 20), date(2022, 3, 25))
    play(world, date(2022, 3, 26))
    assert [notice.kind for notice in world.notices()] == ["correction", "withdrawal"]  # and no reminder of the first
    with pytest.raises(UsageError, match="told something else since"):
        resend(world.night(date(2022, 3, 26)), NUMBER, "A. Jansen")
    with pytest.raises(UsageError, match="no notice of that number"):
        resend(world.night(date(2022, 3, 26)), "0000-20220301-0099", "A. Jansen")


def test_a_person_records_what_a_party_said_and_what_it_gave(world, tmp_path):
    night = world.night(NEXT)
    path = tmp_path / "answer.p7m"
    path.write_bytes(signed(receipt(NUMBER), world.folder, "taalschool"))
    assert confirm_file(night, path, "A. Jansen") == (NUMBER, True)
    assert confirm_file(night, path, "A. Jansen") == (NUMBER, False)
    assert confirm_by_hand(night, NUMBER, "done", SECOND, "A. Jansen", None)
    assert how_it_stands(world) == ("done", SECOND, SECOND)
    with world.register.session() as session:
        assert {(one.way, one.by) for one in session.query(Receipt)} == {("hand", "A. Jansen")}
    other = tmp_path / "other.p7m"
    other.write_bytes(signed(receipt("0000-20220301-0077"), world.folder, "taalschool"))
    assert confirm_file(night, other, "A. Jansen") is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((NUMBER, "refused", NEXT, "A", None), "--reason"),
        ((NUMBER, "refused", NEXT, "A", f"om {BSN}"), "the reason holds a BSN"),
        ((NUMBER, "maybe", NEXT, "A", None), "--status is one of"),
        ((NUMBER, "done", NEXT, "", None), "--by NAME is required"),
        (("0000-20220301-0077", "done", NEXT, "A", None), "no notice of that number"),
    ],
)  # fmt: skip
def test_what_can_not_be_recorded_is_said(world, given, said):
    with pytest.raises(UsageError) as caught:
        confirm_by_hand(world.night(NEXT), *given)
    assert said in str(caught.value) and BSN not in str(caught.value)
    assert how_it_stands(world) == NOTHING


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", receipt(NUMBER), "must be signed"),
        ("a.p7m", b"x", "is not of this party's certificate"),
        ("a.json", b"{", "not an answer to a notice"),
        ("a.eml", reply(NUMBER, "weg", head="Auto-Submitted: auto-replied"), "nobody read the notice"),
    ],
)  # fmt: skip
def test_a_file_that_counts_for_nothing_says_why(world, tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        confirm_file(world.night(NEXT), path, "A. Jansen")
    assert said in str(caught.value)


def test_receipts_that_nobody_could_verify_are_refused_in_the_configuration(tmp_path):
    party = {"name": "welzijn", "channel": {"folder": "out/w", "receipts": {"folder": "in/w"}}}
    with pytest.raises(ConfigurationError, match="no signature can be verified"):
        NoticeWorld(tmp_path, {"parties": [party]})


def test_doctor_sees_a_folder_of_receipts_that_is_not_there(world):
    assert check(world.municipality) == []
    (world.folder / "in" / "taalschool").rmdir()
    assert "receipts: there is no folder" in str(check(world.municipality))


def days(number):
    return date.fromordinal(DAY.toordinal() + number)


def test_a_silent_party_is_reminded_once_a_term_and_then_a_person_calls(world):
    first = world.files("taalschool")
    for day, reminders, calls in ((13, 0, 0), (14, 1, 0), (15, 1, 0), (27, 1, 0), (28, 1, 1), (60, 1, 1)):
        night = play(world, days(day))
        found = [notice for notice in world.notices() if notice.refers_to]
        assert len(found) == reminders
        assert len([line for line in night.attention if "without an answer for 28 days" in line]) == calls
    assert {name: data for name, data in world.files("taalschool").items() if name in first} == first
    reminder = next(notice for notice in world.read("taalschool") if notice["kind"] == "reminder")
    assert (
        (reminder["refers_to"], reminder["count"]) == (NUMBER, 1)
        and "persons" not in reminder
        and "erase_by" not in reminder
    )
    put(world, "late.p7m", signed(receipt(NUMBER, day="2022-05-01"), world.folder, "taalschool"))
    said = []
    night = world.night(days(61))
    night.log = said.append
    notify(night)
    assert "party taalschool: 1 answer(s) came after the term" in said
    assert night.attention == [] and how_it_stands(world)[0] == "received"


def test_an_answer_to_the_reminder_is_one_to_the_notice(world):
    play(world, days(14))
    number = world.notices()[1].number
    put(world, "a.p7m", signed(receipt(number, "done"), world.folder, "taalschool"))
    play(world, days(15))
    assert [notice.answer for notice in world.notices()] == ["done", "done"]


def test_terms_are_the_party_s_own_and_shadow_reminds_nobody(tmp_path):
    channel = {"folder": "out/taalschool", "receipts": {"folder": "in/taalschool"}}
    world = told(tmp_path, channel, remind_after_days=3, escalate_after_days=10)
    notify(world.night(days(9), shadow=True))
    assert len(world.notices()) == 1
    for day in (3, 6, 9, 12):
        play(world, days(day))
    assert [notice.day for notice in world.notices()] == [DAY, days(3), days(6), days(9)]
    with pytest.raises(ConfigurationError, match="must be more than remind_after_days"):
        told(tmp_path / "b", channel, remind_after_days=3, escalate_after_days=3)


def waiting(world):
    night = world.night(NEXT)
    with world.register.session() as session:
        return [(one.number, one.why, one.file) for one in unsure(session, night)]


def test_an_answer_in_doubt_confirms_nothing_and_waits_until_a_person_records_what_it_says(mailed):
    put(mailed, "reply.eml", reply(NUMBER, "Klaar is dit nog niet."))
    for _ in range(2):
        play(mailed, NEXT)
        assert how_it_stands(mailed) == NOTHING
        assert waiting(mailed) == [(NUMBER, "not_clear", "'reply.eml'")]
    play(mailed, days(14))
    assert [one.kind for one in mailed.notices()] == ["correction", "reminder"]  # the clock went on
    path = mailed.folder / "in" / "taalschool" / "reply.eml"
    with pytest.raises(UsageError, match="not sure what it says"):
        confirm_file(mailed.night(NEXT), path, "A. Jansen")
    assert confirm_by_hand(mailed.night(NEXT), NUMBER, "ontvangen", NEXT, "A. Jansen", None)
    assert waiting(mailed) == []
    play(mailed, days(15))
    assert waiting(mailed) == [] and how_it_stands(mailed) == ("received", NEXT, None)


def test_a_later_answer_that_is_clear_ends_a_doubt_and_an_earlier_one_does_not(mailed):
    put(mailed, "a.eml", reply(NUMBER, "Bijna klaar."))
    put(mailed, "b.eml", reply(NUMBER, "Ontvangen", date="Tue, 1 Mar 2022 10:00:00 +0100"))
    play(mailed, NEXT)
    assert [why for _, why, _ in waiting(mailed)] == ["not_clear"]
    put(mailed, "c.eml", reply(NUMBER, "Klaar", date="Thu, 3 Mar 2022 10:00:00 +0100"))
    play(mailed, NEXT)
    assert waiting(mailed) == [] and how_it_stands(mailed)[0] == "done"


def test_who_says_done_and_later_refuses_has_not_surely_done_it(mailed):
    put(mailed, "a.eml", reply(NUMBER, "Klaar"))
    play(mailed, NEXT)
    put(mailed, "b.eml", reply(NUMBER, "geweigerd: vergissing", date="Thu, 3 Mar 2022 10:00:00 +0100"))
    play(mailed, NEXT)
    assert how_it_stands(mailed) == ("refused", SECOND, None)


@pytest.mark.parametrize(
    ("day", "why"),
    [("2062-03-03", "future_day"), ("2022-03-05", "future_day"), ("2022-02-28", "day_before_notice")],
)
def test_a_day_that_can_not_be_outranks_nothing(mailed, day, why):
    put(mailed, "a.json", receipt(NUMBER, "done", day))
    put(mailed, "b.json", receipt(NUMBER, "refused", "2022-03-02", reason="x"))
    play(mailed, NEXT)
    assert how_it_stands(mailed) == ("refused", SECOND, None)
    assert waiting(mailed) == [(NUMBER, why, "'a.json'")]


def test_a_day_to_come_counts_once_it_has_come(mailed):
    put(mailed, "a.json", receipt(NUMBER, "done", "2022-03-05"))
    play(mailed, NEXT)
    assert len(waiting(mailed)) == 1
    play(mailed, date(2022, 3, 5))
    assert how_it_stands(mailed)[0] == "done" and waiting(mailed) == []


def test_what_lies_there_and_is_no_answer_is_named_as_long_as_it_lies_there(mailed):
    folder = mailed.folder / "in" / "taalschool"
    names = ["RE Bericht.msg", "brief.pdf", "a.json.zip", ".verborgen.eml", "half.eml.part", "leeg.txt", "zonder"]
    for name in names:
        put(mailed, name, b"" if name == "leeg.txt" else b"x")
    (folder / "oud").mkdir()
    put(mailed, "oud/a.eml", reply(NUMBER, "geweigerd: x"))
    (folder / "leeg").mkdir()
    (folder / "wijst.eml").symlink_to(folder / "brief.pdf")
    for _ in range(2):
        (line,) = [line for line in play(mailed, NEXT).attention if "in the folder of its answers" in line]
        assert all(f"'{name}' (" in line for name in [*names, "oud", "wijst.eml"]) and "'leeg' (" not in line
    for name in names:
        (folder / name).unlink()
    put(mailed, "ANTWOORD.EML", reply(NUMBER, "Klaar"))
    night = play(mailed, NEXT)
    assert how_it_stands(mailed)[0] == "done" and "'oud' (in a subfolder" in str(night.attention)


def test_a_person_records_no_day_to_come(world):
    with pytest.raises(UsageError, match="still to come"):
        confirm_by_hand(world.night(NEXT), NUMBER, "done", date(2022, 3, 4), "A. Jansen", None)
