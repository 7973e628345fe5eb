"""How `hervat serve` runs Prefect."""

from pydantic import Field

from hervat.settings.base import Strict


class Prefect(Strict):
    """How Prefect runs here."""

    history_days: int = Field(default=90, ge=1, le=3650)
    """How many days Prefect keeps an ended run, with its log and artifacts; the register keeps its own."""
