"""A notice as a mail. Its head holds only a number and names of the gemeente: no personal data, encrypted or not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesHeaderParser
from email.utils import format_datetime

from cryptography.x509 import Certificate

from hervat.notices.letter import one_line
from hervat.notices.mail.signer import MailSigner, encrypted, signed
from hervat.settings import Mail

_POLICY = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Content:
    """The content of a mail: the letter as text and page, and the files (name -> bytes, PDF and JSON)."""

    number: str
    text: str
    html: bytes
    files: Mapping[str, bytes] = field(repr=False)


def message_of(
    content: Content, mail: Mail, municipality: str, certificate: Certificate | None, signer: MailSigner | None
) -> bytes:
    """Return a whole mail: signed if there is a signer, then encrypted if there is a certificate.

    Its Message-ID is made of the notice's number and a digest of the content, so that a stored mail keeps it for ever.
    """
    entity = _entity(content)
    if signer:
        entity = signed(entity, signer)
    if certificate:
        entity = encrypted(entity, certificate)
    return _head(content, mail, municipality, entity) + entity


def message_id_of(message: bytes) -> str:
    """Return the Message-ID in a mail's head."""
    return str(BytesHeaderParser(policy=policy.SMTP).parsebytes(message)["Message-ID"])


def _entity(content: Content) -> bytes:
    part = MIMEPart(policy=_POLICY)
    part.set_content(content.text, cte="quoted-printable")
    part.add_alternative(content.html.decode(), subtype="html", cte="quoted-printable")
    for name, file in content.files.items():
        part.add_attachment(file, "application", name.rpartition(".")[2], filename=name)
    mark = hashlib.sha256(b"".join(content.files.values())).hexdigest()[:24]
    for place, node in enumerate(part.walk()):
        if node.is_multipart():
            node.set_boundary(f"part-{place}-{mark}")
    return part.as_bytes()


def _head(content: Content, mail: Mail, municipality: str, entity: bytes) -> bytes:
    digest = hashlib.sha256(entity).hexdigest()[:24]
    head = EmailMessage(policy=_POLICY)
    head["From"] = mail.sender
    head["To"] = mail.to
    head["Subject"] = f"Bericht {content.number} van gemeente {one_line(municipality)}"
    head["Date"] = format_datetime(datetime.now(UTC))
    head["Message-ID"] = f"<{content.number}.{digest}@{mail.sender.partition('@')[2]}>"
    head["Auto-Submitted"] = "auto-generated"
    head["MIME-Version"] = "1.0"
    return head.as_bytes().rstrip(b"\r\n") + b"\r\n"
