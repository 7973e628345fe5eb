"""Searching the originals in the vault for a person's numbers. All numbers are made up."""

import gzip
import re
from datetime import date

import polars as pl
import pytest

from hervat.attribution import named
from hervat.person import Subject, show
from hervat.person.originals import _pattern, search_originals
from hervat.vault import Vault
from tests.support.notice_world import NoticeWorld

BSN, LOW, V = "999812343", "012345672", "1234567890"  # made up; LOW lost its zero in a spreadsheet


def subject() -> Subject:
    return Subject(None, frozenset({BSN, LOW}), frozenset({V}), frozenset({"a" * 64}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (BSN, True), (f" {BSN}.0", True), ("9998.12.343", True), ("999-812-343", True), ("999 812 343", True),
        ("9.99812343E+08", True), ("9,99812343e8", True), (f"BSN:{BSN};", True), (f"0{V}", True), (f"V{V}", True),
        (LOW, True), ("12345672", True), ("1.2345672E+07", True), ("0123.45.672", True),
        (f"1{BSN}", False), (f"{BSN}1", False), ("999812344", False), (V[:-1], False), ("9.9981234E+08", False),
    ],
)  # fmt: skip
def test_every_spelling_of_a_number_is_found_and_no_longer_number(text: str, found: bool) -> None:
    pattern = _pattern(subject(), "[ .\\-\u00a0]{0,2}")
    assert pl.Series([text]).str.contains(pattern).item() is found
    assert bool(re.search(pattern, text)) is found


@pytest.fixture
def world(tmp_path):
    return NoticeWorld(tmp_path)


def kept(world: NoticeWorld, content: bytes, kind: str = "download") -> str:
    with Vault(world.settings.vault, world.keyring).writer() as incoming:
        incoming.write(content)
        return incoming.commit(kind, {"name": "x", "number": "1"}).id


def test_a_number_is_found_across_the_pieces_in_which_a_file_is_read_and_in_utf16(world: NoticeWorld) -> None:
    from hervat.vault import CHUNK

    long = kept(world, b"x" * (CHUNK - 4) + f";{BSN};".encode() + b"y" * CHUNK)
    wide, none = kept(world, f"a;{BSN}\r\n".encode("utf-16")), kept(world, b"nobody")
    notice = kept(world, b'{"told": [{"key": "' + b"a" * 64 + b'"}]}', "notice")
    originals = search_originals(world.night(date(2022, 3, 1)), subject(), [])
    assert {row.object_id for row in originals.rows} == {long, wide}
    assert originals.notices == [notice] and originals.unread == [] and originals.opened == 3
    assert len(originals.digits_only) == 3 and any(none in name for name in originals.digits_only)


def test_what_can_not_be_opened_is_named(world: NoticeWorld) -> None:
    lost = kept(world, gzip.compress(BSN.encode()))
    (world.settings.vault / "0000" / "objects" / lost).unlink()
    Vault(world.settings.vault, world.keyring).end(kept(world, BSN.encode()), ("A", "B"), "term")
    account = show(world.night(date(2022, 3, 1)), None, BSN, named("P. Officer"), search_vault=True)
    assert account is not None and not account.anything
    assert any("niet te openen" in line and lost in line for line in account.not_searched)
    assert "1 originelen zijn vernietigd: wat daarin stond, is niet meer te zien" in account.not_searched
    assert BSN not in repr(account) + str(account.not_searched)
