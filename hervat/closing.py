"""What a command opened is closed when it ends: a test, or a program of a gemeente, runs many in one process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

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
