"""DUO's downloads on each night of the demo: made up, and as messy as the real ones."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import xlsxwriter  # type: ignore[import-untyped]

from hervat.demo.cast import FAMILY, OTHER, CastMember, playing

HEADER = [
    "Signaalcode", "Signaalomschrijving", "Datum signaal", "BSN", "V-nummer", "Achternaam", "Voorvoegsel", "Voornamen",
    "Geboortedatum", "Doelgroep", "Gemeentecode", "Wet", "Datum kennisgeving",
]  # fmt: skip
MARCH_1, MARCH_14, MARCH_15, MARCH_16 = (date(2022, 3, day) for day in (1, 14, 15, 16))
MARCH_25, MAY_24 = date(2022, 3, 25), date(2022, 5, 24)
_BULK = (("SS101", "Persoon is inburgeringsplichtig"), ("SS120", "In gemeente gevestigd zonder PIP"),
         ("SS127", "Nog geen inburgeringsaanbod ontvangen"))  # fmt: skip
WRONG_BSN = "123456789"  # fails the elfproef

Row = list[str]


@dataclass(frozen=True)
class DemoFile:
    """A file as it is offered. growing: DUO is still writing it, so its time stamp is of this moment."""

    name: str
    content: bytes
    growing: bool = False
    by_hand: bool = False


def offered(night: date) -> list[DemoFile]:
    """Return the new or changed files on the server and in the folder on a night of the demo."""
    return {MARCH_1: _first, MARCH_16: _second, MARCH_25: _third, MAY_24: _fourth}[night]()


def mended() -> DemoFile:
    """Return the whole file that was cut off on 16 March."""
    return DemoFile(file_name("Wi2021", MARCH_16, "070000"), as_csv(_cut_rows()))


def chosen() -> DemoFile:
    """Return DUO's file of 24 May about those who chose the Wi2021 on that day."""
    rows = [row for person in playing("chooser") for row in obliged(person, MAY_24)]
    return DemoFile(file_name("Wi2021", MAY_24, "180000"), as_csv(rows, bom=True))


def _first() -> list[DemoFile]:
    """1 March: nothing. The PIB was emptied, and signals come as downloads from mid-March on (handreiking 2.3)."""
    return []


def _second() -> list[DemoFile]:
    """16 March: the first downloads; one twice, one by hand, one cut off, one that is still growing."""
    family = _family_again()
    plain = [row for row in family if _fits_windows(row)]
    rest = [row for row in family if not _fits_windows(row)]
    foreign = [row for person in playing("foreign") for row in obliged(person, person.obliged_on, gemeente="0363")]
    wrong = [
        signal_row("SS101", date(2022, 1, 5), bsn=WRONG_BSN),
        signal_row("SS101", date(2022, 1, 5), bsn="99999001"),
    ]
    week = [
        signal_row(code, MARCH_16, person) for person in playing("right")[:38] for code in ("SS126", "SS132", "SS137")
    ]
    twice = as_csv([*_corrections(), *plain], "cp1252")
    whole = [*_corrections(), *family, *_oddities(), *week, *_seen_after()]
    return [
        DemoFile(file_name("Wi2021", MARCH_14, "090000"), twice),
        DemoFile(file_name("Wi2021", MARCH_14, "094500"), twice),
        DemoFile(
            file_name("Wi2021", MARCH_15, "090000"),
            as_csv([*rest, *plain[:40], *_too_early(), *foreign, *wrong], bom=True),
        ),
        DemoFile(file_name("Wi2021", MARCH_16, "060000"), as_csv(whole, bom=True)),
        DemoFile(file_name("Wi2013", MARCH_16, "060500"), as_csv(_other_laws())),
        DemoFile(file_name("Wi2021", MARCH_16, "120000", "xlsx"), _workbook(family[:30]), by_hand=True),
        DemoFile(file_name("Wi2021", MARCH_16, "070000"), as_csv(_cut_rows())[:-60]),
        DemoFile(file_name("Wi2021", MARCH_16, "080000"), as_csv(_late_rows())[:200], growing=True),
    ]


def _third() -> list[DemoFile]:
    """25 March: asielstatushouders and others again; the file that was growing is whole; one under a loaded name."""
    again = [
        row
        for person in playing("right", "unknown_group")
        if person.group != FAMILY
        for row in obliged(person, person.obliged_on)
    ]
    known_now = [row for person in playing("v_number_first") for row in obliged(person, person.obliged_on, both=True)]
    late = [correction(person, date(2022, 3, 22)) for person in playing("late_wrong")]
    other = [signal_row("SS131", date(2022, 1, 17), person) for person in playing("right")[:9]]
    return [
        DemoFile(file_name("Wi2021", MARCH_16, "080000"), as_csv(_late_rows())),
        DemoFile(file_name("Wi2021", MARCH_15, "090000"), as_csv(other)),
        DemoFile(
            file_name("Wi2021", MARCH_25, "060000"), as_csv([*again, *known_now, *late, *_family_again()], bom=True)
        ),
    ]  # fmt: skip


def _fourth() -> list[DemoFile]:
    """24 May: the Wi2013 is resumed, two are obliged after all, for two it ends, and ordinary signals go on."""
    back = [row for person in playing("reinstated") for row in obliged(person, date(2022, 5, 10))]
    under_wi2013 = [*playing("wrong")[:20], *playing("two_laws", "chooser")]
    resumed = [signal_row("SS101", date(2022, 5, 23), person, wet="Wi2013") for person in under_wi2013]
    died, moved = playing("ended")
    ended = [signal_row("SS111", date(2022, 5, 16), died), signal_row("SS122", date(2022, 5, 18), moved)]
    going_on = [
        signal_row(code, date(2022, 5, 20), person)
        for person in playing("right")
        for code in ("SS101", "SS102", "SS137", "SS199")
    ]
    return [
        DemoFile(file_name("Wi2021", MAY_24, "060000"), as_csv([*going_on, *back, *ended], bom=True)),
        DemoFile(file_name("Wi2013", MAY_24, "060500"), as_csv(resumed)),
    ]


def _too_early() -> list[Row]:
    """Signals of groups that restart on 25 March only: some of them come again then, some don't."""
    others = [person for person in playing("right") if person.group == OTHER]
    by_bsn = [*others, *playing("never_resent", "unknown_group")]
    rows = [row for person in by_bsn for row in obliged(person, person.obliged_on)]
    by_v_number = playing("v_number_first")
    return rows + [row for person in by_v_number for row in obliged(person, person.obliged_on, only_v=True)]


def _corrections() -> list[Row]:
    return [
        correction(person, MARCH_1) for person in playing("wrong", "reinstated", "disputed", "chooser", "seen_after")
    ]


def _seen_after() -> list[Row]:
    """An old signal of somebody who was corrected in an earlier download, where PIB should have nothing else."""
    return [signal_row("SS131", date(2022, 1, 17), person) for person in playing("seen_after")]


def correction(person: CastMember, day: date) -> Row:
    """An SS190 holds a BSN and nothing else about the person."""
    return ["SS190", "Correctie persoon is inburgeringsplichtig onder de Wi2013", _day(day), person.bsn, *[""] * 9]


def _family_again() -> list[Row]:
    again = [
        row
        for person in playing("right", "ended", "two_laws")
        if person.group == FAMILY
        for row in obliged(person, person.obliged_on)
    ]
    return again + [signal_row("SS101", MARCH_1, person) for person in playing("disputed")]


def _oddities() -> list[Row]:
    person = playing("right")[0]
    return [
        ["SS190", "", _day(MARCH_1), WRONG_BSN, *[""] * 9],
        signal_row("SS150", MARCH_1, person),
        signal_row("SS198", MARCH_1, person),
        signal_row("SS120", MARCH_1, person)[:6],
        ["SS101", "", "31-02-2022", person.bsn, *[""] * 9],
    ]


def _other_laws() -> list[Row]:
    rows = [signal_row("SS101", date(2022, 2, 1), person, wet="Wi2013") for person in playing("wi2013")]
    rows += [signal_row("SS112", date(2022, 2, 8), person, wet="Wi2013") for person in playing("wi2013")[:5]]
    return rows + [signal_row("SS101", date(2022, 2, 2), person, wet="Wi2007") for person in playing("wi2007")]


def _cut_rows() -> list[Row]:
    return [signal_row("SS137", date(2022, 3, 14), person) for person in playing("right")[:30]]


def _late_rows() -> list[Row]:
    return [signal_row("SS131", date(2022, 3, 15), person) for person in playing("right")[30:60]]


def obliged(
    person: CastMember, day: date, *, gemeente: str = "0000", only_v: bool = False, both: bool = False
) -> list[Row]:
    """Return the three signals that come about a person on one day."""
    rows = [signal_row(code, day, person, text=text, gemeente=gemeente) for code, text in _BULK]
    for row in rows:
        row[3] = "" if only_v else person.bsn
        row[4] = person.v_number if only_v or both or person.number % 3 else ""
    return rows


def signal_row(
    code: str,
    day: date,
    person: CastMember | None = None,
    *,
    text: str = "",
    wet: str = "Wi2021",
    gemeente: str = "0000",
    bsn: str = "",
) -> Row:
    """Return one row: of a made-up person, or of a number that is nobody's."""
    if person is None:
        return [code, text, _day(day), bsn, "", "Onbekend", "", "Verzonnen", "01-01-1990", "", gemeente, wet, ""]
    return [
        code, text, _day(day), person.bsn, "", person.surname, "", person.first_names, _day(person.born), person.group,
        gemeente, wet, "",
    ]  # fmt: skip


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"


def file_name(wet: str, day: date, clock: str, suffix: str = "csv") -> str:
    """Return the name of a download: of a wet, made on a day at a time (hhmmss)."""
    return f"PIB_{wet}_0000_{day:%Y%m%d}_{clock}.{suffix}"


def _fits_windows(row: Row) -> bool:
    try:
        ";".join(row).encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def as_csv(rows: Iterable[Row], encoding: str = "utf-8", *, bom: bool = False) -> bytes:
    """Return rows as a file with its header."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else encoding)


def _workbook(rows: Iterable[Row]) -> bytes:
    """Return the sheet as Excel keeps it: dates as dates, numbers as numbers."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, dated = book.add_worksheet("Signalen"), book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
            sheet.write_datetime(number, 2, _read(row[2]), dated)
            sheet.write_number(number, 3, int(row[3]))
    return buffer.getvalue()


def _read(text: str) -> date:
    day, month, year = text.split("-")
    return date(int(year), int(month), int(day))
