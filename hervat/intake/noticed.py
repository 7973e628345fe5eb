"""What a night notices at a source beside the files it takes: nothing that lies there is passed by in silence.

Counts and a source's name only: the name of a file may be a person's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_TEXTS = {
    "strange": "{count} file(s) with a name that can't be used",
    "undated": "{count} file(s) without a date of making, not fetched: neither name nor time stamp tells one; name the"
    " date in the format's name_pattern, or let the server keep time stamps",
    "ahead": "{count} file(s) with a time stamp up to {extra} minutes ahead of this machine's clock, so still growing"
    " by it: put the server's clock or time zone right, or use a done_marker",
    "growing": "{count} file(s) still growing, left for the next night",
    "growing_long": "{count} file(s) still growing for {extra} nights: a program keeps writing, or the server's time"
    " stamps are always of now; use a done_marker, or stable_after_seconds: 0",
    "closed": "{count} subfolder(s) that can't be looked into; ask the keeper for the right",
    "links": "{count} link(s) there, which are not followed; have the files themselves put there",
    "folders": "{count} subfolder(s) there, which are not looked into; set `subfolders` where downloads lie in them",
    "special": "{count} file(s) of a special kind there (pipe, socket, device), which nobody can fetch",
    "unfit": "{count} file(s) there with a name that fits no pattern; widen `pattern`, or have them taken away",
    "never_fitted": "{count} file(s) there with a name that fits no pattern, and none ever did; see the names there,"
    " and mend `pattern`",
    "beside": "{count} file(s) there that are no downloads by their suffix",
    "silent": "nothing new for {count} days; it used to give something every {every}; ask its keeper",
    "silent_long": "nothing new for {count} days; it used to give something every {every}; ask its keeper",
    "expected": "nothing came of what was expected, {count} days past its last day; ask its keeper",
}
ALWAYS_LINES = frozenset({"growing", "beside"})
"""What is a line in the report and waits for nobody."""
HIDING = frozenset({"special", "links", "folders"})
"""What is a line as long as a source gives something; where it never did, downloads may lie behind it."""


@dataclass(frozen=True)
class Noticed:
    """One thing at one source: how many, and (extra) minutes, nights or days that belong to it."""

    source: str
    reason: str
    count: int
    extra: int = 0
    waits: bool = True

    @property
    def text(self) -> str:
        """The line in English, without a value of a file."""
        every = "day" if self.extra == 1 else f"{self.extra} days"
        return f"source {self.source}: {_TEXTS[self.reason].format(count=self.count, extra=self.extra, every=every)}"


def every_kind(source: str) -> Iterator[Noticed]:
    """Yield one of each kind, as they may be told."""
    for reason in _TEXTS:
        yield Noticed(source, reason, 2, 3)
