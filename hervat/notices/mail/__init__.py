"""A notice as a mail: the message with its letter and data, S/MIME, and handing it to a server."""

from hervat.notices.mail.errors import MailError
from hervat.notices.mail.message import Content, message_id_of, message_of
from hervat.notices.mail.server import hand_over, reach
from hervat.notices.mail.signer import MailSigner, read_signer

__all__ = ["Content", "MailError", "MailSigner", "hand_over", "message_id_of", "message_of", "reach", "read_signer"]
