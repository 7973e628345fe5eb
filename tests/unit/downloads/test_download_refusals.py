"""Files that are no downloads: each refused whole, with its reason, before a row is given."""

import pytest

from hervat.downloads import CHECKS, StructureRefused

HEADER = "Signaalcode;Datum signaal;BSN;Achternaam\n"
GOOD = HEADER + "SS101;01-03-2022;999990019;Made-up\n"


@pytest.mark.parametrize(
    ("content", "reason", "said"),
    [
        (b"", "empty", "not even a header"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty", "not even a header"),
        (b";;;\r\n", "empty", "not even a header"),
        (GOOD.encode() + b"SS101\0;;\n", "nul_bytes", "damaged"),
        (GOOD.encode("utf-16"), "encoding", "UTF-16"),
        (GOOD.encode("utf-8-sig") + b"SS101;01-03-2022;1;\xc7elik\n", "encoding", "utf-8"),
        (GOOD.encode() + b"SS101;01-03-2022;1;\x81\n", "encoding", "cp1252"),
        (b"<html><body>Log in</body></html>", "not_a_table", "web page"),
        (b"%PDF-1.7", "not_a_table", "PDF"),
        (b"SS101;01-03-2022;999990019;Made-up\n", "not_a_table", "no header"),
        (b"a" * 200_000, "not_a_table", "no header"),
        (b"a" * 3_000_000, "too_wide", "million"),
        (b"Code" + b";" * 300 + b"\n", "too_wide", "301 columns"),
        (b"Code;Datum signaal\nSS101;01-03-2022\n", "columns_missing", "BSN or V-nummer"),
        (b"BSN;Achternaam\n999990019;A\n", "columns_missing", "Signaalcode, Datum signaal"),
        (b"BSN;Code;Datum signaal;B.S.N.\n1;2;3;4\n", "columns_doubled", "bsn"),
        (GOOD.encode() + b"SS101;01-03", "truncated", "middle of a row"),
        (GOOD.encode() + b'SS101;01-03-2022;1;"De Vri', "truncated", "quoted cell"),
        (GOOD.encode() + b'SS101;01-03-2022;1;"De Vries\n', "truncated", "quoted cell"),
        ((GOOD + "SS101;01-03-2022;1;Đặng\nSS101;01-03-2022;1;Đ").encode()[:-1], "truncated", "character"),
        (GOOD.encode() + b'SS101;01-03-2022;"1;A\nSS190;01-03-2022;"2";B\n', "quotes", "quote"),
        (
            GOOD.encode() + b'SS101;01-03-2022;1;"A\nSS190;01-03-2022;2;B\nSS101;01-03-2022;1;B"\n',
            "quotes",
            "quote",
        ),
        (GOOD.encode() + b'SS101;01-03-2022;1;"A\n' + b"SS190;01-03-2022;2;B\n" * 9_000, "quotes", "quote"),
        (b"PK\x03\x04 and then no workbook", "bad_workbook", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "bad_workbook", "password"),
    ],
)
def test_a_file_that_is_no_download_is_refused(reading, content, reason, said):
    with pytest.raises(StructureRefused, match=said) as refused:
        reading(content, "bestand.csv")
    assert refused.value.reason == reason
    assert reason in CHECKS
    assert str(refused.value).startswith("bestand.csv: ")
    assert refused.value.__cause__ is None and refused.value.__suppress_context__
    for secret in ("999990019", "Made-up", "Vries", "Log in"):
        assert secret not in str(refused.value)


def test_every_cut_of_a_file_is_refused_or_loses_no_more_than_the_last_cell(reading):
    """A cut may fall inside the last cell, where nothing shows it; it never loses more than that."""
    whole = (GOOD + 'SS190;02-03-2022;999994669;"De\nVries"\nSS101;03-03-2022;999992740;Z\n').encode()
    for end in range(len(HEADER), len(whole)):
        try:
            download = reading(whole[:end])
        except StructureRefused as refused:
            assert refused.reason in ("truncated", "quotes")
            continue
        for row in (row for frame in download.batches() for row in frame.iter_rows(named=True)):
            assert row["columns_ok"]
            assert row["bsn"] in ("999990019", "999994669", "999992740")
