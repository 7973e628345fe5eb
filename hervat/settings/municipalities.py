"""The municipalities of a configuration: in hervat.yaml itself, or each in a file of its own."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hervat.errors import ConfigurationError, Problem, UsageError
from hervat.settings.files import filled, problems_of, read_yaml
from hervat.settings.root import BrokenMunicipality, Municipality
from hervat.settings.sources import Source

FILE, KEY = "hervat.yaml", "municipalities"
_CODE = re.compile(r"\d{4}")
_CODE_LINE = re.compile(r"""^code:[ \t]*(["']?)(\d{4})\1[ \t]*(?:#.*)?$""", re.MULTILINE)
_NOT_A_MAPPING = ("this is not a mapping", "write `key: value` lines")


@dataclass(frozen=True)
class MunicipalityPart:
    """One municipality as it is written. `key` is its place in `file`: empty if the file is about it alone.

    problem: why it can't be read.
    """

    file: str
    key: str
    content: Any = None
    path: Path | None = None
    problem: Problem | None = None

    @property
    def code(self) -> str | None:
        """The code that is written here, or that the file is named for; None if there is none."""
        written = filled(self.content.get("code"), "", self.file, []) if isinstance(self.content, dict) else None
        return written if isinstance(written, str) and _CODE.fullmatch(written) else self.named_for

    @property
    def named_for(self) -> str | None:
        """The code for which the file is named (0363.yaml)."""
        stem = self.path.stem if self.path else ""
        return stem if _CODE.fullmatch(stem) else None

    def at(self, key: str) -> str:
        """Return a key within this part as one of its file."""
        return f"{self.key}.{key}" if self.key and key not in ("", "-") else self.key or key or "-"

    def read(self) -> "MunicipalityPart":
        """Return the part with the content of its file, or with the problem of reading it."""
        if self.path is None or self.problem:
            return self
        try:
            content = read_yaml(self.path)
        except ConfigurationError as error:
            return replace(self, problem=replace(error.problems[0], file=self.file))
        problem = None if isinstance(content, dict) else Problem(self.file, "-", *_NOT_A_MAPPING)
        return replace(self, content=content, problem=problem)


def parts_of(items: Sequence[Any], directory: Path) -> list[MunicipalityPart]:
    """Return the parts that `municipalities:` lists or names, files not read yet; a name that fits none is broken."""
    parts: list[MunicipalityPart] = []
    for index, item in enumerate(items):
        key = f"{KEY}[{index}]"
        parts += _named(item, key, directory) if isinstance(item, str) else [MunicipalityPart(FILE, key, item)]
    return list({(part.path or part.key): part for part in parts}.values())


def _named(item: str, key: str, directory: Path) -> list[MunicipalityPart]:
    problems: list[Problem] = []
    pattern = filled(item, key, FILE, problems)
    found = [] if problems else sorted(directory / name for name in glob(pattern, root_dir=directory))  # noqa: PTH207 - absolute ones too
    files = [path for path in found if path.is_file() and path != directory / FILE]
    if not files:
        fix = "name the file of a municipality, or files, such as gemeenten/*.yaml"
        problem = next(iter(problems), Problem(FILE, key, f"no file fits {item}", fix))
        return [MunicipalityPart(FILE, key, path=directory / pattern, problem=problem)]
    return [MunicipalityPart(_shown(path, directory), "", path=path) for path in files]


def _shown(path: Path, directory: Path) -> str:
    return str(path.relative_to(directory) if path.is_relative_to(directory) else path)


def parts_for(parts: Sequence[MunicipalityPart], code: str, directory: Path) -> list[MunicipalityPart]:
    """Return the parts of one municipality; files of others are not read.

    The file that is named for the code is the one; without such a file each is searched for the line with its code.
    Raises UsageError if there is none, and ConfigurationError for what may be the one but says no code.
    """
    found = [part for part in parts if part.code == code]
    if not found:
        found = [part for part in parts if part.path and part.named_for is None and _holds(part, code)]
    if found:
        return found
    read = [part.read() for part in parts]
    unclear = [problem for part in read if part.code is None for problem in read_part(part, directory)[1]]
    if unclear:
        raise ConfigurationError(unclear)
    known = ", ".join(sorted(part.code or "" for part in read))
    raise UsageError(f"there is no municipality {code} in {FILE}; there are {known or 'none'}")


def _holds(part: MunicipalityPart, code: str) -> bool:
    """True if a file is about the municipality; one that can't be read is another's, or it would not be found."""
    assert part.path is not None  # noqa: S101 - only files are asked
    try:
        lines = {match[2] for match in _CODE_LINE.finditer(part.path.read_text(encoding="utf-8"))}
    except (OSError, UnicodeDecodeError):
        return False
    return code in lines if lines else part.read().code == code


class Municipalities:
    """The municipalities of `parts`, read and checked: the good ones, and the broken ones with their problems."""

    def __init__(self, parts: Iterable[MunicipalityPart], directory: Path) -> None:
        self._directory = directory
        self.good: list[Municipality] = []
        self.broken: list[BrokenMunicipality] = []
        read = [part.read() for part in parts]
        twice = _given_twice(read)
        for part in read:
            self._take(part, twice.get(part.code or "", []))

    @property
    def problems(self) -> list[Problem]:
        """Every mistake in them, each once."""
        return list(dict.fromkeys(problem for broken in self.broken for problem in broken.problems))

    def _take(self, part: MunicipalityPart, twice: list[Problem]) -> None:
        municipality, problems = read_part(part, self._directory)
        if municipality and not problems + twice:
            self.good.append(municipality)
        else:
            self.broken.append(BrokenMunicipality(part.code, part.file, (*problems, *twice)))


def _given_twice(parts: Iterable[MunicipalityPart]) -> dict[str, list[Problem]]:
    """Return the problem of each code that stands in several places: nobody knows which of them is right."""
    places: dict[str, list[MunicipalityPart]] = {}
    for part in parts:
        places.setdefault(part.code or "", []).append(part)
    return {code: [_twice(code, same)] for code, same in places.items() if code and len(same) > 1}


def _twice(code: str, parts: list[MunicipalityPart]) -> Problem:
    _, *others = [f"{part.file} ({part.key})" if part.key else part.file for part in parts]
    wrong = f"the municipality {code} is in {' and in '.join(others)} too"
    return Problem(parts[0].file, parts[0].at("code"), wrong, "keep one of them")


def read_part(part: MunicipalityPart, directory: Path) -> tuple[Municipality | None, list[Problem]]:
    """Return a part as a municipality, variables filled in, and what is wrong with it."""
    if part.problem:
        return None, [part.problem]
    problems: list[Problem] = []
    content = filled(part.content, part.key, part.file, problems)
    try:
        municipality = Municipality.model_validate(content, context={"base": directory})
    except ValidationError as error:
        unset = {problem.key for problem in problems}  # what else is wrong there is seen once it is set
        for found in problems_of(error, Municipality, part.file):
            problem = replace(found, key=part.at(found.key))
            problems += [problem] if problem.key not in unset else []
        return None, problems
    if part.named_for not in (None, municipality.code):
        wrong = f"the file is named for {part.named_for} and is about {municipality.code}"
        problems.append(Problem(part.file, "code", wrong, "rename the file, or correct the code"))
    return municipality, problems


def sources_of(parts: Iterable[MunicipalityPart], directory: Path) -> Iterator[Source]:
    """Yield the sources in hervat.yaml of other municipalities, as far as they are right: they may share a folder."""
    for part in parts:
        sources = part.content.get("sources") if isinstance(part.content, dict) else None
        for content in sources if isinstance(sources, list) else []:
            unset: list[Problem] = []
            try:
                source = Source.model_validate(filled(content, "", part.file, unset), context={"base": directory})
            except ValidationError:
                continue
            if not unset:
                yield source
