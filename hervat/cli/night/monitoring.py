"""`hervat status` for a monitor: --max-age reads only the register; --metrics writes a file for a node exporter."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hervat.cli.shared import print_json, print_plain, stdout, tell_error
from hervat.errors import UsageError, redacted

if TYPE_CHECKING:
    from hervat.settings import Municipality
    from hervat.status import Sample
    from hervat.tasks.installation import Installation

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
        _print_ages(accounts, errors)
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


def _print_ages(accounts: list[dict[str, Any]], errors: list[str]) -> None:
    from hervat.register import in_words

    for account in accounts:
        if (minutes := account["age"]["minutes"]) is not None:
            ago = in_words(timedelta(minutes=minutes))
            stdout().print(f"{account['code']}: the last good night ended {ago} ago", markup=False)
    for text in errors:
        tell_error(text)


def show_metrics(config: Path, municipality: str | None, as_of: str | None, file: Path, as_json: bool) -> int:
    """Write the metrics of every gemeente; return 3 if something could not be read, else 0."""
    from hervat.status import metrics_text, unmeasured, write_metrics
    from hervat.tasks.installation import Installation

    if as_of or municipality:
        raise UsageError("--metrics writes this moment of every gemeente; leave --as-of and --municipality out")
    installation, samples, errors = Installation(config, partly=True), list["Sample"](), list[str]()
    for configured in installation.municipalities():
        read, wrong = _measured(installation, configured)
        samples += read
        errors += wrong
    for broken in installation.settings.broken:
        samples += unmeasured(broken.code) if broken.code else []
        errors.append(str(broken))
    write_metrics(file, metrics_text(samples))
    if as_json:
        print_json({"file": str(file), "errors": errors})
    else:
        print_plain(f"wrote {file}")
        for text in errors:
            tell_error(text)
    return 3 if errors else 0


def _measured(installation: "Installation", configured: "Municipality") -> tuple[list["Sample"], list[str]]:
    """Return the metrics of a gemeente, and what could not be read; one that fails does not stop the others."""
    from hervat.status import measured, unmeasured

    try:
        night = installation.night(configured, origin="status")
        return measured(night), [f"{night.code}: {text}" for text in dict.fromkeys(night.errors)]
    except Exception as error:  # noqa: BLE001 - one gemeente does not hold up the others
        return unmeasured(configured.code), [f"{configured.code}: {redacted(error)}"]
