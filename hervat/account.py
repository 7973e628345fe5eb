"""Under which account this process works."""

import os
import pwd
from typing import NewType

Account = NewType("Account", str)
"""The name of an account of the machine: whoever it is, nobody typed it."""


def account() -> Account:
    """Return the name of the account, or its number where it has no name, as in a container.

    It is asked of the system, for the variables LOGNAME and USER say what anybody likes.
    """
    try:
        return Account(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return Account(f"uid {os.geteuid()}")
