"""The made-up third party that is notified by mail: opens each mail with its key and signs its answers."""

import email
import json
import shutil
from datetime import UTC, date, datetime, time
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime
from pathlib import Path

from hervat.demo.parties import opened
from hervat.demo.post_office import name_of
from hervat.notices import signed
from hervat.notices.mail import hand_over, read_signer
from hervat.settings import Mail

_POLICY = policy.SMTP.clone(cte_type="7bit")


def answer_mails(box: Path, answers: Path, certificate: Path, back: Mail, day: date) -> int:
    """Answer each unanswered mail in `box` with 'klaar'; return how many. A notice sent twice is answered once.

    answers: the gemeente's incoming mail, under the same names. certificate: the recipient's. back: the way back, with
    the party's signing key.
    """
    firsts = [path for path in sorted(box.glob("*.eml")) if path.stem == name_of(path.stem)]
    unanswered = [path for path in firsts if not (answers / path.name).exists()]
    for path in unanswered:
        hand_over(back, _reply(_number_in(path, certificate), back, day))
    return len(unanswered)


def _number_in(path: Path, certificate: Path) -> str:
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
