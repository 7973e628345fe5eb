"""One batch ahead: the next is worked out while this one is written, for polars and the database wait for nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the items; each is asked for in a thread of its own while the one before is in use. Errors come through."""
    with ThreadPoolExecutor(1, "ahead") as worker:
        end = object()
        coming = worker.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = worker.submit(next, items, end)
            yield item  # type: ignore[misc]
