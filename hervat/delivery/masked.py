"""BSNs by pseudonym, masked when they are taken out: to wrap each of half a million beforehand takes seconds."""

from collections.abc import Iterator, KeysView, Mapping

from hervat.bsn import Bsn


class Masked(Mapping[str, Bsn]):
    """Pseudonym -> BSN, read only. Printing it shows nothing but how many there are."""

    def __init__(self, digits: dict[str, str]) -> None:
        """`digits`: pseudonym -> nine digits."""
        self._digits = digits

    def __getitem__(self, pseudonym: str) -> Bsn:
        return Bsn(self._digits[pseudonym])

    def __iter__(self) -> Iterator[str]:
        return iter(self._digits)

    def __len__(self) -> int:
        return len(self._digits)

    def __contains__(self, pseudonym: object) -> bool:
        return pseudonym in self._digits

    def keys(self) -> KeysView[str]:
        """Return the pseudonyms, as a set."""
        return self._digits.keys()

    def __repr__(self) -> str:
        return f"Masked({len(self)} BSNs)"
