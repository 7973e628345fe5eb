"""From a server into the vault: what is stable, whole, once, and never plain on our disk."""

import os
import time

import pytest

from hervat.errors import HervatError
from hervat.keyring import Keyring
from hervat.pickup import Offered, open_pickup
from hervat.sftp import SftpError
from hervat.vault import Vault
from tests.support.proxy import Proxy

KNOWN = b"dit staat nergens leesbaar op schijf; "


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "vault", Keyring(bytes(32), "0000"))


def take(source, vault):
    """Take all that a source offers; return the contents that came out of the vault."""
    found = {}
    with open_pickup(source) as pickup:
        for offered in pickup.offered():
            with vault.writer() as incoming:
                for chunk in pickup.chunks(offered):
                    incoming.write(chunk)
                thing = incoming.commit("download", {"name": offered.name})
            pickup.settle(offered, source.after_pickup)
            found[offered.name] = vault.open(thing.id).read()
    return found


def test_streamed_whole_and_never_plain_on_disk(served, vault, tmp_path):
    content = KNOWN * 100_000
    served.write("PIB_a.csv", content)
    assert take(served.source(), vault) == {"PIB_a.csv": content}
    assert vault.verify() == []
    for path in (tmp_path / "vault").rglob("*"):
        assert path.is_dir() or KNOWN not in path.read_bytes()


def test_a_growing_file_waits(served, vault):
    served.write("PIB_old.csv", b"old", age=61)
    served.write("PIB_new.csv", b"new", age=30)
    served.write("PIB_future.csv", b"future", age=-300)
    with open_pickup(served.source()) as pickup:
        assert [file.name for file in pickup.offered()] == ["PIB_old.csv"]
        assert pickup.growing == 2
        assert [file.name for file in pickup.offered(now=time.time() + 31)] == ["PIB_old.csv", "PIB_new.csv"]
        assert pickup.growing == 1


@pytest.mark.parametrize("how", ["keep", "move", "delete"])
def test_after_pickup(served, vault, how):
    served.write("PIB_a.csv", b"a")
    assert take(served.source(after_pickup=how), vault) == {"PIB_a.csv": b"a"}
    left = {"keep": ["PIB_a.csv"], "move": ["opgehaald"], "delete": []}[how]
    assert [path.name for path in served.folder.iterdir()] == left
    assert how != "move" or (served.folder / "opgehaald" / "PIB_a.csv").read_bytes() == b"a"


def test_settling_twice_is_harmless_and_spares_a_replaced_file(served):
    served.write("PIB_a.csv", b"a")
    with open_pickup(served.source()) as pickup:
        (offered,) = pickup.offered()
        served.write("PIB_a.csv", b"other", age=100)
        for how in ("delete", "move", "keep"):
            pickup.settle(offered, how)
        assert (served.folder / "PIB_a.csv").read_bytes() == b"other"
        (offered,) = pickup.offered()
        for how in ("delete", "delete", "move"):
            pickup.settle(offered, how)
    assert list(served.folder.iterdir()) == []


def test_a_transfer_that_is_cut_leaves_nothing_in_the_vault(served, vault, tmp_path):
    served.write("PIB_a.csv", os.urandom(3_000_000))
    with Proxy(served.server.port, 1_000_000) as proxy:
        known = tmp_path / "known_hosts"
        known.write_text(served.host_line(proxy.port, served.server.host_key))
        pickup = served.pickup(port=proxy.port, known_hosts=known, timeout_seconds=2)
        with pytest.raises(SftpError) as raised:
            take(served.source().model_copy(update={"sftp": pickup}), vault)
    assert raised.value.passing
    assert vault.objects() == []
    assert [path for path in (tmp_path / "vault").rglob("*") if path.is_file()] == []


def test_a_changed_host_key_fetches_nothing(served, vault, tmp_path):
    from hervat.demo.embedded import new_key

    served.write("PIB_a.csv", b"a")
    new_key(tmp_path / "other")
    known = tmp_path / "known_hosts"
    known.write_text(served.host_line(served.server.port, tmp_path / "other"))
    source = served.source(after_pickup="delete").model_copy(update={"sftp": served.pickup(known_hosts=known)})
    with pytest.raises(SftpError, match="has changed"):
        take(source, vault)
    assert vault.objects() == []
    assert (served.folder / "PIB_a.csv").exists()


def test_a_vanished_file_is_an_error_worth_a_retry(served):
    served.write("PIB_a.csv", b"a")
    with open_pickup(served.source()) as pickup, pytest.raises(HervatError) as raised:
        list(pickup.chunks(Offered("PIB_gone.csv", 1, 1.0)))
    assert raised.value.passing
