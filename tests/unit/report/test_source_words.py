"""What is noticed at a source has Dutch words, a task where somebody must act, and none where a line will do."""

from dataclasses import replace

import pytest

from hervat.intake.noticed import ALWAYS_LINES, HIDING, every_kind
from hervat.report import source_words
from hervat.report.todo import todo
from tests.support.overviews import empty


@pytest.mark.parametrize("one", every_kind("pib"), ids=lambda one: one.reason)
def test_each_has_its_words(one):
    assert source_words.line(one).startswith(("2 ", "Al 2 ", "Wat u ")) and "{" not in source_words.line(one)
    assert "{" not in one.text and one.text.startswith("source pib: ")
    said = [task for task in todo(empty(sources=[one])) if "bron pib" in task.what]
    assert len(said) == (one.reason not in ALWAYS_LINES and one.reason != "silent")
    assert not [task for task in todo(empty(sources=[replace(one, waits=False)])) if "bron pib" in task.what]


def test_one_day_and_one_file_agree():
    texts = {one.reason: source_words.line(replace(one, count=1, extra=1)) for one in every_kind("pib")}
    assert texts["unfit"].startswith("1 bestand met") and texts["silent"].startswith("Al 1 dag niets")
    assert "elke dag iets" in texts["silent"] and texts.keys() >= HIDING
