"""Lists of municipalities that should take as long."""

from hypothesis import given
from hypothesis import strategies as st

from hervat.tasks.nights import balanced


def test_lists_take_about_as_long():
    seconds = {"0001": 60.0, "0002": 30.0, "0003": 30.0, "0004": 1.0}
    assert sorted(map(sorted, balanced(list(seconds), seconds, 2))) == [["0001", "0004"], ["0002", "0003"]]
    assert balanced(["0001", "0002"], {}, 5) == [["0001"], ["0002"]]
    assert balanced([], {}, 5) == []


@given(st.dictionaries(st.integers(1, 9999).map("{:04}".format), st.floats(0.1, 900), min_size=1), st.integers(1, 9))
def test_each_is_in_one_list_and_no_list_waits_long_for_another(seconds, lists):
    parts = balanced(list(seconds), seconds, lists)
    assert sorted(code for part in parts for code in part) == sorted(seconds)
    totals = [sum(seconds[code] for code in part) for part in parts]
    assert max(totals) - min(totals) <= max(seconds.values())
