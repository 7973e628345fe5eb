"""Modules that nothing of ours needs are imported on first use."""

import sys

import pytest

from hervat.expectations.late import import_late

NAME = "colorsys"


@pytest.fixture
def late(monkeypatch):
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    import_late(NAME)
    return sys.modules[NAME]


def test_great_expectations_is_there_without_what_draws_and_counts_for_others():
    import hervat.expectations.suites  # imports Great Expectations

    assert hervat.expectations.suites.__file__
    assert "great_expectations" in sys.modules
    assert not {"scipy.stats._stats_py", "altair.vegalite"} & set(sys.modules)


def test_the_module_itself_comes_on_first_use(late):
    import colorsys

    assert colorsys is late and sys.modules[NAME] is late
    assert not hasattr(late, "__file__") and sys.modules[NAME] is late  # who only looks around
    assert colorsys.rgb_to_hsv(1, 0, 0) == (0, 1, 1)
    assert sys.modules[NAME] is not late and sys.modules[NAME].__file__


def test_a_part_of_it_can_be_imported(monkeypatch):
    for name in [name for name in sys.modules if name == "wsgiref" or name.startswith("wsgiref.")]:
        monkeypatch.delitem(sys.modules, name)
    import_late("wsgiref")
    from wsgiref.headers import Headers

    assert Headers([("a", "b")])["a"] == "b"


def test_what_is_imported_already_stays():
    import_late("sys")
    assert sys.modules["sys"] is sys


def test_what_a_module_does_not_have_is_an_attribute_error(late):
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = late.no_such_name
