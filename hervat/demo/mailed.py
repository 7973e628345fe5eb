"""The made-up third party that is told by mail: it opens each mail with its key and answers with a signed one."""

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
    """Answer each mail in `box` that was not yet answered: 'klaar', for all that it asks was done. Return how many.

    A notice that came a second time was answered the first time.

    answers: where the gemeente's mail comes, under the same names. certificate: for whom the mails are encrypted.
    back: the way back, with what the party signs with.
    """
    firsts = [path for path in sorted(box.glob("*.eml")) if path.stem == name_of(path.stem)]
    unanswered = [path for path in firsts if not (answers / path.name).exists()]
    for path in unanswered:
        hand_over(back, _reply(_number_in(path, certificate), back, day))
    return len(unanswered)


def _number_in(path: Path, certificate: Path) -> str:
    """Return the number in the notice itself, as only who has the key can read it."""
    sealed = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    content = email.message_from_bytes(opened(sealed.get_content(), certificate), policy=policy.default)
    (data,) = [part.get_content() for part in content.walk() if part.get_content_type() == "application/json"]
    return str(json.loads(data)["number"])


def _reply(number: str, mail: Mail, day: date) -> bytes:
    """Return a person's answer. It is signed where openssl is there: hervat verifies what is signed with it."""
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
