"""Where answers lie: the `receipts` of a channel, else the folder `confirmations` beside the notices."""

import posixpath
from pathlib import Path
from typing import NamedTuple

from hervat.notices.channels import ChannelError, unusable
from hervat.settings import Channel, SftpServer
from hervat.sftp import SftpClient

CONFIRMATIONS = "confirmations"
_LARGEST = {
    ".json": 64 * 1024,
    ".txt": 64 * 1024,
    ".p7m": 64 * 1024,
    ".eml": 1024 * 1024,
}  # what may be an answer at all


class File(NamedTuple):
    """A file as it came. Its name may hold anything: never print it."""

    name: str
    content: bytes


def answers(channel: Channel) -> list[File]:
    """Return the files that may be answers, by name; none where there is no such folder, or no way back at all.

    A file too large to be an answer comes without its content. Raises HervatError.
    """
    given = channel.receipts
    if server := given.sftp if given else channel.sftp:
        return _from_sftp(server, server.directory if given else posixpath.join(server.directory, CONFIRMATIONS))
    if folder := given.folder if given else channel.folder:
        return _from_folder(folder if given else folder / CONFIRMATIONS)
    return []


def way_of(channel: Channel) -> str:
    """Return over which way answers come: sftp or folder."""
    given = channel.receipts
    return "sftp" if (given.sftp if given else channel.sftp) else "folder"


def _limit(name: str) -> int:
    return _LARGEST.get(posixpath.splitext(name)[1].lower(), 0)


def _from_folder(folder: Path) -> list[File]:
    try:
        found = sorted(path for path in folder.glob("*") if _limit(path.name) and path.is_file())
        return [File(path.name, _small(path)) for path in found if not path.is_symlink()]
    except OSError as error:
        raise ChannelError(unusable(folder, "read", error)) from None


def _small(path: Path) -> bytes:
    return path.read_bytes() if path.stat().st_size <= _limit(path.name) else b""


def _from_sftp(server: SftpServer, directory: str) -> list[File]:
    with SftpClient(server) as client:
        if not client.exists(directory):
            return []
        files = [one for one in client.listing(directory, "*") if _limit(one.name)]
        return [
            File(one.name, b"".join(client.read(posixpath.join(directory, one.name), one)))
            if one.size is not None and one.size <= _limit(one.name)
            else File(one.name, b"")
            for one in sorted(files, key=lambda one: one.name)
        ]
