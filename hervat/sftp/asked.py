"""Ask for the kind, size and time of entries where the listing leaves them out, so that none is skipped."""

import posixpath
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice

from paramiko import SFTPAttributes, SFTPError
from paramiko.sftp import CMD_CLOSE, CMD_LSTAT, CMD_OPENDIR, CMD_STAT

from hervat.sftp.left_out import Kind
from hervat.sftp.patterns import is_strange
from hervat.sftp.pipeline import Pipeline, Reply

Placed = tuple[str, str, SFTPAttributes]

_BATCH = 64
_BITS: dict[Kind, int] = {"file": stat.S_IFREG, "folder": stat.S_IFDIR, "link": stat.S_IFLNK, "special": stat.S_IFIFO}
_MODES: dict[int, Kind] = {bits: kind for kind, bits in _BITS.items()}
_LONG = re.compile(r"\s*([-dlbcpsD])[r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-]")
_LETTERS: dict[str, Kind] = {"-": "file", "d": "folder", "l": "link"}
_NO_STAMP = 1 << 31  # not a real time stamp: before 1970, or the "unknown" of some servers
_NO_SIZE = 1 << 63


@contextmanager
def refusals_pass() -> Iterator[None]:
    """Ignore a server's refusal of one request; a time-out and a lost connection are raised."""
    try:
        yield
    except (TimeoutError, ConnectionError):
        raise
    except (OSError, EOFError, SFTPError):  # EOFError is a status too: of a lost connection an SSHException is made
        return


def kind_of(attributes: SFTPAttributes) -> Kind | None:
    """Return the kind of an entry by its mode; None if unknown."""
    bits = stat.S_IFMT(attributes.st_mode or 0)
    return _MODES.get(bits, "special") if bits else None


def size_of(attributes: SFTPAttributes) -> int | None:
    """Return the size in bytes, None where the server does not tell."""
    size = attributes.st_size
    return size if size is not None and size < _NO_SIZE else None


def modified_of(attributes: SFTPAttributes) -> float | None:
    """Return the time stamp in seconds since 1970; None where the server tells none (0 is none either)."""
    stamp = attributes.st_mtime
    return float(stamp) if stamp and 0 < stamp < _NO_STAMP else None


def complete(
    pipeline: Pipeline, directory: str, entries: list[Placed], wants: Callable[[str], bool], beat: Callable[[], None]
) -> list[Placed]:
    """Return the entries completed as far as the server can; each has a kind then.

    wants: the names whose size and time are needed; every entry needs a kind. An entry without one is taken for a file:
    opening it will show. Nothing is asked about a name that can't be used: some servers break on it.
    """
    asked = [entry for entry in entries if not is_strange(entry[1])]
    for command in (CMD_LSTAT, CMD_STAT):  # a link's target counts only if nothing else is known
        incomplete = [entry for entry in asked if _lacks(entry, wants)]
        for entry, attributes in _answers(pipeline, directory, incomplete, command, beat):
            _take_over(entry[2], attributes)
    _by_longname([entry for entry in entries if kind_of(entry[2]) is None or _shows_link(entry[2])])
    _by_opening(pipeline, directory, [entry for entry in asked if kind_of(entry[2]) is None], beat)
    for entry in entries:
        if kind_of(entry[2]) is None:
            _be(entry[2], "file")
    return entries


def _lacks(entry: Placed, wants: Callable[[str], bool]) -> bool:
    kind = kind_of(entry[2])
    if kind is None:
        return True
    return kind == "file" and wants(entry[1]) and None in (size_of(entry[2]), modified_of(entry[2]))


def _answers(
    pipeline: Pipeline, directory: str, entries: list[Placed], command: int, beat: Callable[[], None]
) -> Iterator[tuple[Placed, SFTPAttributes]]:
    rest = iter(entries)
    while batch := list(islice(rest, _BATCH)):
        asked = [(entry, pipeline.ask(command, path_of(directory, entry))) for entry in batch]
        for entry, answer in asked:
            attributes = attributes_or_none(pipeline, answer)
            beat()
            if attributes is not None:
                yield entry, attributes


def attributes_or_none(pipeline: Pipeline, answer: Reply) -> SFTPAttributes | None:
    """Return the attributes of a STAT, LSTAT or FSTAT; None if the server refuses it."""
    with refusals_pass():
        return pipeline.attributes(answer)
    return None


def path_of(directory: str, entry: Placed) -> str:
    """Return the path of an entry on the server."""
    return posixpath.join(directory, entry[0], entry[1])


def _take_over(into: SFTPAttributes, other: SFTPAttributes) -> None:
    if kind_of(into) is None and (kind := kind_of(other)):
        _be(into, kind)
    if size_of(into) is None:
        into.st_size = other.st_size
    if modified_of(into) is None:
        into.st_mtime = other.st_mtime


def _be(attributes: SFTPAttributes, kind: Kind) -> None:
    attributes.st_mode = _BITS[kind] | stat.S_IMODE(attributes.st_mode or 0)


def _letter(attributes: SFTPAttributes) -> str | None:
    """Return the first letter of a line as `ls -l` writes it; None for any other kind of line."""
    line = _LONG.match(getattr(attributes, "longname", ""))
    return line.group(1) if line else None


def _shows_link(attributes: SFTPAttributes) -> bool:
    return getattr(attributes, "longname", "").startswith("l") and _letter(attributes) == "l"


def _by_longname(entries: list[Placed]) -> None:
    for _, _, attributes in entries:
        if letter := _letter(attributes):
            _be(attributes, _LETTERS.get(letter, "special"))


def _by_opening(pipeline: Pipeline, directory: str, entries: list[Placed], beat: Callable[[], None]) -> None:
    """Tell folders from files by what can be opened as a folder."""
    for entry in entries:
        kind: Kind = "file"
        with refusals_pass():
            handle = pipeline.handle(pipeline.ask(CMD_OPENDIR, path_of(directory, entry)))
            kind = "folder"
            pipeline.ask(CMD_CLOSE, handle)
        beat()
        _be(entry[2], kind)
