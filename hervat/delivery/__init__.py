"""The quarterly delivery to CBS: the gate, the records, XML and manifest. A person uploads what stands here."""

from hervat.delivery.confirm import confirm, confirm_all, delivered
from hervat.delivery.doctor import check
from hervat.delivery.gate.accept import accept, accepted, gate_json
from hervat.delivery.gate.facts import GateFacts, Hit, SystemFacts
from hervat.delivery.gate.gate import (
    ABSOLUTE,
    ACCEPTABLE,
    CODES,
    Reason,
    orphan_bsns,
    orphans,
    reasons,
    unseen,
    unseen_bsns,
)
from hervat.delivery.gate.look import look, roots_now
from hervat.delivery.gate.stops import STOPS, Breach, Judge, Stop
from hervat.delivery.job import Correction, DeliveryError, Job, Prepared
from hervat.delivery.prepare import prepare, prepare_together
from hervat.delivery.quarters import FIRST, deadline, ended_before, peildatum, quarter_for
from hervat.delivery.records.layout import Layout, read_layout
from hervat.delivery.records.records import Part, RecordsError
from hervat.delivery.records.schema import schema_text
from hervat.delivery.survey import accept_as_it_stands

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
