"""What letters say: why (on what ground), what to do, by when, how to answer, whom to call. One letter a kind is kept."""

from pathlib import Path

import pytest

from hervat.notices.grounds import Group
from hervat.settings import Channel
from tests.support.letters import ASKED, GEMEENTE, REMINDER, duo, enclosed, facts, recipient, written

KEPT = Path(__file__).parent / "letters"
MAIL = {"host": "localhost", "sender": "a@gemeente.test", "to": "b@party.test", "security": "none"}
WAYS = {
    "folder": {"folder": "/x"},
    "sftp": {"sftp": {"host": "h", "user": "u", "key": "/k", "known_hosts": "/h"}},
    "mail": {"mail": MAIL},
}
SIGNED = {"receipts": {"folder": "/y"}}


def over(way, **more):
    certificate = Path("/school.pem") if "receipts" in more else None
    return recipient(channel=Channel.model_validate({**WAYS[way], **more}), certificate=certificate)


MIXED = [duo(2, "Wi2021"), Group("choice", "Wi2013", True, 1)]
LETTERS = {
    "hold": (facts("hold", duo(1)), over("folder")),
    "correction": (facts("correction", duo(2), Group("choice", None, False, 1)), recipient("bsn")),
    "resume": (facts("resume", *MIXED), over("mail")),
    "withdrawal": (facts("withdrawal", Group("choice", "Wi2021", False, 2), duo(1)), over("sftp", **SIGNED)),
    "ended": (facts("ended", duo(2)), over("mail", **SIGNED)),
    "reminder": (facts("reminder", count=2, asked=REMINDER), over("sftp")),
    "erasure": (facts("erasure", count=3, asked=ASKED), recipient("", "supplier")),
}


@pytest.mark.parametrize("kind", LETTERS)
def test_the_letter_of_each_kind_is_the_one_that_was_read(kind):
    said, to = LETTERS[kind]
    assert written(said, to) + "\n" == (KEPT / f"{kind}.txt").read_text(encoding="utf-8")


def test_the_leaflet_is_the_one_that_was_read():
    said, to = LETTERS["withdrawal"]
    assert enclosed(said, to) + "\n" == (KEPT / "bijlage.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["correction", "withdrawal", "resume"])
@pytest.mark.parametrize(
    ("ground", "said"),
    [
        (
            "duo",
            ("DUO heeft ons laten weten dat deze persoon onder", "DUO heeft ons laten weten dat deze personen onder"),
        ),
        ("choice", ("Deze persoon heeft zelf gekozen voor", "Deze personen hebben zelf gekozen voor")),
        (
            "finding",
            ("Wij hebben vastgesteld dat deze persoon onder", "Wij hebben vastgesteld dat deze personen onder"),
        ),
        ("not_ours", ("Deze persoon hoort bij een andere gemeente.", "Deze personen horen bij een andere gemeente.")),
    ],
)
def test_the_reason_is_that_of_the_ground_and_duo_is_named_for_its_own_signals_alone(kind, ground, said):
    law = "Wi2013" if kind == "correction" else "Wi2021"
    for count, expected in enumerate(said, 1):
        text = written(facts(kind, Group(ground, None if kind == "correction" else law, False, count)))
        assert expected in text and ("DUO" in text) == (ground == "duo")
        assert ground == "not_ours" or f"de Wet inburgering {law[2:]}" in text.partition(expected)[2].partition(".")[0]


def test_of_several_grounds_each_is_told_for_its_own_persons():
    text = written(facts("correction", duo(2), Group("choice", None, False, 1), Group("finding", None, False, 4)))
    assert (
        "- Voor 2 personen: DUO heeft ons laten weten dat deze personen onder de Wet inburgering 2013 vallen.\n" in text
    )
    assert "- Voor 1 persoon: deze persoon heeft zelf gekozen voor de Wet inburgering 2013.\n" in text
    assert "- Voor 4 personen: wij hebben vastgesteld dat deze personen onder de Wet inburgering 2013 vallen.\n" in text


@pytest.mark.parametrize("law", ["Wi2021", "Wi2013"])
def test_a_resume_and_a_withdrawal_say_the_law_in_words(law):
    may = f"onder de Wet inburgering {law[2:]}."
    text = written(facts("resume", duo(2, law)))
    assert f"- Start of hervat de dienstverlening {may}\n" in text and "Voor 2 personen" not in text
    assert ("Leg dan niets vast voor de Wet inburgering 2021" in text) == (law == "Wi2013")
    assert f"- U mag de dienstverlening hervatten, {may}\n" in written(facts("withdrawal", duo(2, law)))
    both = written(facts("withdrawal", duo(2, law), duo(1)))
    assert f"- Voor 2 personen: u mag de dienstverlening hervatten, {may}\n- Voor 1 persoon: wacht nog met" in both
    assert "\n- Wacht nog met de dienstverlening." in written(facts("withdrawal", duo(1)))


def test_a_resume_says_what_it_takes_the_place_of():
    said = "Over 2 personen kreeg u eerder een bericht dat niet meer geldt. Dit bericht komt daarvoor in de plaats."
    assert said in written(facts("resume", duo(3, "Wi2013"), duo(2, "Wi2013", replaces=True)))
    assert "in de plaats" not in written(facts("resume", duo(3, "Wi2013")))


def test_service_under_the_wi2013_waits_only_where_the_gemeente_says_so():
    said = "Start nog geen dienstverlening onder de Wet inburgering 2013."
    waits = GEMEENTE.model_validate({**GEMEENTE.model_dump(), "letters": {"wi2013_wait": True}})
    assert said in written(facts("correction", duo(1)), gemeente=waits)
    assert said not in written(facts("correction", duo(1)))


def test_a_letter_says_by_when_and_whom_to_call():
    text = written(facts("correction", duo(1)))
    assert "- Doe dit zo snel mogelijk, uiterlijk op 8 april 2022.\n" in text
    assert "Laat ons uiterlijk op 8 april 2022 weten dat u dit bericht hebt gekregen." in text
    assert text.endswith("\nMet vriendelijke groet,\n\nTeam Inburgering, gemeente Voorbeeldstad")
    nobody = written(facts("hold", duo(1)), gemeente=GEMEENTE.model_copy(update={"contact": None}))
    assert "Neem dan contact op met uw contactpersoon bij de gemeente." in nobody
    assert nobody.endswith("\nMet vriendelijke groet,\n\nGemeente Voorbeeldstad")


@pytest.mark.parametrize("way", WAYS)
def test_every_channel_is_told_how_to_answer_in_dutch_words(way):
    text = written(facts("hold", duo(2)), over(way))
    for word in ("ontvangen", "klaar", "deels", "geweigerd"):
        assert f"\n- {word}: " in text
    assert ("Antwoord op deze mail." in text) == (way == "mail")
    assert (
        ("Maak een tekstbestand (.txt)." in text)
        == ('map "confirmations", naast dit bericht' in text)
        == (way != "mail")
    )
    assert "certificaat" not in text and "In de bijlage staat hoe u het databestand leest" in text
    signed = written(facts("hold", duo(2)), over(way, **SIGNED))
    assert "Onderteken uw antwoord met uw certificaat." in signed and "confirmations" not in signed
    assert ("ook in de tekst van uw antwoord" in signed) == (way == "mail")


def test_where_no_leaflet_comes_along_none_is_named():
    assert "bijlage" not in written(facts("hold", duo(2)), over("folder", letters=False))
    assert "bijlage" in written(facts("hold", duo(2)), over("mail", letters=False))


def test_a_leaflet_says_how_to_open_and_to_sign_where_that_is_asked():
    assert "openssl" not in enclosed(facts("hold", duo(1)))
    text = enclosed(facts("hold", duo(1)), over("folder", **SIGNED))
    assert "openssl cms -sign -binary -nodetach -outform DER" in text and "openssl cms -decrypt" in text
    assert "openssl" not in enclosed(facts("hold", duo(1)), over("mail", **SIGNED))
