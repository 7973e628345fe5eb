"""An alert as a mail, in plain text."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4

from hervat.alerts.wording import Message
from hervat.notices.mail import hand_over
from hervat.settings import Alert, MailServer


def mail(alert: Alert, message: Message) -> None:
    """Hand an alert to the mail server. Raises MailError."""
    if alert.mail:
        hand_over(alert.mail, _entity(alert.mail, message))


def _entity(server: MailServer, message: Message) -> bytes:
    made = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    made["From"], made["To"], made["Subject"] = server.sender, server.to, message.subject
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Message-ID"] = f"<{uuid4()}@{server.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text, cte="quoted-printable")
    return made.as_bytes()
