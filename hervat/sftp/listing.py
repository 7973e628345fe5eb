"""Looking into remote directories: names, sizes and time stamps in one listing, whatever bytes the names hold."""

import posixpath
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from paramiko import Message, SFTPAttributes
from paramiko.sftp import CMD_CLOSE, CMD_NAME, CMD_OPENDIR, CMD_READDIR

from hervat.sftp.pipeline import Answer, Pipeline

PICKED_UP = "opgehaald"
"""Where picked-up files are moved to; it is never looked into."""
_LOCALE_FREE = ("utf-8", "surrogateescape")
_AHEAD = 4  # looks under way at once in one directory
_AT_ONCE = 32  # directories open at once
_MOST = 1_000_000  # entries in one directory: beyond it a server is talking for ever

Entry = tuple[str, SFTPAttributes]
Placed = tuple[str, str, SFTPAttributes]


class TooMany(Exception):
    """A directory goes on without end, or there are too many of them."""


@dataclass(frozen=True)
class RemoteFile:
    """A regular file: its name (a path below the directory that was listed), size in bytes, and when it was modified.

    `modified` is in seconds since 1970, by the server's clock.
    """

    name: str
    size: int
    modified: float


def remote_file(folder: str, name: str, attributes: SFTPAttributes) -> RemoteFile:
    """Return a file as its listing shows it."""
    path = posixpath.join(folder, name)
    return RemoteFile(path, attributes.st_size or 0, float(attributes.st_mtime or 0))


def fits(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name fits a pattern; names that start with a dot only when the pattern does, as in a shell."""
    return any(
        fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith(".")) for pattern in patterns
    )


def is_strange(name: str) -> bool:
    """Tell whether a name could lead elsewhere, or can't be written down: a slash, '..', controls, no UTF-8."""
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        return True
    return any(not one.isprintable() for one in name)


def enters(name: str) -> bool:
    """Tell whether a subfolder of that name is looked into: not a hidden or strange one, nor where files end up."""
    return not name.startswith(".") and name != PICKED_UP and not is_strange(name)


def tree(pipeline: Pipeline, directory: str, depth: int, beat: Callable[[], None]) -> list[Placed]:
    """Return folder (from `directory`), name and attributes of all that stands in it, and `depth` levels below.

    Links are not followed. `beat` is called for each answer that came.
    """
    found: list[Placed] = []
    level = [""]
    for left in range(depth, -1, -1):
        here = list(_listed(pipeline, directory, level, beat))
        found += here
        if len(found) > _MOST:
            raise TooMany
        level = [posixpath.join(parent, name) for parent, name, one in here if left and _folder(name, one)]
    return found


def _folder(name: str, attributes: SFTPAttributes) -> bool:
    return _is(attributes, stat.S_ISDIR) and enters(name)


def _listed(pipeline: Pipeline, directory: str, folders: list[str], beat: Callable[[], None]) -> Iterator[Placed]:
    """Yield what stands in each folder below `directory`, many folders at once."""
    for start in range(0, len(folders), _AT_ONCE):
        some = folders[start : start + _AT_ONCE]
        paths = [posixpath.join(directory, folder) if folder else directory for folder in some]
        opened = [pipeline.ask(CMD_OPENDIR, path) for path in paths]
        handles = [pipeline.handle(answer) for answer in opened]
        asked = [deque(pipeline.ask(CMD_READDIR, handle) for _ in range(_AHEAD)) for handle in handles]
        for folder, handle, looks in zip(some, handles, asked, strict=True):
            for name, attributes in _entries(pipeline, handle, looks, beat):
                yield folder, name, attributes


def _entries(pipeline: Pipeline, handle: bytes, looks: deque[Answer], beat: Callable[[], None]) -> Iterator[Entry]:
    """Yield what an open directory holds.

    paramiko's own listing ends in an error when one single name is no UTF-8, so the packets are read here;
    such a name gets surrogates in it, which `is_strange` knows.
    """
    left = _MOST
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


def regular(attributes: SFTPAttributes) -> bool:
    """Tell whether attributes of a listing are a regular file's (a link is none: where it leads is not shown)."""
    return _is(attributes, stat.S_ISREG)


def _is(attributes: SFTPAttributes, kind: Callable[[int], bool]) -> bool:
    return attributes.st_mode is not None and kind(attributes.st_mode)
