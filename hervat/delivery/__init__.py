"""The quarterly delivery to CBS: the gate, the records, XML and manifest. A person uploads what stands here."""

from hervat.delivery.accept import accept, accepted, gate_json
from hervat.delivery.confirm import confirm, confirm_all, delivered
from hervat.delivery.doctor import check
from hervat.delivery.facts import GateFacts, Hit, SystemFacts
from hervat.delivery.gate import ABSOLUTE, ACCEPTABLE, CODES, Reason, orphan_bsns, orphans, reasons, unseen, unseen_bsns
from hervat.delivery.job import Correction, DeliveryError, Job, Prepared
from hervat.delivery.layout import Layout, read_layout
from hervat.delivery.look import look, roots_now
from hervat.delivery.prepare import prepare, prepare_together
from hervat.delivery.quarters import FIRST, deadline, ended_before, peildatum, quarter_for
from hervat.delivery.records import Part, RecordsError
from hervat.delivery.stops import STOPS, Breach, Judge, Stop
from hervat.delivery.survey import accept_as_it_stands
from hervat.delivery.xsd import schema_text

__all__ = [
    "ABSOLUTE",
    "ACCEPTABLE",
    "CODES",
    "FIRST",
    "STOPS",
    "Breach",
    "Correction",
    "DeliveryError",
    "GateFacts",
    "Hit",
    "Job",
    "Judge",
    "Layout",
    "Part",
    "Prepared",
    "Reason",
    "RecordsError",
    "Stop",
    "SystemFacts",
    "accept",
    "accept_as_it_stands",
    "accepted",
    "check",
    "confirm",
    "confirm_all",
    "deadline",
    "delivered",
    "ended_before",
    "gate_json",
    "look",
    "orphan_bsns",
    "orphans",
    "peildatum",
    "prepare",
    "prepare_together",
    "quarter_for",
    "read_layout",
    "reasons",
    "roots_now",
    "schema_text",
    "unseen",
    "unseen_bsns",
]
