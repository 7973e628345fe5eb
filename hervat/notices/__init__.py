"""Telling third parties and suppliers: capture who received data, compose, send, and read what they confirm."""

from hervat.notices.counts import listed, standing, supplier_terms, unconfirmed_suppliers
from hervat.notices.disclosures import capture
from hervat.notices.doctor import check, try_disclosures, unwise, unwritable
from hervat.notices.letter import FOLDER as TEMPLATES
from hervat.notices.manual import told_by_hand
from hervat.notices.notify import notify
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
