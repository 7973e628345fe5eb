"""Why a file is refused whole: a closed list of reasons."""

from typing import Literal, get_args

from hervat.errors import HervatError

Reason = Literal[
    "empty", "too_large", "bad_workbook", "nul_bytes", "encoding", "not_a_table", "too_wide",
    "columns_doubled", "columns_missing", "quotes", "truncated",
    "bad_archive", "archive_count", "archive_locked", "archive_bomb",
]  # fmt: skip
CHECKS: tuple[Reason, ...] = get_args(Reason)
"""Every structural check. A good file passed all; of a refused one only the failed one is known."""


class StructureRefused(HervatError):
    """A file is not a download of its format; nothing of it is loaded. `reason` is from a closed list.

    dutch: what to do about it, for the report.
    """

    def __init__(self, reason: Reason, file_name: str, wrong: str, advice: str, dutch: str = "") -> None:
        self.reason, self.file_name, self.dutch = reason, file_name, dutch
        super().__init__(f"{file_name}: {wrong}; {advice}")


class Wrong(Exception):
    """A problem with a file, found while reading; the reader adds the file's name.

    dutch: the advice in Dutch, if the general advice for the reason says too little.
    """

    def __init__(self, reason: Reason, wrong: str, advice: str, dutch: str = "") -> None:
        self.reason, self.wrong, self.advice, self.dutch = reason, wrong, advice, dutch
        super().__init__(reason)
