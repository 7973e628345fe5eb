"""The SFTP client: host keys pinned, key authentication only, time-outs on everything, errors in our own words."""

from hervat.sftp.client import SftpClient
from hervat.sftp.errors import SftpError
from hervat.sftp.listing import RemoteFile

__all__ = ["RemoteFile", "SftpClient", "SftpError"]
