"""The fictitious gemeente: made-up data, an embedded SFTP server and local systems."""
