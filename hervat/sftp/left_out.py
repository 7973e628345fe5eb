"""Counts of what a listing leaves out, so that nothing is skipped silently."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from hervat.sftp.patterns import fits, is_half_way, is_strange, last_part

Kind = Literal["file", "folder", "link", "special"]
_KNOWN = frozenset(
    {
        *("7z", "asc", "bak", "csv", "dat", "doc", "docx", "eml", "gpg", "gz", "json", "ods", "p7m", "p7s", "pgp"),
        *("rar", "tar", "tgz", "tsv", "txt", "xls", "xlsb", "xlsm", "xlsx", "xml", "zip"),
    }
)
"""Suffixes that may be shown: any other may be part of a name."""
_BESIDE = frozenset(
    {
        *("bak", "crdownload", "filepart", "htm", "html", "ini", "lock", "log", "md", "md5", "part", "partial", "pdf"),
        *("sha1", "sha256", "sha512", "sig", "swp", "tmp"),
    }
)
_OTHER = "other"


@dataclass
class LeftOut:
    """Counts of what lies at a source and is not offered.

    strange: a name that can't be used. links, special (pipes, sockets): not files. folders: paths of those that are not
    looked into; closed: that could not be looked into. unfit: files whose names fit no pattern, by suffix; beside:
    plainly not a download (a file half-way, a checksum, a text to read).
    """

    strange: int = 0
    links: int = 0
    special: int = 0
    closed: int = 0
    beside: int = 0
    unfit: Counter[str] = field(default_factory=Counter)
    folders: list[str] = field(default_factory=list)

    def weigh(self, name: str, kind: Kind | None, patterns: tuple[str, ...], others: tuple[str, ...]) -> bool:
        """True if an entry is a file whose name fits a pattern and can be used; other entries are counted.

        others: patterns of files that are somebody else's; they are not counted.
        """
        if kind != "file":
            self.links += kind == "link"
            self.special += kind == "special"
            return False
        strange = is_strange(name)
        if fits(name, patterns) or (strange and fits(last_part(name), patterns)):
            self.strange += strange
            half = is_half_way(name, patterns)
            self.beside += half
            return not strange and not half
        if not name.startswith(".") and not fits(name, others):
            self._passed_by(name)
        return False

    def _passed_by(self, name: str) -> None:
        """Count a file whose name fits no pattern; the name itself is not kept: it may be a person's."""
        suffix = name.rpartition(".")[2].casefold() if "." in name else ""
        if suffix in _BESIDE or name.casefold().startswith(("readme", "leesmij", "thumbs.db")):
            self.beside += 1
        else:
            self.unfit[suffix if suffix in _KNOWN else _OTHER] += 1

    @property
    def suffixes(self) -> str:
        """The suffixes of the unfit files with how many there are, such as `.xls 2, other 1`."""
        ordered = sorted(self.unfit.items(), key=lambda item: (item[0] == _OTHER, -item[1], item[0]))
        return ", ".join(f"{name if name == _OTHER else '.' + name} {count}" for name, count in ordered)
