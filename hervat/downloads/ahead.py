"""Some batches ahead: the next are worked out while this one is written, for polars and the database wait for nobody."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], most: int = 2) -> Iterator[T]:
    """Yield the items; the next ones, at most so many, are asked for in a thread of their own. Errors come through."""
    end = object()
    with ThreadPoolExecutor(1, "ahead") as worker:
        coming: deque[Future[T | object]] = deque(worker.submit(next, items, end) for _ in range(most))
        while (item := coming.popleft().result()) is not end:
            coming.append(worker.submit(next, items, end))
            yield item  # type: ignore[misc]
