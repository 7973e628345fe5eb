"""Notices to third parties and suppliers: capture disclosures, compose, send, remind, and read the answers."""

from hervat.notices.archive import KIND, adopt_archived
from hervat.notices.counts import listed, standing, supplier_terms, unconfirmed_suppliers
from hervat.notices.disclosures import UNDATED, capture, disclosed_now
from hervat.notices.doctor import check, try_disclosures, unwise, unwritable
from hervat.notices.dossier import dossier, dutch, read_evidence
from hervat.notices.letter import FOLDER as TEMPLATES
from hervat.notices.letter import one_line, rendered
from hervat.notices.letter_pages import pdf_of
from hervat.notices.mail.signer import signed
from hervat.notices.manual import confirm_by_hand, confirm_file, resend, told_by_hand
from hervat.notices.notify import notify
from hervat.notices.obligations import KINDS
from hervat.notices.receipts.bounce import NUMBER
from hervat.notices.receipts.unsure import unsure
from hervat.notices.supplier import request_erasures

__all__ = [
    "KIND",
    "KINDS",
    "NUMBER",
    "TEMPLATES",
    "UNDATED",
    "adopt_archived",
    "capture",
    "check",
    "confirm_by_hand",
    "confirm_file",
    "disclosed_now",
    "dossier",
    "dutch",
    "listed",
    "notify",
    "one_line",
    "pdf_of",
    "read_evidence",
    "rendered",
    "request_erasures",
    "resend",
    "signed",
    "standing",
    "supplier_terms",
    "told_by_hand",
    "try_disclosures",
    "unconfirmed_suppliers",
    "unsure",
    "unwise",
    "unwritable",
]
