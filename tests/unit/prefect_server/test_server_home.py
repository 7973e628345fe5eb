"""The folder of a server: its log-in is made once, for one account alone, and never taken from a file that others read."""

import stat

import pytest

from hervat.errors import HervatError, UsageError
from hervat.prefect_server import Home, one_at_a_time, prefect_environment
from hervat.prefect_server.environment import refuse_used


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "prefect")


def test_the_log_in_is_made_once_and_for_its_owner_alone(home):
    login = home.login()
    assert home.login() == login and len(login) > 40 and login.startswith("hervat:")
    assert stat.S_IMODE(home.login_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_log_in_that_others_could_read_is_refused_with_the_mend(home, mode):
    home.login()
    home.login_file.chmod(mode)
    with pytest.raises(HervatError, match="can be read by others.*remove the file"):
        home.login()


@pytest.mark.parametrize(
    "text", ["", "hervat:\n", "admin:pass\n", "hervat:short\n", "hervat:" + "x" * 300, "hervat:" + "x" * 40 + "\ny"]
)
def test_what_is_no_log_in_is_not_taken_for_one(home, text):
    home.login()
    home.login_file.write_text(text)
    with pytest.raises(HervatError, match="holds no log-in"):
        home.login()


def test_all_of_prefect_s_own_lies_below_it(home, monkeypatch):
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    found = prefect_environment(home, 4200)
    for name in ("PREFECT_HOME", "PREFECT_PROFILES_PATH", "PREFECT_UI_STATIC_DIRECTORY", "TMPDIR"):
        assert found[name].startswith(str(home.path)), name
    assert found["PREFECT_API_AUTH_STRING"] == found["PREFECT_SERVER_API_AUTH_STRING"] == home.login()
    assert found["PREFECT_LOGGING_LEVEL"] == "INFO"
    assert prefect_environment(home, 4200, 7)["PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"] == str(7 * 86400)


def test_one_serve_at_a_time(home):
    with (
        one_at_a_time(home),
        pytest.raises(UsageError, match="at work for this installation already"),
        one_at_a_time(home),
    ):
        pass
    with one_at_a_time(home):
        pass


def test_a_used_port_is_refused(home):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="another port with --port"):
            refuse_used(other.getsockname()[1])


def test_a_folder_that_can_not_be_made_names_itself(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HervatError, match="can't be made"):
        Home(tmp_path / "file" / "prefect").login()
