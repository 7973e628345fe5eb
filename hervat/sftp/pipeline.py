"""Several SFTP requests under way at once over one connection: a round trip for all of them, not for each.

paramiko's own way (`prefetch`) is a thread a file, and waits for ever when a read is given up half-way.
"""

from paramiko import Message, SFTPAttributes, SFTPClient, SFTPError
from paramiko.sftp import CMD_ATTRS, CMD_DATA, CMD_HANDLE, CMD_STATUS


class Reply:
    """The answer to one request, when it has come. One that nobody holds any more is passed over by paramiko."""

    kind: int | None = None
    message: Message

    def _async_response(self, kind: int, message: Message, _number: int) -> None:  # paramiko's name
        self.kind, self.message = kind, message


class Pipeline:
    """Asks without waiting; `wait` returns an answer, reading whichever come before it. For one thread at a time."""

    def __init__(self, sftp: SFTPClient) -> None:
        self._sftp = sftp

    def ask(self, kind: int, *given: object) -> Reply:
        """Send a request (`kind` as paramiko numbers them) and return where its answer will be."""
        answer = Reply()
        self._sftp._async_request(answer, kind, *given)  # type: ignore[attr-defined]
        return answer

    def wait(self, answer: Reply, kind: int) -> Message:
        """Return an answer of `kind`. Raises EOFError, OSError (the server's refusal) or SFTPError (another kind)."""
        while answer.kind is None:
            self._sftp._read_response()  # type: ignore[attr-defined]
        answer.message.rewind()
        answer.message.get_int()  # the request's number
        if answer.kind == CMD_STATUS:
            self._sftp._convert_status(answer.message)  # type: ignore[attr-defined]
        if answer.kind != kind:
            raise SFTPError
        return answer.message

    def handle(self, answer: Reply) -> bytes:
        """Return the handle that an OPEN or OPENDIR gave."""
        return self.wait(answer, CMD_HANDLE).get_binary()

    def attributes(self, answer: Reply) -> SFTPAttributes:
        """Return the attributes that a STAT, LSTAT or FSTAT gave."""
        return SFTPAttributes._from_msg(self.wait(answer, CMD_ATTRS))  # type: ignore[attr-defined,no-any-return]

    def data(self, answer: Reply) -> bytes:
        """Return the bytes that a READ gave; none beyond the end."""
        try:
            return self.wait(answer, CMD_DATA).get_binary()
        except EOFError:
            return b""
