"""Listings that a server should not give: names that lead elsewhere, that can't be written down, and without end."""

import os

import pytest

from hervat.pickup import open_pickup
from hervat.settings import SftpPickup
from hervat.sftp import SftpClient, SftpError, listing
from tests.support.crippled import Crippled, Endless, entry

STRANGE = ["..", "../PIB_up.csv", "/etc/PIB_passwd.csv", "a/PIB_b.csv", "a\\PIB_b.csv", "PIB_a\nb.csv", "PIB_\u202egpj.csv",
           "PIB_\u200f.csv", "PIB_\x00.csv", "PIB_\x1b[2J.csv", "\u2028PIB_.csv"]  # fmt: skip


def client(server, **changes):
    return SftpClient(
        SftpPickup(
            host=server.host,
            port=server.port,
            user=server.user,
            key=server.user_key,
            known_hosts=server.known_hosts,
            timeout_seconds=5,
            **changes,
        )
    )


def test_hostile_names_are_left_out_and_counted(tmp_path):
    entries = [entry(name) for name in [*STRANGE, "PIB_good.csv"]]
    with Crippled(tmp_path, listing=lambda: entries) as server, client(server) as one:
        assert [file.name for file in one.listing("/pib", "*.csv")] == ["PIB_good.csv"]
        assert one.strange == len(STRANGE) - 1, "`..` is where the listing came from"


def test_no_folder_of_a_hostile_name_is_entered(tmp_path):
    folder = 0o040755
    entries = [entry(name, folder) for name in ("..", "../up", "/etc", ".hidden", "opgehaald", "a\nb")]
    asked = []

    def answer():
        asked.append(1)
        return entries

    with Crippled(tmp_path, listing=answer) as server, client(server) as one:
        assert one.listing("/pib", "*", depth=16) == []
    assert len(asked) == 1


def test_folders_in_folders_without_end_are_left_at_the_depth(tmp_path):
    entries = [entry("again", 0o040755), entry("PIB_a.csv")]
    with Crippled(tmp_path, listing=lambda: entries) as server, client(server) as one:
        assert [file.name for file in one.listing("/pib", "*", depth=2)] == [
            "PIB_a.csv",
            "again/PIB_a.csv",
            "again/again/PIB_a.csv",
        ]


def test_a_listing_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(listing, "_MAX_ENTRIES", 200)
    endless = Endless([entry("PIB_a.csv")] * 16)
    with Crippled(tmp_path, listing=lambda: endless) as server, client(server) as one:
        with pytest.raises(SftpError, match="there is no end to it") as raised:
            one.listing("/pib", "*")
        assert not raised.value.passing


def test_bytes_that_are_no_utf8_and_more_over_openssh(started):
    served = started("openssh")
    for path in served.folder.iterdir():
        path.unlink()
    names = [b"PIB_\xff\xfe.csv", b"PIB_a\nb.csv", "PIB_\u202e.csv".encode(), b"PIB_\x1b.csv", "PIB_é.csv".encode()]
    for name in names:
        path = served.folder / os.fsdecode(name)
        path.write_bytes(b"x")
        os.utime(path, (1, 1))
    with open_pickup(served.source()) as pickup:
        assert [file.name for file in pickup.offered()] == ["PIB_é.csv"]
        assert pickup.strange == 4


def test_ten_thousand_files(started):
    served = started("openssh")
    for path in served.folder.iterdir():
        path.unlink()
    for number in range(10_000):
        (served.folder / f"PIB_{number:05}.csv").touch()
    with SftpClient(served.pickup()) as one:
        assert [file.name for file in one.listing(served.remote)] == [f"PIB_{n:05}.csv" for n in range(10_000)]
