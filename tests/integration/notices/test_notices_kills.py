"""Killed (SIGKILL) at any moment while telling parties by SFTP, folder and mail; servers that die at the worst one.

No notice is lost. By SFTP and folder a party ends with one; by mail a repeated one is the same, Message-ID and all.
"""

import functools
import os
import random
import signal
import smtplib
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import paramiko
import pytest
from sqlalchemy.orm import Session

from hervat import journal
from hervat.demo.embedded import EmbeddedServer
from hervat.notices import capture, channels, notify, outbox
from hervat.notices import send as sending
from hervat.sftp import SftpClient
from tests.support.crippled_smtp import CrippledServer
from tests.support.notice_world import NoticeWorld, made_up_bsn
from tests.support.sshd import Sshd

DAY = date(2022, 3, 1)
KILLS = 6
NAMES = ("taalschool", "welzijn", "tolk")


def sftp(server, directory):
    named = {name: str(getattr(server, name)) for name in ("host", "user", "known_hosts")}
    return {
        **named,
        "port": server.port,
        "key": str(server.user_key),
        "directory": str(directory),
        "timeout_seconds": 5,
    }


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    root = tmp_path_factory.mktemp("sshd")
    with Sshd(root) as ssh, CrippledServer() as smtp:
        yield ssh, smtp, root


def town(place, servers):
    ssh, smtp, root = servers
    own = root / place.name
    own.mkdir()
    mail = {
        "host": smtp.host,
        "port": smtp.port,
        "security": "none",
        "sender": "a@gemeente.test",
        "to": f"{place.name}@party.test",
    }
    place.mkdir(exist_ok=True)
    parties = [
        {
            "name": "taalschool",
            "identifier": "bsn",
            "certificate": "taalschool.pem",
            "channel": {"sftp": sftp(ssh, own)},
        },
        {"name": "welzijn", "channel": {"folder": "out/welzijn"}},
        {"name": "tolk", "identifier": "bsn", "certificate": "taalschool.pem", "channel": {"mail": mail}},
    ]
    world = NoticeWorld(place, {"parties": parties})
    for number in (1, 2):
        bsn = made_up_bsn(number)
        (world.corrected if number == 1 else world.wrong)(bsn)
        for name in NAMES:
            world.disclose(bsn, name, f"K{number}")
    capture(world.night(DAY))
    return world, own


POINTS = [
    (Session, "commit"), (outbox, "enqueue"), (journal, "record"), (sending, "_deliver"), (channels, "_write"),
    (Path, "replace"), (SftpClient, "put"), (paramiko.SFTPClient, "posix_rename"), (smtplib.SMTP, "rcpt"),
    (smtplib.SMTP, "putcmd"), (smtplib.SMTP, "getreply"), (smtplib.SMTP, "send"),
]  # fmt: skip


def killed_at(world, step):
    """Play notify in a process of its own that kills itself before or after its nth call of these; tell whether it did."""
    pid = os.fork()
    if pid == 0:  # nothing of the test's own process may run here again
        try:
            passed = _counting(step)
            world.register.engine.dispose(close=False)
            notify(world.night(DAY))
            (world.folder / "moments").write_text(str(len(passed)))
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def _counting(step):
    passed = []

    def moment():
        passed.append(1)
        if len(passed) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(real):
        @functools.wraps(real)
        def call(*given, **more):
            moment()
            answer = real(*given, **more)
            moment()
            return answer

        return call

    for owner, name in POINTS:
        setattr(owner, name, watched(getattr(owner, name)))
    return passed


def mails(smtp, name):
    return [mail for mail in smtp.mails if f"To: {name}@party.test".encode() in mail]


def is_right(world, own, smtp):
    """Every notice was composed once and told; what parties hold is what the register keeps."""
    notices = world.notices()
    assert Counter((one.party, one.kind) for one in notices) == Counter(
        (name, kind) for name in NAMES for kind in ("hold", "correction")
    )
    assert {one.status for one in notices} == {"sent"}
    kept = {one.file_name: world.keyring.open(one.payload, "notice") for one in notices}
    places = {"taalschool": own, "welzijn": world.folder / "out" / "welzijn"}
    for name, place in places.items():
        found = {path.name: path.read_bytes() for path in place.iterdir() if path.suffix in (".json", ".p7m")}
        assert found == {one.file_name: kept[one.file_name] for one in notices if one.party == name}
        assert not [path for path in place.iterdir() if "part" in path.name]
    arrived = mails(smtp, world.folder.name)
    assert set(arrived) == {data for name, data in kept.items() if name.endswith(".eml")}
    return len(arrived)


@pytest.fixture(scope="module")
def moments(tmp_path_factory, servers):
    """How many moments there are at which a run may be killed."""
    world, own = town(tmp_path_factory.mktemp("whole-"), servers)
    assert not killed_at(world, 0)
    assert is_right(world, own, servers[1]) == 2
    return int((world.folder / "moments").read_text())


@pytest.mark.parametrize("which", range(KILLS))
def test_killed_at_any_moment_no_notice_is_lost_or_doubled(tmp_path_factory, servers, moments, which):
    assert moments > 100
    world, own = town(tmp_path_factory.mktemp(f"k{which}-"), servers)
    assert killed_at(
        world, random.Random(which).randrange(which * moments // KILLS, (which + 1) * moments // KILLS) + 1
    )
    killed_at(world, random.Random(which).randrange(moments) + 1)  # and perhaps once more
    notify(night := world.night(DAY))
    assert night.errors == []
    is_right(world, own, servers[1])


@pytest.mark.parametrize("party", ["taalschool", "welzijn", "tolk"])
def test_killed_between_the_party_having_it_and_the_register_knowing(tmp_path_factory, servers, monkeypatch, party):
    world, own = town(tmp_path_factory.mktemp(f"{party}-"), servers)

    class Killed(BaseException):
        pass

    def deliver(courier, *rest):
        real(courier, *rest)
        if courier.name == party and rest[0].endswith((".json", ".p7m", ".eml")):
            raise Killed

    real = sending._deliver
    monkeypatch.setattr(sending, "_deliver", deliver)
    with pytest.raises(Killed):
        notify(world.night(DAY))
    monkeypatch.undo()
    notify(world.night(DAY))
    assert is_right(world, own, servers[1]) == (3 if party == "tolk" else 2)  # by mail one came twice, the same


DIES = """
import os, sys
from hervat.demo import sftp_server
real, seen = sftp_server.Files.rename, []
def dies(name):
    def rename(self, *paths):
        getattr_real[name](self, *paths)
        seen.append(1)
        os._exit(1)
    return rename
getattr_real = {name: getattr(sftp_server.Files, name) for name in ("rename", "posix_rename") if hasattr(sftp_server.Files, name)}
for name in getattr_real:
    setattr(sftp_server.Files, name, dies(name))
sftp_server.main()
"""


def test_an_sftp_server_that_dies_after_the_rename(tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
    root = tmp_path / "server"
    (root / "taalschool").mkdir(parents=True)
    script = tmp_path / "dies.py"
    script.write_text(DIES)
    server = EmbeddedServer(root, tmp_path / "keys")
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda command, **more: start([command[0], str(script), *command[3:]], **more)
    )
    with server:
        monkeypatch.undo()
        monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
        party = {"name": "taalschool", "identifier": "bsn", "certificate": "taalschool.pem"}
        world = NoticeWorld(
            tmp_path / "g", {"parties": [{**party, "channel": {"sftp": sftp(server, "/taalschool"), "letters": False}}]}
        )
        world.corrected(made_up_bsn(1))
        world.disclose(made_up_bsn(1), "taalschool")
        capture(night := world.night(DAY))
        notify(night)
        assert night.errors and [one.status for one in world.notices()] == ["due"]
        assert len(list((root / "taalschool").iterdir())) == 1  # the party has it
    port = server.port
    with EmbeddedServer(root, tmp_path / "keys", port):
        notify(night := world.night(DAY))
    assert night.errors == [] and [(one.status, one.attempts) for one in world.notices()] == [("sent", 2)]
    (file,) = Path(root / "taalschool").iterdir()
    assert file.read_bytes() == world.keyring.open(world.notices()[0].payload, "notice")
