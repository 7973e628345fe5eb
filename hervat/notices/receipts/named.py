"""A safe form of a party's file name for messages: it is the party's own and may hold anything (rule 7)."""

import re

from hervat.bsn import stands_in

_LONGEST = 80
_DAY = re.compile(r"(?<!\d)(?:\d{1,2}[-._ ]\d{1,2}[-._ ](?:19|20)\d{2}|(?:19|20)\d{2}[-._ ]?\d{2}[-._ ]?\d{2})(?!\d)")
_NOTICE = re.compile(r"(?<!\d)\d{4}-\d{8}-\d{4,6}(?!\d)")


def named(name: str) -> str:
    """Return a name in quotes, shortened, without the digits of a BSN or a day, and without control characters."""
    shown = "".join(char if char.isprintable() else "?" for char in name.encode("utf-8", "replace").decode("utf-8"))
    if stands_in(_NOTICE.sub("", shown)):
        shown = re.sub(r"\d", "*", shown)
    parts = _NOTICE.split(shown)
    kept = [_DAY.sub(lambda day: re.sub(r"\d", "*", day[0]), part) for part in parts]
    numbers = _NOTICE.findall(shown)
    whole = kept[0] + "".join(number + part for number, part in zip(numbers, kept[1:], strict=True))
    return f"'{whole if len(whole) <= _LONGEST else whole[:_LONGEST] + '...'}'"
