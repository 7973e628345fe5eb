"""What the made-up third parties do with their notices, in folders and by mail: act, receive, refuse, or nothing."""

import email
import json
import shutil
from datetime import UTC, date, datetime, time
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der

from hervat.demo.certificates import key_of
from hervat.demo.post_office import name_of
from hervat.notices import signed
from hervat.notices.mail import hand_over, read_signer
from hervat.settings import Mail

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


_POLICY = policy.SMTP.clone(cte_type="7bit")


def answer_mails(box: Path, answers: Path, certificate: Path, back: Mail, day: date) -> int:
    """Answer each unanswered mail in `box` with 'klaar'; return how many. A notice sent twice is answered once.

    answers: the gemeente's incoming mail, under the same names. certificate: the recipient's. back: the way back, with
    the party's signing key.
    """
    firsts = [path for path in sorted(box.glob("*.eml")) if path.stem == name_of(path.stem)]
    unanswered = [path for path in firsts if not (answers / path.name).exists()]
    for path in unanswered:
        hand_over(back, _reply(_mail_number(path, certificate), back, day))
    return len(unanswered)


def _mail_number(path: Path, certificate: Path) -> str:
    """Return the number in the notice itself, which only the holder of the key can read."""
    sealed = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    content = email.message_from_bytes(opened(sealed.get_content(), certificate), policy=policy.default)
    (data,) = [part.get_content() for part in content.walk() if part.get_content_type() == "application/json"]
    return str(json.loads(data)["number"])


def _reply(number: str, mail: Mail, day: date) -> bytes:
    """Return a person's answer, signed if openssl is there: hervat verifies signatures with it."""
    part = MIMEPart(policy=_POLICY)
    part.set_content(f"Klaar.\n\nBericht {number} is verwerkt.\n", cte="quoted-printable")
    signer = read_signer(mail) if shutil.which("openssl") else None
    return _head(number, mail, day) + (signed(part.as_bytes(), signer) if signer else part.as_bytes())


def _head(number: str, mail: Mail, day: date) -> bytes:
    head = EmailMessage(policy=_POLICY)
    head["From"], head["To"] = mail.sender, mail.to
    head["Subject"] = f"Re: Bericht {number} van gemeente Voorbeeldstad"
    head["Date"] = format_datetime(datetime.combine(day, time(15), UTC))
    head["MIME-Version"] = "1.0"
    return head.as_bytes().rstrip(b"\r\n") + b"\r\n"
