"""Packed downloads: read as what is in them, and refused by name when they are damaged or made to do harm."""

import gzip
import io
import struct
import zipfile

import pytest

from hervat.downloads import StructureRefused, load_format, name_facts, packed, read, unpacked
from hervat.downloads.refused import Wrong

CSV = b"Signaalcode;Datum signaal;BSN\nSS101;01-03-2022;123456782\nSS190;02-03-2022;111222333\n"
NAME = "PIB_Wi2021_0000_20220301_120000.csv"


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    return load_format("pib-wi2021", tmp_path_factory.mktemp("none"))


def zipped_up(*files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **{"compression": zipfile.ZIP_DEFLATED, **options}) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def named(value):
    """No content in the name of a test: an archive holds the moment at which it was made."""
    return "content" if isinstance(value, bytes) else None


def rows(content, name, form):
    return sum(frame.height for frame in read(unpacked(lambda: io.BytesIO(content), name), name, form).batches())


def refused(content, name, form):
    with pytest.raises(StructureRefused) as raised:
        rows(content, name, form)
    return raised.value.reason


GZ, ZIP = gzip.compress(CSV, mtime=0), zipped_up((NAME, CSV))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CSV, NAME),
        (GZ, NAME + ".gz"),
        (gzip.compress(CSV[:50], mtime=0) + gzip.compress(CSV[50:], mtime=0), NAME + ".GZ"),
        (ZIP, NAME + ".zip"),
        (zipped_up((NAME, CSV), compression=zipfile.ZIP_STORED), NAME + ".zip"),
        (zipped_up(("map/", b""), ("map/" + NAME, CSV), ("__MACOSX/._x", b"x")), "alles.zip"),
    ],
    ids=named,
)
def test_read_as_what_is_in_it(content, name, form):
    assert rows(content, name, form) == 2


@pytest.mark.parametrize("name", [NAME, NAME + ".gz", NAME[:-4] + ".zip", "2022/maart/" + NAME + ".zip"])
def test_the_name_tells_the_same(name, form):
    assert name_facts(form, name) == name_facts(form, NAME)
    assert name_facts(form, name).code == "0000"


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv.gz", "empty"),
        (CSV, "a.csv.gz", "bad_archive"),
        (GZ[:-1], "a.csv.gz", "truncated"),
        (GZ[:40], "a.csv.gz", "truncated"),
        (GZ[:-8] + b"\0" * 4 + GZ[-4:], "a.csv.gz", "bad_archive"),
        (GZ + b"more", "a.csv.gz", "bad_archive"),
        (b"", "a.zip", "bad_archive"),
        (CSV, "a.zip", "bad_archive"),
        (ZIP[:-1], "a.zip", "bad_archive"),
        (ZIP[:-60], "a.zip", "bad_archive"),
        (zipped_up(), "a.zip", "archive_count"),
        (zipped_up(("a.csv", CSV), ("b.csv", CSV)), "a.zip", "archive_count"),
        (zipped_up(("a.csv", CSV), compression=zipfile.ZIP_LZMA), "a.zip", "bad_archive"),
        (zipped_up(("b.zip", ZIP)), "a.zip", "bad_workbook"),
    ],
    ids=named,
)
def test_refused_by_name(content, name, reason, form):
    assert refused(content, name, form) == reason


def test_a_flipped_byte_never_passes_for_a_whole_file():
    """Each byte of both archives, flipped: the same content, or a refusal; never other content or another error."""
    refusals = 0
    for whole, name in ((GZ, "a.csv.gz"), (ZIP, "a.zip")):
        for at in range(len(whole)):
            content = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                with unpacked(lambda content=content: io.BytesIO(content), name)() as stream:
                    assert stream.read() == CSV
            except Wrong:
                refusals += 1
    assert refusals > 100


def test_a_locked_zip(form):
    content = bytearray(ZIP)
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = content.index(mark) + (6 if mark.endswith(b"\x04") else 8)
        content[at] |= 1
    assert refused(bytes(content), "a.zip", form) == "archive_locked"


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip"])
def test_a_bomb_by_ratio(name, form, monkeypatch):
    plain = CSV + b"SS101;01-03-2022;123456782\n" * 800_000  # 21 MB: some 360 times what it packs to
    content = gzip.compress(plain, 9) if name.endswith("gz") else zipped_up(("a.csv", plain), compresslevel=9)
    assert len(plain) > packed.MAX_RATIO * len(content)
    assert refused(content, name, form) == "archive_bomb"
    monkeypatch.setattr(packed, "MAX_RATIO", 2000)
    with unpacked(lambda: io.BytesIO(content), name)() as stream:
        assert sum(map(len, iter(lambda: stream.read(1 << 20), b""))) == len(plain)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip"])
def test_a_bomb_by_size(name, form, monkeypatch):
    monkeypatch.setattr(packed, "MAX_UNPACKED", len(CSV) - 1)
    assert refused(GZ if name.endswith("gz") else ZIP, name, form) == "archive_bomb"


def test_a_zip_that_lies_about_its_size(form, monkeypatch):
    """What comes out ends where the archive says: the rest is no part of the file, and its checksum does not fit."""
    content = bytearray(zipped_up((NAME, CSV * 10)))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, len(CSV))
    assert refused(bytes(content), "a.zip", form) == "bad_archive"


def test_a_zip_with_a_list_that_would_fill_memory(form, monkeypatch):
    monkeypatch.setattr(packed, "_MAX_LIST", 1000)
    assert refused(zipped_up(*((f"{n}.csv", b"") for n in range(100))), "a.zip", form) == "archive_count"
    monkeypatch.setattr(packed, "_MAX_PACKED", 100)
    assert refused(zipped_up(*((f"{n}.csv", b"") for n in range(100))), "a.zip", form) == "too_large"


def test_it_closes_what_it_reads():
    opened = io.BytesIO(GZ)
    unpacked(lambda: opened, "a.gz")().close()
    assert opened.closed
    opened = io.BytesIO(b"no zip")
    with pytest.raises(Exception, match="bad_archive"):
        unpacked(lambda: opened, "a.zip")()
    assert opened.closed
