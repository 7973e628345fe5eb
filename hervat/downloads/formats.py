"""The format of a download, as data: columns, encodings, dates, file name. Nothing here reads a download."""

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field as Setting
from pydantic import ValidationError, model_validator

from hervat.errors import ConfigurationError, Problem
from hervat.settings import Strict, problems_of, read_yaml, schema_of
from hervat.shipped import shipped

_DAY = re.compile(r"%-?[dejmyYbBhDF]")
_TIME = re.compile(r"%[-_0]?[HIklMSTRXpPzZsfcr+]|%\.?\d*f|(?<=[Tt ])\d")
_ZONE = re.compile(r"[Zz]$|UTC$|GMT$|[+-]\d{2}:?\d{2}$")
NO_DAY = 'a pattern in date_formats is of a day alone, as "%Y-%m-%d" is: a time and a zone behind it are read without'


def day_pattern(pattern: str) -> str | None:
    """Return the part of a pattern that is about the day, None where a time or zone can't be taken off its end."""
    time = _TIME.search(pattern)
    day = re.sub(r"[Tt]$|,? +$", "", pattern[: time.start()]) if time else pattern
    rest = pattern[len(day) :]
    if not _DAY.search(day) or _DAY.search(rest) or _ZONE.search(day) or (time and time.start() == len(day)):
        return None
    return day


Field = Literal[
    "signaalcode", "signaalomschrijving", "datum_signaal", "bsn", "v_nummer", "achternaam", "voorvoegsel",
    "voornamen", "geboortedatum", "doelgroep", "gemeentecode", "wet", "datum_kennisgeving",
]  # fmt: skip
Wet = Literal["Wi2007", "Wi2013", "Wi2021"]
Encoding = Literal["utf-8-sig", "utf-8", "cp1252", "iso-8859-1", "iso-8859-15"]
FIELDS: tuple[Field, ...] = get_args(Field)
"""The fields that a format may have, in the order of their columns."""

READING = 2
"""Counts up when files can be read that were refused before: refused files are then judged again."""


def squeezed(text: str) -> str:
    """Return the letters and digits of a header or wet, in small letters, for comparison."""
    return "".join(mark for mark in text.casefold() if mark.isalnum())


class Format(Strict):
    """One way in which downloads are written (config/formats/*.yaml says what each key means)."""

    name: str
    """The format's name."""
    wet: Wet
    """The wet of a row without one, in a file whose name has none either."""
    columns: dict[Field, list[str]] = Setting(min_length=1)
    """The names that each column may have; case, spaces, dashes and underscores make no difference."""
    required: list[Field]
    """The columns without which a file is refused whole."""
    one_of: list[Field]
    """The columns of which at least one must be there."""
    encodings: list[Encoding] = Setting(min_length=1)
    """The encodings, in the order in which they are tried."""
    delimiters: list[str] = Setting(min_length=1)
    """The delimiters, one character each."""
    date_formats: list[str] = Setting(min_length=1)
    """The patterns of a date; a time and a zone behind it are read without."""
    excel_days: bool
    """Whether Excel's numbers for dates are read."""
    sheet: str | None
    """The sheet of a workbook; null: the first."""
    name_pattern: str
    """The regular expression of a file name, with the groups wet, code, date, time and zone."""
    wetten: dict[Wet, list[str]] = Setting(min_length=1)
    """How each wet may be spelled."""
    doelgroepen: list[str]
    """The doelgroepen that DUO names."""
    max_characters: int = Setting(ge=1)
    """A cell with more characters is not a name or code."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [name for given in self.columns.values() for name in {squeezed(header) for header in given}]
        if len(set(names)) < len(names):
            raise ValueError("two columns have the same name; give each its own")
        if missing := {*self.required, *self.one_of} - set(self.columns):
            raise ValueError(f"required and one_of name fields without a column: {', '.join(sorted(missing))}")
        if any(len(delimiter) != 1 for delimiter in self.delimiters):
            raise ValueError("a delimiter is one character")
        _checked_pattern(self.name_pattern)
        if not all(map(day_pattern, self.date_formats)):
            raise ValueError(NO_DAY)
        return self

    @cached_property
    def day_patterns(self) -> list[str]:
        """The patterns of days without times: the time and the zone are read separately."""
        return list(dict.fromkeys(filter(None, map(day_pattern, self.date_formats))))

    @cached_property
    def by_header(self) -> dict[str, Field]:
        """The field of each squeezed header."""
        return {squeezed(name): field for field, names in self.columns.items() for name in names}

    @cached_property
    def by_wet(self) -> dict[str, str]:
        """The canonical wet of each squeezed spelling."""
        return {squeezed(name): wet for wet, names in self.wetten.items() for name in (wet, *names)}

    def fingerprint(self) -> str:
        """Return a SHA-256 (hex) over the whole format: under another, rows may mean something else."""
        content = self.model_dump() | {"reading": READING}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _checked_pattern(pattern: str) -> None:
    try:
        groups = set(re.compile(pattern).groupindex)
    except re.error:
        raise ValueError("name_pattern is no regular expression") from None
    if strange := groups - {"wet", "code", "date", "time", "zone"}:
        raise ValueError(f"name_pattern has groups that mean nothing: {', '.join(sorted(strange))}")


def load_format(name: str, directory: Path) -> Format:
    """Return the format of that name or path; `directory` is the installation. Raises ConfigurationError."""
    known = _known.get((name, directory))
    if known and all(file.is_same(directory) for file in known[0]):
        return known[1]
    files: list[_File] = []
    content = _content(name, directory, files)
    try:
        made = Format.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, Format, files[0].path.name)) from None
    _known[name, directory] = files, made
    return made


@dataclass(frozen=True)
class _File:
    """A file that a format was read from: its name there, where it was found, and its text."""

    name: str
    path: Path
    text: bytes

    def is_same(self, directory: Path) -> bool:
        """True if it is still the file of that name, with that text."""
        try:
            return shipped("formats", self.name, directory) == self.path and self.path.read_bytes() == self.text
        except OSError:
            return False


_known: dict[tuple[str, Path], tuple[list[_File], Format]] = {}
"""The formats that this process read, a dozen times a night: taken again as long as their files are the same."""


def _content(name: str, directory: Path, files: list[_File]) -> dict[str, Any]:
    """Return a format file's keys, over those of the format that it is `like`; its files are added to `files`."""
    path = shipped("formats", name, directory)
    if any(file.path == path for file in files):
        raise ConfigurationError([Problem(path.name, "like", "this goes round in a circle", "name another format")])
    with suppress(OSError):  # `read_yaml` says it better
        files.append(_File(name, path, path.read_bytes()))
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise ConfigurationError([Problem(path.name, "-", "this is no mapping", "write `key: value` lines")])
    like = content.pop("like", None)
    if like is None:
        return content
    return {**_content(str(like), directory, files), **content}


def format_schema() -> dict[str, Any]:
    """Return the schema of a format's file; one that is `like` another gives only what differs."""
    schema = schema_of(Format, "A format of downloads")
    schema["properties"]["like"] = {"type": "string", "description": "The format from which every other key comes."}
    schema["anyOf"] = [{"required": ["like"]}, {"required": schema.pop("required")}]
    return schema
