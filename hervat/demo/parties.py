"""What the made-up third parties do with their notices: act, receive, refuse, or nothing."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der

from hervat.demo.certificates import key_of

_REFUSAL = "wij houden geen dossiers bij, dus er is niets te wissen"


def act_on_encrypted(folder: Path, certificate: Path, day: date) -> int:
    """The language school opens everything in its folder and has acted on it. Return how many notices."""
    return sum(
        _confirm(folder, json.loads(opened(path.read_bytes(), certificate))["number"], "done", day)
        for path in _unanswered(folder, "*.p7m")
    )


def receive_first(folder: Path, day: date) -> int:
    """The welfare party has received its first notice, and says no more. Return the number answered now: 1 or 0."""
    first = sorted(folder.glob("*.json"))[:1]
    return sum(_confirm(folder, _number_in(path), "received", day) for path in first)


def refuse(folder: Path, day: date) -> int:
    """The community centre states why it refuses. Return how many notices it refuses now."""
    return sum(
        _confirm(folder, _number_in(path), "refused", day, reason=_REFUSAL) for path in _unanswered(folder, "*.json")
    )


def opened(data: bytes, certificate: Path) -> bytes:
    """Decrypt what was encrypted (CMS in DER) for the owner of a certificate, with the key beside it."""
    key: Any = load_pem_private_key(key_of(certificate).read_bytes(), None)
    return pkcs7_decrypt_der(data, x509.load_pem_x509_certificate(certificate.read_bytes()), key, [])


def _unanswered(folder: Path, pattern: str) -> list[Path]:
    """Return the notices, named NUMBER-KIND, without an answer to their number."""
    return [
        path
        for path in sorted(folder.glob(pattern))
        if not (folder / "confirmations" / f"{path.name.rpartition('-')[0]}.json").exists()
    ]


def _number_in(path: Path) -> str:
    return str(json.loads(path.read_bytes())["number"])


def _confirm(folder: Path, number: str, status: str, day: date, **more: str) -> bool:
    """Answer a notice, as a whole file at once; false: it was answered before."""
    path = folder / "confirmations" / f"{number}.json"
    if path.exists():
        return False
    said = {"number": number, "status": status, "day": day.isoformat(), **more}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(said), encoding="utf-8")
    part.replace(path)
    return True
