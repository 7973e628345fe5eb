"""What a collector answered to a batch: the exporter tells only whether it calls that a success."""

from dataclasses import dataclass
from typing import Any

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
