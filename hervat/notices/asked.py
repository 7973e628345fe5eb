"""What a supplier is asked to do, and by when: the part of a request that a letter and its JSON share."""

from dataclasses import dataclass
from datetime import date, timedelta

from hervat.settings import Supplier

_ERASE = (
    "alle gegevens die alleen voor de Wet inburgering 2021 zijn vastgelegd",
    "kopieën daarvan, zoals bestanden om te testen",
)


@dataclass(frozen=True)
class Asked:
    """erase: what, in Dutch; by: the last day (None for a party); refers_to: of which notice this is a reminder."""

    erase: tuple[str, ...]
    by: date | None
    refers_to: str | None = None


def asked_of(supplier: Supplier | None, day: date) -> Asked | None:
    """Return what a request made on a day asks; None for a recipient who is no supplier."""
    if supplier is None:
        return None
    return Asked(tuple(supplier.what) or _ERASE, day + timedelta(days=supplier.within_days))
