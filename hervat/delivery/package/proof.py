"""The proof kept with a delivery: what the gate looked at, when, and how much it found. Counts, no persons."""

from datetime import datetime
from typing import Any

from hervat.delivery.gate.reasons import Reason
from hervat.delivery.job import Job
from hervat.register.models import utc_now
from hervat.settings import System


def proof(job: Job) -> dict[str, Any]:
    """Return what was looked at for a delivery in preparation."""
    facts = job.facts
    return {
        "day": str(job.night.as_of),
        "begun_at": _moment(facts.looked_at),
        "written_at": _moment(utc_now()),
        "register": {
            "persons": facts.people.counts(),
            "corrected_without_bsn": facts.people.unfindable(),
            "quarantined_corrections": len(facts.quarantined),
            "downloads_not_loaded": len(facts.unloaded),
            "delivered_corrected": len(frozenset().union(*(block.corrected for block in facts.at_cbs))),
        },
        "systems": [_system(job, system) for system in job.night.municipality.systems],
        "records": {
            "system": job.cbs.records.system,
            "state": job.state,
            "read_at": _moment(job.read_at),
            "of_persons_not_free": len(facts.records),
        },
        "reasons": [_reason(reason) for reason in job.weighed],
    }


def _system(job: Job, system: System) -> dict[str, Any]:
    facts = job.facts
    answer: dict[str, Any] = {"name": system.name, "policy": system.policy}
    if system.supplier:
        return {**answer, "kind": "supplier", "unconfirmed": len(facts.suppliers.get(system.name, ()))}
    if system.files:
        return {
            **answer,
            "kind": "files",
            "corrected_found": len({h.key for h in facts.hits if h.system == system.name}),
        }
    seen = next(one for one in facts.systems if one.name == system.name)
    corrected = {pseudonym for pseudonym in seen.standing if _state(job, pseudonym) == "corrected"}
    return {
        **answer,
        "kind": "database",
        "feeds": seen.feeds,
        "looked_at": _moment(seen.looked_at),
        "under_wi2021": len(seen.wi2021),
        "without_bsn": seen.nameless,
        "corrected_standing": len(corrected),
    }


def _state(job: Job, pseudonym: str) -> str | None:
    verdict = job.facts.people.state_of(pseudonym)
    return verdict.state if verdict else None


def _reason(reason: Reason) -> dict[str, Any]:
    return {**reason.as_json(), "accepted_by": sorted(reason.accepted_by)}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") + "Z" if at else None
