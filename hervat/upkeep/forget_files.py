"""The files that hervat wrote in plain and that may name a person who is forgotten: removed, or named for a person."""

from collections.abc import Iterator
from pathlib import Path

from hervat.errors import HervatError
from hervat.night import Night
from hervat.person import Subject, file_names

_ELSEWHERE = (
    "what third parties, suppliers and CBS received: they were told what to do with it",
    "backups from before now: a restored one is made to forget again by `hervat vault reconcile`",
    "worklists and letters that were copied or printed",
)


def remove_files(night: Night, subject: Subject) -> tuple[list[str], list[str]]:
    """Remove the files in `output` that name a person; return their paths, and in words what a person must look at.

    The worklist goes whatever it holds: the next night writes it again. Raises HervatError if a file can't be removed.
    """
    output, code = night.settings.output, night.code
    removed = [_removed(path) for path in sorted((output / "worklist").glob(f"{code}.xlsx")) if path.is_file()]
    for folder in (output / "report" / code, output / "cbs" / code):
        removed += [_removed(path) for path in _files(folder) if file_names(path, subject)]
    return removed, [*_answers(night, subject), *_ELSEWHERE, f"the journal: it says {subject.named}, who is nobody now"]


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _removed(path: Path) -> str:
    try:
        path.unlink()
    except OSError as error:
        raise HervatError(
            f"{path} can't be removed ({type(error).__name__}); correct the rights and call this again"
        ) from None
    return str(path)


def _answers(night: Night, subject: Subject) -> Iterator[str]:
    """Yield that filled-in worklists of the gemeente name the person: hervat changes nothing in that folder."""
    folder = night.municipality.worklist.answers
    named = sum(file_names(path, subject) for path in _files(folder)) if folder is not None else 0
    if named:
        yield f"{named} filled-in worklist(s) in {folder} name this person: remove them there"
