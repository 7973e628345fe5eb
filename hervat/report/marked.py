"""Markdown: foreign text stays text, and what is between backticks stays a command."""

import re
from html import escape

_SPECIAL = re.compile(r"([\\*_{}\[\]()#+!|~])")


def plain(text: str) -> str:
    """Return `text` escaped, so that markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", escape(" ".join(text.split()).replace("`", "'"), quote=False))


def commands(text: str) -> str:
    """Return `text` escaped, except commands between backticks."""
    parts = text.split("`")
    return "`".join(part if odd % 2 else _around(part) for odd, part in enumerate(parts))


def _around(text: str) -> str:
    """Return `text` as plain markdown with the spaces around it kept."""
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{start}{plain(text)}{end}" if text.strip() else text
