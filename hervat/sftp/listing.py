"""List remote directories: names, sizes and time stamps in one listing, whatever bytes the names hold."""

import posixpath
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paramiko import Message, SFTPAttributes
from paramiko.sftp import CMD_CLOSE, CMD_NAME, CMD_OPENDIR, CMD_READDIR

from hervat.sftp.asked import Placed, complete, kind_of, modified_of, refusals_pass, size_of
from hervat.sftp.left_out import LeftOut
from hervat.sftp.patterns import fits, is_strange
from hervat.sftp.pipeline import Pipeline, Reply

__all__ = ["PICKED_UP", "RemoteFile", "TooMany", "enters", "fits", "is_strange", "listed_again", "tree"]

PICKED_UP = "opgehaald"
"""Where picked-up files are moved to; it is never looked into."""
_LOCALE_FREE = ("utf-8", "surrogateescape")
_AHEAD = 4  # looks under way at once in one directory
_MAX_OPEN = 32  # directories open at once
_MAX_ENTRIES = 1_000_000  # entries in one directory: beyond it a server's listing is endless
_SEPARATORS = re.compile(r"[/\\]+")

Entry = tuple[str, SFTPAttributes]


def _all(_name: str) -> bool:
    return True


class TooMany(Exception):
    """A directory goes on without end, or there are too many of them."""


@dataclass(frozen=True)
class RemoteFile:
    """A regular file: its name (a path below the directory that was listed), size in bytes, and when it was modified.

    `modified` is in seconds since 1970, by the server's clock. None: the server does not tell.
    """

    name: str
    size: int | None
    modified: float | None

    def agrees(self, other: "RemoteFile") -> bool:
        """True if two looks at a file may be of the same content; unknown facts are ignored."""
        pairs = (self.size, other.size), (self.modified, other.modified)
        return all(mine == other or mine is None or other is None for mine, other in pairs)


def remote_file(name: str, attributes: SFTPAttributes) -> RemoteFile:
    """Return a file as a server's attributes show it."""
    return RemoteFile(name, size_of(attributes), modified_of(attributes))


def enters(name: str) -> bool:
    """True if a subfolder of that name is looked into: not a hidden or strange one, nor where files end up."""
    return not name.startswith(".") and name != PICKED_UP and not is_strange(name)


def tree(
    pipeline: Pipeline,
    directory: str,
    depth: int,
    beat: Callable[[], None],
    wants: Callable[[str], bool] = _all,
    left: LeftOut | None = None,
) -> list[Placed]:
    """Return folder (from `directory`), name and attributes of all its entries, and of `depth` levels below.

    Each entry has a kind (hervat.sftp.asked), and those whose names `wants` takes have what else the server tells.
    Links are not followed. `beat` is called for each answer that came; `left` counts the folders that were not entered.
    """
    entries: list[Placed] = []
    left = LeftOut() if left is None else left
    level = [""]
    for deeper in range(depth, -1, -1):
        here = complete(pipeline, directory, list(_listed(pipeline, directory, level, beat, left)), wants, beat)
        entries += here
        if len(entries) > _MAX_ENTRIES:
            raise TooMany
        level = [
            posixpath.join(parent, name)
            for parent, name, attributes in here
            if kind_of(attributes) == "folder" and enters(name)
        ]
        left.folders += [] if deeper else level
    return entries


def listed_again(pipeline: Pipeline, path: str, beat: Callable[[], None]) -> RemoteFile | None:
    """Return a file as the listing shows it now; None if it is not listed, or can't be."""
    folder, file_name = posixpath.split(path)
    with refusals_pass():
        for _, name, attributes in _listed(pipeline, folder or ".", [""], beat, LeftOut()):
            if name == file_name:
                (entry,) = complete(pipeline, folder, [("", name, attributes)], _all, beat)
                return remote_file(name, entry[2])
    return None


def _listed(
    pipeline: Pipeline, directory: str, folders: list[str], beat: Callable[[], None], left: LeftOut
) -> Iterator[Placed]:
    """Yield the entries of each folder below `directory`, many folders at once, each entry once."""
    for start in range(0, len(folders), _MAX_OPEN):
        some = folders[start : start + _MAX_OPEN]
        paths = [posixpath.join(directory, folder) if folder else directory for folder in some]
        opened = [(pipeline.ask(CMD_OPENDIR, path), folder) for path, folder in zip(paths, some, strict=True)]
        handles = [(handle, folder) for answer, folder in opened if (handle := _handle(pipeline, answer, folder, left))]
        asked = [deque(pipeline.ask(CMD_READDIR, handle) for _ in range(_AHEAD)) for handle, _ in handles]
        for (handle, folder), looks in zip(handles, asked, strict=True):
            seen = set()
            for name, attributes in _entries(pipeline, handle, looks, beat):
                bare = _without_path(name, posixpath.join(directory, folder))
                if bare not in seen and bare not in (".", ".."):
                    seen.add(bare)
                    yield folder, bare, attributes


def _handle(pipeline: Pipeline, answer: Reply, folder: str, left: LeftOut) -> bytes | None:
    """Return an open folder; None for one below the first that we may not open, which is counted."""
    if not folder:
        return pipeline.handle(answer)
    with refusals_pass():
        return pipeline.handle(answer)
    left.closed += 1
    return None


def _without_path(name: str, directory: str) -> str:
    """Return a name without the very directory that was asked for: some servers give whole paths, in their own way."""
    if not _SEPARATORS.search(name):
        return name
    *folders, last = _parts(name) or [""]
    same = folders == _parts(directory) or name in (f"./{last}", f"{last}/", f"{last}\\")
    return last if same and last else name


def _parts(path: str) -> list[str]:
    parts = [part for part in _SEPARATORS.split(path) if part not in ("", ".")]
    return parts[1:] if parts and re.fullmatch("[A-Za-z]:", parts[0]) else parts


def _entries(pipeline: Pipeline, handle: bytes, looks: deque[Reply], beat: Callable[[], None]) -> Iterator[Entry]:
    """Yield what an open directory holds.

    paramiko's own listing ends in an error when a single name is not UTF-8, so the packets are read here;
    such a name gets surrogates in it, which `is_strange` knows.
    """
    left = _MAX_ENTRIES
    while left > 0:
        try:
            answer = pipeline.wait(looks.popleft(), CMD_NAME)
        except EOFError:  # the protocol's end of a listing; of a lost connection paramiko makes an SSHException
            pipeline.ask(CMD_CLOSE, handle)
            return
        beat()
        looks.append(pipeline.ask(CMD_READDIR, handle))
        count = answer.get_int()
        left -= max(count, 1)
        for _ in range(count):
            yield _entry(answer)
    raise TooMany


def _entry(answer: Message) -> Entry:
    name = answer.get_string().decode(*_LOCALE_FREE)
    shown = answer.get_string().decode(*_LOCALE_FREE)
    return name, SFTPAttributes._from_msg(answer, name, shown)  # type: ignore[attr-defined]
