"""The lines of the logboek as spans, sent to a collector over OTLP by opentelemetry's own exporter (hervat[otlp]).

What the collector answered is read here: the exporter tells only whether it calls that a success.
"""

import logging
import os
import ssl
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hervat.accountability.logboek_line import LogboekLine
from hervat.errors import EndpointError, UsageError
from hervat.settings import web_address

if TYPE_CHECKING:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import ReadableSpan

_MEANS = {
    401: "it wants a token: give --token-env, or correct the value of the variable",
    403: "it wants a token: give --token-env, or correct the value of the variable",
    404: "there is no such address: correct --otlp (mostly /v1/traces)",
    405: "it takes no POST there: correct --otlp (mostly /v1/traces)",
    413: "a batch is too large for it; ask its keeper for a higher limit",
    429: "it gets too many messages",
}
_PROTOBUF = "application/x-protobuf"


@dataclass(frozen=True)
class Refusal:
    """Why a batch was not taken, and whether the same may do a moment later."""

    why: str
    passing: bool


class CollectorReply:
    """The last answer to a batch. A redirect and a batch of which a part was refused are no success here."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """A new batch goes: what was answered to the one before does not count."""
        self._status: int | None = None
        self._rejected: int | None = 0

    def heard(self, response: Any, **_more: Any) -> None:
        """Remember an answer: a hook of requests. Its texts are not kept (rule 7)."""
        self._status = response.status_code
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self._rejected = _rejected(response.content, kind) if 200 <= response.status_code < 300 else 0

    def taken(self, lines: int) -> int:
        """Return how many lines of a batch were taken, of which the collector refused a part."""
        return max(lines - self._rejected, 0) if self._rejected else 0

    def refused(self, done: bool) -> Refusal | None:
        """Return why the batch was not taken, all of it; None if it was. done: the exporter calls it a success."""
        if self._status is None or (not done and self._status < 300):
            return Refusal(
                "it can't be reached, broke off, or no TLS came about; see host, port, certificate and proxy", True
            )
        if 300 <= self._status < 400:
            return Refusal(
                f"it sends on to another address ({self._status}), which is not followed; correct --otlp", False
            )
        if not done:
            meaning = _MEANS.get(self._status, "ask its keeper why")
            passing = self._status >= 500 or self._status == 429
            return Refusal(f"it was refused ({self._status}): {meaning}", passing)
        if self._rejected is None:
            return Refusal(f"it answers ({self._status}), but not as a collector of OTLP does; correct --otlp", False)
        return (
            Refusal(f"it refused {self._rejected} lines of a batch; ask its keeper why", False)
            if self._rejected
            else None
        )


def _rejected(content: bytes, kind: str) -> int | None:
    """Return how many spans were refused; None if this is no answer of a collector."""
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    if not content:
        return 0
    try:
        return (
            ExportTraceServiceResponse.FromString(content).partial_success.rejected_spans if kind == _PROTOBUF else None
        )
    except DecodeError:
        return None


_PATH = "/v1/traces"
_FORM = "1.0.0"
_MILLISECOND = 1_000_000
"""In nanoseconds, in which a span has its times."""


class CollectorError(EndpointError):
    """A collector did not take spans; the text names its host, and how many it took."""


class LogboekCollector:
    """Sends lines as spans with the same ids, name, status, times and attributes.

    The exporter tries again what passes by itself, ten seconds a batch (OTEL_EXPORTER_OTLP_TIMEOUT). An authority of
    the gemeente's own is named by OTEL_EXPORTER_OTLP_CERTIFICATE, and other headers by OTEL_EXPORTER_OTLP_HEADERS.
    """

    def __init__(self, url: str, token_env: str | None = None) -> None:
        """Prepare for a collector; nothing is sent. url: without a path /v1/traces is meant.

        token_env: the environment variable with a token for `Authorization: Bearer TOKEN`. Raises UsageError for a
        wrong address, a variable without a token, and where the exporter is not installed.
        """
        self.gone: Counter[str] = Counter()
        endpoint = _endpoint(url)
        self.host = urlsplit(endpoint).netloc
        self.where = f", by OTLP to {self.host}"
        self._reply = CollectorReply()
        token = _token(token_env)
        with _silent():
            self._exporter = self._made(endpoint, token)

    def write(self, code: str, lines: Sequence[LogboekLine]) -> None:
        """Send the lines as one batch. Raises CollectorError if they were not taken, all of them."""
        from opentelemetry.sdk.trace.export import SpanExportResult

        self._reply.forget()
        with _silent():
            done = self._exporter.export([_span(line) for line in lines]) is SpanExportResult.SUCCESS
        refused = self._reply.refused(done)
        if refused is None:
            self.gone[code] += len(lines)
            return
        self.gone[code] += self._reply.taken(len(lines)) if done else 0
        raise CollectorError(
            f"{self.host}: {refused.why}; {self.held()} lines were sent. Run it again: a span keeps its ids",
            passing=refused.passing,
        )

    def held(self) -> int:
        """Return the number of lines that the collector said it took."""
        return self.gone.total()

    def undo(self) -> None:
        """Nothing: what a collector took it keeps."""

    def close(self) -> None:
        """Close the connection."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def _made(self, endpoint: str, headers: dict[str, str]) -> "OTLPSpanExporter":
        """Return the exporter, with a session of our own that tells what is answered."""
        try:
            import requests
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        except ImportError:
            raise UsageError(
                "--otlp needs opentelemetry's exporter, which is not installed: pip install 'hervat[otlp]'"
            ) from None
        session = requests.Session()
        session.trust_env = (
            False  # a ~/.netrc would take the place of the token, REQUESTS_CA_BUNDLE that of authorities
        )
        session.proxies = {} if endpoint.startswith("http:") else requests.utils.get_environ_proxies(endpoint)
        session.hooks["response"].append(self._reply.heard)
        return OTLPSpanExporter(endpoint, _authorities(), headers=headers, session=session)


def _authorities() -> str | None:
    """Return the file or folder with those of the system, as for an alert; None where the environment names one."""
    if os.environ.get("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE") or os.environ.get("OTEL_EXPORTER_OTLP_CERTIFICATE"):
        return None
    paths = ssl.get_default_verify_paths()
    return paths.cafile or paths.capath


@contextmanager
def _silent() -> Iterator[None]:
    """Turn the log of opentelemetry off: it quotes headers, and what a collector answers (rule 7)."""
    logger = logging.getLogger("opentelemetry")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _endpoint(url: str) -> str:
    try:
        checked = urlsplit(web_address(url))
    except ValueError as error:
        raise UsageError(f"--otlp: {error}") from None
    return checked._replace(path=_PATH).geturl() if checked.path in ("", "/") else url


def _token(token_env: str | None) -> dict[str, str]:
    if token_env is None:
        return {}
    token = os.environ.get(token_env, "").strip()
    if not token or not token.isascii() or not token.isprintable():
        raise UsageError(f"the environment variable {token_env} (--token-env) holds no token; export it first")
    return {"Authorization": f"Bearer {token}"}


def _span(line: LogboekLine) -> "ReadableSpan":
    """Return a line as a span that has ended."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import Status, StatusCode

    parent: str | None = line.get("parent_span_id")
    return ReadableSpan(
        line["name"],
        context=_context(line, line["span_id"]),
        parent=_context(line, parent) if parent else None,
        resource=Resource(line["resource"]["attributes"]),
        attributes=line["attributes"],
        status=Status(StatusCode.ERROR if line["status"] == "Error" else StatusCode.OK),
        start_time=line["start_time"] * _MILLISECOND,
        end_time=line["end_time"] * _MILLISECOND,
        instrumentation_scope=InstrumentationScope("hervat.logboek", _FORM),
    )


def _context(line: LogboekLine, span: str) -> Any:
    from opentelemetry.trace import SpanContext, TraceFlags

    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(line["trace_id"], 16), int(span, 16), is_remote=False, trace_flags=flags)
