"""A collector of OpenTelemetry for tests: a real HTTP server that reads ExportTraceServiceRequest."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.support.certificates import authority, issued


class Collector:
    """Answers with the statuses of `answers`, one each request, then with 200; keeps what it took."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: list[int] = []
        self.reject = 0
        self.body: bytes | None = None
        self.kind = "application/x-protobuf"
        self.requests: list[tuple[str, dict[str, str], int]] = []
        """(path, headers, spans) of each request that was made."""
        self.spans: list[tuple[dict[str, str], Any]] = []
        """(attributes of the resource, span) as they were taken."""

    def took(self, message: ExportTraceServiceRequest) -> None:
        for resource in message.resource_spans:
            of = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.spans += [(of, span) for scope in resource.scope_spans for span in scope.spans]

    def as_lines(self) -> list[dict[str, Any]]:
        """Return what was taken, as lines of the logboek."""
        return [
            {
                "trace_id": span.trace_id.hex(),
                "span_id": span.span_id.hex(),
                **({"parent_span_id": span.parent_span_id.hex()} if span.parent_span_id else {}),
                "status": {1: "Ok", 2: "Error"}[span.status.code],
                "name": span.name,
                "start_time": _milliseconds(span.start_time_unix_nano),
                "end_time": _milliseconds(span.end_time_unix_nano),
                "resource": {"attributes": resource},
                "attributes": {one.key: one.value.string_value for one in span.attributes},
            }
            for resource, span in self.spans
        ]


def _milliseconds(nanoseconds: int) -> int:
    whole, rest = divmod(nanoseconds, 1_000_000)
    assert rest == 0
    return whole


@contextmanager
def collecting(folder: Path | None = None) -> Iterator[Collector]:
    """Run a collector on a free port of this machine; folder: with TLS, by an authority made there (ca.pem)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            message = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            count = sum(len(scope.spans) for one in message.resource_spans for scope in one.scope_spans)
            collector.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, count))
            status = collector.answers.pop(0) if collector.answers else 200
            if status == 200:
                collector.took(message)
            self._answer(status)

        def _answer(self, status: int) -> None:
            partial = ExportTracePartialSuccess(rejected_spans=collector.reject, error_message="secret-of-collector")
            body = ExportTraceServiceResponse(partial_success=partial if collector.reject else None)
            text = body.SerializeToString() if collector.body is None else collector.body
            self.send_response(status, "secret-of-collector")
            self.send_header("Content-Type", collector.kind)
            self.send_header("Content-Length", str(len(text)))
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        if folder:
            server.socket = _with_tls(server.socket, folder)
            collector.url = f"https://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _with_tls(plain: socket, folder: Path) -> ssl.SSLSocket:
    own = issued(folder, "collector", authority(folder, "ca"), folder / "ca.pem", host="localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, own.with_suffix(".key"))
    return context.wrap_socket(plain, server_side=True)
