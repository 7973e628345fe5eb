"""The four things that a recipient can say of a notice, and the Dutch words for them."""

STATUSES = ("received", "partly", "refused", "done")
"""What says least first: of two answers on one day the later one counts."""

_WORDS = {
    "ontvangen": "received", "received": "received",
    "klaar": "done", "gedaan": "done", "done": "done",
    "deels": "partly", "gedeeltelijk": "partly", "partly": "partly",
    "geweigerd": "refused", "refused": "refused",
}  # fmt: skip


def status_of(said: object) -> str | None:
    """Return the status that a word means, Dutch or English, whatever its capitals and signs; None for another."""
    return _WORDS.get(said.strip().strip(".,:;!-\"'*").lower()) if isinstance(said, str) else None
