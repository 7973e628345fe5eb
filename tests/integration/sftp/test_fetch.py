"""A night's fetch over a real server: what it costs, what it survives, and that nothing is lost or taken twice."""

import os
import resource
import shutil
import stat
import tempfile
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from hervat.demo.embedded import new_key
from hervat.intake import connections, disk_space
from hervat.intake.known_files import Ledger
from hervat.register import RegisterError
from hervat.settings import FolderPickup, Source
from hervat.sftp import client as client_module
from tests.support.fetching import Nights
from tests.support.proxy import Proxy, Silent
from tests.support.sshd import Sshd


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(connections, "FIRST", 0.001)


@pytest.fixture
def nights(tmp_path):
    return Nights(tmp_path)


@pytest.fixture
def openssh(started):
    served = started("openssh")
    for path in sorted(served.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    return served


@pytest.fixture
def through(openssh, tmp_path):
    """Return a function that makes a source over a proxy."""

    def make(proxy, name="pib", **changes):
        known = tmp_path / f"known-{proxy.port}"
        known.write_text(openssh.host_line(proxy.port, openssh.server.host_key))
        settings = {
            key: changes.pop(key) for key in ("directory", "subfolders", "key", "timeout_seconds") if key in changes
        }
        pickup = openssh.pickup(port=proxy.port, known_hosts=known, **{"timeout_seconds": 5, **settings})
        return Source(name=name, sftp=pickup, **changes)

    return make


def folders(served, count):
    """Make folders with a file each and return their paths on the server."""
    found = []
    for at in range(count):
        (served.folder / f"f{at:02}").mkdir()
        served.write(f"f{at:02}/PIB_{at:02}.csv", f"content {at}".encode())
        found.append(f"{served.remote}/f{at:02}")
    return found


def test_a_night_with_nothing_new_costs_one_connection_and_one_listing(openssh, nights, through, monkeypatch):
    for number in range(3):
        openssh.write(f"PIB_{number}.csv", b"%d" % number)
    looks, reads = [], []
    for name, seen in (("tree", looks), ("read_file", reads)):
        real = getattr(client_module, name)
        monkeypatch.setattr(client_module, name, lambda *a, real=real, seen=seen: seen.append(a[1]) or real(*a))
    with Proxy(openssh.server.port) as proxy:
        assert nights.fetch(through(proxy))[0] == {"fetched": 3, "known": 0}
        assert (proxy.connections, len(looks), len(reads)) == (1, 1, 3)
        assert nights.fetch(through(proxy))[0] == {"fetched": 0, "known": 3}
    assert (proxy.connections, len(looks), len(reads)) == (2, 2, 3)


def test_many_folders_of_one_server_cost_four_connections_at_most(openssh, nights, through):
    with Proxy(openssh.server.port, delay=0.005) as proxy:
        sources = [through(proxy, f"s{at}", directory=path) for at, path in enumerate(folders(openssh, 16))]
        counts, night = nights.fetch(*sources)
    assert (counts, night.errors) == ({"fetched": 16, "known": 0}, [])
    assert 1 <= proxy.connections <= 4
    assert nights.secured() == {f"PIB_{at:02}.csv": f"content {at}".encode() for at in range(16)}
    assert nights.vault.verify() == []


def test_the_same_file_from_several_sources_at_once_is_one_download(openssh, nights, through):
    openssh.write("PIB_a.csv", b"the same")
    with Proxy(openssh.server.port) as proxy:
        counts, night = nights.fetch(*[through(proxy, f"s{at}") for at in range(8)])
    assert (counts, night.errors) == ({"fetched": 1, "known": 7}, [])
    assert len(nights.vault.objects()) == 1
    assert nights.offers() == 8


def test_subfolders_are_one_source_and_one_connection(openssh, nights, through):
    folders(openssh, 5)
    (openssh.folder / "opgehaald").mkdir()
    openssh.write("opgehaald/PIB_old.csv", b"picked up before")
    (openssh.folder / "f00" / "deep").mkdir()
    openssh.write("f00/deep/PIB_deep.csv", b"deep")
    openssh.write("PIB_top.csv", b"top")
    with Proxy(openssh.server.port) as proxy:
        counts, night = nights.fetch(through(proxy, subfolders=1, after_pickup="move"))
        assert (counts, night.errors) == ({"fetched": 6, "known": 0}, [])
        assert proxy.connections == 1
        assert set(nights.secured()) == {"PIB_top.csv", *(f"f{at:02}/PIB_{at:02}.csv" for at in range(5))}
        assert (openssh.folder / "f03" / "opgehaald" / "PIB_03.csv").read_bytes() == b"content 3"
        counts, night = nights.fetch(through(proxy, subfolders=True, after_pickup="move"))
    assert (counts, night.errors) == ({"fetched": 1, "known": 0}, [])
    assert "f00/deep/PIB_deep.csv" in nights.secured()


@pytest.mark.parametrize("delay", [0.025, 0.15])
def test_latency(openssh, nights, through, delay):
    """50 and 300 ms of round trip."""
    openssh.write("PIB_a.csv", bytes(2_000_000))
    with Proxy(openssh.server.port, delay=delay) as proxy:
        counts, night = nights.fetch(through(proxy))
    assert (counts, night.errors) == ({"fetched": 1, "known": 0}, [])


def test_stalls_as_of_lost_packets(openssh, nights, through):
    openssh.write("PIB_a.csv", os.urandom(8_000_000))
    with Proxy(openssh.server.port, hiccup=0.2) as proxy:
        counts, night = nights.fetch(through(proxy))
    assert (counts, night.errors) == ({"fetched": 1, "known": 0}, [])
    assert nights.secured()["PIB_a.csv"] == (openssh.folder / "PIB_a.csv").read_bytes()


@pytest.mark.parametrize("how", ["cut", "stall"])
def test_a_cut_in_the_middle_of_a_file_is_tried_again(openssh, nights, through, how):
    openssh.write("PIB_a.csv", b"small", age=7200)
    openssh.write("PIB_b.csv", os.urandom(3_000_000))
    with Proxy(openssh.server.port, 1_000_000, how, times=1) as proxy:
        counts, night = nights.fetch(through(proxy, timeout_seconds=1.5))
    assert (counts, night.errors) == ({"fetched": 2, "known": 0}, [])
    assert proxy.connections >= 2
    assert nights.secured()["PIB_b.csv"] == (openssh.folder / "PIB_b.csv").read_bytes()
    assert not list((nights.place / "vault").rglob("*.part"))


def test_a_cut_in_the_middle_of_a_listing_of_10_000(openssh, nights, through):
    for number in range(10_000):
        (openssh.folder / f"old_{number}.csv").touch()
    for number in range(3):
        openssh.write(f"PIB_{number}.csv", b"%d" % number)
    with Proxy(openssh.server.port, 400_000, times=1) as proxy:
        counts, night = nights.fetch(through(proxy))
    assert (counts, night.errors) == ({"fetched": 3, "known": 0}, [])
    assert proxy.connections == 2, "half a listing is none"


def test_what_stays_broken_is_tried_four_times_and_red(openssh, nights, through):
    with Proxy(openssh.server.port, 0) as proxy:
        counts, night = nights.fetch(through(proxy))
    assert counts == {"fetched": 0, "known": 0}
    assert [error.startswith("source pib: 127.0.0.1") for error in night.errors] == [True]
    assert 1 <= proxy.connections <= 4


@pytest.mark.parametrize(
    "says", [b"", b"\x00\xff no ssh at all\r\n" * 300, b"SSH-2.0-then-nothing\r\n", b"SSH-1.5-old\r\n"]
)
def test_garbage_or_nothing_instead_of_ssh(nights, through, says, openssh):
    with Silent(says) as silent:
        _, night = nights.fetch(through(silent, timeout_seconds=0.3))
    assert "no SSH session came about" in night.errors[0] or "a version of SSH" in night.errors[0]
    assert "no ssh at all" not in night.errors[0]


def test_a_dead_server_is_waited_for_once_and_holds_up_nobody_else(openssh, nights, through):
    openssh.write("PIB_a.csv", b"a")
    with Proxy(openssh.server.port) as proxy, Proxy(openssh.server.port, 0) as dead:
        sources = [through(dead, f"dead{at}") for at in range(20)]
        counts, night = nights.fetch(*sources, through(proxy))
    assert counts == {"fetched": 1, "known": 0}
    assert len(night.errors) == 20, "each source is red"
    assert 4 <= dead.connections <= 16, "four lanes of four attempts, not four attempts a source"


@pytest.mark.parametrize("wrong", ["key", "host key", "folder"])
def test_what_does_not_pass_is_not_tried_again(openssh, nights, through, tmp_path, wrong, monkeypatch):
    monkeypatch.setattr(connections, "FIRST", 60)
    openssh.write("PIB_a.csv", b"a")
    new_key(tmp_path / "stranger")
    changes = {"key": {"key": tmp_path / "stranger"}, "folder": {"directory": "/nowhere"}}.get(wrong, {})
    with Proxy(openssh.server.port) as proxy:
        sources = [through(proxy, f"s{at}", after_pickup="delete", **changes) for at in range(10)]
        if wrong == "host key":
            sources[0].sftp.known_hosts.write_text(openssh.host_line(proxy.port, tmp_path / "stranger"))
        counts, night = nights.fetch(*sources)
    said = {"key": "is refused with the key", "host key": "has changed", "folder": "no such file or directory"}[wrong]
    assert len(night.errors) == 10
    assert all(said in error for error in night.errors)
    assert night.errors[0].count("SHA256:") == {"key": 1, "host key": 2, "folder": 0}[wrong]
    assert counts == {"fetched": 0, "known": 0}
    assert (openssh.folder / "PIB_a.csv").exists()
    assert proxy.connections <= (10 if wrong == "folder" else 4), "a wrong key is not shown until we are locked out"


def test_nothing_at_the_other_end_changes_before_the_register_has_committed(openssh, nights, monkeypatch):
    openssh.write("PIB_a.csv", b"a")
    source = openssh.source(after_pickup="delete")

    def refuse(*_):
        raise RegisterError("the register refused a step")

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "_write", refuse)
        _, night = nights.fetch(source)
    assert night.errors == ["source pib: the register refused a step"]
    assert (openssh.folder / "PIB_a.csv").exists()
    _counts, night = nights.fetch(source)
    assert not (openssh.folder / "PIB_a.csv").exists()
    assert nights.secured() == {"PIB_a.csv": b"a"}, "the original of the first night was adopted"
    assert night.errors == []


@pytest.mark.parametrize("how", ["move", "delete"])
def test_a_file_that_can_not_be_moved_or_deleted_is_a_warning(tmp_path, nights, how):
    root = Path(tempfile.mkdtemp(prefix="hervat-rights-"))
    root.chmod(0o755)
    for name in ("PIB_a.csv", "PIB_b.csv"):
        (root / name).write_bytes(name.encode())
        os.utime(root / name, (1_600_000_000,) * 2)
    if os.getuid() != 0:
        root.chmod(0o555)
    with Sshd(root, "nobody" if os.getuid() == 0 else None) as server:
        pickup = {
            "host": server.host, "port": server.port, "user": server.user, "key": server.user_key,
            "known_hosts": server.known_hosts, "directory": str(root), "timeout_seconds": 5,
        }  # fmt: skip
        source = Source(name="pib", sftp=pickup, after_pickup=how)
        for expected in ({"fetched": 2, "known": 0}, {"fetched": 0, "known": 2}):
            counts, night = nights.fetch(source)
            assert (counts, night.errors) == (expected, [])
            (warning,) = night.attention
            assert "source pib: 2 file(s) were secured but could not be removed or moved" in warning
            assert "permission denied" in warning
    root.chmod(0o700)
    shutil.rmtree(root)


def test_shadow_changes_nothing_at_the_other_end(openssh, nights):
    openssh.write("PIB_a.csv", b"a")
    assert nights.fetch(openssh.source(after_pickup="delete"), shadow=True)[0] == {"fetched": 1, "known": 0}
    assert (openssh.folder / "PIB_a.csv").exists()


def test_one_file_that_can_not_be_read_keeps_no_other_from_being_taken(tmp_path, nights):
    root = Path(tempfile.mkdtemp(prefix="hervat-rights-"))
    root.chmod(0o755)
    for at, name in enumerate(("PIB_a.csv", "PIB_b.csv", "PIB_c.csv")):
        (root / name).write_bytes(name.encode())
        os.utime(root / name, (1_600_000_000 + at,) * 2)
    (root / "PIB_b.csv").chmod(0)
    with Sshd(root, "nobody" if os.getuid() == 0 else None) as server:
        pickup = {
            "host": server.host, "port": server.port, "user": server.user, "key": server.user_key,
            "known_hosts": server.known_hosts, "directory": str(root), "timeout_seconds": 5,
        }  # fmt: skip
        counts, night = nights.fetch(Source(name="pib", sftp=pickup))
    assert counts == {"fetched": 2, "known": 0}
    assert [error.endswith("permission denied; ask the server's keeper for the right") for error in night.errors] == [
        True
    ]
    shutil.rmtree(root)


@pytest.mark.parametrize("change", ["shrinks", "is replaced", "vanishes"])
def test_a_file_that_changes_after_it_was_listed(openssh, nights, change, monkeypatch):
    openssh.write("PIB_a.csv", b"as it was listed", age=7200)
    openssh.write("PIB_b.csv", b"b")
    real, listings = client_module.tree, []

    def change_once(*given):
        found = real(*given)
        if not listings:
            path = openssh.folder / "PIB_a.csv"
            path.unlink()
            if change != "vanishes":
                openssh.write("PIB_a.csv", {"shrinks": b"as it", "is replaced": b"as it wasn't yet"}[change], age=3600)
        listings.append(found)
        return found

    monkeypatch.setattr(client_module, "tree", change_once)
    _counts, night = nights.fetch(openssh.source(after_pickup="delete"))
    assert night.errors == []
    assert len(listings) == 2, "looked at again"
    expected = {"shrinks": b"as it", "is replaced": b"as it wasn't yet"}.get(change)
    assert nights.secured() == {"PIB_b.csv": b"b", **({"PIB_a.csv": expected} if expected else {})}
    assert list(openssh.folder.iterdir()) == []


def test_a_full_disk_is_seen_before_the_first_byte(openssh, nights, monkeypatch):
    openssh.write("PIB_a.csv", bytes(1000))
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda _: usage(0, 0, disk_space.MARGIN + 1000))
    _, night = nights.fetch(openssh.source(after_pickup="delete"))
    needed = disk_space.MARGIN + disk_space.taken_by(1000)
    assert f"has {disk_space.MARGIN + 1000} bytes free and {needed} are needed" in night.errors[0]
    assert (openssh.folder / "PIB_a.csv").exists()
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda _: usage(0, 0, needed))
    assert nights.fetch(openssh.source())[0] == {"fetched": 1, "known": 0}
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda _: usage(0, 0, 0))
    counts, night = nights.fetch(openssh.source())
    assert (counts, night.errors) == ({"fetched": 0, "known": 1}, []), "what is known takes no room"


def test_a_disk_that_fills_up_meanwhile(openssh, nights):
    """A limit on the size of files stands in for a full disk: the write fails half-way, whoever runs the tests."""
    openssh.write("PIB_small.csv", b"small", age=7200)
    openssh.write("PIB_large.csv", bytes(3_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, before[1]))
    try:
        counts, night = nights.fetch(openssh.source(after_pickup="delete"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert counts == {"fetched": 1, "known": 0}
    assert "the vault can't be written" in night.errors[0]
    assert [path.name for path in openssh.folder.iterdir()] == ["PIB_large.csv"]
    assert nights.vault.verify() == []
    assert nights.fetch(openssh.source(after_pickup="delete"))[0] == {"fetched": 1, "known": 0}


def test_no_rights_in_the_vault():
    place = Path(tempfile.mkdtemp(prefix="hervat-rights-"))
    (place / "pib").mkdir()
    (place / "pib" / "a.csv").write_bytes(b"a")
    (place / "vault").mkdir(mode=0o555)
    nights = Nights(place)
    source = Source(
        name="map", folder=FolderPickup(directory=place / "pib"), stable_after_seconds=0, after_pickup="delete"
    )
    if os.getuid() == 0:
        nobody = 65534
        for path in (place, *place.rglob("*")):
            if path.name != "vault":
                os.chown(path, nobody, nobody)
        os.seteuid(nobody)  # for root the rights of files do not count
    try:
        counts, night = nights.fetch(source)
    finally:
        os.seteuid(os.getuid())
    assert counts == {"fetched": 0, "known": 0}
    assert "the vault can't be written" in night.errors[0]
    assert (place / "pib" / "a.csv").exists()
    (place / "vault").chmod(0o755)
    shutil.rmtree(place)


def test_two_fetches_at_once(openssh, nights, monkeypatch):
    """Without the lock of a run: no file is lost, none is twice in the register, and neither fetch fails."""
    for number in range(20):
        openssh.write(f"PIB_{number}.csv", b"content %d" % number)
    both, real = threading.Barrier(2), Ledger.adopt
    monkeypatch.setattr(Ledger, "adopt", lambda ledger, vault: (real(ledger, vault), both.wait(10)))
    results = []
    threads = [threading.Thread(target=lambda: results.append(nights.fetch(openssh.source()))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [night.errors for _, night in results] == [[], []]
    assert nights.secured() == {f"PIB_{number}.csv": b"content %d" % number for number in range(20)}
    assert sum(counts["fetched"] for counts, _ in results) == 20
    assert nights.offers() == 20
    assert nights.vault.verify() == []


def test_private_and_never_plain(openssh, nights):
    openssh.write("PIB_a.csv", b"dit staat nergens leesbaar op schijf " * 1000)
    nights.fetch(openssh.source())
    for path in (nights.place / "vault").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        assert path.is_dir() or b"nergens leesbaar" not in path.read_bytes()
