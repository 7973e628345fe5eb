"""The register's tables as SQLAlchemy models, one file per subject."""

from hervat.register.models.aftermath import Reappearance, Refilled, SharedRow
from hervat.register.models.answers import Answer, AnswerFile
from hervat.register.models.base import Base, utc_now
from hervat.register.models.cleaning import Approval, CleaningPlan, KeptValue, PlanPerson
from hervat.register.models.intake import (
    Download,
    ForeignRow,
    Incident,
    IncidentStep,
    Offer,
    QuarantinedRow,
    SightingBlock,
    ValidationResult,
)
from hervat.register.models.notices import DisclosedTo, Enclosure, Notice, Receipt, Told
from hervat.register.models.persons import (
    Decision,
    Hold,
    Identifier,
    Ownership,
    Person,
    Personalia,
    PersonState,
    Separate,
    SettledDay,
    SignalRow,
    Stranger,
    WrongNotification,
)
from hervat.register.models.records import Acceptance, Delivery, DeliveryBlock, Destruction, JournalLine, KeyCheck, Run

__all__ = [
    "Acceptance",
    "Answer",
    "AnswerFile",
    "Approval",
    "Base",
    "CleaningPlan",
    "Decision",
    "Delivery",
    "DeliveryBlock",
    "Destruction",
    "DisclosedTo",
    "Download",
    "Enclosure",
    "ForeignRow",
    "Hold",
    "Identifier",
    "Incident",
    "IncidentStep",
    "JournalLine",
    "KeptValue",
    "KeyCheck",
    "Notice",
    "Offer",
    "Ownership",
    "Person",
    "PersonState",
    "Personalia",
    "PlanPerson",
    "QuarantinedRow",
    "Reappearance",
    "Receipt",
    "Refilled",
    "Run",
    "Separate",
    "SettledDay",
    "SharedRow",
    "SightingBlock",
    "SignalRow",
    "Stranger",
    "Told",
    "ValidationResult",
    "WrongNotification",
    "utc_now",
]
