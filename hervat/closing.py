"""What a command opened is closed when it ends: a test, or a program of a gemeente, runs many in one process.

So Python need not look for garbage when a process ends: Prefect and Great Expectations leave so much of it that this
takes a second or more.
"""

import atexit
import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

atexit.register(gc.freeze)
_STACK: ContextVar[ExitStack | None] = ContextVar("closing", default=None)


@contextmanager
def closing_all() -> Iterator[None]:
    """Close in the end whatever is given to `close_at_end` in the block, the last first."""
    with ExitStack() as stack:
        token = _STACK.set(stack)
        try:
            yield
        finally:
            _STACK.reset(token)


def close_at_end(close: Callable[[], None]) -> None:
    """Let this be called at the end of the block of `closing_all` in which we are; outside one it is not called."""
    if stack := _STACK.get():
        stack.callback(close)
