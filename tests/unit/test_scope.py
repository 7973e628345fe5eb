"""Rows of one gemeente never mix with those of another: each query filters with `hervat.register.conditions`."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from hervat.register import scope
from hervat.register.models import Notice

HERVAT = Path(__file__).parents[2] / "hervat"
ROOMS = ("notices", "intake", "alerts", "strangers", "answers", "register", "settling", "rules", "person", "journal.py")
FILES = [
    file
    for room in ROOMS
    for file in ((HERVAT / room).rglob("*.py") if (HERVAT / room).is_dir() else [HERVAT / room])
    if "migrations" not in file.parts and file != HERVAT / "register" / "conditions.py"
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HERVAT)))
def test_no_query_writes_the_filter_by_hand(file):
    assert not re.findall(r"\.municipality ==", file.read_text(encoding="utf-8"))


def test_the_filter_is_on_the_table_or_the_alias_that_is_given():
    older = aliased(Notice, name="older")
    assert "WHERE notice.municipality = :municipality" in str(select(Notice.id).where(scope(Notice, "0000")))
    assert "WHERE older.municipality = :municipality" in str(select(older.id).where(scope(older, "0000")))
