"""What a source offers, and what a place (a server, a folder) must be able to do with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from hervat.sftp import LeftOut


@dataclass(frozen=True)
class Offered:
    """One file at a source: its name (a path below the source's directory), size in bytes, and time stamp.

    The time stamp is in seconds since 1970, by the source's clock. None: the source does not tell.
    """

    name: str
    size: int | None
    modified: float | None


class Place(Protocol):
    """Where files lie. Its errors are HervatErrors; `passing` on one says that trying again is worth it."""

    left: LeftOut

    @property
    def alive(self) -> bool:
        """True if the place can still be spoken to."""

    def listing(self, patterns: tuple[str, ...], others: tuple[str, ...] = ()) -> list[Offered]:
        """Return the files whose names fit a pattern; `left` then counts what else lies there.

        others: patterns of files that are somebody else's, and are not counted.
        """

    def read(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content; an error when it is not, or no longer, the one that was offered."""

    def remove(self, offered: Offered) -> None:
        """Remove a file; what is gone already, or is another by now, is left at that."""

    def move(self, offered: Offered, subdirectory: str) -> None:
        """Move a file into a subdirectory; what is gone already, or is another by now, is left at that."""
