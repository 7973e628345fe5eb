"""The SFTP client: host keys pinned, modern algorithms only, time-outs on everything, errors in our own words."""

from hervat.sftp.client import SftpClient
from hervat.sftp.errors import SftpError
from hervat.sftp.kept import logins_kept
from hervat.sftp.key_file import readable_by_others
from hervat.sftp.left_out import Kind, LeftOut
from hervat.sftp.listing import PICKED_UP, RemoteFile, enters
from hervat.sftp.places import places
from hervat.sftp.reading import FileGone

__all__ = [
    "PICKED_UP",
    "FileGone",
    "Kind",
    "LeftOut",
    "RemoteFile",
    "SftpClient",
    "SftpError",
    "enters",
    "logins_kept",
    "places",
    "readable_by_others",
]
