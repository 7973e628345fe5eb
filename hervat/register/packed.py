"""Pack many pseudonyms into bytes, 32 each: sets that are stored and read together need no row per pseudonym."""

from collections.abc import Iterable, Iterator

PSEUDONYM_BYTES = 32
_SIGNS = 2 * PSEUDONYM_BYTES


def packed(pseudonyms: Iterable[str]) -> bytes:
    """Return pseudonyms (hex) as bytes, sorted: their original order is not kept."""
    return bytes.fromhex("".join(sorted(pseudonyms)))


def unpacked(block: bytes | bytearray) -> Iterator[str]:
    """Yield the pseudonyms (hex) that were packed."""
    text = block.hex()
    return (text[at : at + _SIGNS] for at in range(0, len(text), _SIGNS))
