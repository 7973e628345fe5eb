"""Let the groups of the configuration read what was written for them; everything is written private first."""

import grp
import os
from collections.abc import Iterator
from pathlib import Path

from hervat.acting import account
from hervat.errors import HervatError
from hervat.settings import Municipality, Readers, Settings

_FOLDERS = {"report": "report", "worklist": "worklist", "cbs": "cbs", "destruction": "vernietiging"}
_FOLDER, _FILE, _PASSED = 0o2750, 0o640, 0o711


class Unreadable(HervatError):
    """A group could not be given its files; they stay private."""


def let_read(settings: Settings, municipality: Municipality) -> None:
    """Give each group of a municipality the folder or file that is written for it. Raises Unreadable.

    Nothing happens without `readers` in the configuration.
    """
    if settings.readers is None:
        return
    for kind, folder in _FOLDERS.items():
        try:
            if (settings.output / folder).is_dir():
                _let_into(settings, municipality, kind)
        except OSError as error:
            raise Unreadable(
                f"readers: {kind} could not be given to its group ({type(error).__name__}); `hervat doctor` says why"
            ) from None


def _let_into(settings: Settings, municipality: Municipality, kind: str) -> None:
    shared, group = settings.output / _FOLDERS[kind], group_of(settings, municipality, kind)
    shared.chmod(_PASSED)
    if kind != "worklist":
        _give(shared / municipality.code, group)
        return
    _give(shared / f"{municipality.code}.xlsx", group)
    if together := getattr(settings.readers, kind):  # a folder for the worklists of all gemeenten
        os.chown(shared, -1, _number(together))
        shared.chmod(_FOLDER)


def _give(place: Path, group: str | None) -> None:
    """Give a file, or a folder with all that is in it, to a group."""
    if group is None or not place.exists():
        return
    number = _number(group)
    for one in (place, *(place.rglob("*") if place.is_dir() else ())):
        if one.suffix != ".part" and not one.is_symlink():
            os.chown(one, -1, number)
            one.chmod(_FOLDER if one.is_dir() else _FILE)


def group_of(settings: Settings, municipality: Municipality, kind: str) -> str | None:
    """Return the group that reads a kind of output of a municipality: its own, else that of the installation."""
    readers: Readers | None = municipality.readers or settings.readers
    group: str | None = getattr(readers, kind, None)
    return group


def _number(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise Unreadable(f"readers: this machine has no group {group}; groupadd {group}") from None


def unfit(settings: Settings, municipality: Municipality) -> Iterator[str]:
    """Yield what keeps a group of a municipality from its files, with the mend."""
    for kind, folder in _FOLDERS.items():
        if group := group_of(settings, municipality, kind):
            try:
                number = _number(group)
            except Unreadable as error:
                yield str(error)
                continue
            if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
                yield (
                    f"readers: {account()} is no member of {group}, so it can't give it files; "
                    f"usermod -aG {group} {account()}"
                )
            if closed := _closed(settings.output / folder, number):
                yield f"readers: {group} can't pass {closed} on its way to {kind}; chmod o+x {closed}"


def shut_answers(settings: Settings, municipality: Municipality) -> str | None:
    """Return why those who read the worklist can't put it back filled in, with the mend; None if they can."""
    group, folder = group_of(settings, municipality, "worklist"), municipality.worklist.answers
    if group is None or folder is None or not folder.is_dir():
        return None
    found = folder.stat()
    number = _number(group)
    if found.st_mode & 0o002 or (found.st_gid == number and found.st_mode & 0o020):
        return None
    return f"answers: {group} can't write in {folder}; chgrp {group} {folder} && chmod 2770 {folder}"


def _closed(place: Path, number: int) -> Path | None:
    """Return the first folder above a place that a group can't pass; None if there is none."""
    for folder in reversed(place.parents):
        if folder.is_dir():
            found = folder.stat()
            passes = found.st_mode & 0o001 or (found.st_gid == number and found.st_mode & 0o010)
            if not passes:
                return folder
    return None
