"""Search the originals in the vault for one person: loaded, foreign, in quarantine, of a refused file."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from hervat.downloads import FIELDS, load_format, read, unpacked
from hervat.errors import HervatError
from hervat.intake import source_of
from hervat.night import Night
from hervat.notices import KIND
from hervat.person.subject import Subject
from hervat.register.models import Download
from hervat.vault import CHUNK, Vault

_GAP = "[ .\\-\u00a0]{0,2}"
_RAW_GAP = "[ .\\-]{0,2}"
_LONGEST_SPELLING = 64  # a pseudonym
_LEAST = 4  # signs: a shorter V-nummer would be found in every row


@dataclass(frozen=True)
class OriginalRow:
    """A row of a download that names the person, with its cells; row None: somewhere in the file. It has no repr."""

    download: int | None
    object_id: str
    row: int | None
    cells: dict[str, str]

    def __repr__(self) -> str:
        return "OriginalRow(...)"


@dataclass
class Originals:
    """The rows with the person, and the numbers or ids of the files that could only be searched for the digits.

    unread: those that could not be opened at all, with what is wrong. notices: ids of the archived
    notices with the person.
    """

    rows: list[OriginalRow] = field(default_factory=list, repr=False)
    opened: int = 0
    digits_only: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def search_originals(night: Night, subject: Subject, downloads: Iterable[Download]) -> Originals:
    """Open every original in the vault and return what names the person; nothing is written to disk.

    A file that can't be read as a table is searched for the digits alone; one that can't be opened is named as unread.
    """
    originals, by_object = Originals(), {download.object_id: download for download in downloads}
    vault = Vault(night.settings.vault, night.keyring)
    pattern, raw = _pattern(subject, _GAP), re.compile(_pattern(subject, _RAW_GAP).encode(), re.IGNORECASE)
    for thing in vault.objects("download"):
        download = by_object.get(thing.id)
        name = f"download {download.id}" if download else f"object {thing.id}"
        try:
            rows = _in_table(night, vault, download, pattern)
        except Exception:  # noqa: BLE001 - whatever keeps a file from being a table, its bytes are searched
            rows = None
            originals.digits_only.append(name)
        try:
            if not rows and _in_bytes(vault, thing.id, download.name if download else "", raw):
                rows = [OriginalRow(download.id if download else None, thing.id, None, {})]
            originals.opened += 1
        except (HervatError, OSError) as error:
            originals.unread.append(f"{name}: {_wrong(error)}")
        originals.rows += rows or []
    _search_notices(vault, subject, originals)
    return originals


def file_names(path: Path, subject: Subject) -> bool:
    """True if a file on disk names the person by BSN or V-nummer; a packed one (a workbook) is unpacked."""
    pattern = re.compile(_pattern(subject, _RAW_GAP).encode(), re.IGNORECASE)
    if not zipfile.is_zipfile(path):
        with path.open("rb") as stream:
            return _matches(stream, pattern)
    with zipfile.ZipFile(path) as packed:
        return any(_member_matches(packed, name, pattern) for name in packed.namelist())


def _member_matches(packed: zipfile.ZipFile, name: str, pattern: re.Pattern[bytes]) -> bool:
    with packed.open(name) as stream:
        return _matches(stream, pattern)


def _search_notices(vault: Vault, subject: Subject, originals: Originals) -> None:
    """Find the archived notices with a pseudonym of the person: an older register may know nothing of them."""
    pattern = re.compile("|".join(sorted(subject.keys)).encode())
    for thing in vault.objects(KIND):
        try:
            if _in_bytes(vault, thing.id, "", pattern):
                originals.notices.append(thing.id)
        except (HervatError, OSError) as error:
            originals.unread.append(f"object {thing.id}: {_wrong(error)}")


def _wrong(error: Exception) -> str:
    return str(error) if isinstance(error, HervatError) else type(error).__name__


def _pattern(subject: Subject, gap: str) -> str:
    """Return the regular expression of the spellings of a person's numbers; it matches nothing if there are none."""
    spellings = [spelling for bsn in subject.bsns for spelling in (_digits(bsn, gap), _scientific(bsn))]
    spellings += [_digits(v, gap) if v.isdigit() else re.escape(v) for v in subject.v_numbers if len(v) >= _LEAST]
    return rf"(?i)(?:^|[^0-9])(?:{'|'.join(spellings)})(?:$|[^0-9])" if spellings else r"[^\s\S]"


def _digits(number: str, gap: str) -> str:
    return f"[0 .\\-]*{gap.join(number.lstrip('0'))}"


def _scientific(bsn: str) -> str:
    """Return the spelling of a spreadsheet, such as 1.23456782E+08."""
    bare = bsn.lstrip("0")
    return rf"{bare[0]}[.,]{bare[1:].rstrip('0')}0*E\+?0*{len(bare) - 1}"


def _in_table(night: Night, vault: Vault, download: Download | None, pattern: str) -> list[OriginalRow]:
    if download is None:
        raise HervatError("an original without a row in the register")
    form = load_format(source_of(night, download).format, night.settings.directory)
    opener = unpacked(lambda: vault.open(download.object_id), download.name)
    frames = read(opener, download.name, form).batches()
    return [row for frame in frames for row in _rows(frame, download, pattern)]


def _rows(frame: pl.DataFrame, download: Download, pattern: str) -> Iterator[OriginalRow]:
    names: Sequence[str] = [name for name in FIELDS if name in frame.columns]
    hits = frame.filter(pl.any_horizontal(pl.col(name).str.contains(pattern).fill_null(False) for name in names))
    for row in hits.select("row", *names).iter_rows(named=True):
        cells = {name: row[name] for name in names if row[name] is not None}
        yield OriginalRow(download.id, download.object_id, row["row"], cells)


def _in_bytes(vault: Vault, object_id: str, name: str, pattern: re.Pattern[bytes]) -> bool:
    """True if the digits stand in a file; UTF-16 too. A packed file is unpacked if that can be."""
    try:
        with unpacked(lambda: vault.open(object_id), name)() as stream:
            return _matches(stream, pattern)
    except HervatError:
        raise
    except Exception:  # noqa: BLE001 - a damaged archive: its bytes as they are
        with vault.open(object_id) as stream:
            return _matches(stream, pattern)


def _matches(stream: IO[bytes], pattern: re.Pattern[bytes]) -> bool:
    """True if the pattern is in a stream, across the borders of what is read at once too."""
    tail = b""
    while chunk := stream.read(CHUNK):
        text = tail + chunk.replace(b"\0", b"")
        if pattern.search(text):
            return True
        tail = text[-_LONGEST_SPELLING:]
    return False
