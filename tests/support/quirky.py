"""An SFTP server over a real folder that tells less than OpenSSH, or otherwise: each quirk is seen in the world."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paramiko import (
    SFTP_FAILURE,
    SFTP_NO_SUCH_FILE,
    SFTP_OK,
    SFTP_OP_UNSUPPORTED,
    SFTPAttributes,
    SFTPHandle,
    SFTPServerInterface,
)

from hervat.settings import SftpPickup, Source
from tests.support.crippled import Crippled


@dataclass
class Quirks:
    """How the server differs. hidden: by way of asking (list, stat, lstat, fstat) what it leaves out (kind, mode, size,
    mtime). refused: requests it does not know. once: a name is gone when it was opened. sizes, stamps: by way of
    asking, what is told instead. names: how a listing writes a name, of its folder and name. cut: bytes after which it
    gives no more.
    """

    hidden: dict[str, set[str]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    once: bool = False
    sizes: dict[str, Callable[[int], int]] = field(default_factory=dict)
    stamps: dict[str, Callable[[int], int]] = field(default_factory=dict)
    names: Callable[[str, str], str] = lambda _folder, name: name
    longname: Callable[[SFTPAttributes], str] | None = None
    cut: int | None = None


class _Attributes(SFTPAttributes):
    told: str | None = None

    def __str__(self) -> str:
        return super().__str__() if self.told is None else self.told


class _Handle(SFTPHandle):
    def __init__(self, owner: "Quirky", path: Path) -> None:
        super().__init__(os.O_RDONLY)
        self._owner, self._path = owner, path
        self.readfile = path.open("rb")

    def stat(self) -> Any:
        if "fstat" in self._owner.quirks.refused:
            return SFTP_OP_UNSUPPORTED
        return self._owner.attributes(self._path, "fstat", os.fstat(self.readfile.fileno()))

    def read(self, offset: int, length: int) -> Any:
        cut = self._owner.quirks.cut
        return super().read(offset, length if cut is None else max(0, min(length, cut - offset)))


class _Files(SFTPServerInterface):
    def __init__(self, server: Any, owner: "Quirky") -> None:
        super().__init__(server)
        self._owner = owner

    def list_folder(self, path: str) -> Any:
        folder = self._owner.real(path)
        if not os.access(folder, os.R_OK) or folder.name == "closed":
            return SFTP_OP_UNSUPPORTED
        return [self._entry(path, one) for one in sorted(folder.iterdir()) if one not in self._owner.gone]

    def _entry(self, path: str, one: Path) -> SFTPAttributes:
        found = self._owner.attributes(one, "list", one.lstat())
        found.filename = os.fsencode(self._owner.quirks.names(path, one.name))  # type: ignore[attr-defined]
        return found

    def stat(self, path: str) -> Any:
        return self._look(path, "stat")

    def lstat(self, path: str) -> Any:
        return self._look(path, "lstat")

    def _look(self, path: str, way: str) -> Any:
        real = self._owner.real(path)
        if way in self._owner.quirks.refused:
            return SFTP_OP_UNSUPPORTED
        if real in self._owner.gone or not os.path.lexists(real):
            return SFTP_NO_SUCH_FILE
        return self._owner.attributes(real, way, real.stat() if way == "stat" else real.lstat())

    def open(self, path: str, _flags: int, _attributes: Any) -> Any:
        real = self._owner.real(path)
        if real in self._owner.gone or not real.is_file():
            return SFTP_NO_SUCH_FILE
        self._owner.opened.append(real.name)
        if self._owner.quirks.once:
            self._owner.gone.add(real)
        return _Handle(self._owner, real)

    def remove(self, path: str) -> Any:
        return self._acted("remove", path, lambda real: real.unlink())

    def rename(self, oldpath: str, newpath: str) -> Any:
        if self._owner.real(newpath).exists():
            return SFTP_FAILURE
        return self._acted("rename", oldpath, lambda real: real.rename(self._owner.real(newpath)))

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        return self._acted("posix-rename", oldpath, lambda real: real.rename(self._owner.real(newpath)))

    def mkdir(self, path: str, _attributes: Any) -> Any:
        return self._acted("mkdir", path, lambda real: real.mkdir(), there=False)

    def _acted(self, what: str, path: str, act: Callable[[Path], Any], there: bool = True) -> Any:
        real = self._owner.real(path)
        if what in self._owner.quirks.refused:
            return SFTP_OP_UNSUPPORTED
        if there and (real in self._owner.gone or not real.exists()):
            return SFTP_NO_SUCH_FILE
        try:
            act(real)
        except OSError:
            return SFTP_FAILURE
        return SFTP_OK


class Quirky(Crippled):
    """A context manager: serves `folder` as /pib, with quirks that may be changed while it runs."""

    files = _Files

    def __init__(self, place: Path, quirks: Quirks | None = None) -> None:
        super().__init__(place)
        self.folder, self.quirks = place / "served" / "pib", quirks or Quirks()
        self.folder.mkdir(parents=True)
        self.gone: set[Path] = set()
        self.opened: list[str] = []

    def real(self, path: str) -> Path:
        return Path(os.path.normpath(self.folder.parent / path.lstrip("/")))

    def attributes(self, path: Path, way: str, found: os.stat_result) -> SFTPAttributes:
        told = (_Attributes if way == "list" else SFTPAttributes).from_stat(found)  # a look is of this very class
        hidden, sizes, stamps = (getattr(self.quirks, name).get(way) for name in ("hidden", "sizes", "stamps"))
        if stat.S_ISREG(found.st_mode):
            told.st_size = sizes(told.st_size) if sizes else told.st_size
            told.st_mtime = stamps(int(told.st_mtime)) if stamps else told.st_mtime
        for what in hidden or ():
            _hide(told, what)
        if self.quirks.longname and isinstance(told, _Attributes):
            told.told = self.quirks.longname(SFTPAttributes.from_stat(found))
        return told

    def write(self, name: str, content: bytes, age: float = 3600) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        stamp = int(path.stat().st_mtime - age)
        os.utime(path, (stamp, stamp))
        return path

    def source(self, pattern: Any = "PIB_*.csv", subfolders: Any = False, **changes: Any) -> Source:
        given = {
            "host": self.host, "port": self.port, "user": self.user, "key": self.user_key, "directory": "/pib",
            "known_hosts": self.known_hosts, "pattern": pattern, "subfolders": subfolders, "timeout_seconds": 5,
        }  # fmt: skip
        return Source(name="pib", sftp=SftpPickup(**given), **changes)


def _hide(told: SFTPAttributes, what: str) -> None:
    if what == "kind" and told.st_mode is not None:
        told.st_mode = stat.S_IMODE(told.st_mode)
    elif what == "mode":
        told.st_mode = None
    elif what == "size":
        told.st_size = None
    elif what == "mtime":
        told.st_mtime = told.st_atime = None
    elif what == "owner":
        told.st_uid = told.st_gid = None
