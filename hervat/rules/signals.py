"""The catalogue of signals: code -> kind and text. An unknown code has no meaning."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from hervat.settings import Strict, read_yaml
from hervat.shipped import shipped

Kind = Literal[
    "new_obligation", "route_and_term", "obligation_met", "exempt", "suspended", "obligation_withdrawn", "request",
    "municipality_change", "group_change", "ten_week", "attention", "resumed_obligation", "correction", "exam",
]  # fmt: skip


class SignalKind(Strict):
    """The meaning of a code; `source` is where it was published."""

    kind: Kind
    text: str
    source: str


class SignalCatalogue(Strict):
    """All codes in public sources."""

    signals: dict[str, SignalKind] = Field(min_length=1)

    def kind(self, code: str) -> Kind | None:
        """Return the kind of a code, None for an unknown one."""
        signal = self.signals.get(code)
        return signal.kind if signal else None

    def text(self, code: str) -> str:
        """Return DUO's Dutch text of a code."""
        signal = self.signals.get(code)
        return signal.text if signal else "onbekende signaalcode"


@cache
def catalogue() -> SignalCatalogue:
    """Return the catalogue of the package."""
    return SignalCatalogue.model_validate(read_yaml(shipped("signals", "signals.yaml", Path(__file__).parent)))
