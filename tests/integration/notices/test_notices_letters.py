"""Letters of whole nights: the ground of what is told, what takes the place of what, answers in words by every channel."""

from datetime import date

import pytest

from hervat.demo.embedded import EmbeddedServer
from hervat.errors import UsageError
from hervat.notices import capture, notify, unwise
from hervat.notices.manual import confirm_by_hand, resend
from hervat.register.models import Decision
from tests.support.crippled_smtp import CrippledServer
from tests.support.notice_world import CODE, NoticeWorld, made_up_bsn
from tests.support.replies import reply, signed

MARCH_1, MARCH_3, MARCH_25 = date(2022, 3, 1), date(2022, 3, 3), date(2022, 3, 25)
MAY_23, MAY_30 = date(2022, 5, 23), date(2022, 5, 30)
NUMBER = "0000-20220301-0001"


def play(world, day):
    night = world.night(day)
    capture(night)
    notify(night)
    assert night.errors == []
    return night


def chose(world, person, law, day=date(2022, 5, 24)):
    with world.register.session() as session:
        session.add(
            Decision(municipality=CODE, person_id=person, law=law, date=day, by="A. Jansen", reason="eigen keuze")
        )


def letters(world, kind):
    return [one["text_nl"] for one in world.read("welzijn") if one["kind"] == kind]


@pytest.fixture
def world(tmp_path):
    """welzijn received three persons who were corrected on 1 March, and was told so."""
    world = NoticeWorld(tmp_path)
    world.persons = [world.corrected(made_up_bsn(number)) for number in range(3)]
    for number in range(3):
        world.disclose(made_up_bsn(number), "welzijn", f"K{number}")
    play(world, MARCH_1)
    return world


def test_the_first_letter_says_that_duo_said_it(world):
    (text,) = letters(world, "correction")
    assert "DUO heeft ons laten weten dat deze personen onder de Wet inburgering 2013 vallen." in text
    assert "zelf gekozen" not in text and "uiterlijk op 15 maart 2022" in text and "telefoon 14 0000" in text


def test_a_person_s_own_choice_is_never_told_as_if_duo_had_said_it(world):
    first, second, _ = world.persons
    chose(world, first, "Wi2021")
    chose(world, second, "Wi2021")
    play(world, MAY_30)
    (text,) = letters(world, "withdrawal")
    assert "Deze personen hebben zelf gekozen voor de Wet inburgering 2021." in text and "DUO" not in text


def test_one_letter_tells_each_ground_for_its_own_persons(world):
    first, second, _ = world.persons
    chose(world, first, "Wi2021")
    world.signal(second, "SS101", date(2022, 3, 20), MARCH_25, group="Overig")
    play(world, MAY_30)
    (text,) = letters(world, "withdrawal")
    assert "- Voor 1 persoon: DUO heeft ons laten weten dat deze persoon onder de Wet inburgering 2021 valt.\n" in text
    assert "- Voor 1 persoon: deze persoon heeft zelf gekozen voor de Wet inburgering 2021.\n" in text
    assert "- Voor 1 persoon: u mag de dienstverlening hervatten, onder de Wet inburgering 2021.\n" in text
    assert "- Voor 1 persoon: wacht nog met de dienstverlening." in text


def test_a_resume_under_another_law_takes_the_place_of_the_first(tmp_path):
    world = NoticeWorld(tmp_path)
    person = world.wrong(made_up_bsn(1))
    world.disclose(made_up_bsn(1), "welzijn", "K1")
    play(world, MARCH_1)
    world.signal(person, "SS127", date(2022, 1, 12), MARCH_25, group="Overig")
    play(world, MARCH_25)
    (first,) = letters(world, "resume")
    assert "de dienstverlening onder de Wet inburgering 2021." in first and "in de plaats" not in first
    world.signal(person, "SS190", date(2022, 5, 1), date(2022, 5, 2), wet="")
    world.signal(person, "SS101", MAY_23, MAY_23, wet="Wi2013")
    play(world, MAY_30)
    _, second = letters(world, "resume")
    assert "de dienstverlening onder de Wet inburgering 2013." in second
    assert "Over 1 persoon kreeg u eerder een bericht dat niet meer geldt." in second


def test_letter_and_leaflet_go_again_with_the_same_bytes(world):
    folder = world.folder / "out" / "welzijn"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(first) == {f"{NUMBER}-correction{form}" for form in (".json", ".html", ".pdf", "-bijlage.pdf")}
    for path in folder.iterdir():
        path.unlink()
    assert resend(world.night(MARCH_3), NUMBER, "A. Jansen")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


WORDS = [
    (b"ontvangen", ("received", MARCH_3, None)), (b"Klaar.", ("done", MARCH_3, MARCH_3)),
    (b"deels: een map is op slot", ("partly", MARCH_3, None)), (b"geweigerd: geen tijd", ("refused", MARCH_3, None)),
]  # fmt: skip


def stands(world):
    notice = world.notices()[0]
    return notice.answer, notice.received_on, notice.done_on


@pytest.mark.parametrize(("word", "expected"), WORDS)
def test_a_dutch_word_in_a_folder(world, word, expected):
    folder = world.folder / "out" / "welzijn" / "confirmations"
    folder.mkdir()
    (folder / "antwoord.txt").write_bytes(NUMBER.encode() + b"\r\n" + word + b"\r\n")
    for day in (MARCH_3, date(2022, 3, 4)):  # read again the next night it changes nothing
        play(world, day)
        assert stands(world) == expected


@pytest.mark.parametrize(("word", "expected"), WORDS)
def test_a_dutch_word_over_sftp(tmp_path, word, expected):
    root = tmp_path / "server"
    (root / "school" / "confirmations").mkdir(parents=True)
    with EmbeddedServer(root, tmp_path / "keys") as server:
        sftp = {
            "host": server.host, "port": server.port, "user": server.user, "key": str(server.user_key),
            "known_hosts": str(server.known_hosts), "directory": "/school",
        }  # fmt: skip
        world = told(tmp_path / "gemeente", {"sftp": sftp})
        assert (root / "school" / f"{NUMBER}-correction-bijlage.pdf").read_bytes().startswith(b"%PDF-")
        (root / "school" / "confirmations" / "antwoord.txt").write_bytes(NUMBER.encode() + b"\n" + word)
        play(world, MARCH_3)
        assert stands(world) == expected


@pytest.mark.parametrize(("word", "expected"), WORDS)
def test_a_dutch_word_that_the_party_signed(tmp_path, word, expected):
    world = told(tmp_path, {"folder": "out/taalschool", "receipts": {"folder": "in"}}, certificate="taalschool.pem")
    (world.folder / "in").mkdir()
    (world.folder / "in" / "los.txt").write_bytes(NUMBER.encode() + b"\nklaar")
    said = signed(NUMBER.encode() + b"\r\n" + word, world.folder, "taalschool")
    (world.folder / "in" / "antwoord.txt.p7m").write_bytes(said)
    night = play(world, MARCH_3)
    assert stands(world) == expected and "1 unsigned" in str(night.attention)


@pytest.mark.parametrize(("word", "expected"), WORDS)
def test_a_dutch_word_by_mail(tmp_path, word, expected):
    with CrippledServer() as server:
        world = told(tmp_path, {"mail": server.mail, "receipts": {"folder": "in", "unsigned": "accept"}})
        (world.folder / "in").mkdir()
        (world.folder / "in" / "x.eml").write_bytes(reply(NUMBER, word.decode(), date="Thu, 3 Mar 2022 10:00:00 +0100"))
        play(world, MARCH_3)
        assert stands(world) == expected


def test_a_person_may_record_the_dutch_word_that_he_heard(world):
    assert confirm_by_hand(world.night(MARCH_3), NUMBER, "Klaar", MARCH_3, "A. Jansen", None)
    assert stands(world) == ("done", MARCH_3, MARCH_3)
    with pytest.raises(
        UsageError, match="one of received, partly, refused, done, or ontvangen, klaar, deels, geweigerd"
    ):
        confirm_by_hand(world.night(MARCH_3), NUMBER, "gezien", MARCH_3, "A. Jansen", None)


def told(place, channel, **more):
    party = {"name": "taalschool", "channel": channel, **more}
    world = NoticeWorld(place, {"parties": [party]})
    world.corrected(made_up_bsn(1))
    world.disclose(made_up_bsn(1), "taalschool", "K1")
    play(world, MARCH_1)
    return world


def test_without_a_contact_the_doctor_calls_the_letters_unwise(tmp_path, world):
    assert not [line for line in unwise(world.municipality) if "contact" in line]
    nobody = NoticeWorld(tmp_path / "nobody", {"contact": None})
    (line,) = [line for line in unwise(nobody.municipality) if "contact" in line]
    assert line.startswith("letters: they name nobody to call; add contact: {name: ..., telephone: ...}")
    assert unwise(NoticeWorld(tmp_path / "alone", {"contact": None, "parties": []}).municipality) == []
