"""The bytes of a notice: deterministic, readable, and with no other mark of a person than the recipient may see."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from hervat.notices.document import persons_of
from hervat.notices.obligations import Obligation
from hervat.notices.read_answers import Confirmation, read_confirmation
from tests.support.letters import ASKED, NUMBER, REMINDER, duo, facts, recipient, told, written

KINDS = ["hold", "correction", "resume", "withdrawal", "ended", "erasure"]


def asked_of(kind):
    return ASKED if kind == "erasure" else None


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("mark", ["bsn", "reference", ""])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_dutch_letter_about_nobody_in_particular(kind, mark, count):
    text = written(facts(kind, duo(count, "Wi2021"), asked=asked_of(kind)), recipient(mark))
    assert text.startswith("Gemeente Voorbeeldstad\n25 maart 2022\n")
    assert "Onderwerp: " in text and "\nGeachte heer of mevrouw,\n" in text
    assert text.count(NUMBER) == 2 and "Bel dan met Team Inburgering, telefoon 14 0000." in text
    assert not [word for word in ("{", '"law"', "service_may_resume", "JSON", "received") if word in text]
    assert "\n\n\n" not in text
    assert max(map(len, text.splitlines())) <= 120
    assert ("met het burgerservicenummer" in text) == (mark == "bsn")
    said = set(re.findall(r"\w+", text.replace("van hoeveel personen", "")))
    assert not said & ({"personen", "zijn", "vallen", "hen"} if count == 1 else {"persoon", "valt"})


@pytest.mark.parametrize("kind", KINDS)
def test_letters_are_short_sentences(kind):
    text = written(facts(kind, duo(2, "Wi2021"), duo(1, "Wi2013"), asked=asked_of(kind)))
    words = [len(sentence.split()) for sentence in re.split(r"[.?!:;]\s|\n\n|\n- ", text) if sentence.strip()]
    assert max(words) <= 20
    assert sum(words) / len(words) <= 10


def test_the_same_facts_give_the_same_bytes():
    first = persons_of(
        "reference", {"a": Obligation("hold", "hold"), "b": Obligation("hold", "hold")}, {"a": ["K2"], "b": ["K1"]}
    )
    other = persons_of(
        "reference", {"b": Obligation("hold", "hold"), "a": Obligation("hold", "hold")}, {"b": ["K1"], "a": ["K2"]}
    )
    assert first == [{"reference": "K1"}, {"reference": "K2"}]
    assert told(facts("hold", duo(2), persons=first)) == told(facts("hold", duo(2), persons=other))


def test_its_parts():
    persons = persons_of("bsn", {"a": Obligation("hold", "hold")}, {"a": ["999990019"]})
    read = json.loads(told(facts("hold", duo(1), persons=persons), recipient("bsn")))
    assert read.pop("text_nl")
    assert read == {
        "schema": "hervat/notice/1",
        "number": NUMBER,
        "kind": "hold",
        "municipality": {"code": "0000", "name": "Voorbeeldstad"},
        "day": "2022-03-25",
        "count": 1,
        "persons": [{"bsn": "999990019"}],
    }


def test_a_withdrawal_says_whether_service_may_resume_for_each_and_for_all():
    dues = {"a": Obligation("withdrawal", "withdrawal_may", "Wi2021"), "b": Obligation("withdrawal", "withdrawal_wait")}
    persons = persons_of("reference", dues, {"a": ["K1"], "b": ["K2"]})
    assert persons == [
        {"reference": "K1", "service_may_resume": True, "law": "Wi2021"},
        {"reference": "K2", "service_may_resume": False},
    ]
    for some, may in ((persons, False), (persons[:1], True)):
        read = json.loads(told(facts("withdrawal", persons=some, count=len(some))))
        assert read["service_may_resume"] is may


def test_of_two_persons_behind_one_kenmerk_the_one_who_must_wait_rules():
    dues = {"b": Obligation("withdrawal", "withdrawal_may", "Wi2021"), "a": Obligation("withdrawal", "withdrawal_wait")}
    persons = persons_of("reference", dues, {"a": ["K1"], "b": ["K1"]})
    assert persons == [{"reference": "K1", "service_may_resume": False}]


def test_a_resume_says_under_which_law():
    dues = {"a": Obligation("resume", "resume", "Wi2021"), "b": Obligation("resume", "resume13", "Wi2013")}
    persons = persons_of("reference", dues, {"a": ["K1"], "b": ["K2"]})
    assert persons == [{"reference": "K1", "law": "Wi2021"}, {"reference": "K2", "law": "Wi2013"}]


def test_a_recipient_who_may_see_no_mark_gets_a_count_alone():
    read = json.loads(told(facts("erasure", count=3, asked=ASKED), recipient("", "supplier")))
    assert (read["count"], read["system"]) == (3, "taalschool")
    assert "persons" not in read


def test_a_request_says_what_to_erase_and_by_when_in_the_letter_and_as_data():
    asked = facts("erasure", persons=[{"bsn": "999990019"}], count=1, asked=ASKED)
    read = json.loads(told(asked, recipient("bsn", "supplier")))
    assert (read["erase"], read["erase_by"]) == (["het dossier", "kopieën daarvan"], "2022-04-22")
    assert "  - het dossier\n  - kopieën daarvan\n- Doe dit uiterlijk op 22 april 2022.\n" in read["text_nl"]


def test_a_reminder_names_the_request_and_nobody_else():
    asked = replace(ASKED, erase=(), refers_to=NUMBER)
    reminder = replace(facts("reminder", count=3, asked=asked), number=NUMBER[:-1] + "2")
    read = json.loads(told(reminder, recipient("bsn", "supplier")))
    text = read.pop("text_nl")
    assert read["refers_to"] == NUMBER and read["erase_by"] == "2022-04-22"
    assert not {"persons", "erase"} & set(read)
    assert f" Het nummer van dat verzoek is {NUMBER}." in text and "De uiterste dag is 22 april 2022." in text
    assert f"Zet op de eerste regel het nummer van het bericht: {NUMBER}." in text
    assert "{" not in text and "\n\n\n" not in text and "bijlage" not in text
    assert f"bericht over 1 persoon. Het nummer van dat bericht is {NUMBER}." in written(
        facts("reminder", count=1, asked=REMINDER)
    )


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_a_confirmation_is_read(bom):
    data = bom + json.dumps({"number": NUMBER, "status": "done", "day": "2022-03-26"}).encode()
    assert read_confirmation(data) == Confirmation(NUMBER, "done", date(2022, 3, 26))


def test_a_confirmation_may_carry_what_shows_it():
    said = {"number": NUMBER, "status": "done", "day": "2022-03-26", "erased": 12, "evidence": " rapport\n17 "}
    read = read_confirmation(json.dumps(said).encode())
    assert read == Confirmation(NUMBER, "done", date(2022, 3, 26), "rapport 17", 12)


@pytest.mark.parametrize(
    "more",
    [{"evidence": "bsn 999.990.019"}, {"evidence": "x" * 501}, {"evidence": 7}, {"erased": -1}, {"erased": True}],
)
def test_unfit_evidence_is_not_kept_but_the_confirmation_counts(more):
    said = {"number": NUMBER, "status": "done", "day": "2022-03-26", **more}
    read = read_confirmation(json.dumps(said).encode())
    assert read == Confirmation(NUMBER, "done", date(2022, 3, 26), unfit=True)
    assert "999" not in repr(read)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000,
        b'{"number": "1", "status": "done"}',
        b'{"number": "1", "status": "klaar!?", "day": 1}',
        b'{"number": 1, "status": "done", "day": "2022-03-26"}',
        b'{"number": "1", "status": "seen", "day": "2022-03-26"}',
        b'{"number": "1", "status": ["done"], "day": "2022-03-26"}',
        b'{"number": "1", "status": "done", "day": "26-03-2022"}',
        b'{"number": "1", "status": "done", "day": 20220326}',
    ],
)  # fmt: skip
def test_garbage_is_no_confirmation_and_raises_nothing(data):
    assert read_confirmation(data) is None
