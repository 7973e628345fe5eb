"""A writer that is killed, at any moment, leaves a whole object or garbage that the next sweep takes away."""

import json
import signal
import subprocess
import sys

import pytest

from hervat.keyring import Keyring
from hervat.vault import Vault

KEYS = Keyring(bytes(32), "0000")

WRITER = """
import os, signal, sys
from pathlib import Path
from hervat.keyring import Keyring
from hervat.vault import Vault

calls = 0
def killer(at):
    def stop(name):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
    return stop

def before(owner, name, stop):
    work = getattr(owner, name)
    def wrapped(*args, **kwargs):
        stop(name)
        return work(*args, **kwargs)
    setattr(owner, name, wrapped)

vault = Vault(Path(sys.argv[1]), Keyring(bytes(32), "0000"))
with vault.writer() as incoming:
    incoming.write(b"first" * 100000)
    incoming.commit("download", {"name": "first"})
stop = killer(int(sys.argv[2]))
for owner, names in ((os, ("open", "fsync", "unlink")), (Path, ("replace", "unlink"))):
    for name in names:
        before(owner, name, stop)
with vault.writer() as incoming:
    for _ in range(10):
        incoming.write(b"second" * 20000)
    incoming.commit("download", {"name": "second"})
print(calls)
"""


def run(folder, at):
    return subprocess.run(
        [sys.executable, "-c", WRITER, str(folder), str(at)], capture_output=True, text=True, check=False
    )


def test_killed_at_every_step_of_the_disk(tmp_path):
    steps = int(run(tmp_path / "whole", 0).stdout)
    assert steps > 10
    seen = set()
    for at in range(1, steps + 1):
        folder = tmp_path / str(at)
        assert run(folder, at).returncode == -signal.SIGKILL
        vault = Vault(folder, KEYS)
        names = [thing.meta["name"] for thing in vault.objects()]
        for thing in vault.objects():
            content = {"first": b"first" * 100000, "second": b"second" * 200000}[thing.meta["name"]]
            assert vault.open(thing.id).read() == content, "what is visible is whole, before any sweep"
        assert vault.verify() == []
        vault.sweep()
        assert vault.sweep() == 0
        assert vault.verify() == []
        assert [thing.meta["name"] for thing in vault.objects()] == names
        assert sorted(path.name for path in (folder / "0000" / "objects").iterdir()) == sorted(
            path.name for path in (folder / "0000" / "keys").iterdir()
        )
        with vault.writer() as incoming:
            incoming.write(b"third")
            incoming.commit("download", {"name": "third"})
        assert vault.verify() == []
        seen.add(tuple(names))
    assert seen == {("first",), ("first", "second")}


def test_killed_while_streaming(tmp_path):
    code = (
        "import sys; from pathlib import Path; from hervat.keyring import Keyring; from hervat.vault import Vault\n"
        f"with Vault(Path({str(tmp_path)!r}), Keyring(bytes(32), '0000')).writer() as incoming:\n"
        "    for n in range(10 ** 9):\n"
        "        incoming.write(b'een bekende tekst; ' * 50000)\n"
        "        print(n, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        for _ in range(3):
            child.stdout.readline()
        vault = Vault(tmp_path, KEYS)
        assert vault.sweep() == 0, "what is being written now is left alone"
        child.kill()
    (part,) = (tmp_path / "0000" / "objects").iterdir()
    assert part.suffix == ".part"
    assert b"bekende" not in part.read_bytes()
    assert vault.objects() == []
    assert vault.verify() == []
    assert vault.sweep() == 1
    assert list((tmp_path / "0000" / "objects").iterdir()) == []


@pytest.mark.parametrize("cut", [1, 50, -1])
def test_half_a_line_was_never_committed(tmp_path, cut):
    vault = Vault(tmp_path, KEYS)
    for name in ("first", "second"):
        with vault.writer() as incoming:
            incoming.write(name.encode())
            incoming.commit("download", {"name": name})
    folder = tmp_path / "0000"
    first, second = (folder / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "manifest.jsonl").write_bytes(first + second[:cut])
    (folder / "head").write_text(f"1 {KEYS.pseudonym('head', '1')}\n")
    thing = json.loads(second)["id"]
    (folder / "objects" / thing).rename(folder / "objects" / f"{thing}.part")
    assert [thing.meta["name"] for thing in vault.objects()] == ["first"]
    with vault.writer() as incoming:
        incoming.commit("download", {"name": "third"})
    assert vault.sweep() == 2, "the part and its key"
    assert [thing.meta["name"] for thing in vault.objects()] == ["first", "third"]
    assert vault.verify() == []


def test_many_lines_and_a_long_one(tmp_path):
    vault = Vault(tmp_path, KEYS)
    for number in range(150):
        with vault.writer() as incoming:
            incoming.commit("download", {"name": "x" * (70_000 if number == 75 else 400)})
    assert len(vault.objects()) == 150
    assert vault.verify() == []


def test_two_writers_at_once(tmp_path):
    code = (
        "from pathlib import Path; from hervat.keyring import Keyring; from hervat.vault import Vault\n"
        f"vault = Vault(Path({str(tmp_path)!r}), Keyring(bytes(32), '0000'))\n"
        "for n in range(30):\n"
        "    with vault.writer() as incoming:\n"
        "        incoming.write(b'x'); incoming.commit('download', {})\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [child.wait() for child in children] == [0, 0]
    assert len(Vault(tmp_path, KEYS).objects()) == 60
    assert Vault(tmp_path, KEYS).verify() == []


def test_verify_while_a_run_writes(tmp_path):
    code = (
        "from pathlib import Path; from hervat.keyring import Keyring; from hervat.vault import Vault\n"
        f"vault = Vault(Path({str(tmp_path)!r}), Keyring(bytes(32), '0000'))\n"
        "for n in range(200):\n"
        "    with vault.writer() as incoming:\n"
        "        incoming.write(b'x'); incoming.commit('download', {})\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code])
    while child.poll() is None:
        assert Vault(tmp_path, KEYS).verify() == []
    assert child.returncode == 0
    assert len(Vault(tmp_path, KEYS).objects()) == 200
