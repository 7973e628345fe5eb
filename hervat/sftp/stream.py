"""A channel read in large pieces: paramiko moves its whole buffer for each small read, which costs most of the time."""

from typing import Any

from paramiko import Channel

_PIECE = 1 << 20


class Stream:
    """What paramiko's SFTP client wants of a socket, over a channel; `recv` answers from the last large piece."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._held = channel, memoryview(b"")

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end. Raises TimeoutError when nothing comes."""
        if not self._held:
            self._held = memoryview(self._channel.recv(_PIECE))
        piece, self._held = self._held[:size], self._held[size:]
        return bytes(piece)

    def __getattr__(self, name: str) -> Any:
        """Leave the rest (send, close, settimeout) to the channel."""
        return getattr(self._channel, name)
