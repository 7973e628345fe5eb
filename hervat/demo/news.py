"""DUO's files of the day on which somebody opens the played demo: something to decide in every form."""

from datetime import datetime, timedelta

from hervat.demo.cast import CastMember, newcomers, playing
from hervat.demo.pib import WRONG_BSN, DemoFile, Row, as_csv, correction, file_name, obliged, signal_row


def news(made: datetime) -> list[DemoFile]:
    """Return the downloads that were made at a moment: one whole, and one that was cut off on its way."""
    later = made + timedelta(minutes=5)
    cut = [signal_row("SS137", (made - timedelta(days=2)).date(), person) for person in playing("right")[:30]]
    return [
        DemoFile(_name(made), as_csv(_rows(made), bom=True)),
        DemoFile(_name(later), as_csv(cut)[:-60]),
    ]  # fmt: skip


def wrongly_registered() -> list[CastMember]:
    """Return the persons corrected today: in both local systems or one, and known to several parties."""
    right = playing("right")
    return [right[27], right[28], right[45], right[62]]


def contradicted() -> CastMember:
    """Return the person about whom two signals of one day contradict each other."""
    return playing("right")[35]


def _rows(made: datetime) -> list[Row]:
    day = (made - timedelta(days=3)).date()
    *new, odd, elsewhere = newcomers()
    misread = signal_row("SS101", day, odd)
    misread[8] = "31-02-1991"  # a birth date that is none: a person may load the row all the same
    return [
        *(row for person in new for row in obliged(person, day)),
        *(correction(person, day) for person in [*wrongly_registered(), contradicted()]),
        signal_row("SS101", day, contradicted()),
        misread,
        ["SS190", "", f"{day:%d-%m-%Y}", WRONG_BSN, *[""] * 9],  # a correction of nobody: it can only be rejected
        signal_row("SS101", day, elsewhere, gemeente="0363"),
    ]


def _name(made: datetime) -> str:
    return file_name("Wi2021", made.date(), f"{made:%H%M%S}")
