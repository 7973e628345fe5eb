"""The ways to a recipient and back: a file on an SFTP server or in a folder, and the confirmations that lie there."""

import os
import posixpath
from contextlib import suppress
from pathlib import Path

from hervat.errors import HervatError
from hervat.settings import Channel, SftpServer
from hervat.sftp import SftpClient

CONFIRMATIONS = "confirmations"
_LARGEST = 64 * 1024  # a confirmation is some 80 bytes


class ChannelError(HervatError):
    """A folder can't be written or read; the text names the folder."""


def deliver(channel: Channel, file_name: str, data: bytes) -> None:
    """Put a file there, whole or not at all; again with the same bytes changes nothing.

    Raises HervatError; one with `passing` set is worth another try.
    """
    if channel.sftp:
        with SftpClient(channel.sftp) as client:
            client.put(channel.sftp.directory, file_name, data)
    elif channel.folder:
        try:
            _write(channel.folder, file_name, data)
        except OSError as error:
            raise ChannelError(_unusable(channel.folder, "written to", error)) from None


def confirmations(channel: Channel) -> list[tuple[str, bytes]]:
    """Return name and content of each JSON file in the folder `confirmations`; none where there is no such folder.

    A file too large to be a confirmation comes without its content. The names may hold anything: never print them.
    """
    if channel.sftp:
        return _from_sftp(channel.sftp)
    folder = (channel.folder or Path()) / CONFIRMATIONS
    try:
        return [
            (path.name, _small(path))
            for path in sorted(folder.glob("*.json"))
            if path.is_file() and not path.is_symlink()
        ]
    except OSError as error:
        raise ChannelError(_unusable(folder, "read", error)) from None


def _write(folder: Path, name: str, data: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    final, part = folder / name, folder / f".{name}.part"
    if final.is_file() and final.read_bytes() == data:
        return
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(final)
    with suppress(OSError):  # some network folders can't be synced
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _likely(size: int) -> bool:
    return size <= _LARGEST


def _small(path: Path) -> bytes:
    return path.read_bytes() if _likely(path.stat().st_size) else b""


def _unusable(folder: Path, how: str, error: OSError) -> str:
    return f"the folder {folder} can't be {how} ({type(error).__name__}); mend its rights or the configuration"


def _from_sftp(server: SftpServer) -> list[tuple[str, bytes]]:
    directory = posixpath.join(server.directory, CONFIRMATIONS)
    with SftpClient(server) as client:
        if not client.exists(directory):
            return []
        files = sorted(client.listing(directory, "*.json"), key=lambda file: file.name)
        return [
            (
                file.name,
                b"".join(client.read(posixpath.join(directory, file.name), file)) if _likely(file.size) else b"",
            )
            for file in files
        ]
