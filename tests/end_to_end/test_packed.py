"""Packed downloads on a whole night: loaded from the archive as it was delivered, or refused by name and kept."""

import gzip
import io
import zipfile

from tests.support.town import FAMILY, HEADER, Town, made_up_bsn, row

NAME = "PIB_Wi2021_0000_202203{day}_010101.csv"


def text_of(number):
    return "\r\n".join([HEADER, row("SS101", "10-01-2022", made_up_bsn(number), group=FAMILY)]).encode() + b"\r\n"


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_packed_downloads(tmp_path):
    town = Town(tmp_path / "town")
    packed = gzip.compress(text_of(61))
    town.offer("20220301", raw=packed, name=NAME.format(day="01") + ".gz")
    town.offer("20220302", raw=zipped(a=text_of(62)), name=NAME.format(day="02") + ".zip")
    several = town.offer("20220303", raw=zipped(a=text_of(63), b=text_of(64)), name=NAME.format(day="03") + ".zip")
    told = town.night("2022-03-03", status=1)
    assert told["files"] == {"fetched": 3, "known": 0, "refused": 1}
    assert told["rows"]["loaded"] == 2
    (held,) = town.json("quarantine", "list", status=1)["quarantine"]
    assert (held["file"], held["reason"]) == (several.name, "archive_count")
    assert town.json("verify", status=0) == {"wrong": []}
    assert len(packed) in [one["size"] for one in town.json("vault", "list")["objects"]], "secured as it was delivered"
    assert town.night("2022-03-03", status=1)["files"] == {"fetched": 0, "known": 2, "refused": 0}
