"""What stands at this moment, for the account of a run, `hervat status`, the report and the worklist."""

from hervat.overview.accounts import account, status_account
from hervat.overview.view import View, look_over

__all__ = ["View", "account", "look_over", "status_account"]
