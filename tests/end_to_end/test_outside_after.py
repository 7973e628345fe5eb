"""After cleaning, night after night: filled in again, seen again, shared rows, lists. All persons are made up."""

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.support.notice_world import certificate
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

ONE, TWO, THREE = (made_up_bsn(n) for n in (61, 62, 63))


def sheet(town: Town, name: str) -> list[dict[str, object]]:
    """Return the rows of a sheet of the worklist, none where it is not there."""
    book = CalamineWorkbook.from_path(str(town.directory / "var/output/worklist/0000.xlsx"))
    if name not in book.sheet_names:
        return []
    head, *rows = book.get_sheet_by_name(name).to_python()
    return [dict(zip(head, one, strict=True)) for one in rows]


def page(town: Town) -> str:
    return " ".join((town.directory / "var/output/report/0000/laatste.html").read_text().split())


def erased(town: Town) -> Town:
    """Two persons are erased on 1 March."""
    for number, bsn in enumerate((ONE, TWO), 1):
        town.register_person(number, bsn)
    rows = [row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (ONE, TWO)]
    town.offer("20220301", *rows, *[row("SS190", "01-03-2022", bsn) for bsn in (ONE, TWO)])
    assert town.night("2022-03-01")["cleaning"][0]["cleaned"] == 2
    return town


def reinstate(town: Town, day: str = "20220310") -> None:
    """PIB says of the first person that the Wi2021 holds after all."""
    town.offer(
        day,
        row("SS101", "10-01-2022", ONE, group=FAMILY),
        row("SS101", "05-03-2022", ONE, group=FAMILY),
        row("SS106", "07-03-2022", ONE, group=FAMILY),
        row("SS120", "08-03-2022", ONE, group=FAMILY, wet="Wi2013"),
    )


def test_an_erased_person_who_is_reinstated_is_filled_in_again_and_leaves_by_himself(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    assert town.night("2022-03-02")["refill"] == []
    reinstate(town)
    for day in ("2022-03-10", "2022-03-11"):
        told = town.night(day, status=1)
        assert told["refill"] == [{"system": "inburgering", "persons": 1}]
        assert "1 person to fill in again" in told["attention"]
    person, *signals = sheet(town, "Opnieuw vullen")
    assert (person["Systeem"], person["BSN"], str(person["Gewist op"])) == ("inburgering", ONE, "2022-03-01")
    assert person["Waarom terug"] == "Signaal SS101 van 05-03-2022, na de SS190 van 01-03-2022."
    assert [(one["Signaal"], str(one["Datum signaal"])) for one in signals] == [
        ("SS101", "2022-01-10"), ("SS101", "2022-03-05"), ("SS106", "2022-03-07"),
    ]  # fmt: skip
    assert "1 persoon opnieuw invoeren" in page(town) and ONE not in page(town)
    status = town.json("status", "--as-of", "2022-03-11", status=1)["municipalities"][0]
    assert status["refill"] == [{"system": "inburgering", "persons": 1}]
    listed = town.json("refill", "list", "--as-of", "2022-03-11", status=1)["refill"]
    assert [(one["system"], one["erased_on"]) for one in listed] == [("inburgering", "2022-03-01")]
    town.sql("insert into inburgeraar values (9, 1, 'Wi2021', 'actief', null)")
    assert town.night("2022-03-12")["refill"] == []
    assert sheet(town, "Opnieuw vullen") == []
    assert town.json("refill", "list", "--as-of", "2022-03-12", status=0)["refill"] == []


def test_a_root_of_another_law_is_not_the_registration_that_was_erased(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    reinstate(town)
    town.sql("insert into inburgeraar values (9, 1, 'Wi2013', 'actief', null)")
    assert town.night("2022-03-10", status=1)["refill"] == [{"system": "inburgering", "persons": 1}]


def test_a_dispute_is_not_filled_in_and_a_decision_is_the_reason(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    town.offer("20220302", row("SS101", "01-03-2022", ONE, group=FAMILY))
    assert town.night("2022-03-02", status=1)["refill"] == []
    decide = ["optin", "record", "--law", "Wi2021", "--date", "2022-03-03", "--by", "A. Jansen", "--reason", "gevraagd"]
    town.json(*decide, stdin=f"{ONE}\n", status=0)
    assert town.night("2022-03-03", status=1)["refill"] == [{"system": "inburgering", "persons": 1}]
    assert sheet(town, "Opnieuw vullen")[0]["Waarom terug"] == "Besluit van 03-03-2022: Wi2021."


def test_who_is_corrected_anew_leaves_the_list(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    reinstate(town)
    town.night("2022-03-10", status=1)
    town.offer("20220312", row("SS190", "12-03-2022", ONE))
    told = town.night("2022-03-12")
    assert (told["persons"]["corrected"], told["refill"]) == (2, [])


def supplied(tmp_path: Path) -> Town:
    certificate(tmp_path, "volg")
    supplier = f"{{name: leverancier, channel: {{folder: out/volg}}, certificate: {tmp_path}/volg.pem}}"
    return Town(tmp_path / "town", more_systems=f"      - {{name: volg, supplier: {supplier}}}")


def test_a_suppliers_erasure_is_filled_in_again_until_a_person_says_that_it_was_done(tmp_path: Path) -> None:
    town = erased(supplied(tmp_path))
    folder = town.directory / "out/volg/confirmations"
    folder.mkdir(parents=True)
    done = {"number": "0000-20220301-0001", "status": "done", "day": "2022-03-04", "erased": 2, "evidence": "r17"}
    (folder / "a.json").write_text(json.dumps(done))
    assert town.night("2022-03-05")["refill"] == []
    (notice,) = [one for one in town.json("notices", "list")["notices"] if one["audience"] == "supplier"]
    assert (notice["erased"], notice["evidence"], notice["due_on"]) == (2, "r17", "2022-03-29")
    reinstate(town)
    told = town.night("2022-03-10", status=1)
    assert told["refill"] == [{"system": "inburgering", "persons": 1}, {"system": "volg", "persons": 1}]
    (person, *_) = [one for one in sheet(town, "Opnieuw vullen") if one["Systeem"] == "volg"]
    assert str(person["Gewist op"]) == "2022-03-04"
    assert "hervat refill done --system SYSTEEM --person NUMMER" in page(town)
    (line,) = [one for one in town.json("refill", "list", "--as-of", "2022-03-10")["refill"] if one["system"] == "volg"]
    said = ["refill", "done", "--person", str(line["person"]), "--by", "A. Jansen", "--system"]
    assert "sees it itself when the person is there again" in town.hervat(*said, "inburgering").stderr
    town.json(*said, "volg", status=0)
    assert town.night("2022-03-11", status=1)["refill"] == [{"system": "inburgering", "persons": 1}]
    assert town.hervat(*said, "volg").exit_code == 2


def test_a_supplier_past_his_term_is_told(tmp_path: Path) -> None:
    town = erased(supplied(tmp_path))
    assert "uiterlijk op 29 maart 2022" in page(town)
    told = town.night("2022-03-29")
    assert not any("past their term" in text for text in told["attention"])
    told = town.night("2022-03-30", status=1)
    assert "1 request to a supplier past its term" in told["attention"]
    assert "Over de termijn: 1 verzoek" in page(town) and "Bel de leverancier van volg" in page(town)
    assert {"code": "supplier_unconfirmed", "count": 2, "system": "volg"} in told["gate"]["reasons"]


def back(town: Town, number: int) -> None:
    """An import brings a person's root back."""
    town.sql(f"insert into inburgeraar values ({90 + number}, {number}, 'Wi2021', 'actief', null)")


def test_since_when_a_cleaned_person_is_seen_again_stays_the_first_night(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    town.approval = "required"
    town.configure()
    back(town, 1)
    town.night("2022-03-05", status=1)
    back(town, 2)
    for day in ("2022-03-07", "2022-03-09"):
        assert town.night(day, status=1)["cleaning"][0]["reappeared"] == 2
    plans = town.json("plan", status=1)["plans"]
    assert [plan["since"] for plan in plans] == [
        [{"cleaned_on": "2022-03-01", "seen_on": day, "persons": 1}] for day in ("2022-03-05", "2022-03-07")
    ]
    assert "1 cleaned 2022-03-01, seen again since 2022-03-05" in town.hervat("plan").stdout
    assert "1 persoon: gewist op 1 maart 2022, weer gezien op 5 maart 2022." in page(town)
    assert {(one["BSN"], str(one["Weer gezien op"])) for one in sheet(town, "Weer gezien")} == {
        (ONE, "2022-03-05"), (TWO, "2022-03-07"),
    }  # fmt: skip


def test_a_plan_that_is_made_anew_keeps_the_first_night(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    town.approval = "required"
    town.configure()
    back(town, 1)
    town.night("2022-03-05", status=1)
    town.sql("alter table inburgeraar add column meer integer")
    town.night("2022-03-08", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    assert (plan["made_on"], plan["since"][0]["seen_on"]) == ("2022-03-08", "2022-03-05")


def test_cleaned_again_or_gone_by_himself_he_is_no_longer_seen_and_a_next_time_is_counted_anew(tmp_path: Path) -> None:
    town = erased(Town(tmp_path / "town"))
    back(town, 1)
    assert town.night("2022-03-05")["cleaning"][0]["cleaned"] == 1
    assert "weer gezien op 5 maart 2022" in page(town)
    town.night("2022-03-06")
    assert "weer gezien" not in page(town) and sheet(town, "Weer gezien") == []
    back(town, 1)
    assert town.night("2022-03-09")["cleaning"][0]["cleaned"] == 1
    assert "gewist op 5 maart 2022, weer gezien op 9 maart 2022." in page(town)
    town.approval = "required"
    town.configure()
    back(town, 1)
    town.night("2022-03-10", status=1)
    town.sql("delete from inburgeraar")
    town.night("2022-03-11")
    assert "weer gezien" not in page(town)


def shared(town: Town) -> Town:
    """The two persons share an obligation; only the first is corrected, on 1 March."""
    for number, bsn in enumerate((ONE, TWO), 1):
        town.register_person(number, bsn)
    town.sql("update inburgeraar set plicht_id = 1")
    seen = [row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (ONE, TWO)]
    town.offer("20220301", *seen, row("SS190", "01-03-2022", ONE))
    assert town.night("2022-03-01")["cleaning"][0]["cleaned"] == 1
    return town


def test_a_shared_row_is_looked_at_every_night_until_it_is_gone(tmp_path: Path) -> None:
    town = shared(Town(tmp_path / "town"))
    for day in ("2022-03-02", "2022-03-03"):
        town.night(day)
        assert "Gedeelde rijen die blijven staan: plicht 1." in page(town)
    town.sql("update inburgeraar set plicht_id = 2 where id = 2")
    told = town.night("2022-03-04", status=1)
    assert "1 shared row that nobody holds any more, to look at" in told["attention"]
    assert "nu van niemand zijn: plicht 1." in page(town) and "Gedeelde rijen" not in page(town)
    (loose,) = sheet(town, "Losse rijen")
    assert (loose["Tabel"], loose["Sleutel"]) == ("plicht", "1")
    assert town.sql("select count(*) from plicht where id = 1") == [(1,)]  # never erased
    town.sql("update inburgeraar set plicht_id = 1 where id = 2")
    town.night("2022-03-05")
    assert "Gedeelde rijen die blijven staan: plicht 1." in page(town)
    town.sql("update inburgeraar set plicht_id = 2 where id = 2")
    town.sql("delete from plicht where id = 1")
    town.night("2022-03-06")
    assert not any(text in page(town) for text in ("Gedeelde rijen", "nu van niemand"))
    assert sheet(town, "Losse rijen") == []


def test_a_shared_row_goes_with_the_last_who_held_it(tmp_path: Path) -> None:
    town = shared(Town(tmp_path / "town"))
    town.offer("20220302", row("SS190", "02-03-2022", TWO))
    assert town.night("2022-03-02")["cleaning"][0]["cleaned"] == 1
    assert town.sql("select count(*) from plicht where id = 1") == [(0,)]
    assert "Gedeelde rijen" not in page(town)


def test_no_key_of_a_shared_row_lies_in_the_register_in_plain(tmp_path: Path) -> None:
    town = Town(tmp_path / "town")
    for number, bsn in enumerate((ONE, TWO), 1):
        town.register_person(number, bsn)
    town.sql("update inburgeraar set plicht_id = null")
    town.sql("insert into plicht values (77123456, '2022-01-03')")
    town.sql("update inburgeraar set plicht_id = 77123456")
    seen = [row("SS101", "10-01-2022", bsn, group=FAMILY) for bsn in (ONE, TWO)]
    town.offer("20220301", *seen, row("SS190", "01-03-2022", ONE))
    town.night("2022-03-01")
    assert "plicht 1." in page(town)
    held = b"".join(path.read_bytes() for path in (town.directory / "var").glob("register.db*"))
    assert b"77123456" not in held


RESTRICT = 'policy: restrict\n        restrict: {inburgeraar.status: "beperkt", traject.soort: "x", les.uur: 0}'


def restricted(tmp_path: Path) -> Town:
    town = Town(tmp_path / "town", policy=RESTRICT)
    town.register_person(1, ONE)
    town.offer("20220301", row("SS101", "10-01-2022", ONE, group=FAMILY), row("SS190", "01-03-2022", ONE))
    town.night("2022-03-01")
    assert town.sql("select distinct i.status, t.soort, l.uur from inburgeraar i, traject t, les l") == [
        ("beperkt", "x", 0)
    ]
    return town


def test_all_marks_of_all_tables_come_back_when_he_is_reinstated(tmp_path: Path) -> None:
    town = restricted(tmp_path)
    reinstate(town)
    told = town.night("2022-03-10")
    assert told["refill"] == []  # restricted is not erased
    assert town.sql("select status from inburgeraar") == [("actief",)]
    assert town.sql("select soort from traject") == [("B1",)]
    assert town.sql("select uur from les") == [(2,), (2,)]


def test_what_the_vendor_set_meanwhile_stays_and_is_reported_once(tmp_path: Path) -> None:
    town = restricted(tmp_path)
    town.sql("update les set uur = 5 where id = 100")
    town.sql("delete from les where id = 101")
    reinstate(town)
    told = town.night("2022-03-10", status=1)
    (text,) = [text for text in told["attention"] if "not put back" in text]
    assert "1 restricted values were not put back, because something else stands there now, and 1, because" in text
    assert town.sql("select uur from les") == [(5,)]
    assert town.sql("select status from inburgeraar") == [("actief",)]
    assert "2 oude waarden niet teruggezet" in page(town)
    town.night("2022-03-11")
    assert "niet teruggezet" not in page(town)


def test_a_dispute_lifts_nothing(tmp_path: Path) -> None:
    town = restricted(tmp_path)
    before = town.rows()
    town.offer("20220302", row("SS101", "01-03-2022", ONE, group=FAMILY))
    assert town.night("2022-03-02", status=1)["persons"]["disputed"] == 1
    assert town.rows() == before


def test_lists_name_file_sheet_and_row_in_the_worklist_and_the_file_in_the_report(tmp_path: Path) -> None:
    import xlsxwriter

    lists = tmp_path / "lijsten"
    lists.mkdir()
    town = Town(
        tmp_path / "town", more_systems=f"      - {{name: lijsten, files: {{directory: {lists}, pattern: '*'}}}}"
    )
    with xlsxwriter.Workbook(str(lists / "overzicht.xlsx")) as book:
        book.add_worksheet("maart").write(6, 2, f"BSN {ONE[:3]}.{ONE[3:6]}.{ONE[6:]} gebeld")
    (lists / f"dossier {TWO}.csv").write_text("leeg")
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in (ONE, TWO)])
    told = town.night("2022-03-01")
    assert {"code": "standing_elsewhere", "count": 2, "system": "lijsten"} in told["gate"]["reasons"]
    assert [(one["Bestand"], one["Blad"], one["Regel"], one["BSN"]) for one in sheet(town, "Lijsten")] == [
        (f"dossier {TWO}.csv", "", "naam van het bestand", TWO), ("overzicht.xlsx", "maart", 7, ONE),
    ]  # fmt: skip
    shown = page(town).replace("<wbr>", "")
    assert "overzicht.xlsx: 1 plek." in shown and "dossier *********.csv: 1 plek." in shown
    assert TWO not in shown and ONE not in shown
    for path in lists.iterdir():
        path.unlink()
    assert town.night("2022-03-02")["gate"]["reasons"] == []
    assert sheet(town, "Lijsten") == []


@pytest.mark.parametrize("command", [["refill", "list"], ["refill", "done"]])
def test_refill_has_help_with_an_example(tmp_path: Path, command: list[str]) -> None:
    assert "Example:" in Town(tmp_path / "town").hervat(*command, "--help", config=False).stdout
