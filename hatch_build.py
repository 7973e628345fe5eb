"""Build hook of the wheel and the source distribution: the commit goes along, for `hervat --version`.

HERVAT_COMMIT says it where there is no git, as in an image; a source distribution holds the commit it was made from.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = "hervat/_commit"


class CommitStamp(BuildHookInterface[Any]):
    """Adds one line, the commit; without a known commit nothing. It never fails a build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the stamp beside the build and add it. An editable install asks git itself."""
        if version == "editable" or not (commit := _commit(Path(self.root))):
            return
        stamp = Path(self.directory) / "commit"
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(f"{commit}\n", encoding="ascii")
        build_data["force_include"][str(stamp)] = STAMP


def _commit(root: Path) -> str:
    if given := os.environ.get("HERVAT_COMMIT", ""):
        return given if given.isascii() and given.isprintable() else ""
    if not (root / ".git").exists():
        return ""  # a source distribution: its stamp lies in the package already
    command = ["git", "-C", str(root), "describe", "--tags", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
