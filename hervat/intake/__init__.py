"""Intake: originals are secured, judged and loaded into the register."""

from hervat.intake.apart import RowsApart, load_apart, rows_apart
from hervat.intake.fetch import fetch
from hervat.intake.file_facts import FileFacts, Undated
from hervat.intake.file_history import history, still_expected
from hervat.intake.incident_records import (
    AP_REPORT,
    GROUNDS,
    JUDGEMENT,
    RISKS,
    IncidentMoment,
    IncidentRecord,
    incident_records,
)
from hervat.intake.incidents import (
    end_incident,
    end_unjudged,
    judge_incident,
    leave_untold,
    note_alert,
    open_incident,
    report_incident,
    tell_duo,
    tell_persons,
)
from hervat.intake.load import load
from hervat.intake.noticed import MEND, SUITE, Noticed, days_looked, not_theirs, noted, passed_by, theirs
from hervat.intake.original_rows import OriginalRows, source_of, typed_together
from hervat.intake.originals import missing_originals
from hervat.intake.overrule import overrule_row, show_row
from hervat.intake.persons import Identities
from hervat.intake.quarantine import (
    UNLOADED,
    QuarantinedItem,
    decision_term,
    download_number,
    quarantined,
    reject_quarantined,
)
from hervat.intake.restore import restore
from hervat.intake.selfcheck import selfcheck, signals_ownerless
from hervat.intake.signals import brought_in, downloads_with, persons_in, sightings_of, unsee
from hervat.intake.silence import silent
from hervat.intake.validation_results import (
    KEPT,
    FailedRow,
    Judgement,
    detail_of,
    keep_results,
    record_judgements,
    record_refusal,
    to_validate,
)
from hervat.intake.whole_file_checks import FileAggregates

__all__ = [
    "AP_REPORT",
    "GROUNDS",
    "JUDGEMENT",
    "KEPT",
    "MEND",
    "RISKS",
    "SUITE",
    "UNLOADED",
    "FailedRow",
    "FileAggregates",
    "FileFacts",
    "Identities",
    "IncidentMoment",
    "IncidentRecord",
    "Judgement",
    "Noticed",
    "OriginalRows",
    "QuarantinedItem",
    "RowsApart",
    "Undated",
    "brought_in",
    "days_looked",
    "decision_term",
    "detail_of",
    "download_number",
    "downloads_with",
    "end_incident",
    "end_unjudged",
    "fetch",
    "history",
    "incident_records",
    "judge_incident",
    "keep_results",
    "leave_untold",
    "load",
    "load_apart",
    "missing_originals",
    "not_theirs",
    "note_alert",
    "noted",
    "open_incident",
    "overrule_row",
    "passed_by",
    "persons_in",
    "quarantined",
    "record_judgements",
    "record_refusal",
    "reject_quarantined",
    "report_incident",
    "restore",
    "rows_apart",
    "selfcheck",
    "show_row",
    "sightings_of",
    "signals_ownerless",
    "silent",
    "source_of",
    "still_expected",
    "tell_duo",
    "tell_persons",
    "theirs",
    "to_validate",
    "typed_together",
    "unsee",
]
