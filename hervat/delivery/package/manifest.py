"""The manifest of a delivery: quarter, layout, gate, figures, digests of the files, and the proof of what was seen."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hervat import __version__
from hervat.delivery.gate.reasons import Reason
from hervat.delivery.job import Job, Prepared
from hervat.delivery.quarters import deadline, peildatum
from hervat.register.models import utc_now
from hervat.settings import System

NAME, PAGE = "manifest.json", "controle.html"
_OF_THE_MOMENT = ("made_at", "proof")


def describe(
    jobs: Sequence[Job], outcomes: Sequence[Prepared], files: Mapping[str, str], why: str | None
) -> dict[str, Any]:
    """Return the manifest. files: name -> SHA-256; why: of a correction.

    voorlopig: made before the quarter had ended. state: records of the peildatum, or of the moment of reading. proof:
    what the gate looked at, and when.
    """
    first, layout = jobs[0], jobs[0].layout
    together = {"municipalities": [_part(job, done) for job, done in zip(jobs, outcomes, strict=True)]}
    described = {
        "quarter": first.quarter,
        "peildatum": str(peildatum(first.quarter)),
        "deadline": str(deadline(first.quarter)),
        "voorlopig": first.early,
        "reporter": first.cbs.reporter,
        "layout": {"name": layout.name, "version": layout.version, "provisional": layout.provisional},
        "xsd": "official" if first.cbs.xsd else "of the layout",
        "xsd_checked": first.cbs.xsd is not None,
        "records": sum(outcome.records for outcome in outcomes),
        "files": [{"name": name, "sha256": digest} for name, digest in files.items()],
        "hervat": __version__,
        "made_at": utc_now().isoformat(timespec="seconds") + "Z",
        "proof": {job.night.code: proof(job) for job in jobs},
        **(together if first.cbs.together else _part(first, outcomes[0])),
    }
    return described | ({"correction": {"why": why}} if why else {})


def _part(job: Job, done: Prepared) -> dict[str, Any]:
    changes = {} if done.changes is None else {"changes": done.changes}
    return {
        "municipality": {"code": job.night.code, "name": job.night.municipality.name},
        "state": job.state,
        "figures": job.figures.as_json(),
        "gate": {"open": True, "reasons": proof(job)["reasons"]},
        "stops": [stop.as_json() for stop in done.stops],
        "expectations": job.judge.results if job.judge else [],
        **changes,
    }


def as_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return the manifest as it is written."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def is_in_place(directory: Path, manifest: Mapping[str, Any]) -> bool:
    """True if the same delivery is there already: equal but for its moment, and every file unchanged."""
    try:
        there = json.loads((directory / NAME).read_bytes())
        same = _lasting(there) == _lasting(json.loads(as_bytes(manifest)))
        return same and all(sha256(directory / file["name"]) == file["sha256"] for file in there["files"])
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _lasting(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts that a second preparation of the same repeats; the page shows the moment of its checks."""
    files = [file for file in manifest["files"] if file["name"] != PAGE]
    return {name: value for name, value in manifest.items() if name not in _OF_THE_MOMENT} | {"files": files}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


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
