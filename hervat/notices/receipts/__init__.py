"""Answers of recipients: fetching, parsing each form, verifying signatures, recording."""

from hervat.notices.receipts.bounce import Bounce
from hervat.notices.receipts.confirmation import Confirmation, read_confirmation
from hervat.notices.receipts.file import ReceiptRead, Rejected, read_file
from hervat.notices.receipts.places import answers
from hervat.notices.receipts.record import Tally, record_all, record_bounces

__all__ = [
    "Bounce",
    "Confirmation",
    "ReceiptRead",
    "Rejected",
    "Tally",
    "answers",
    "read_confirmation",
    "read_file",
    "record_all",
    "record_bounces",
]
