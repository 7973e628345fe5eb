"""Places at a server: how many connections may be open at once is decided outside, over all processes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from hervat.settings import SshLogin

PlaceAt = Callable[[str], AbstractContextManager[None]]
_place_at: PlaceAt = lambda _server: nullcontext()  # noqa: E731 - the one for who connects outside a night


@contextmanager
def places(at: PlaceAt) -> Iterator[None]:
    """Let each connection that is opened within the block, in any thread, first take its place by `at(server)`."""
    global _place_at  # noqa: PLW0603 - the connections of a night are opened by threads of several rooms
    before, _place_at = _place_at, at
    try:
        yield
    finally:
        _place_at = before


def place_at(hop: SshLogin) -> AbstractContextManager[None]:
    """Return what holds a place at a server (or jump host) as long as it is open."""
    return _place_at(f"{hop.host}:{hop.port}")
