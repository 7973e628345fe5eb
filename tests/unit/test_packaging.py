"""pyproject.toml says what hervat runs on: what requirements/runtime.in names, within bounds that hold for the lock."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from hervat import __version__

ROOT = Path(__file__).parents[2]
BUILDING = {"hatchling", "editables", "uv"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DECLARED = [Requirement(text) for text in PROJECT["dependencies"]]
OTLP = [Requirement(text) for text in PROJECT["optional-dependencies"]["otlp"]]


def locked(lock: str = "runtime.lock") -> dict[str, list[str]]:
    """Return the versions of each package in the lock: of one there can be several, by version of Python."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements" / lock).read_text(), re.M):
        found.setdefault(name, []).append(version)
    return found


def test_the_dependencies_are_those_that_the_lock_is_made_from():
    lines = (ROOT / "requirements" / "runtime.in").read_text().splitlines()
    asked = {Requirement(text).name for line in lines if (text := line.split("#")[0].strip())}
    assert {one.name for one in DECLARED} == asked - BUILDING


def test_the_versions_of_the_lock_are_within_the_bounds():
    versions = locked()
    assert len(DECLARED) > 20
    assert [str(one) for one in DECLARED if not all(v in one.specifier for v in versions[one.name])] == []


def test_every_bound_has_an_end_that_was_tried():
    """A next major version was never seen to work; time zones are data, and the newest are right."""
    open_ended = [one.name for one in DECLARED if not any(s.operator in ("<", "==") for s in one.specifier)]
    assert open_ended == ["tzdata"]


def test_the_extra_is_in_the_lock_of_the_tests_with_the_opentelemetry_that_hervat_runs_on():
    (exporter,), tests = OTLP, locked("dev.lock")
    (version,) = tests[exporter.name]
    assert version in exporter.specifier and any(one.operator == "<" for one in exporter.specifier)
    assert [version] == tests["opentelemetry-api"] == locked()["opentelemetry-api"]
    assert exporter.name not in locked()


def test_the_version_is_the_newest_that_the_changelog_tells_of():
    """Before the first release there is none yet."""
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased" and headings[1:2] in ([], [__version__])
