"""Delivery over a recipient's channel: a file on an SFTP server or in a folder, or a mail."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from hervat.errors import HervatError
from hervat.notices.mail import hand_over
from hervat.settings import Channel, SftpServer
from hervat.sftp import SftpClient

MAIL = ".eml"


class ChannelError(HervatError):
    """A folder can't be written or read, or a notice was made for another channel."""


class Courier:
    """Context manager: delivers files over a recipient's channel; an SFTP connection is kept for the next file."""

    def __init__(self, channel: Channel, name: str = "") -> None:
        self.name, self._channel, self._kept = name, channel, ExitStack()
        self._client: SftpClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kept.close()

    def deliver(self, file_name: str, data: bytes) -> None:
        """Deliver a file, whole or not at all; again with the same bytes changes nothing. A mail goes to its server.

        After an error the next file has a new connection. Raises HervatError; an EndpointError says if it is transient
        or permanent.
        """
        if self._channel.mail:
            if not file_name.endswith(MAIL):
                raise ChannelError(
                    "it was written as a file, before this party got mail; put its old channel back until it has gone"
                )
            hand_over(self._channel.mail, data)
        if self._channel.sftp:
            self._put(self._channel.sftp, file_name, data)
        elif self._channel.folder:
            try:
                _write(self._channel.folder, file_name, data)
            except OSError as error:
                raise ChannelError(unusable(self._channel.folder, "written to", error)) from None

    def _put(self, server: SftpServer, file_name: str, data: bytes) -> None:
        try:
            if self._client is None or not self._client.alive:
                self._end()
                self._client = self._kept.enter_context(SftpClient(server))
            self._client.put(server.directory, file_name, data)
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        self._client = None
        self._kept.close()


def deliver(channel: Channel, file_name: str, data: bytes) -> None:
    """Deliver one file, as `Courier.deliver` does."""
    with Courier(channel) as courier:
        courier.deliver(file_name, data)


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
