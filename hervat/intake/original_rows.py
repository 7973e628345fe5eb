"""The rows of an original as typed columns: of a large one a batch at a time, of small ones of a kind all at once."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice

import polars as pl

from hervat.downloads import Typing, ahead, load_format, name_facts, read, unpacked
from hervat.errors import HervatError
from hervat.night import Night
from hervat.register.models import Download
from hervat.settings import Source
from hervat.vault import Vault

_SMALL = 20_000  # rows


class OriginalRows:
    """The rows of a download in the vault, to be typed once; its structure is good. Raises StructureRefused.

    notes: on the file. small: the text of all its rows, in one frame or none; None of a large one, which is read later.
    kind: the rows of small originals of one kind can be typed as if they were of one.
    """

    def __init__(self, night: Night, download: Download) -> None:
        source = source_of(night, download)
        form = load_format(source.format, night.settings.directory)
        vault = Vault(night.settings.vault, night.keyring)
        wet = name_facts(form, download.name).wet
        file = read(unpacked(lambda: vault.open(download.object_id), download.name), download.name, form)
        batches = file.batches()
        begin = _begun(batches)
        self.notes, self.kind, self.typing = file.notes, (source.format, wet), Typing(form, wet)
        self.small = begin if len(begin) < 2 and _height(begin) <= _SMALL else None
        self._batches = chain(begin, batches)

    def typed(self) -> Iterator[pl.DataFrame]:
        """Yield the typed rows, a batch at a time; the next batches of a large original are made meanwhile."""
        if self.small is not None:
            return map(self.typing.of, self.small)
        return ahead(map(self.typing.of, ahead(self._batches)))


def typed_together(originals: Sequence[OriginalRows]) -> list[pl.DataFrame]:
    """Return the typed rows of small originals of one kind, which all have rows: typing costs as much for one row."""
    texts = [text for original in originals for text in original.small or []]
    whole = originals[0].typing.of(pl.concat(texts))
    ends = accumulate(text.height for text in texts)
    return [whole.slice(end - text.height, text.height) for text, end in zip(texts, ends, strict=True)]


def source_of(night: Night, download: Download) -> Source:
    """Return the source that a download came from. Raises HervatError if it is not configured any more."""
    for source in night.municipality.sources:
        if source.name == download.source:
            return source
    raise HervatError(f"download {download.id} came from source {download.source}, which is no longer configured")


def _begun(batches: Iterator[pl.DataFrame]) -> list[pl.DataFrame]:
    """Return the first batch, and where that is small the next: mostly there is none."""
    first = list(islice(batches, 1))
    return first + list(islice(batches, 1)) if _height(first) <= _SMALL else first


def _height(frames: Sequence[pl.DataFrame]) -> int:
    return sum(frame.height for frame in frames)
