"""The SFTP client: host keys pinned, modern algorithms only, time-outs on everything, errors in our own words."""

from hervat.sftp.client import SftpClient
from hervat.sftp.errors import SftpError
from hervat.sftp.left_out import LeftOut
from hervat.sftp.listing import PICKED_UP, RemoteFile

__all__ = ["PICKED_UP", "LeftOut", "RemoteFile", "SftpClient", "SftpError"]
