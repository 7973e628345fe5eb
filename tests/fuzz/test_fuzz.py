"""A short fuzz run over the readers and the intake; `make fuzz` runs the same for as long as it is told."""

import pytest
from hypothesis import example, given, settings

from tests.fuzz.files import any_file
from tests.fuzz.properties import Figures, Nights, checking, reading

FIGURES = Figures()


@given(any_file())
@settings(max_examples=50)
def test_every_file_is_refused_for_a_reason_or_loses_no_row(file):
    reading(*file, FIGURES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@given(file=any_file(3))
@settings(max_examples=12)
def test_formats_check_tells_of_every_file_and_shows_nobody(folder, file):
    checking(*file, folder, FIGURES)


@pytest.fixture(scope="module")
def nights(folder):
    return Nights(folder)


@given(file=any_file(6))
@example(file=("header only", b"Code;Datum signaal;BSN\n"))
@settings(max_examples=12)
def test_rows_in_are_loaded_known_foreign_or_quarantined(nights, file):
    nights.file(*file, FIGURES)
