"""One source on one night: list it, fetch what is ready and new, then move, delete or leave the files."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from hervat.downloads import Format
from hervat.errors import EndpointError, HervatError, is_transient, redacted
from hervat.intake.connections import pauses
from hervat.intake.disk_space import Room
from hervat.intake.file_facts import FileFacts, Undated
from hervat.intake.known_files import Ledger, Listed, listed, tells_all
from hervat.intake.noticed import Noticed, misnamed, not_theirs, passed_by, said_of, theirs
from hervat.pickup import Connect, Offered, Pickup, open_pickup
from hervat.settings import Source
from hervat.sftp import FileGone
from hervat.vault import Vault


@dataclass
class FetchResult:
    """The result of a source: what each file counts as ("" counts as nothing), messages and errors.

    unfit: the suffixes of files that fit no pattern. begun: files of which reading began and did not end; lost: those
    of them that are gone.
    """

    source: Source
    outcomes: dict[Listed, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    noticed: list[Noticed] = field(default_factory=list)
    unfit: str = ""
    looked: bool = False
    undated: int = 0
    begun: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    misnamed: list[str] = field(default_factory=list)

    @property
    def warnings(self) -> list[str]:
        """The things that a person must look at, though all files were secured."""
        warnings = [said_of(self.misnamed)] if self.misnamed else []
        if self.unsettled:
            left = f"{len(self.unsettled)} file(s) were secured but could not be removed or moved there"
            warnings.append(f"{left}: {self.unsettled[0]}")
        return [f"source {self.source.name}: {text}" for text in warnings]

    @property
    def failed(self) -> list[str]:
        """The errors, each once."""
        lost = [
            f"{name}: its reading broke off, and it is not there any more, so it is lost; ask its keeper for it again"
            for name in sorted(self.lost)
        ]
        errors = [*map(redacted, self.errors), *lost]
        return list(dict.fromkeys(f"source {self.source.name}: {text}" for text in errors))


class SourceFetcher:
    """Fetches from sources, for several threads at once. `form_of` returns the format of a name.

    beside: all sources of the configuration, to leave the files of another source alone.
    """

    def __init__(
        self,
        vault: Vault,
        ledger: Ledger,
        room: Room,
        form_of: Callable[[str], Format],
        keep: bool,
        beside: Sequence[Source] = (),
    ) -> None:
        self._vault, self._ledger, self._room, self._form_of, self._keep = vault, ledger, room, form_of, keep
        self._beside = beside

    def fetch(self, source: Source, connect: Connect) -> FetchResult:
        """Fetch what is new at a source; retry after transient errors. Errors are in the result."""
        result = FetchResult(source)
        for pause in (*pauses(), None):
            result.errors, result.unsettled, result.undated = [], [], 0
            try:
                self._once(result, connect)
            except Exception as error:  # noqa: BLE001 - a failure stays within its source
                result.errors.append(error)
            if pause is None or not any(map(is_transient, result.errors)):
                break
            time.sleep(pause)
        return result

    def _once(self, result: FetchResult, connect: Connect) -> None:
        form = self._form_of(result.source.format)
        with open_pickup(result.source, connect, theirs(result.source, self._beside)) as pickup:
            offered = pickup.offered()
            result.misnamed = misnamed(offered, form)
            offered = [file for file in offered if file.name not in result.misnamed]
            result.lost = result.begun - pickup.there
            known = self._ledger.known(result.source.name)
            new = {listed(file) for file in offered} - known.keys()
            folders = not_theirs(result.source, pickup.left.folders, self._beside)
            passing = passed_by(result.source.name, pickup, folders, ever=bool(known or offered))
            with self._room.reserved([size for _, size, _ in new]) as reservation:
                for file in offered:
                    self._file(result, pickup, form, file, known.get(listed(file)))
                    if listed(file) in new:
                        reservation.written(file.size or 0)
            undated = [Noticed(result.source.name, "undated", result.undated)] if result.undated else []
            result.looked, result.noticed, result.unfit = True, [*undated, *passing], pickup.left.suffixes

    def _file(self, result: FetchResult, pickup: Pickup, form: Format, offered: Offered, known: str | None) -> None:
        """Fetch one file. A file that can't be read does not stop the others."""
        try:
            # a folder is read again: that costs little and misses nothing
            if known is None or result.source.folder or not tells_all(offered):
                known = self._take(result, pickup, form, offered)
        except Undated:
            result.undated += 1
            return
        except HervatError as error:
            if not isinstance(error, EndpointError) or not pickup.alive:
                raise
            result.errors.append(error)
            return
        result.outcomes.setdefault(listed(offered), known)
        if not self._keep:
            self._settle(result, pickup, offered)

    def _take(self, result: FetchResult, pickup: Pickup, form: Format, offered: Offered) -> str:
        facts = FileFacts.of(result.source.name, offered, form)
        with self._vault.writer() as incoming:
            for chunk in self._chunks(result, pickup, offered):
                incoming.write(chunk)
            outcome, number = self._ledger.secure(incoming, facts, offered)
        result.begun.discard(offered.name)
        result.lost.discard(offered.name)
        if outcome == "fetched":
            result.said.append(f"fetched {number} from {result.source.name}")
        return outcome

    def _chunks(self, result: FetchResult, pickup: Pickup, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content; it is remembered as begun until it is secured, for a server may give it only once."""
        before = offered.name in result.begun
        result.begun.add(offered.name)
        try:
            yield from pickup.chunks(offered)
        except FileGone:
            if before:
                result.lost.add(offered.name)
            else:
                result.begun.discard(offered.name)
            raise

    def _settle(self, result: FetchResult, pickup: Pickup, offered: Offered) -> None:
        """Move or delete a file that is secured in the register; if that fails, the file is known the next night."""
        try:
            pickup.settle(offered, result.source.after_pickup)
        except HervatError as error:
            if is_transient(error) and not pickup.alive:
                raise
            result.unsettled.append(redacted(error))
