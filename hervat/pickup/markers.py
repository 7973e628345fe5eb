"""Done-markers: small files that say that the file of the same name, with something behind it, is whole."""

from collections.abc import Iterable

from hervat.pickup.offered import Offered


class Markers:
    """The markers among what a source lists. `suffix`: what stands behind the file's name (None: there are none)."""

    def __init__(self, suffix: str | None) -> None:
        self._suffix = suffix
        self._found: dict[str, Offered] = {}
        self._folded: dict[str, Offered] = {}

    @property
    def patterns(self) -> tuple[str, ...]:
        """A pattern of every marker."""
        return (f"*{self._suffix}",) if self._suffix else ()

    def with_theirs(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """Return patterns with those of their files' markers."""
        return (*patterns, *(f"{pattern}{self._suffix}" for pattern in patterns)) if self._suffix else patterns

    def apart(self, found: Iterable[Offered]) -> list[Offered]:
        """Return what is no marker; the markers are kept."""
        files, self._found = [], {}
        for one in found:
            if self._suffix and one.name.casefold().endswith(self._suffix.casefold()):
                self._found[one.name[: -len(self._suffix)]] = one
            else:
                files.append(one)
        self._folded = {name.casefold(): one for name, one in self._found.items()}
        return files

    def of(self, file: Offered) -> Offered | None:
        """Return a file's marker: the one of its very name, else one of a name that differs in capitals alone."""
        return self._found.get(file.name) or self._folded.get(file.name.casefold())
