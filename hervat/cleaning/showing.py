"""Views that show numbers of persons from tables that are not read: what stands behind them hervat does not clean."""

from collections.abc import Container, Iterable

from hervat.cleaning.coverage.naming import says_bsn, says_v_number


def told_of_views(views: Iterable[tuple[str, str, list[str]]], read: Container[str]) -> list[str]:
    """Return a line for each view, of (view, table, columns), that by its columns' names shows numbers of persons."""
    return [
        f"the view {view} shows {', '.join(telling)} of {table or 'no table of this database'}, which hervat does not"
        " read: what stands there is not cleaned; name it in coverage, or make its database a system"
        for view, table, columns in views
        if table not in read and (telling := [one for one in columns if says_bsn(one) or says_v_number(one)])
    ]
