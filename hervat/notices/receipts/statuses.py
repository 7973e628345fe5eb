"""The four answers to a notice, and the Dutch words for them."""

STATUSES = ("received", "partly", "refused", "done")
"""In order of weight: of two answers on one day the later one counts."""

_WORDS = {
    "ontvangen": "received", "received": "received",
    "klaar": "done", "gedaan": "done", "done": "done",
    "deels": "partly", "gedeeltelijk": "partly", "partly": "partly",
    "geweigerd": "refused", "refused": "refused",
}  # fmt: skip


def status_of(word: object) -> str | None:
    """Return the status of a Dutch or English word, without regard to case and punctuation; None for another."""
    return _WORDS.get(word.strip().strip(".,:;!-\"'*").lower()) if isinstance(word, str) else None
