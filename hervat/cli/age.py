"""`hervat status --max-age`, for a monitor: reads only the register, no keys and no local system."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hervat.cli.shared import print_json, stdout, tell_error
from hervat.errors import UsageError

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def show_age(config: Path, municipality: str | None, as_of: str | None, max_age: str, as_json: bool) -> int:
    """Print when the last good night of each municipality ended; return 3 if one is too long ago, else 0."""
    from hervat.settings import read_settings
    from hervat.today import today

    if as_of:
        raise UsageError("--max-age looks at this moment; leave --as-of out")
    allowed, settings = term(max_age), read_settings(config, municipality, partly=True)
    codes = [configured.code for configured in settings.municipalities]
    accounts, errors = _ages(settings.register_url, codes, allowed)
    errors += [str(broken) for broken in settings.broken]
    if as_json:
        print_json({"as_of": str(today()), "municipalities": accounts, "errors": errors, "attention": []})
    else:
        _print(accounts, errors)
    return 3 if errors else 0


def term(text: str) -> timedelta:
    """Parse 90m, 26h or 2d. Raises UsageError."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}[mhd]", text):
        raise UsageError(f"{text} is not a valid time; use minutes, hours or days, such as 90m, 26h or 2d")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _ages(url: str, codes: list[str], allowed: timedelta) -> tuple[list[dict[str, Any]], list[str]]:
    """Return an account a municipality, and an error for each last good night that is too long ago."""
    from hervat.register import Register, last_good_night, overdue
    from hervat.register.models import utc_now

    register = Register(url)
    ends: dict[str, datetime | None] = dict.fromkeys(codes)
    if register.exists():
        with register.session() as session:
            ends = {code: last_good_night(session, code) for code in codes}
    accounts = [{"code": code, "age": _age(ended, utc_now())} for code, ended in ends.items()]
    return accounts, [text for code, ended in ends.items() if (text := overdue(code, ended, allowed))]


def _age(ended: datetime | None, now: datetime) -> dict[str, Any]:
    """Return when the last good night ended and how many minutes ago; nulls if there was none."""
    minutes = None if ended is None else int((now - ended).total_seconds() // 60)
    return {"last_good_night": ended and f"{ended.isoformat(timespec='seconds')}Z", "minutes": minutes}


def _print(accounts: list[dict[str, Any]], errors: list[str]) -> None:
    from hervat.register import in_words

    for account in accounts:
        if (minutes := account["age"]["minutes"]) is not None:
            ago = in_words(timedelta(minutes=minutes))
            stdout().print(f"{account['code']}: the last good night ended {ago} ago", markup=False)
    for text in errors:
        tell_error(text)
