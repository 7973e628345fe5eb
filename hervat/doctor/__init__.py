"""The doctor: tries what a night needs, reports what would fail and what is merely unwise. It changes nothing."""

import os
from collections.abc import Callable, Iterator

import yaml

from hervat import alerts, cleaning, delivery, notices
from hervat.doctor import checks
from hervat.doctor.books import Books
from hervat.doctor.findings import Check, Findings, attempt
from hervat.prefect_server import Home, flaws
from hervat.settings import Municipality, Settings
from hervat.shipped import deployments_file
from hervat.signing import signing_flaws

__all__ = ["Findings", "examine"]


def examine(settings: Settings, log: Callable[[str], None]) -> Findings:
    """Try everything the configuration names. One thing that fails does not keep the others from being tried."""
    findings = Findings()
    with Books(settings) as books:
        for what, check in _all(settings, books):
            log(f"trying {what}")
            findings.take(what, attempt(check))
    return findings


def _all(settings: Settings, books: Books) -> Iterator[tuple[str, Check]]:
    yield "keys", books.keys
    yield "rounds", lambda: checks.rounds(settings)
    yield "vault and output", lambda: checks.folders(settings)
    yield "retention", lambda: checks.terms(settings)
    yield "register", books.register
    yield "nights", lambda: Findings(flaws(Home(settings.directory / "var" / "prefect"), os.environ, _entrypoints()))
    for municipality in settings.municipalities:
        for name, check in _of_municipality(municipality, settings, books):
            yield f"{municipality.code} {name}", check
    yield "alert", lambda: _alert(settings)


def _entrypoints() -> dict[str, str]:
    """Return what each deployment of this hervat starts."""
    declared = yaml.safe_load(deployments_file().read_text(encoding="utf-8"))
    return {one["name"]: one["entrypoint"] for one in declared["deployments"]}


def _alert(settings: Settings) -> Findings:
    """Try the ways of an alert; that there is none is good to know, for a monitor may look by itself."""
    failing, unwise = alerts.check(settings.alert)
    return Findings(failing, unwise) if settings.alert else Findings(notes=unwise)


def _of_municipality(municipality: Municipality, settings: Settings, books: Books) -> Iterator[tuple[str, Check]]:
    yield from books.of_municipality(municipality)
    yield from checks.source_checks(municipality, settings.directory, settings.sources)
    yield from checks.system_checks(municipality)
    yield "approvals", lambda: Findings(*cleaning.approvals_flaws(municipality))
    yield "decisions", lambda: Findings(unwise=signing_flaws(municipality))
    yield "third parties", lambda: Findings(notices.check(municipality), notices.unwise(municipality))
    yield "letters", lambda: Findings(notices.unwritable(municipality, settings.directory / notices.TEMPLATES))
    yield "cbs", lambda: Findings(delivery.check(municipality, settings.directory))
    yield "worklist", lambda: checks.answers(municipality)
    yield "readers", lambda: checks.readers(municipality, settings)
    yield "policy", lambda: checks.policies(municipality)
