"""What the bytes of a file are does not depend on where they are cut while they are read."""

from io import BytesIO

import pytest

from hervat.downloads import octets, plain, reader
from tests.unit.downloads.test_download_plain import HEADERS, outcome

ENCODINGS = ["utf-8-sig", "cp1252"]
LINE = "SS101;01-03-2022;999990019\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (f"{LINE}é{LINE}".encode(), "utf-8-sig"),
        (f"{LINE}é{LINE}".encode("cp1252"), "cp1252"),
        (LINE.encode() + b"\xc3" + LINE.encode(), "cp1252"),  # half a character of UTF-8, and ASCII after it
        (b"\xc3" + LINE.encode() * 2 + b"\xa9", "cp1252"),  # the other half comes too late
        (LINE.encode() * 3, "utf-8-sig"),
    ],
)
def test_a_cut_between_two_chunks_changes_no_encoding(monkeypatch, content, encoding):
    for size in range(8, len(content) + 1):
        monkeypatch.setattr(octets, "_CHUNK", size)
        assert octets.look(BytesIO(content), ENCODINGS).encoding == encoding


@pytest.mark.parametrize("size", [12, 13, 14, 1 << 20])
@pytest.mark.parametrize(
    ("content", "each"),
    [(b"a;b\r\n" * 9, True), (b"a;b\r\n" * 9 + b"a;b\r", True), (b"a;b\n" * 3 + b"\r" + b"a;b\n" * 3, False)],
)
def test_a_return_alone_ends_a_line_that_polars_does_not_see(monkeypatch, content, each, size):
    monkeypatch.setattr(octets, "_CHUNK", size)
    assert octets.look(BytesIO(content), ENCODINGS).one_line_each is each


@pytest.mark.parametrize("block", [7, 1 << 21])
def test_a_return_at_the_very_end_is_an_end(monkeypatch, block):
    text = f"{HEADERS[0]}\r\na;b;c\r\nd;e;f\r".encode()
    monkeypatch.setattr(plain, "_BLOCK", block)
    fast = outcome(text)
    monkeypatch.setattr(reader, "_is_plain", lambda *_: False)
    assert fast == outcome(text) != "truncated"
