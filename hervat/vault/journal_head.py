"""The last journal line, noted beside the originals: it reveals a register that is older (a restored backup).

One small file a municipality, `journal-head`: the number and the hash of the last line, written after each commit.
"""

import fcntl
import os
from pathlib import Path

from hervat.vault.files import VaultError, disk_errors, private_folder, write_whole

_NAME = "journal-head"
_HASH = 64


def noted_journal_head(directory: Path, code: str) -> tuple[int, str] | None:
    """Return the number and hash of the last noted journal line, None if there is none. Raises VaultError."""
    path = directory / code / _NAME
    with disk_errors("the vault's journal-head can't be read"):
        if not path.is_file():
            return None
        seq, _, line_hash = path.read_text(encoding="utf-8", errors="replace").rstrip("\n").partition(" ")
    if not (seq.isascii() and seq.isdigit() and len(line_hash) == _HASH):
        raise VaultError(f"{path} is damaged; `hervat vault reconcile` writes it again")
    return int(seq), line_hash


def note_journal_head(directory: Path, code: str, seq: int, line_hash: str, *, force: bool = False) -> None:
    """Note a committed journal line. An earlier line than the noted one is ignored, unless `force`."""
    with disk_errors("the vault's journal-head can't be written"):
        folder = private_folder(private_folder(directory) / code)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)  # two that commit at once: the later line stays
            if force or _is_behind(directory, code, seq):
                write_whole(folder / _NAME, f"{seq} {line_hash}\n".encode())
        finally:
            os.close(handle)


def _is_behind(directory: Path, code: str, seq: int) -> bool:
    """True if the noted line is before this one; a damaged note is left for `noted_journal_head` to report."""
    try:
        before = noted_journal_head(directory, code)
    except VaultError:
        return False
    return before is None or before[0] < seq
