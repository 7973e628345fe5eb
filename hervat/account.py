"""The account of the machine under which this process runs."""

import os
import pwd
from typing import NewType

Account = NewType("Account", str)
"""The name of an account of the machine; not typed by a person."""


def account() -> Account:
    """Return the name of the account, or its number if it has no name, as in a container.

    It comes from the system, for anybody can set the variables LOGNAME and USER.
    """
    try:
        return Account(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return Account(f"uid {os.geteuid()}")
