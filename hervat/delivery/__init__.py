"""The quarterly delivery to CBS: the gate, the records, XML and manifest. A person uploads what stands here."""

from hervat.delivery.accept import accept, accepted, gate_json
from hervat.delivery.confirm import confirm, delivered
from hervat.delivery.doctor import check
from hervat.delivery.facts import GateFacts, Hit, SystemFacts
from hervat.delivery.gate import ABSOLUTE, ACCEPTABLE, CODES, Reason, orphan_bsns, orphans, reasons
from hervat.delivery.job import DeliveryError, Prepared
from hervat.delivery.layout import Layout, read_layout
from hervat.delivery.look import look
from hervat.delivery.prepare import prepare
from hervat.delivery.quarters import deadline, peildatum, quarter_for
from hervat.delivery.records import RecordsError

__all__ = [
    "ABSOLUTE",
    "ACCEPTABLE",
    "CODES",
    "DeliveryError",
    "GateFacts",
    "Hit",
    "Layout",
    "Prepared",
    "Reason",
    "RecordsError",
    "SystemFacts",
    "accept",
    "accepted",
    "check",
    "confirm",
    "deadline",
    "delivered",
    "gate_json",
    "look",
    "orphan_bsns",
    "orphans",
    "peildatum",
    "prepare",
    "quarter_for",
    "read_layout",
    "reasons",
]
