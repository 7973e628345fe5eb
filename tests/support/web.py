"""A real web server for tests on a free port of this machine, which keeps what is posted to it, and may misbehave."""

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.certificates import authority, issued


class Web:
    """A context manager. `posts`: (path, headers, JSON) of each. `answers`: the statuses to come, the last one stays.

    Instead of a status: "hangs" (no answer), "dribbles" (a header without an end), "breaks off". folder: there a
    certificate for localhost is made, under `ca`; without it plain HTTP is spoken. elsewhere: where redirects lead.
    """

    def __init__(self, *answers: int | str, folder: Path | None = None, elsewhere: str = "") -> None:
        self.answers, self.elsewhere, self.folder = list(answers) or [200], elsewhere, folder
        self.posts = list[tuple[str, dict[str, str], dict[str, Any]]]()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.answer(self)

            def log_message(self, *_args: Any) -> None:
                return None

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_args: Any) -> None:
                return None

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        if self.folder:
            self._speak_tls(self.folder)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _speak_tls(self, folder: Path) -> None:
        key = authority(folder, "web-ca")
        self.ca = folder / "web-ca.pem"
        certificate = issued(folder, "web", key, self.ca, "localhost")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, folder / "web.key")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://localhost:{self.port}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Keep what is posted and answer as is meant."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.posts.append((request.path, dict(request.headers), json.loads(body)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer == "hangs":
            self._ended.wait(30)
        elif answer == "dribbles":
            self._dribble(request)
        elif isinstance(answer, int):
            request.send_response(answer, "what the server says of it: geheim")
            if 300 <= answer < 400:
                request.send_header("Location", self.elsewhere)
            request.send_header("Content-Length", "0")
            request.end_headers()

    def _dribble(self, request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 yes\r\nX-Long: ")
        while not self._ended.is_set():
            request.wfile.write(b"x")
            time.sleep(0.02)
