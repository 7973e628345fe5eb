"""How long what is in the vault is kept, by kind. Without a term a kind is kept for ever."""

from typing import Annotated

from pydantic import StringConstraints

from hervat.settings.base import Strict

Term = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}[ymd]$")]
"""A number with y (years), m (months) or d (days), such as 5y, 18m or 90d."""


class Retention(Strict):
    """A term for each kind of object, counted from its day or from the day its round was closed, whichever is later."""

    download: Term | None = None
    """How long the originals of downloads are kept; left out: for ever."""
    notice: Term | None = None
    """How long archived notices are kept; left out: for ever."""
