"""The documents keep to what is there: every test that PROOFS.md and handreiking.md name exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(\w[\w/]*\.py)::(\w+)`")


@pytest.mark.parametrize("document", ["PROOFS.md", "handreiking.md"])
def test_every_named_test_exists(document):
    named = NAMED.findall((ROOT / "docs" / document).read_text())
    assert len(named) > 30
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / "tests" / path).is_file() or f"def {name}(" not in (ROOT / "tests" / path).read_text()
    ]
    assert missing == []


def test_every_promise_has_a_test():
    promises = re.split(r"^- ", (ROOT / "docs" / "PROOFS.md").read_text(), flags=re.MULTILINE)[1:]
    assert len(promises) > 100
    assert [promise for promise in promises if not NAMED.search(promise)] == []


def test_no_registry_and_no_path_of_a_machine():
    locks = "".join(path.read_text() for path in (ROOT / "requirements").glob("*.lock"))
    assert "--index" not in locks and "http://" not in locks and "https://" not in locks and "--hash=sha256:" in locks
