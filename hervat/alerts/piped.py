"""An alert to a program of the gemeente's own: no shell, the text on standard input, a time-out."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import which

from hervat.alerts.wording import Message
from hervat.errors import EndpointError
from hervat.settings import Alert


class AlertError(EndpointError):
    """An alert was not sent one of its ways; the text says why, and the fix.

    It is safe to print: neither an address' path nor an answer's text is in it.
    """


_PASSED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "http_proxy", "https_proxy", "no_proxy")
"""The environment variables for the program: not hervat's own, which hold keys and passwords."""


def pipe(alert: Alert, message: Message) -> None:
    """Start the program and wait for it; its output is not kept. Raises AlertError."""
    program, *arguments = alert.command or [""]
    name = Path(program).name
    environment = {key: os.environ[key] for key in _PASSED if key in os.environ} | {"HERVAT_ALERT": message.kind}
    try:
        process = subprocess.Popen(  # noqa: S603 - the configuration names it
            [program, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise AlertError(f"{name} can't be started ({type(error).__name__}); {_fix(error)}") from None
    _finish(process, name, f"{message.subject}\n\n{message.text}".encode(), alert.timeout_seconds)


def startable(alert: Alert) -> bool:
    """True if the program exists and this account may start it."""
    return not alert.command or which(alert.command[0]) is not None


def _finish(process: "subprocess.Popen[bytes]", name: str, text: bytes, seconds: float) -> None:
    """Write the text and wait; a program that hangs is killed with its children. Raises AlertError."""
    try:
        process.communicate(text, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise AlertError(f"{name} did not end within timeout_seconds and was stopped; try it by hand") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        raise AlertError(f"{name} ended with {_ended(process.returncode)}; try it by hand")


def _ended(status: int) -> str:
    return f"exit status {status}" if status > 0 else f"signal {-status}"


def _fix(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "give its whole path in command"
    if isinstance(error, PermissionError):
        return "hervat's account must be allowed to execute it"
    return "is it a program, or a script with a first line such as #!/bin/sh?"
