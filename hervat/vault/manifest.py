"""The manifest: one line for each object, each bound to the one before by a keyed hash; `head` says where it ends.

The hash is keyed, so that who can write the file can't make a chain that fits; `head` shows that lines were cut off.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from hervat.keyring import Keyring
from hervat.vault.files import VaultError, disk_errors, private_folder, write_whole

Meta = dict[str, str | int | None]
START = "0" * 64
_ID = re.compile(r"(end-)?[0-9a-f]{32}")
_TAIL = 64 * 1024


@dataclass(frozen=True)
class VaultObject:
    """One line. digest: keyed, of the content; sha256: of the file on disk; size: of the content, in bytes; at: UTC."""

    id: str
    digest: str
    size: int
    kind: str
    sha256: str
    at: str
    meta: Meta = field(default_factory=dict)


@dataclass(frozen=True)
class ManifestLine:
    """An object with its place in the chain."""

    seq: int
    prev: str
    hash: str
    thing: VaultObject


class Manifest:
    """The manifest of one municipality's vault."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder, self._path, self._head, self._keyring = (
            folder,
            folder / "manifest.jsonl",
            folder / "head",
            keyring,
        )

    def lines(self) -> list[ManifestLine]:
        """Return all lines. Raises VaultError when one is damaged; the chain is looked at by `problems`."""
        if not self._path.is_file():
            return []
        with disk_errors("the vault's manifest can't be read"):
            return list(_parsed(self._path.read_bytes()))

    def append(self, thing: VaultObject) -> None:
        """Write one line, on disk when this returns. Raises VaultError when lines at the end are gone."""
        with self._locked() as file:
            last = _last_line(file)
            seq, prev = (last.seq + 1, last.hash) if last else (1, START)
            if self._head_seq() not in (seq - 1, seq - 2):
                # writing on would move the head, and nobody would ever see that lines were taken away
                raise VaultError(
                    f"the manifest ends at line {seq - 1} and its head says otherwise; put back a copy of it"
                )
            file.write(json.dumps(self._line(seq, prev, thing)).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._write_head(seq)

    def repair(self) -> None:
        """Cut off the half line, and move on the head that is one behind, which a killed append may leave."""
        if not self._path.is_file():
            return
        with self._locked() as file:
            last = _last_line(file)
            if last and self._head_seq() == last.seq - 1:
                self._write_head(last.seq)

    def checked(self) -> tuple[list[ManifestLine], list[str]]:
        """Return all lines and the problems of the chain, of one moment: a run may be writing.

        Raises VaultError when a line is damaged.
        """
        lines, head = self._state()
        problems, prev = [], START
        for seq, line in enumerate(lines, start=1):
            if (line.seq, line.prev, line.hash) != (seq, prev, self._hash(seq, prev, line.thing)):
                problems.append(
                    f"manifest line {seq} was changed, moved, or lines before it are gone (object {line.thing.id})"
                )
            prev = line.hash
        # a run that was killed between a line and the head leaves the head one behind
        if head not in (len(lines), len(lines) - 1):
            problems.append(
                f"the manifest holds {len(lines)} line(s) and its head says {head}: lines or the head are gone"
            )
        return lines, problems

    def written_anew(self, things: Iterable[VaultObject]) -> bytes:
        """Return the content of a manifest of these lines, in a chain from the start, under this manifest's keys."""
        text, prev = [], START
        for seq, thing in enumerate(things, start=1):
            line = self._line(seq, prev, thing)
            text.append(json.dumps(line).encode() + b"\n")
            prev = str(line["hash"])
        return b"".join(text)

    def head_at(self, seq: int) -> bytes:
        """Return the content of the head of a manifest of so many lines."""
        return f"{seq} {self._keyring.pseudonym('head', str(seq))}\n".encode()

    @property
    def is_ours(self) -> bool:
        """True if the head is of these keys; without a head nothing was ever written."""
        return self._head_seq() >= 0

    def _state(self) -> tuple[list[ManifestLine], int]:
        """Return the lines and the head of one moment: a run may be writing."""
        if not self._path.is_file():
            return [], self._head_seq()
        with self._path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return list(_parsed(file.read())), self._head_seq()

    def _line(self, seq: int, prev: str, thing: VaultObject) -> dict[str, object]:
        return _body(seq, prev, thing) | {"hash": self._hash(seq, prev, thing)}

    def _hash(self, seq: int, prev: str, thing: VaultObject) -> str:
        return self._keyring.pseudonym("manifest", json.dumps(_body(seq, prev, thing), sort_keys=True))

    def _write_head(self, seq: int) -> None:
        write_whole(self._head, self.head_at(seq))

    def _head_seq(self) -> int:
        """Return the expected number of lines; -1 if the head is not ours."""
        if not self._head.is_file():
            return 0
        content = self._head.read_bytes()
        seq = content.partition(b" ")[0]
        return int(seq) if seq.isdigit() and content == self.head_at(int(seq)) else -1

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        private_folder(self._folder)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield file


def _body(seq: int, prev: str, thing: VaultObject) -> dict[str, object]:
    return {"seq": seq, **asdict(thing), "prev": prev}


def _last_line(file: IO[bytes]) -> ManifestLine | None:
    """Return the last whole line, or None; half a line behind it, which was never committed, is cut off."""
    size = file.seek(0, os.SEEK_END)
    for reach in (_TAIL, size):
        start = file.seek(max(0, size - reach))
        text = file.read()
        whole = text.rfind(b"\n") + 1
        begin = text.rfind(b"\n", 0, max(0, whole - 1)) + 1
        if begin or start == 0:
            break
    if whole < len(text):
        file.truncate(start + whole)
        os.fsync(file.fileno())
    return _line(text[begin:whole], "the last one") if whole else None


def _parsed(content: bytes) -> Iterator[ManifestLine]:
    """Yield the lines of a manifest; half a line at the end was never committed."""
    for number, text in enumerate(content.split(b"\n")[:-1], start=1):
        yield _line(text, str(number))


def _line(text: bytes, number: str) -> ManifestLine:
    try:
        row = json.loads(text)
        place = {name: row.pop(name) for name in ("seq", "prev", "hash")}
        line = ManifestLine(thing=VaultObject(**row), **place)
        if not _ID.fullmatch(line.thing.id) or not isinstance(line.thing.meta, dict) or not isinstance(line.seq, int):
            raise ValueError
        return line
    except (ValueError, KeyError, TypeError, AttributeError):
        raise VaultError(f"manifest line {number} is damaged; put back a copy of the vault") from None
