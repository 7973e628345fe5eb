"""What a listing leaves out of an entry (kind, size, time) is asked for: nothing is passed by for lack of it."""

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

_AT_ONCE = 64
_BITS: dict[Kind, int] = {"file": stat.S_IFREG, "folder": stat.S_IFDIR, "link": stat.S_IFLNK, "special": stat.S_IFIFO}
_MODES: dict[int, Kind] = {bits: kind for kind, bits in _BITS.items()}
_LONG = re.compile(r"\s*([-dlbcpsD])[r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-]")
_LETTERS: dict[str, Kind] = {"-": "file", "d": "folder", "l": "link"}
_NO_STAMP = 1 << 31  # a stamp that is no day of ours: before 1970, or the "unknown" of some servers
_NO_SIZE = 1 << 63


@contextmanager
def refusals_pass() -> Iterator[None]:
    """Pass over a server's refusal of one request; a time-out and a lost connection are none."""
    try:
        yield
    except (TimeoutError, ConnectionError):
        raise
    except (OSError, EOFError, SFTPError):  # EOFError is a status too: of a lost connection an SSHException is made
        return


def kind_of(attributes: SFTPAttributes) -> Kind | None:
    """Return what an entry is by its rights; None where they do not say."""
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
    pipeline: Pipeline, directory: str, found: list[Placed], wants: Callable[[str], bool], beat: Callable[[], None]
) -> list[Placed]:
    """Return the entries with what their listing left out, as far as the server tells it; each has a kind then.

    wants: of which names size and time are needed; the kind is needed of all. What stays without a kind is a file:
    opening it will show. About a name that can't be used nothing is asked: there are servers that break on it.
    """
    asked = [one for one in found if not is_strange(one[1])]
    for command in (CMD_LSTAT, CMD_STAT):  # where a link leads counts only where nothing else is told
        poor = [one for one in asked if _lacks(one, wants)]
        for one, told in _answers(pipeline, directory, poor, command, beat):
            _take_over(one[2], told)
    _by_longname([one for one in found if kind_of(one[2]) is None or _shows_link(one[2])])
    _by_opening(pipeline, directory, [one for one in asked if kind_of(one[2]) is None], beat)
    for one in found:
        if kind_of(one[2]) is None:
            _be(one[2], "file")
    return found


def _lacks(one: Placed, wants: Callable[[str], bool]) -> bool:
    kind = kind_of(one[2])
    if kind is None:
        return True
    return kind == "file" and wants(one[1]) and None in (size_of(one[2]), modified_of(one[2]))


def _answers(
    pipeline: Pipeline, directory: str, poor: list[Placed], command: int, beat: Callable[[], None]
) -> Iterator[tuple[Placed, SFTPAttributes]]:
    rest = iter(poor)
    while some := list(islice(rest, _AT_ONCE)):
        asked = [(one, pipeline.ask(command, path_of(directory, one))) for one in some]
        for one, answer in asked:
            told = attributes_or_none(pipeline, answer)
            beat()
            if told is not None:
                yield one, told


def attributes_or_none(pipeline: Pipeline, answer: Reply) -> SFTPAttributes | None:
    """Return what a STAT, LSTAT or FSTAT gave; None where the server refuses it."""
    with refusals_pass():
        return pipeline.attributes(answer)
    return None


def path_of(directory: str, one: Placed) -> str:
    """Return the path of an entry on the server."""
    return posixpath.join(directory, one[0], one[1])


def _take_over(into: SFTPAttributes, told: SFTPAttributes) -> None:
    if kind_of(into) is None and (kind := kind_of(told)):
        _be(into, kind)
    if size_of(into) is None:
        into.st_size = told.st_size
    if modified_of(into) is None:
        into.st_mtime = told.st_mtime


def _be(attributes: SFTPAttributes, kind: Kind) -> None:
    attributes.st_mode = _BITS[kind] | stat.S_IMODE(attributes.st_mode or 0)


def _letter(attributes: SFTPAttributes) -> str | None:
    """Return the first letter of a line as `ls -l` writes it; None for any other kind of line."""
    found = _LONG.match(getattr(attributes, "longname", ""))
    return found.group(1) if found else None


def _shows_link(attributes: SFTPAttributes) -> bool:
    return getattr(attributes, "longname", "").startswith("l") and _letter(attributes) == "l"


def _by_longname(found: list[Placed]) -> None:
    for _, _, attributes in found:
        if letter := _letter(attributes):
            _be(attributes, _LETTERS.get(letter, "special"))


def _by_opening(pipeline: Pipeline, directory: str, found: list[Placed], beat: Callable[[], None]) -> None:
    """Tell folders from files by what can be opened as a folder."""
    for one in found:
        kind: Kind = "file"
        with refusals_pass():
            handle = pipeline.handle(pipeline.ask(CMD_OPENDIR, path_of(directory, one)))
            kind = "folder"
            pipeline.ask(CMD_CLOSE, handle)
        beat()
        _be(one[2], kind)
