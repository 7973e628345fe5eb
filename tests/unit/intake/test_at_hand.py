"""What is at hand for loading is a whole download or nothing of it."""

import polars as pl

from hervat.downloads.row_cache import LOADED, RowCache

FRAME = pl.DataFrame({name: ["made up"] for name in LOADED})


def test_all_batches_come_back_once() -> None:
    kept = RowCache()
    kept.add(1, FRAME)
    kept.add(1, FRAME)
    assert [one.height for one in kept.take(1) or ()] == [1, 1]
    assert kept.take(1) is None


def test_what_does_not_fit_is_not_kept_at_all_and_leaves_room_for_the_next() -> None:
    kept = RowCache(most=2 * FRAME.estimated_size())
    for _ in range(4):
        kept.add(1, FRAME)
    assert kept.take(1) is None
    kept.add(2, FRAME)
    kept.add(2, FRAME)
    assert len(kept.take(2) or ()) == 2
