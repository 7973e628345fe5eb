"""Fetch the files of answers: from the `receipts` of a channel, else the folder `confirmations` beside the notices.

Everything there that is not read as an answer is reported by name, so that no file of a party goes unnoticed.
"""

import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from hervat.notices.channels import ChannelError, unusable
from hervat.settings import Channel, SftpServer
from hervat.sftp import RemoteFile, SftpClient, SftpError

CONFIRMATIONS = "confirmations"
_LARGEST = {
    ".json": 64 * 1024,
    ".txt": 64 * 1024,
    ".p7m": 64 * 1024,
    ".eml": 1024 * 1024,
}  # suffix -> bytes


Odd = Literal["kind", "hidden", "subfolder", "link", "unreadable", "empty", "large", "name"]
ODD = {
    "kind": "no .eml, .json, .txt or .p7m; save it as one of these",
    "hidden": "hidden, or still being written",
    "subfolder": "in a subfolder; put it in the folder itself",
    "link": "a link; put the file itself there",
    "unreadable": "it can't be read; give hervat's account the right to",
    "empty": "empty",
    "large": "too large for an answer",
    "name": "a name that can't be used; rename it",
}
"""Why something in the folder is not read, and the fix."""


class ReceiptFile(NamedTuple):
    """A file as it came. Its name may hold anything: print it by `named` only."""

    name: str
    content: bytes


class Stray(NamedTuple):
    """Something among the answers that is not read, and why."""

    name: str
    why: Odd


@dataclass
class FoundReceipts:
    """The content of a party's folder: files that may be answers, by name, and what is not read."""

    files: list[ReceiptFile] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)

    def take(self, name: str, content: bytes) -> None:
        """Add a file that was read."""
        self.files.append(ReceiptFile(name, content))
        if not content.strip():
            self.strays.append(Stray(name, "empty"))


def answers(channel: Channel) -> list[ReceiptFile]:
    """Return the files that may be answers, by name; [] if there is no folder, or no way back at all.

    A file too large to be an answer comes without its content. Raises HervatError.
    """
    return look(channel).files


def look(channel: Channel) -> FoundReceipts:
    """Return the content of a party's folder. Raises HervatError."""
    given = channel.receipts
    if server := given.sftp if given else channel.sftp:
        return _from_sftp(server, server.directory if given else posixpath.join(server.directory, CONFIRMATIONS))
    if folder := given.folder if given else channel.folder:
        return _from_folder(folder if given else folder / CONFIRMATIONS)
    return FoundReceipts()


def way_of(channel: Channel) -> str:
    """Return the way of the answers: sftp or folder."""
    given = channel.receipts
    return "sftp" if (given.sftp if given else channel.sftp) else "folder"


def _limit(name: str) -> int:
    return _LARGEST.get(posixpath.splitext(name)[1].lower(), 0)


def _odd(name: str) -> Odd | None:
    """Return why a file is not read, by its name; None if it is."""
    if name.startswith((".", "~")) or name.lower().endswith((".part", ".filepart", ".tmp", ".crdownload")):
        return "hidden"
    return None if _limit(name) else "kind"


def _from_folder(folder: Path) -> FoundReceipts:
    receipts = FoundReceipts()
    try:
        if not folder.exists():
            return receipts
        for path in sorted(folder.iterdir()):
            _add(receipts, path)
    except OSError as error:
        raise ChannelError(unusable(folder, "read", error)) from None
    return receipts


def _add(receipts: FoundReceipts, path: Path) -> None:
    """Read one entry of a folder, or add it to the strays; an entry that vanishes is skipped."""
    if path.is_symlink():
        receipts.strays.append(Stray(path.name, "link"))
    elif path.is_dir():
        if any(path.iterdir()):
            receipts.strays.append(Stray(path.name, "subfolder"))
    elif why := _odd(path.name) or (None if path.is_file() else "kind"):
        receipts.strays.append(Stray(path.name, why))
    else:
        _read(receipts, path)


def _read(receipts: FoundReceipts, path: Path) -> None:
    try:
        if path.stat().st_size > _limit(path.name):
            _too_large(receipts, path.name)
        else:
            receipts.take(path.name, path.read_bytes())
    except FileNotFoundError:
        return
    except OSError:
        receipts.strays.append(Stray(path.name, "unreadable"))


def _too_large(receipts: FoundReceipts, name: str) -> None:
    receipts.files.append(ReceiptFile(name, b""))
    receipts.strays.append(Stray(name, "large"))


def _from_sftp(server: SftpServer, directory: str) -> FoundReceipts:
    receipts = FoundReceipts()
    with SftpClient(server) as client:
        if not client.exists(directory):
            return receipts
        listed = client.listing(directory, ("*", ".*"), depth=1)
        receipts.strays += [Stray("?", "name")] * client.strange
        for file in sorted(listed, key=lambda file: file.name):
            _fetch(receipts, client, directory, file)
    return receipts


def _fetch(receipts: FoundReceipts, client: SftpClient, directory: str, file: RemoteFile) -> None:
    """Read one remote file, or add it to the strays."""
    why: Odd | None = "subfolder" if "/" in file.name else _odd(file.name)
    if why:
        receipts.strays.append(Stray(file.name, why))
    elif file.size is None:
        receipts.strays.append(Stray(file.name, "unreadable"))
    elif file.size > _limit(file.name):
        _too_large(receipts, file.name)
    else:
        try:
            receipts.take(file.name, b"".join(client.read(posixpath.join(directory, file.name), file)))
        except SftpError as error:
            if error.passing:
                raise
            receipts.strays.append(Stray(file.name, "unreadable"))
