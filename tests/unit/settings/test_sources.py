"""What may be written of a source: one pattern or several, how deep, and a marker; and what is refused."""

import pytest
from pydantic import ValidationError

from hervat.settings import FolderPickup, SftpPickup, Source

FOLDER = {"directory": "/srv/pib"}
SERVER = {"host": "sftp.example.nl", "user": "gemeente", "key": "/k", "known_hosts": "/h"}


def test_one_pattern_or_several():
    assert FolderPickup(**FOLDER).patterns == ("*",)
    assert FolderPickup(**FOLDER, pattern="*.csv").patterns == ("*.csv",)
    assert SftpPickup(**SERVER, pattern=["*.csv", "*.gz"]).patterns == ("*.csv", "*.gz")


@pytest.mark.parametrize(("written", "depth"), [(False, 0), (0, 0), (True, 16), (1, 1), (3, 3)])
def test_how_deep(written, depth):
    assert SftpPickup(**SERVER, subfolders=written).depth == depth


@pytest.mark.parametrize(
    "wrong",
    [{"pattern": []}, {"pattern": ""}, {"pattern": [""]}, {"subfolders": 17}, {"subfolders": -1}],
)
def test_refused(wrong):
    with pytest.raises(ValidationError):
        FolderPickup(**FOLDER, **wrong)


@pytest.mark.parametrize("marker", ["", "a/b", "..\\x"])
def test_a_marker_that_leads_elsewhere(marker):
    with pytest.raises(ValidationError):
        Source(name="pib", folder=FOLDER, done_marker=marker)


def test_a_jump_host():
    jump = SftpPickup(**SERVER, jump={**SERVER, "host": "jump.example.nl", "port": 2222}).jump
    assert (jump.host, jump.port) == ("jump.example.nl", 2222)
    with pytest.raises(ValidationError, match="give a key"):
        SftpPickup(**SERVER, jump={name: SERVER[name] for name in ("host", "user", "known_hosts")})
