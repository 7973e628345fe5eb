"""Reading over servers that answer otherwise than OpenSSH: less at once, or in another order."""

import pytest
from paramiko import SFTPAttributes
from paramiko.sftp import CMD_FSTAT, CMD_READ

from hervat.sftp import SftpError
from hervat.sftp.listing import RemoteFile
from hervat.sftp.pipeline import Reply
from hervat.sftp.reading import read_file

CONTENT = bytes(range(256)) * 400


class Server:
    """Answers like a pipeline: at once, or when it is waited for. most: bytes it gives to a read."""

    def __init__(self, most=1 << 20, at_once=False, grows_after=None):
        self.most, self.at_once, self.grows_after = most, at_once, grows_after
        self.asked, self.size = [], len(CONTENT)

    def ask(self, kind, *given):
        self.asked.append(kind)
        answer = Reply()
        answer.given = given
        if self.at_once:
            answer.kind, answer.size = 0, self.size
        if kind == self.grows_after:
            self.size += 1
        return answer

    def handle(self, answer):
        return b"handle"

    def attributes(self, answer):
        found = SFTPAttributes()
        found.st_size, found.st_mtime = getattr(answer, "size", self.size), 7
        return found

    def data(self, answer):
        _, place, length = answer.given
        return CONTENT[place : place + min(length, self.most)]


def read(server):
    return b"".join(read_file(server, "/pib/a.csv", RemoteFile("a.csv", len(CONTENT), 7), "host"))


@pytest.mark.parametrize("most", [1 << 20, 32 * 1024, 10_000, 4_096])
def test_a_server_that_gives_less_than_was_asked(most):
    assert read(Server(most)) == CONTENT


def test_a_server_that_gives_nothing_before_the_end():
    with pytest.raises(SftpError, match="changed"):
        read(Server(0))


def test_a_look_that_was_answered_before_the_last_byte_proves_nothing():
    """A server may answer in any order: what it said before the last byte was read is asked again."""
    assert read(Server(at_once=True)) == CONTENT
    in_order, early = Server(), Server(at_once=True)
    read(in_order), read(early)
    assert (in_order.asked.count(CMD_FSTAT), early.asked.count(CMD_FSTAT)) == (2, 3)
    with pytest.raises(SftpError, match="changed"):
        read(Server(at_once=True, grows_after=CMD_READ))
