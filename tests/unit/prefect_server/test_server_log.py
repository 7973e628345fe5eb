"""What a server's log repeats: who and what class, never the text; an hour back and no further."""

from datetime import datetime

from hervat.prefect_server.environment import repeated_errors

NOW = datetime(2026, 11, 29, 9, 0, 0)
TRACE = 'Traceback (most recent call last):\n  File "scheduler.py", line 186, in run\n    await it()\n'


def error(
    at, who="prefect.server.services.scheduler", what="Error scheduling 123456782", raised="ValueError: 123456782"
):
    return f"2026-11-29 {at}.802 | ERROR   | {who} - {what}\n{TRACE}{raised}\n"


def log(tmp_path, *texts):
    path = tmp_path / "server.log"
    path.write_text("".join(texts))
    return path


def test_three_of_a_kind_are_told_without_their_text(tmp_path):
    path = log(tmp_path, *[error(f"08:5{n}:00") for n in range(3)])
    assert repeated_errors(path, NOW) == ["prefect.server.services.scheduler (ValueError), 3 times in an hour"]


def test_two_or_others_or_older_ones_are_not(tmp_path):
    old = [error(f"07:5{n}:00") for n in range(9)]
    two = [error(f"08:5{n}:00") for n in range(2)]
    other = error("08:55:00", raised="sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked")
    assert repeated_errors(log(tmp_path, *old, *two, other), NOW) == []


def test_a_line_without_an_exception_counts_by_who_said_it(tmp_path):
    line = "2026-11-29 08:50:00.1 | ERROR   | uvicorn.error - no room\n2026-11-29 08:50:00.2 | INFO    | x.y - fine\n"
    assert repeated_errors(log(tmp_path, line * 4), NOW) == ["uvicorn.error, 4 times in an hour"]


def test_warnings_other_text_and_no_log_are_nothing(tmp_path):
    text = "2026-11-29 08:50:00.1 | WARNING | prefect.x - slow\nValueError: not of a line\n ___ ___\n"
    assert repeated_errors(log(tmp_path, text * 9), NOW) == []
    assert repeated_errors(tmp_path / "none.log", NOW) == []


def test_of_a_long_log_the_end_is_read(tmp_path):
    path = log(tmp_path, "x" * 3_000_000 + "\n", *[error(f"08:5{n}:00") for n in range(3)])
    assert len(repeated_errors(path, NOW)) == 1
