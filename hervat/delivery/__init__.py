"""The quarterly delivery to CBS: gate, records, XML and manifest. A person uploads the result."""

from hervat.delivery.confirm import confirm, confirm_all, delivered, deliveries, reminder
from hervat.delivery.doctor import check
from hervat.delivery.gate.accept import accept, accepted, answer, disregard, gate_json, holds_one, weigh
from hervat.delivery.gate.delivered_persons import at_cbs, deliveries_of, holding, keys_delivered, leave_out, of_person
from hervat.delivery.gate.facts import GateFacts, Hit, SystemFacts
from hervat.delivery.gate.lists import lists_of, search_lists, shown, unreadable
from hervat.delivery.gate.look import look, look_at_systems, roots_now
from hervat.delivery.gate.reasons import (
    ABSOLUTE,
    ACCEPTABLE,
    CODES,
    FIXES,
    Reason,
    orphan_bsns,
    orphans,
    reasons,
    unseen,
    unseen_bsns,
)
from hervat.delivery.gate.stops import DUTCH_STOPS, STOPS, Breach, Judge, Stop
from hervat.delivery.job import Correction, DeliveryError, Job, Prepared
from hervat.delivery.prepare import accept_as_it_stands, prepare, prepare_together
from hervat.delivery.quarters import FIRST, deadline, ended_before, peildatum, quarter_for
from hervat.delivery.records.layout import RecordLayout, layout_schema, read_layout
from hervat.delivery.records.records import Part, RecordsError
from hervat.delivery.records.schema import schema_text

__all__ = [
    "ABSOLUTE",
    "ACCEPTABLE",
    "CODES",
    "DUTCH_STOPS",
    "FIRST",
    "FIXES",
    "STOPS",
    "Breach",
    "Correction",
    "DeliveryError",
    "GateFacts",
    "Hit",
    "Job",
    "Judge",
    "Part",
    "Prepared",
    "Reason",
    "RecordLayout",
    "RecordsError",
    "Stop",
    "SystemFacts",
    "accept",
    "accept_as_it_stands",
    "accepted",
    "answer",
    "at_cbs",
    "check",
    "confirm",
    "confirm_all",
    "deadline",
    "delivered",
    "deliveries",
    "deliveries_of",
    "disregard",
    "ended_before",
    "gate_json",
    "holding",
    "holds_one",
    "keys_delivered",
    "layout_schema",
    "leave_out",
    "lists_of",
    "look",
    "look_at_systems",
    "of_person",
    "orphan_bsns",
    "orphans",
    "peildatum",
    "prepare",
    "prepare_together",
    "quarter_for",
    "read_layout",
    "reasons",
    "reminder",
    "roots_now",
    "schema_text",
    "search_lists",
    "shown",
    "unreadable",
    "unseen",
    "unseen_bsns",
    "weigh",
]
