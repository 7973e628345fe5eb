"""The journal's head is anchored outside it: in the vault, the report, the alert and a file; a cut end is noticed by each."""

import json
import sqlite3

import pytest

from tests.support.town import FAMILY, Town, made_up_bsn, row
from tests.support.web import Web


@pytest.fixture(scope="module")
def web():
    with Web() as web:
        yield web


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path / "town")
    town.offer("20220301", row("SS101", "01-02-2022", made_up_bsn(1), group=FAMILY, name="Verzonnen"))
    town.night("2022-03-01")
    town.night("2022-03-02")
    return town


def anchors(town):
    path = town.directory / "var" / "output" / "journal" / "0000.jsonl"
    assert path.stat().st_mode & 0o077 == 0
    return [json.loads(line) for line in path.read_text().splitlines()]


def cut(town, lines=2, after=None):
    """Cut off the end of the journal, with the vault's note of it as well: whoever can write both."""
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        (last,) = database.execute("select max(seq) from journal").fetchone()
        database.execute("delete from journal where seq > ?", (after or last - lines,))
        seq, line_hash = database.execute("select seq, hash from journal order by seq desc limit 1").fetchone()
    (town.directory / "var" / "vault" / "0000" / "journal-head").write_text(f"{seq} {line_hash}\n")
    return seq


def wrong(town, *more):
    return town.json("verify", *more, status=None)["wrong"]


def test_each_night_ends_with_a_line_in_the_file_and_a_whole_journal_holds_them(town):
    first, second = anchors(town)
    assert set(first) == {"municipality", "seq", "hash", "at"} and first["seq"] < second["seq"]
    lines = {line[0]: line for line in town.register_rows("journal")}
    assert lines[second["seq"]][4] == "run ended" and second["hash"] in lines[second["seq"]]
    assert wrong(town, "--anchor", f"{first['seq']}:{first['hash'][:12]}") == []


def test_a_cut_end_is_noticed_by_the_file_although_the_vault_s_note_was_cut_too(town):
    ends = cut(town, 2)
    (said,) = wrong(town)
    assert said == (
        f"journal of 0000: line {anchors(town)[-1]['seq']} was cut off: it ends at line {ends} (0000.jsonl has its hash)"
    )


def test_a_cut_end_is_noticed_by_the_vault(town):
    note = town.directory / "var" / "vault" / "0000" / "journal-head"
    kept = note.read_text()
    cut(town, 2)
    note.write_text(kept)
    (town.directory / "var" / "output" / "journal" / "0000.jsonl").unlink()
    (said,) = wrong(town)
    assert "is not the last one: its journal ends at line" in said


def test_a_cut_end_is_noticed_by_the_report_s_line_and_by_another_journal_in_its_place(town):
    page = (town.directory / "var" / "output" / "report" / "0000" / "laatste.html").read_text()
    anchor = page.partition('class="anchor">')[2].partition("<")[0]
    seq, _ = anchor.split(":")
    (town.directory / "var" / "output" / "journal" / "0000.jsonl").unlink()
    assert wrong(town, "--anchor", anchor) == []
    (said,) = wrong(town, "--anchor", f"{seq}:{'0' * 64}")
    assert f"line {seq} was changed or replaced (--anchor has its hash)" in said
    cut(town, after=int(seq) - 1)
    (said,) = wrong(town, "--anchor", anchor)
    assert f"line {seq} was cut off" in said


def test_the_alert_bears_the_line_too(tmp_path, web):
    town = Town(tmp_path / "town")
    config = town.directory / "hervat.yaml"
    config.write_text(config.read_text() + f"alert: {{url: '{web.url}/melding'}}\n")
    town.register_person(1, made_up_bsn(1))
    town.night("2022-03-25", status=1)
    (line,) = anchors(town)
    sent = json.dumps([post[2] for post in web.posts], ensure_ascii=False)
    assert f"{line['seq']}:{line['hash']}" in sent
    assert wrong(town, "--anchor", f"{line['seq']}:{line['hash']}") == []


def test_a_file_that_can_not_be_written_is_an_error_of_the_night(town):
    folder = town.directory / "var" / "output" / "journal"
    (folder / "0000.jsonl").unlink()
    folder.rmdir()
    folder.write_text("in the way")
    told = town.night("2022-03-03", status=3)
    assert any("0000.jsonl can't be written" in error for error in told["errors"])


def test_a_file_with_a_line_that_is_no_anchor_is_wrong(town):
    path = town.directory / "var" / "output" / "journal" / "0000.jsonl"
    path.write_text(path.read_text() + '{"seq": 1}\n')
    assert any("0000.jsonl: line 3 is not an anchor" in text for text in wrong(town))


@pytest.mark.parametrize("given", ["12", "12:xyz", "x:00000000", "12:0000", ":"])
def test_what_is_no_anchor_is_refused(town, given):
    assert "SEQ:HASH" in town.json("verify", "--anchor", given, status=2)["errors"][0]


def test_verify_leaves_a_line_of_who_and_of_nothing_that_it_read(town):
    wrong(town)
    assert [line[3:7] for line in town.register_rows("journal")][-1][1:] == (
        "verified",
        "municipality 0000",
        "0 problems",
    )


def test_who_reads_the_texts_of_parties_leaves_a_line(tmp_path):
    town, bsn = Town(tmp_path / "town"), made_up_bsn(2)
    town.register_person(1, bsn)
    town.sql("insert into verstrekking values (1, :b, 'school', 'K-1', '2022-01-12')", b=bsn)
    town.offer("20220301", row("SS190", "01-03-2022", bsn))
    town.night("2022-03-01", status=None)
    number = town.json("notices", "list", status=None)["notices"][0]["number"]
    town.json("notices", "show", number, status=0)
    assert "answers shown" not in str(town.register_rows("journal")), "there was no text to read"
    words = ("--status", "deels", "--reason", "een dossier loopt nog")
    town.json("notices", "confirm", "--number", number, *words, "--by", "A. Jansen", status=0)
    town.json("notices", "show", number, status=0)
    town.json("notices", "evidence", "--party", "school", status=0)
    lines = [line[4:7] for line in town.register_rows("journal") if line[4] == "answers shown"]
    assert lines == [
        ("answers shown", number, "1 with a text"),
        ("answers shown", "notices of school", "1 with a text"),
    ]
    assert "dossier loopt" not in str(lines)
