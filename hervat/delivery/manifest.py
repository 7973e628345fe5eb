"""The manifest of a delivery: what it is, by which layout, what the gate said, and the digest of every file."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hervat import __version__
from hervat.delivery.gate import Reason
from hervat.delivery.job import Job
from hervat.delivery.quarters import peildatum
from hervat.register.models import utc_now

NAME = "manifest.json"


def describe(job: Job, files: Mapping[str, str], records: int) -> dict[str, Any]:
    """Return the manifest. files: name -> SHA-256. voorlopig: it was made before the quarter had ended."""
    layout = job.layout
    return {
        "quarter": job.quarter,
        "peildatum": str(peildatum(job.quarter)),
        "voorlopig": job.early,
        "municipality": {"code": job.night.code, "name": job.night.municipality.name},
        "reporter": job.cbs.reporter,
        "layout": {"name": layout.name, "version": layout.version, "provisional": layout.provisional},
        "xsd_checked": job.cbs.xsd is not None,
        "records": records,
        "files": [{"name": name, "sha256": digest} for name, digest in files.items()],
        "gate": {"open": True, "reasons": [_reason(one) for one in job.weighed]},
        "hervat": __version__,
        "made_at": utc_now().isoformat(timespec="seconds") + "Z",
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {**reason.as_json(), "accepted_by": sorted(reason.accepted_by)}


def as_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return the manifest as it is written."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def stands(directory: Path, manifest: Mapping[str, Any]) -> bool:
    """Say whether the same delivery stands there already: the same but for `made_at`, and every file unchanged."""
    try:
        there = json.loads((directory / NAME).read_bytes())
        same = {**there, "made_at": ""} == {**manifest, "made_at": ""}
        return same and all(sha256(directory / one["name"]) == one["sha256"] for one in there["files"])
    except (OSError, ValueError, TypeError):
        return False


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
