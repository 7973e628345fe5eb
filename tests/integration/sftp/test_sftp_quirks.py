"""Servers that tell less than OpenSSH, or refuse a request: each file is fetched whole, or it is said. Made-up files."""

import os
import time
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hervat.intake import connections
from tests.support.fetching import Nights
from tests.support.quirky import Quirks, Quirky

DATED = "PIB_Wi2021_0000_20220301_010203.csv"
WAYS, PARTS = ("list", "stat", "lstat", "fstat"), ("kind", "mode", "size", "mtime", "owner")


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(connections, "FIRST", 0.001)


@pytest.fixture
def nights(tmp_path):
    (tmp_path / "nights").mkdir()
    return Nights(tmp_path / "nights")


@pytest.fixture
def quirky(tmp_path):
    with Quirky(tmp_path) as server:
        yield server


def said(night, text):
    return any(text in line for line in (*night.errors, *night.attention))


@pytest.mark.parametrize("left_out", ["kind", "mode", "size", "mtime"])
@pytest.mark.parametrize("ways", [("list",), ("list", "lstat"), WAYS])
def test_what_a_listing_leaves_out_is_asked_for(quirky, nights, left_out, ways):
    quirky.quirks.hidden = {way: {left_out} for way in ways}
    quirky.write(DATED, b"as it is")
    quirky.write("other.md", b"something else")
    (quirky.folder / "PIB_folder.csv").mkdir()
    counts, night = nights.fetch(quirky.source())
    assert (counts["fetched"], night.errors) == (1, [])
    assert nights.secured() == {DATED: b"as it is"}


@given(
    hidden=st.dictionaries(st.sampled_from(WAYS), st.sets(st.sampled_from(PARTS))),
    refused=st.sets(st.sampled_from(["stat", "lstat", "fstat"])),
    once=st.booleans(),
    listed=st.sampled_from([None, lambda _size: 0]),
    files=st.dictionaries(
        st.sampled_from([DATED, "pib_wi2021_0000_20220302_000000.CSV", "PIB_sub.csv", "PIB_é b.csv"]),
        st.binary(max_size=70_000),
        min_size=1,
    ),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_left_out_and_refused_each_file_is_fetched_whole_or_said(
    tmp_path_factory, hidden, refused, once, listed, files
):
    place = tmp_path_factory.mktemp("quirk")
    (place / "nights").mkdir()
    nights = Nights(place / "nights")
    quirks = Quirks(hidden, refused, once, sizes={"list": listed} if listed else {})
    with Quirky(place, quirks) as server:
        for name, content in files.items():
            server.write(name, content)
        counts, night = nights.fetch(server.source())
    secured = nights.secured()
    assert all(secured[name] == files[name] for name in secured)
    waiting = sum(int(line.split()[2]) for line in night.attention if "without a date of making" in line)
    same = len(files) - len(set(files.values())) if len(secured) < len(files) else 0
    named = sum(any(name in error for error in night.errors) for name in files)
    assert counts["fetched"] + counts["known"] + waiting + named >= len(files) - same, (counts, night.errors)
    assert not (night.errors and not named)


def test_a_file_that_may_be_read_once_is_kept(quirky, nights):
    quirky.quirks.once = True
    quirky.write(DATED, b"once" * 100_000)
    for how in ("keep", "delete"):
        _counts, night = nights.fetch(quirky.source(after_pickup=how))
        assert (night.errors, night.attention) == ([], [])
    assert nights.secured() == {DATED: b"once" * 100_000}
    assert quirky.opened == [DATED]


@pytest.mark.parametrize("how", ["move", "delete"])
def test_what_is_gone_already_is_settled(quirky, nights, how):
    quirky.quirks.once = True
    quirky.write(DATED, b"once")
    counts, night = nights.fetch(quirky.source(after_pickup=how))
    assert (counts, night.errors, night.attention) == ({"fetched": 1, "known": 0}, [], [])


def test_a_file_that_may_be_read_once_and_was_read_half_is_said_to_be_lost(quirky, nights):
    quirky.quirks.once, quirky.quirks.cut = True, 1000
    quirky.write(DATED, bytes(5000))
    quirky.write("PIB_Wi2021_0000_20220302_010203.csv", b"whole")
    counts, night = nights.fetch(quirky.source())
    assert counts == {"fetched": 1, "known": 0}
    assert nights.secured() == {"PIB_Wi2021_0000_20220302_010203.csv": b"whole"}
    assert night.errors == [
        f"source pib: {DATED}: its reading broke off, and it is not there any more, so it is lost;"
        " ask its keeper for it again"
    ]


def test_more_than_was_told_and_less(quirky, nights):
    """0 in a listing is no size; a size that can't be read is a file that was cut."""
    quirky.write(DATED, b"there is more")
    quirky.quirks.sizes = dict.fromkeys(WAYS, lambda _size: 0)
    assert nights.fetch(quirky.source())[0] == {"fetched": 1, "known": 0}
    assert nights.secured() == {DATED: b"there is more"}
    for way, told in (("list", 5), ("list", 500), ("fstat", 0)):
        quirky.quirks.sizes = {way: lambda _size, told=told: told}
        other = quirky.write(f"PIB_Wi2021_0000_20220302_00000{told % 9}.csv", f"{way} {told} of it".encode())
        _counts, night = nights.fetch(quirky.source())
        assert night.errors == [], (way, told)
        assert nights.secured()[other.name] == f"{way} {told} of it".encode()
    quirky.quirks.sizes = dict.fromkeys(WAYS, lambda size: size + 7)
    cut = quirky.write("PIB_Wi2021_0000_20220305_000000.csv", b"cut")
    _counts, night = nights.fetch(quirky.source())
    assert said(night, cut.name) and cut.name not in nights.secured()
    quirky.quirks.sizes = dict.fromkeys(WAYS, lambda size: size - 1)
    _counts, night = nights.fetch(quirky.source())
    assert said(night, cut.name) and cut.name not in nights.secured()


@pytest.mark.parametrize("how", ["keep", "move", "delete"])
@pytest.mark.parametrize("way", ["list", "stat"])
def test_a_server_whose_looks_differ_from_its_listings(quirky, nights, how, way):
    """Local time in one of them, and UTC in the other."""
    ways = ("stat", "lstat", "fstat") if way == "stat" else ("list",)
    quirky.quirks.stamps = dict.fromkeys(ways, lambda stamp: stamp - 3600)
    quirky.write(DATED, b"as it is")
    counts, night = nights.fetch(quirky.source(after_pickup=how))
    assert (counts, night.errors, night.attention) == ({"fetched": 1, "known": 0}, [], [])
    assert (quirky.folder / DATED).exists() == (how == "keep")


@pytest.mark.parametrize("refused", [{"stat"}, {"stat", "lstat"}, {"stat", "lstat", "fstat"}, {"rename"}])
def test_what_is_refused_is_done_in_another_way(quirky, nights, refused):
    quirky.quirks.refused = refused
    quirky.write(DATED, b"a")
    counts, night = nights.fetch(quirky.source(after_pickup="move" if refused == {"rename"} else "delete"))
    assert (counts, night.errors, night.attention) == ({"fetched": 1, "known": 0}, [], [])
    assert not (quirky.folder / DATED).exists()


@pytest.mark.parametrize("names", [1, 2])
def test_a_server_that_refuses_every_look_moves_over_nothing(quirky, nights, names):
    quirky.quirks.refused = {"stat", "lstat", "fstat"}
    for number in range(names):
        quirky.write(DATED, b"%d" % number, age=3600 - number)
        counts, night = nights.fetch(quirky.source(after_pickup="move"))
        assert (counts["fetched"], night.errors) == (1, [])
        assert said(night, "could not be removed or moved there") == bool(number)
    assert (quirky.folder / "opgehaald" / DATED).read_bytes() == b"0"


@pytest.mark.parametrize("refused", [{"mkdir"}, {"rename", "posix-rename"}])
def test_what_can_not_be_done_at_all_is_said_and_nothing_is_lost(quirky, nights, refused):
    quirky.quirks.refused = refused
    quirky.write(DATED, b"a")
    counts, night = nights.fetch(quirky.source(after_pickup="move"))
    assert (counts["fetched"], night.errors) == (1, [])
    assert said(night, "could not be removed or moved there") and (quirky.folder / DATED).exists()


@pytest.mark.parametrize("ahead", [2 * 3600, 40 * 86400])
def test_a_clock_that_is_ahead_is_said(quirky, nights, ahead):
    quirky.quirks.stamps = dict.fromkeys(WAYS, lambda stamp: stamp + 3600 + ahead)
    quirky.write(DATED, b"a")
    counts, night = nights.fetch(quirky.source())
    assert counts == {"fetched": 0, "known": 0}
    (line,) = night.attention
    minutes = int(line.split(" minutes ahead")[0].split()[-1])
    assert ahead / 60 - 2 <= minutes <= ahead / 60 + 1 and "clock or time zone" in line


@pytest.mark.parametrize("stamp", [None, 0, 1, 315532800, 2**31 + 5, 2**32 - 1])
@pytest.mark.parametrize("name", ["PIB_undated.csv", DATED])
def test_without_a_date_of_making_a_file_is_refused_and_never_of_1970(quirky, nights, stamp, name):
    if stamp is None:
        quirky.quirks.hidden = {way: {"mtime"} for way in WAYS}
    else:
        quirky.quirks.stamps = dict.fromkeys(WAYS, lambda _stamp: stamp)
    quirky.write(name, b"a")
    for _ in range(2):
        counts, night = nights.fetch(quirky.source())
    if name == DATED:
        assert (nights.secured(), night.attention) == ({DATED: b"a"}, [])
    else:
        assert (counts, nights.secured()) == ({"fetched": 0, "known": 0, "refused": 1}, {})
        assert said(night, "1 file(s) without a date of making") and said(night, "name_pattern")
        assert quirky.opened == [], "a file that may be read once is not spent"


@pytest.mark.parametrize("ahead", [1800, 40 * 86400])
def test_a_stamp_of_the_future_is_no_day_of_making(quirky, nights, ahead):
    quirky.quirks.stamps = dict.fromkeys(WAYS, lambda stamp: stamp + 3600 + ahead)
    quirky.write("PIB_undated.csv", b"a")
    counts, night = nights.fetch(quirky.source(stable_after_seconds=0))
    assert counts["fetched"] == (ahead == 1800)
    assert said(night, "without a date of making") == (ahead != 1800)


@pytest.mark.parametrize(
    "names",
    [
        lambda folder, name: f"{folder}/{name}",
        lambda folder, name: f"./{name}",
        lambda folder, name: f"{folder.replace('/', chr(92))}{chr(92)}{name}",
        lambda folder, name: f"C:{folder.replace('/', chr(92))}{chr(92)}{name}",
        lambda folder, name: f"{folder.lstrip('/')}/{name}",
    ],
)
def test_whole_paths_in_a_listing(quirky, nights, names):
    quirky.quirks.names = names
    quirky.write(DATED, b"a")
    quirky.write("sub/PIB_Wi2021_0000_20220302_010203.csv", b"b")
    counts, night = nights.fetch(quirky.source(subfolders=True))
    assert (counts, night.errors, night.attention) == ({"fetched": 2, "known": 0}, [], [])


def test_a_longname_tells_the_kind_where_nothing_else_does(quirky, nights):
    quirky.quirks.hidden = {way: {"mode"} for way in WAYS}
    quirky.quirks.longname = str
    quirky.write(DATED, b"a")
    quirky.write("elsewhere.txt", b"secret")
    (quirky.folder / "PIB_link.csv").symlink_to(quirky.folder / "elsewhere.txt")
    (quirky.folder / "PIB_sub.csv").mkdir()
    counts, night = nights.fetch(quirky.source(["PIB_*.csv", "elsewhere.txt"]))
    assert counts["fetched"] == 2 and "PIB_link.csv" not in nights.secured() and night.errors == []


def test_what_is_passed_by_is_counted_and_said(quirky, nights, tmp_path):
    for name in ("PIB_a.xls", "PIB_b.xls", "jan.jansen", "readme.txt", DATED + ".filepart", DATED):
        quirky.write(name, name.encode())
    (quirky.folder / "PIB_link.csv").symlink_to(quirky.folder / DATED)
    (quirky.folder / "PIB_dangling.csv").symlink_to(tmp_path / "nowhere")
    (quirky.folder / "archief").mkdir()
    (quirky.folder / "opgehaald").mkdir()
    os.mkfifo(quirky.folder / "PIB_pipe.csv")
    spoken = []
    counts, night = nights.fetch(quirky.source(), log=spoken.append)
    assert (counts, night.errors) == ({"fetched": 1, "known": 0}, [])
    text = "\n".join(spoken)
    for words in ("3 file(s) there with a name that fits no pattern", ".xls 2, other 1", "2 link(s) there", "1 subfolder(s) there",
                  "1 file(s) of a special kind", "2 file(s) there that are no downloads"):  # fmt: skip
        assert words in text
    assert "jansen" not in text
    assert [line.split(":")[1][:30] for line in night.attention] == [" 3 file(s) there with a name t"]


def test_a_name_that_can_not_be_used_is_not_asked_about(quirky, nights):
    """This server loses the connection over a name that is no UTF-8."""
    quirky.quirks.hidden = {"list": {"mode", "size", "mtime"}}
    for name in (b"PIB_\xff.csv", b"PIB_a\nb.csv", DATED.encode()):
        quirky.write(os.fsdecode(name), b"a")
    counts, night = nights.fetch(quirky.source())
    assert (counts["fetched"], night.errors) == (1, [])
    assert said(night, "2 file(s) with a name that can't be used")


def test_where_nothing_ever_came_links_and_folders_wait_for_a_person(quirky, nights):
    (quirky.folder / "2022").mkdir()
    (quirky.folder / "PIB_link.csv").symlink_to("elders")
    _counts, night = nights.fetch(quirky.source())
    assert said(night, "1 subfolder(s) there") and said(night, "1 link(s) there")


def test_a_sub_folder_that_can_not_be_looked_into_keeps_nothing_else(quirky, nights):
    quirky.write(DATED, b"a")
    quirky.write("closed/PIB_b.csv", b"b")
    counts, night = nights.fetch(quirky.source(subfolders=True))
    assert (counts, night.errors) == ({"fetched": 1, "known": 0}, [])
    assert said(night, "1 subfolder(s) that can't be looked into")


def test_names_that_differ_in_capitals_alone_are_two_files(quirky, nights):
    quirky.write(DATED, b"a")
    quirky.write(DATED.lower(), b"b")
    quirky.write(DATED + ".KLAAR", b"", age=1)
    quirky.write(DATED.lower() + ".klaar", b"", age=1)
    counts, night = nights.fetch(quirky.source("pib_*.CSV", done_marker=".klaar", stable_after_seconds=1e9))
    assert (counts["fetched"], night.errors, night.attention) == (2, [], [])


def test_without_a_time_stamp_a_file_is_read_again_each_night(quirky, nights):
    """Nothing in its listing tells whether it is the same."""
    quirky.quirks.hidden = {way: {"mtime"} for way in WAYS}
    quirky.write(DATED, b"first")
    nights.fetch(quirky.source())
    quirky.write(DATED, b"other")
    assert nights.fetch(quirky.source())[0] == {"fetched": 1, "known": 0}
    assert nights.fetch(quirky.source())[0] == {"fetched": 0, "known": 1}


def test_files_of_another_source_in_the_same_place_are_no_news(quirky, nights, monkeypatch):
    room = import_module("hervat.intake.fetch")

    one, two = quirky.source(), quirky.source("SIG_*.xls").model_copy(update={"name": "sig"})
    deep = one.sftp.model_copy(update={"directory": "/pib/2022/januari"})
    below = one.model_copy(update={"name": "below", "sftp": deep})
    quirky.write("2022/PIB_x.csv", b"x")
    (quirky.folder / "2022" / "januari").mkdir()
    quirky.write(DATED, b"a")
    quirky.write("SIG_1.xls", b"b")
    real = room.SourceFetcher
    monkeypatch.setattr(room, "SourceFetcher", lambda *given: real(*given[:-1], [one, two, below]))
    spoken = []
    counts, night = nights.fetch(one, two, log=spoken.append)
    assert (counts["fetched"], night.errors, night.attention) == (2, [], [])
    assert not any("subfolder" in line for line in spoken)


def test_a_file_that_is_always_of_now_is_still_growing(quirky, nights):
    quirky.quirks.stamps = dict.fromkeys(WAYS, lambda _stamp: int(time.time()))
    quirky.write(DATED, b"a")
    spoken = []
    nights.fetch(quirky.source(), log=spoken.append)
    assert "source pib: 1 file(s) still growing, left for the next night" in spoken
