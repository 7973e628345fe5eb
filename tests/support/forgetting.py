"""A search for everything of one made-up person after `hervat person forget`, and a forgetting that is killed.

    python -m tests.support.forgetting DIRECTORY

kills the second person's call at its first step, its second, and so on, each time in a fresh copy of the gemeente, and
calls it again. Prints a list with what was there then. Its own process forks and never uses polars, whose threads a
forked child would wait for.
"""

import json
import os
import shutil
import signal
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import SessionTransaction

from hervat.keyring import Keyring, SealError
from hervat.masters import load_masters
from hervat.night import Night
from hervat.register.models import Forgetting
from hervat.tasks.installation import Installation
from hervat.tasks.verify import verified
from hervat.upkeep import forget_person
from hervat.vault import Vault
from tests.support.leaks import leaks
from tests.support.planted import MODELS
from tests.support.town import made_up_bsn

WRONG, V, NAME, BORN = made_up_bsn(171), "1234567890", "Achternaam-Verzonnen", "1980-03-02"
VALUES = (WRONG, V, NAME, BORN)
A, B = ("--by", "A. Eerste", "--reason", "verzoek 12"), ("--by", "B. Tweede", "--reason", "akkoord")
CONTEXTS = ("identifier", "details", "disclosure", "notice", "kept", "acceptance", "receipt", "delivered", "answer")

EVERY = 1 if os.environ.get("HERVAT_TEST_MORE") else 2
"""Of the steps at which a call is killed: every one on a long look."""


def night_of(directory: Path) -> Night:
    installation = Installation(directory)
    return installation.night(installation.municipalities()[0], older_too=True)


def vault_of(directory: Path) -> Vault:
    var = directory / "var"
    return Vault(var / "vault", Keyring(load_masters(var / "keys.json", None).current, "0000"))


def opened(keyring: Keyring, value: bytes) -> bytes:
    for context in CONTEXTS:
        try:
            return keyring.open(value, context)
        except SealError:
            continue
    return value


def finds(directory: Path, *values: str, files: str = "var") -> set[str]:
    """Where something of these values is found: in every table, opened; in every object of the vault; in every file."""
    night = night_of(directory)
    found: list[tuple[str, str]] = []
    marks = [*values, *(night.keyring.pseudonym(kind, value) for value in values for kind in ("bsn", "v"))]
    with night.register.session() as session:
        for name, model in MODELS.items():
            for line in session.execute(select(model.__table__)).mappings():
                for column, value in line.items():
                    plain = opened(night.keyring, value) if isinstance(value, bytes) else str(value).encode()
                    packed = plain.hex().encode() if name == "delivery_block" else b""
                    found += leaks(plain + b" " + packed, f"{name}.{column}", marks)
    vault = vault_of(directory)
    for thing in vault.objects():
        with vault.open(thing.id) as stream:
            found += leaks(stream.read(), f"{thing.kind} in the vault", marks)
    for path in (directory / files).rglob("*"):
        if path.is_file():
            content = b"".join(unzipped(path)) if zipfile.is_zipfile(path) else path.read_bytes()
            looked_for = list(values) if path.name.startswith("register.db") else marks
            found += leaks(content + path.name.encode(), str(path.relative_to(directory)), looked_for)
    night.register.close()
    return {where for where, _ in found}


def unzipped(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as packed:
        return [packed.read(name) for name in packed.namelist()]


def rows_of(directory: Path) -> dict[tuple[str, str], str]:
    """Every row of every table of the register, by table and primary key."""
    with night_of(directory).register.session() as session:
        return {
            (name, repr([line[column.name] for column in model.__table__.primary_key])): repr(dict(line))
            for name, model in MODELS.items()
            for line in session.execute(select(model.__table__)).mappings()
        }


def steps(directory: Path) -> list[dict[str, Any]]:
    """Kill one call after another, until one comes to its end; return what the next call made of each.

    Once a killed call has left a decision, the rest is tried from there: what comes before it is not done again.
    """
    fresh, made, at, decided = directory.with_name("again"), [], 1, False
    shutil.copytree(directory, fresh)
    while _forked(partial(_killed, directory, at)) == "":
        if not decided and (decided := _forked(partial(_is_decided, directory)) == "yes"):
            shutil.rmtree(fresh)
            shutil.copytree(directory, fresh)
            at = 0
        made.append(json.loads(_forked(lambda: json.dumps(_after(directory)))))
        shutil.rmtree(directory)
        shutil.copytree(fresh, directory)
        at += EVERY
    shutil.rmtree(fresh)
    return made


def _is_decided(directory: Path) -> str:
    with night_of(directory).register.session() as session:
        row = session.scalars(select(Forgetting)).first()
    return "yes" if row and row.decided_on else "no"


def _forked(work: Callable[[], str]) -> str:
    """Return what a child says; "" if it was killed. Raises RuntimeError if it failed."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        try:
            signal.alarm(60)  # a child that hangs is an error, not a wait
            os.write(writing, work().encode())
            os._exit(0)
        except BaseException as error:
            sys.stderr.write(repr(error))
        finally:
            os._exit(3)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a child ended with {code}")
    return said


def _killed(directory: Path, at: int) -> str:
    """Forget as the second person, and die before the step of this number; return "done" if there are fewer steps."""
    night, seen = night_of(directory), 0

    def before(owner: Any, name: str) -> None:
        work = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)

        setattr(owner, name, wrapped)

    for owner, name in ((Path, "replace"), (Path, "unlink"), (SessionTransaction, "commit")):
        before(owner, name)
    forget_person(night, 1, None, "B. Tweede", "akkoord")
    return "done"


def _after(directory: Path) -> dict[str, Any]:
    """Call it again, and tell what is there."""
    night = night_of(directory)
    outcome = forget_person(night, 1, None, "B. Tweede", "akkoord")
    vault = vault_of(directory)
    return {
        "state": outcome.state if outcome else "nobody",
        "found": sorted(finds(directory, *VALUES, files="var/output")),
        "verify": verified(night, lambda _done, _of: None),
        "marks": len(vault.forgotten.lines()),
        "tombstones": len(vault.tombstones()),
    }


if __name__ == "__main__":
    print(json.dumps(steps(Path(sys.argv[1]))))
