"""The demo's SMTP server, in a thread of this process: STARTTLS or nothing, and a folder a mailbox.

For a demonstration on one machine: it listens on 127.0.0.1, relays nothing and asks for no password.
"""

import asyncio
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from hervat.demo.certificates import key_of, self_made_for_server
from hervat.errors import HervatError
from hervat.notices import NUMBER

_READY_SECONDS = 10


class Mailboxes:
    """The handler for aiosmtpd: known addresses and their folders. A mail is a file as it came (.eml)."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = folders

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]  # noqa: ARG002 - aiosmtpd's face
    ) -> str:  # fmt: skip
        """Accept mail for the known mailboxes only."""
        if address not in self._folders:
            return "550 5.1.1 there is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002
        """Store a mail in each of its recipients' mailboxes."""
        content = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            _keep(_new_file(self._folders[address], _name_in_head(content)), content)
        return "250 2.0.0 kept"


class PostOffice:
    """Context manager: accepts mail for these addresses, each with its folder, on 127.0.0.1.

    keys: the folder of its certificate, created if missing: `certificate`, for a client to trust (`ca_file`). port: 0
    for a free one; after entering, the actual port.
    """

    host = "127.0.0.1"

    def __init__(self, keys: Path, folders: dict[str, Path], port: int = 0) -> None:
        self.certificate, self.port = keys / "mail-server.pem", port
        self._folders, self._ready, self._refused = folders, threading.Event(), False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        for folder in (self.certificate.parent, *self._folders.values()):
            folder.mkdir(parents=True, exist_ok=True)
        if not self.certificate.exists():
            self_made_for_server(self.certificate, self.host)
        self._thread.start()
        if not self._ready.wait(_READY_SECONDS) or self._refused:
            raise HervatError("the demo's mail server did not start; its port may be in use")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._closed.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._closed = asyncio.get_running_loop(), asyncio.Event()
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, key_of(self.certificate))
        try:
            server = await self._loop.create_server(lambda: self._talk(context), self.host, self.port)
        except OSError:
            self._refused = True
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._closed.wait()
        server.close()

    def _talk(self, context: ssl.SSLContext) -> SMTP:
        return SMTP(
            Mailboxes(self._folders), hostname="post.voorbeeldstad.example", tls_context=context,
            require_starttls=True, loop=self._loop,
        )  # fmt: skip


def name_of(text: str) -> str:
    """Return the name for a mail with this header or file name: the number of the notice in it."""
    match = NUMBER.search(text)
    return match[0] if match else "mail"


def _name_in_head(content: bytes) -> str:
    return name_of(content.partition(b"\r\n\r\n")[0].decode("ascii", "replace"))


def _keep(path: Path, content: bytes) -> None:
    """Store a mail: a reader of the mailbox sees it whole or not at all."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _new_file(folder: Path, name: str) -> Path:
    """Return a path for a mail; a notice that is sent again goes beside the first."""
    count = len(list(folder.glob(f"{name}*.eml")))
    return folder / (f"{name}-{count + 1}.eml" if count else f"{name}.eml")
