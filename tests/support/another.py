"""Another account of the machine: it may read the house and its Python, and write nowhere but in its own folder."""

import os
from pathlib import Path

NUMBER = 54321


def as_another(own: Path) -> tuple[str, ...]:
    """Give a folder to another account; return what to put before a command so that it runs as that one.

    Whoever is not root is such an account already.
    """
    if os.geteuid() != 0:
        return ()
    for path in (own, *own.rglob("*")):
        os.chown(path, NUMBER, NUMBER, follow_symlinks=False)
    read = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return ("setpriv", f"--reuid={NUMBER}", f"--regid={NUMBER}", "--clear-groups", *read)
