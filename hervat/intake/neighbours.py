"""Sources that look in the same place: what one leaves there another may take, and then it is no news."""

import posixpath
from collections.abc import Iterable

from hervat.settings import Source


def theirs(source: Source, all_sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the patterns, and those of the markers, of the other sources that look where this one does."""
    others = [one for one in all_sources if one is not source and _place(one) == _place(source)]
    patterns = [pattern for one in others for pattern in _patterns(one)]
    return (*patterns, *(f"*{one.done_marker}" for one in others if one.done_marker))


def not_theirs(source: Source, folders: Iterable[str], all_sources: Iterable[Source]) -> int:
    """Return how many of the folders below a source's directory no other source looks into."""
    places = [_place(one) for one in all_sources if one is not source]
    where, directory = _place(source)
    below = {path for other, path in places if other == where}
    return sum(not any(_within(path, posixpath.join(directory, folder)) for path in below) for folder in folders)


def _within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{posixpath.normpath(folder)}/")


def _patterns(source: Source) -> tuple[str, ...]:
    return (source.sftp or source.folder).patterns  # type: ignore[union-attr]


def _place(source: Source) -> tuple[object, str]:
    """Return the server (None: this machine) and the directory."""
    if source.sftp:
        server = source.sftp
        return (server.host.casefold(), server.port, server.user), posixpath.normpath(server.directory)
    return None, posixpath.normpath(str(source.folder and source.folder.directory))
