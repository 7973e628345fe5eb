"""Telling third parties and suppliers: capture who received data, compose, send, and read what they confirm."""

from hervat.notices.by_hand import told_by_hand
from hervat.notices.capture import capture
from hervat.notices.checks import check, try_disclosures, unwise
from hervat.notices.letter import FOLDER as TEMPLATES
from hervat.notices.notify import notify
from hervat.notices.rehearsal import unwritable
from hervat.notices.standing import listed, standing, supplier_terms, unconfirmed_suppliers
from hervat.notices.supplier import request_erasures

__all__ = [
    "TEMPLATES",
    "capture",
    "check",
    "listed",
    "notify",
    "request_erasures",
    "standing",
    "supplier_terms",
    "told_by_hand",
    "try_disclosures",
    "unconfirmed_suppliers",
    "unwise",
    "unwritable",
]
