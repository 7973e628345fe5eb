"""Delivery over a recipient's channel: a file on an SFTP server or in a folder, or a mail."""

import os
from contextlib import suppress
from pathlib import Path

from hervat.errors import HervatError
from hervat.notices.mail import hand_over
from hervat.settings import Channel
from hervat.sftp import SftpClient

MAIL = ".eml"


class ChannelError(HervatError):
    """A folder can't be written or read, or a notice was made for another channel."""


def deliver(channel: Channel, file_name: str, data: bytes) -> None:
    """Deliver a file, whole or not at all; again with the same bytes changes nothing. A mail goes to its server.

    Raises HervatError; an EndpointError says if it is transient or permanent.
    """
    if channel.mail:
        if not file_name.endswith(MAIL):
            raise ChannelError(
                "it was written as a file, before this party got mail; put its old channel back until it has gone"
            )
        hand_over(channel.mail, data)
    if channel.sftp:
        with SftpClient(channel.sftp) as client:
            client.put(channel.sftp.directory, file_name, data)
    elif channel.folder:
        try:
            _write(channel.folder, file_name, data)
        except OSError as error:
            raise ChannelError(unusable(channel.folder, "written to", error)) from None


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


def unusable(folder: Path, how: str, error: OSError) -> str:
    """Return the error text for a folder that can't be used. how: read, written to."""
    return f"the folder {folder} can't be {how} ({type(error).__name__}); correct its permissions or the configuration"
