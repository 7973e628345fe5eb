"""`hervat person show`: nothing that hervat holds about a person is left out, whatever became of it. All made up."""

import hashlib
import json
import re

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from sqlalchemy import text

from hervat.register import Register
from tests.support.town import FAMILY, Town, made_up_bsn, row

WRONG, OTHER, FOREIGN, HELD, REFUSED, GIVEN = (made_up_bsn(number) for number in range(71, 77))
ASKED = ("person", "show", "--by", "P. Officer", "--reason", "verzoek 12")
SHOW = (*ASKED, "--anywhere")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town") / "gemeente")
    for number, bsn in enumerate((WRONG, OTHER), 1):
        town.register_person(number, bsn)
    for number, bsn in enumerate((WRONG, GIVEN), 1):
        town.sql(
            "insert into verstrekking values (:n, :bsn, 'school', :k, '2022-01-12')", n=number, bsn=bsn, k=f"K-{number}"
        )
    told = {"group": FAMILY, "name": "Achternaam-Verzonnen", "born": "02-03-1980", "v": "1234567890"}
    town.offer(
        "20220112", row("SS101", "10-01-2022", WRONG, **told), row("SS101", "10-01-2022", OTHER, group=FAMILY),
        row("SS101", "10-01-2022", FOREIGN, group=FAMILY, name="Vreemd-Verzonnen", gemeente="0363"),
        row("SS101", "32-13-2022", f"{HELD[:4]}.{HELD[4:6]}.{HELD[6:]}", group=FAMILY, name="Quarantaine-Verzonnen"),
    )  # fmt: skip
    town.offer("20220113", raw=f"geen;tabel\r\n{REFUSED};x\r\n".encode())
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "10-01-2022", OTHER, group=FAMILY))
    town.night("2022-03-01", status=None)
    return town


def shown(town: Town, number: str, *more: str) -> dict:
    answer = town.hervat(*SHOW, *more, "--json", stdin=f"{number}\n")
    assert answer.exit_code == 0, answer.stdout
    (person,) = json.loads(answer.stdout)["persons"]
    return person


def rows(person: dict, table: str) -> list[dict]:
    (place,) = [place for place in person["places"] if place["table"] == table]
    return place["rows"]


def test_everything_about_a_corrected_person_is_there_with_its_reasons(town):
    person = shown(town, WRONG)
    assert [one["code"] for one in rows(person, "signal")] == ["SS101", "SS190"]
    assert {one["value"] for one in rows(person, "identifier")} == {WRONG, "1234567890"}
    assert rows(person, "personalia")[0]["value"]["surname"] == "Achternaam-Verzonnen"
    assert rows(person, "disclosure")[0]["reference"] == "K-1"
    for table in ("plan_person", "cleaning_plan", "told", "notice", "enclosure", "person_state", "journal", "download"):
        assert rows(person, table), table
    assert {one["kind"] for one in rows(person, "vault")} == {"download", "notice"}
    assert all(place["purpose"] and place["ground"] and place["term"] for place in person["places"])
    (school,) = person["recipients"]
    assert (school["name"], school["received"]) == ("school", ["2022-01-12"]) and len(school["told"]) == 1
    assert OTHER not in json.dumps(person) and "K-2" not in json.dumps(person)
    assert shown(town, "V 1234567890")["person"] == person["person"]
    by_number = json.loads(town.hervat(*SHOW, "--person", str(person["person"]), "--json").stdout)["persons"]
    assert rows(by_number[0], "signal") == rows(person, "signal")


@pytest.mark.parametrize(
    ("bsn", "outcome", "table"),
    [(FOREIGN, "foreign", "foreign_row"), (HELD, "quarantined, open", "quarantined_row"), (REFUSED, "file refused", None)],
)  # fmt: skip
def test_who_lies_in_the_vault_alone_is_never_told_that_nothing_came(town, bsn, outcome, table):
    before = shown(town, bsn)
    assert not before["anything"] and not before["searched_vault"]
    assert "1 rijen voor een andere gemeente, 1 rijen in quarantaine" in before["not_searched"][0]
    assert "en 1 bestanden die niet zijn geladen" in before["not_searched"][0]
    after = shown(town, bsn, "--search-vault")
    assert after["anything"] and [one["outcome"] for one in rows(after, "original")] == [outcome]
    assert rows(after, "download") and rows(after, "vault")
    if table:
        assert len(rows(after, table)) == 1
    if bsn == FOREIGN:
        assert rows(after, "original")[0]["cells"]["achternaam"] == "Vreemd-Verzonnen"
        assert [one["kind"] for one in rows(after, "incident")] == ["foreign_rows"]
    dossier = town.hervat("notices", "evidence", "--person", "--by", "P. Officer", "--json", stdin=f"{bsn}\n")
    assert dossier.exit_code == 2 and "nothing was received" not in dossier.stdout
    assert "were not searched" in dossier.stdout and "--search-vault" in dossier.stdout


def test_who_is_in_a_disclosure_alone_is_found(town):
    person = shown(town, GIVEN)
    assert person["person"] is None and [one["party"] for one in rows(person, "disclosure")] == ["school"]


def test_the_journal_says_who_looked_and_no_number(town):
    shown(town, WRONG)
    shown(town, FOREIGN, "--search-vault")
    with Register(f"sqlite:///{town.directory}/var/register.db").session() as session:
        lines = session.execute(text("select actor, object, result from journal where action = 'person shown'")).all()
    assert ("P. Officer", "a person not in the register", "register, and the originals in the vault; verzoek 12") in [
        tuple(line) for line in lines
    ]
    assert all(line.actor == "P. Officer" and WRONG not in line.object + line.result for line in lines)
    for number, by, said in (("123", "A", "not a BSN or V-nummer"), (WRONG, " ", "--by NAME is required")):
        wrong = town.hervat("person", "show", "--by", by, "--anywhere", "--json", stdin=f"{number}\n")
        assert wrong.exit_code == 2 and said in wrong.stdout and number not in wrong.stdout


def test_the_text_tells_what_was_not_searched_and_the_letter_opens_the_originals(town, tmp_path):
    told = town.hervat(*SHOW, stdin=f"{WRONG}\n").stdout
    assert "hervat person show --search-vault" in told and "Rijen in de originele bestanden" not in told
    assert WRONG in told and "K-2" not in told and OTHER not in told
    told = town.hervat(*ASKED, "--letter", str(tmp_path / "inzage.txt"), stdin=f"{WRONG}\n").stdout
    letter = (tmp_path / "inzage.txt").read_text()
    assert "inzage.txt" in told and "Verzonnen" not in told and WRONG not in told
    assert WRONG in letter and "K-2" not in letter and OTHER not in letter and "--search-vault" not in letter
    assert "de lokale systemen en die van leveranciers" in letter
    assert "achternaam: Achternaam-Verzonnen" in letter and "school (derde partij): 2022-01-12" in letter
    assert "Rij 2 in bestand 1." in letter and "P. Officer" not in letter
    assert (tmp_path / "inzage.txt").stat().st_mode & 0o777 == 0o600
    again = town.hervat(*SHOW, "--letter", str(tmp_path / "inzage.txt"), "--json", stdin=f"{WRONG}\n")
    assert again.exit_code == 2 and "is not written over" in again.stdout
    town.hervat(*SHOW, "--letter", str(tmp_path / "vreemd.txt"), stdin=f"{FOREIGN}\n")
    assert "Deze rij was voor een andere gemeente" in (tmp_path / "vreemd.txt").read_text()


def test_personal_data_goes_to_a_terminal_unless_it_is_asked_for(town):
    for more in ((), ("--json",), ("--json", "--letter", "never.pdf")):
        answer = town.hervat(*ASKED, *more, stdin=f"{WRONG}\n")
        assert answer.exit_code == 2 and "standard output is not a terminal" in answer.output
        assert "Verzonnen" not in answer.output


def test_the_letter_that_leaves_the_house_opens_with_its_password_alone(town, tmp_path):
    path = tmp_path / "inzage.pdf"
    answer = json.loads(town.hervat(*SHOW, "--letter", str(path), "--json", stdin=f"{WRONG}\n").stdout)
    (letter,) = answer["letters"]
    assert letter["file"] == str(path) and path.stat().st_mode & 0o777 == 0o600
    assert opens(path.read_bytes(), letter["password"])
    assert not opens(path.read_bytes(), "") and not opens(path.read_bytes(), letter["password"][:-1])
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", path.read_bytes(), re.DOTALL)
    assert streams and not [stream for stream in streams if stream[:1] == b"\x78"]  # no zlib: encrypted


def opens(pdf: bytes, password: str) -> bool:
    """Whether a reader would open an encrypted PDF with a password (ISO 32000-2, algorithms 2.A and 2.B)."""
    assert b"/AESV3" in pdf and b"/R 6" in pdf
    user = bytes.fromhex(re.search(rb"/U <([0-9A-F]+)>", pdf)[1].decode())
    given, turn = password.encode(), 0
    key = hashlib.sha256(given + user[32:40]).digest()
    while True:
        cipher = Cipher(AES(key[:16]), CBC(key[16:32])).encryptor()
        mixed = cipher.update((given + key) * 64)
        key = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[sum(mixed[:16]) % 3](mixed).digest()
        turn += 1
        if turn >= 64 and mixed[-1] <= turn - 32:
            return key[:32] == user[:32]
