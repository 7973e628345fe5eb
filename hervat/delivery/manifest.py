"""The manifest of a delivery: what it is, by which layout, what the gate said, and the digest of every file."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hervat import __version__
from hervat.delivery.gate import Reason
from hervat.delivery.layout import Layout
from hervat.delivery.quarters import peildatum
from hervat.night import Night
from hervat.register.models import utc_now
from hervat.settings import Cbs

NAME = "manifest.json"


def describe(
    *, night: Night,
    cbs: Cbs,
    quarter: str,
    layout: Layout,
    weighed: tuple[Reason, ...],
    files: Mapping[str, str],
    count: int,
) -> dict[str, Any]:
    """Return the manifest. files: name -> SHA-256; count: records. voorlopig: made before the quarter had ended."""
    return {
        "quarter": quarter,
        "peildatum": str(peildatum(quarter)),
        "voorlopig": night.as_of < peildatum(quarter),
        "municipality": {"code": night.code, "name": night.municipality.name},
        "reporter": cbs.reporter,
        "layout": {"name": layout.name, "version": layout.version, "provisional": layout.provisional},
        "xsd_checked": cbs.xsd is not None,
        "records": count,
        "files": [{"name": name, "sha256": digest} for name, digest in files.items()],
        "gate": {"open": True, "reasons": [_reason(one) for one in weighed]},
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
