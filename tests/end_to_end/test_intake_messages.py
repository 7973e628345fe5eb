"""What is refused or held says what mends it wherever it is met. All persons are made up."""

import io

import pytest
import xlsxwriter

from tests.support.town import HEADER, Town, made_up_bsn, row

HIM, HER = made_up_bsn(1), made_up_bsn(2)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("town"))
    changed = HEADER.replace("Datum signaal", "Datum van signaal")
    lines = [changed, row("SS101", "01-03-2022", HIM)]
    town.offer("2022-03-02", name="PIB_changed.csv", raw="\r\n".join([*lines, ""]).encode())
    town.offer("2022-03-03", row("SS101", "01-03-2022", "01-02-1990"), row("SS101", "01-03-2022", HER))
    town.offer("2022-03-03", row("SS101", "01-03-2022", HIM), name="PIB_Wi2021_0000_20220230_256199.csv")
    town.offer("2022-03-04", name="PIB_Wi2021_0000_20220304_010203.xlsx", raw=two_sheets())
    return town


def two_sheets() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        for name, bsn in (("Maart", HIM), ("April", HER)):
            sheet = book.add_worksheet(name)
            for at, line in enumerate([HEADER, row("SS101", "01-03-2022", bsn)]):
                sheet.write_row(at, 0, line.split(";"))
    return content.getvalue()


def test_the_mend_stands_wherever_it_is_met(town):
    told = town.json("run", "--as-of", "2022-03-25", status=1)
    (account,) = told["municipalities"]
    mends = {line["reason"]: line["mend"] for line in account["quarantine"]}
    assert "datum_signaal: Datum van signaal" in mends["columns_missing"]
    assert "columns are shifted" in mends["day_in_number"]
    misnamed = [text for text in told["attention"] if "PIB_Wi2021_0000_20220230_256199.csv" in text]
    assert len(misnamed) == 1 and "not fetched" in misnamed[0] and "name_pattern" in misnamed[0]
    assert any("only the sheet 'Maart' was read, not 'April'" in text for text in told["attention"])
    listed = {item["reason"]: item for item in town.json("quarantine", "list", status=1)["quarantine"]}
    assert listed["columns_missing"]["mend"] == mends["columns_missing"]
    assert (listed["day_in_number"]["cell"], listed["day_in_number"]["row"]) == ("bsn", 2)
    page = (town.directory / "var/output/report/0000/laatste.html").read_text()
    assert "Datum van signaal" in page and "kolommen zijn verschoven" in page
    assert "Datum van signaal" in town.hervat("status", "--as-of", "2022-03-25").stdout.replace("\n", " ")
    number = str(listed["day_in_number"]["download_id"])
    shown = town.json("quarantine", "show", number, "--row", "2", "--by", "B", "--anywhere", status=0)
    assert (shown["reason"], shown["cell"], shown["count"], shown["expected"]) == ("day_in_number", ["bsn"], 13, 13)
    assert shown["cells"]["bsn"] == "01-02-1990" and shown["mend"] == mends["day_in_number"]


def test_formats_check_says_the_same(town):
    told = town.json("formats", "check", str(town.incoming / "PIB_Wi2021_0000_20220230_256199.csv"), status=1)
    assert told["refused"]["reason"] == "name_impossible" and told["good"] == 1
    told = town.json("formats", "check", str(town.incoming / "PIB_Wi2021_0000_20220304_010203.xlsx"), status=1)
    assert told["sheets"] == ["Maart", "April"] and told["warnings"]["sheets_unread"] == 1
