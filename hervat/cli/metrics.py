"""`hervat status --metrics`: how every gemeente stands, in a file for a node exporter."""

from pathlib import Path
from typing import TYPE_CHECKING

from hervat.cli.shared import print_json, print_plain, tell_error
from hervat.errors import UsageError, redacted

if TYPE_CHECKING:
    from hervat.settings import Municipality
    from hervat.status import Sample
    from hervat.tasks.installation import Installation


def show_metrics(config: Path, municipality: str | None, as_of: str | None, file: Path, as_json: bool) -> int:
    """Write the metrics of every gemeente; return 3 if something could not be read, else 0."""
    from hervat.status import metrics_text, unmeasured, write_metrics
    from hervat.tasks.installation import Installation

    if as_of or municipality:
        raise UsageError("--metrics writes this moment of every gemeente; leave --as-of and --municipality out")
    installation, samples, errors = Installation(config, partly=True), list["Sample"](), list[str]()
    for configured in installation.municipalities():
        read, wrong = _of_one(installation, configured)
        samples += read
        errors += wrong
    for broken in installation.settings.broken:
        samples += unmeasured(broken.code) if broken.code else []
        errors.append(str(broken))
    write_metrics(file, metrics_text(samples))
    if as_json:
        print_json({"file": str(file), "errors": errors})
    else:
        print_plain(f"wrote {file}")
        for text in errors:
            tell_error(text)
    return 3 if errors else 0


def _of_one(installation: "Installation", configured: "Municipality") -> tuple[list["Sample"], list[str]]:
    """Return the metrics of a gemeente, and what could not be read; one that fails does not stop the others."""
    from hervat.status import measured, unmeasured

    try:
        night = installation.night(configured, origin="status")
        return measured(night), [f"{night.code}: {text}" for text in dict.fromkeys(night.errors)]
    except Exception as error:  # noqa: BLE001 - one gemeente does not hold up the others
        return unmeasured(configured.code), [f"{configured.code}: {redacted(error)}"]
