"""The files of the demo's SFTP server: one directory on disk that no path and no link leads out of."""

import os
import stat
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import IO, Any, ParamSpec

from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

P = ParamSpec("P")


class _Outside(OSError):
    """A path leads out of the served directory."""


def _answered(work: Callable[P, Any]) -> Callable[P, Any]:
    """Make an operation return a protocol code instead of raising."""

    @wraps(work)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            result = work(*args, **kwargs)
        except _Outside:
            return SFTP_PERMISSION_DENIED
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK if result is None else result

    return answer


class _Handle(SFTPHandle):
    def __init__(self, flags: int, file: IO[bytes], path: Path) -> None:
        super().__init__(flags)
        self.readfile = self.writefile = file
        self._path = path

    @_answered
    def stat(self) -> SFTPAttributes:
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    @_answered
    def chattr(self, attr: SFTPAttributes) -> None:
        SFTPServer.set_file_attr(str(self._path), attr)


class Files(SFTPServerInterface):
    """List, read, write, rename and remove within `root`, for whoever got through the server's key check."""

    def __init__(self, server: Any, root: Path) -> None:
        super().__init__(server)
        self._root = root.resolve()

    def _real(self, path: str) -> Path:
        """Return the path on disk for a client's path; a link as its last part is not followed."""
        target = self._root / self.canonicalize(path).lstrip("/")
        if target == self._root:
            return target
        parent = target.parent.resolve()
        if not parent.is_relative_to(self._root):
            raise _Outside
        return parent / target.name

    def _followed(self, path: str) -> Path:
        real = self._real(path).resolve()
        if not real.is_relative_to(self._root):
            raise _Outside
        return real

    def canonicalize(self, path: str) -> str:
        """Return `path` from the root, without '..' that would lead out of it."""
        return os.path.normpath("/" + path)

    @_answered
    def list_folder(self, path: str) -> list[SFTPAttributes]:
        """Return the entries of a directory (a name that is not UTF-8 can't be sent by this server)."""
        with os.scandir(self._followed(path)) as entries:
            return [
                SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name)
                for entry in entries
                if entry.name.isascii() or entry.name.isprintable()
            ]

    @_answered
    def stat(self, path: str) -> SFTPAttributes:
        """Return a file's attributes, through links that stay inside."""
        return SFTPAttributes.from_stat(self._followed(path).stat())

    @_answered
    def lstat(self, path: str) -> SFTPAttributes:
        """Return the attributes of a file or of a link itself."""
        return SFTPAttributes.from_stat(self._real(path).lstat())

    @_answered
    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        """Open a file for reading or writing."""
        real = self._followed(path)
        if real.exists() and not stat.S_ISREG(real.stat().st_mode):
            return SFTP_NO_SUCH_FILE
        descriptor = os.open(real, flags | os.O_NOFOLLOW, attr.st_mode or 0o644)
        way = {os.O_RDONLY: "rb", os.O_WRONLY: "ab" if flags & os.O_APPEND else "wb"}
        file = os.fdopen(descriptor, way.get(flags & os.O_ACCMODE, "a+b" if flags & os.O_APPEND else "r+b"))
        return _Handle(flags, file, real)

    @_answered
    def remove(self, path: str) -> None:
        """Remove a file."""
        self._real(path).unlink()

    @_answered
    def rename(self, oldpath: str, newpath: str) -> int | None:
        """Rename; fails if the target exists, as the protocol asks."""
        target = self._real(newpath)
        if target.exists():
            return SFTP_FAILURE
        self._real(oldpath).rename(target)
        return None

    @_answered
    def posix_rename(self, oldpath: str, newpath: str) -> None:
        """Rename, replacing the target."""
        self._real(oldpath).replace(self._real(newpath))

    @_answered
    def mkdir(self, path: str, attr: SFTPAttributes) -> None:
        """Make a directory."""
        self._real(path).mkdir(attr.st_mode or 0o755)

    @_answered
    def rmdir(self, path: str) -> None:
        """Remove an empty directory."""
        self._real(path).rmdir()

    @_answered
    def chattr(self, path: str, attr: SFTPAttributes) -> None:
        """Set rights, times or size."""
        SFTPServer.set_file_attr(str(self._followed(path)), attr)
