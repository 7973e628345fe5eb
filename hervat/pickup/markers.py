"""Done-markers: small files whose name is that of a file plus a suffix; they say that the file is complete."""

from collections.abc import Iterable

from hervat.pickup.offered import Offered


class Markers:
    """The markers among what a source lists. `suffix`: comes after the file's name (None: there are no markers)."""

    def __init__(self, suffix: str | None) -> None:
        self._suffix = suffix
        self._markers: dict[str, Offered] = {}
        self._folded: dict[str, Offered] = {}

    @property
    def patterns(self) -> tuple[str, ...]:
        """A pattern of every marker."""
        return (f"*{self._suffix}",) if self._suffix else ()

    def with_theirs(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """Return patterns with those of their files' markers."""
        return (*patterns, *(f"{pattern}{self._suffix}" for pattern in patterns)) if self._suffix else patterns

    def apart(self, listed: Iterable[Offered]) -> list[Offered]:
        """Return the files that are not markers; the markers are remembered."""
        files, self._markers = [], {}
        for file in listed:
            if self._suffix and file.name.casefold().endswith(self._suffix.casefold()):
                self._markers[file.name[: -len(self._suffix)]] = file
            else:
                files.append(file)
        self._folded = {name.casefold(): marker for name, marker in self._markers.items()}
        return files

    def of(self, file: Offered) -> Offered | None:
        """Return a file's marker: the one of its very name, else one of a name that differs in capitals alone."""
        return self._markers.get(file.name) or self._folded.get(file.name.casefold())
