"""Under which account this process works."""

import os
import pwd


def account() -> str:
    """Return the name of the account, or its number where it has no name, as in a container.

    It is asked of the system, for the variables LOGNAME and USER say what anybody likes.
    """
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"
