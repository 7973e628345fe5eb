"""The manifest of a delivery: quarter, layout, gate, figures, and the digest of every file."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hervat import __version__
from hervat.delivery.job import Job, Prepared
from hervat.delivery.package.proof import proof
from hervat.delivery.quarters import deadline, peildatum
from hervat.register.models import utc_now

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
