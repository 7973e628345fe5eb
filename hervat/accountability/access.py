"""Who can read a file or folder on this machine, by owner, group and mode; nothing of its content is read."""

import grp
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PlaceAccess:
    """A file or folder: path, owner, group and mode ("" if it is absent), and who can reach it beside its owner.

    readers: "absent", "unknown", "owner", "group" or "everyone". Access lists (ACL) and root are not looked at.
    """

    place: str
    path: str
    owner: str
    group: str
    mode: str
    readers: str

    @property
    def exceeds(self) -> bool:
        """True if others than the owner can read it."""
        return self.readers in ("group", "everyone")


def access_to(place: str, path: Path) -> PlaceAccess:
    """Return who can read a file, or enter a folder, with the folders above it. place: what it is, in Dutch."""
    path = path.absolute()
    try:
        status = path.stat()
        above = [parent.stat() for parent in path.parents]
    except FileNotFoundError:
        return PlaceAccess(place, str(path), "", "", "", "absent")
    except OSError:
        return PlaceAccess(place, str(path), "", "", "", "unknown")
    mode = f"{stat.S_IMODE(status.st_mode):04o}"
    return PlaceAccess(place, str(path), _owner(status.st_uid), _group(status.st_gid), mode, _readers(status, above))


def _readers(status: os.stat_result, above: list[os.stat_result]) -> str:
    """Return who comes to it: whoever may not pass the folders above can't read what is below them."""
    if status.st_mode & stat.S_IROTH and all(each.st_mode & stat.S_IXOTH for each in above):
        return "everyone"
    by_group = status.st_mode & stat.S_IRGRP and all(_passes(each, status.st_gid) for each in above)
    return "group" if by_group else "owner"


def _passes(folder: os.stat_result, group: int) -> bool:
    return bool(folder.st_mode & (stat.S_IXGRP if folder.st_gid == group else stat.S_IXOTH))


def _owner(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return f"gid {number}"
