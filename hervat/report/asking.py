"""The columns of the worklist that a caseworker fills in: present answers, choices, and instructions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from hervat.answers import ABOUT, HELPS, LETTERS, MADE_ON, MUNICIPALITY, NONE, FormAnswer
from hervat.dutch import short_day
from hervat.night import Night
from hervat.report.frame import Rule
from hervat.report.sheets import Book, Cell, WorklistSheet

STYLES = ("answer", "answer day", "answer day", "answer", "answer", "answer")
"""The styles of the cells to fill in, in the order of their columns."""

_DAY_NONE = date(1899, 12, 30)  # from which a spreadsheet counts its days
EXPLAINED = [("Over deze lijst", 24), ("", 120)]
_HOW = (
    ("Wat is dit?", "Een rij per persoon. Bovenaan staat wat nieuw is, daaronder wat u moet doen, en dan de rest."),
    ("Signalen", "Klik op het plusje links van een rij. Dan ziet u de signalen van die persoon."),
    ("Gele kolommen", "Die vult u in na het gesprek. Kies uit de lijst, of schrijf een dag als 25-03-2022."),
    ("Brief van DUO", "Kreeg de persoon een brief van DUO over het stoppen van de inburgering?"),
    ("Kennisgeving van", "De dag die op de kennisgeving van DUO staat. Kwam er geen? Schrijf dan: geen."),
    ("Gesproken op", "De dag waarop u de persoon sprak."),
    ("Hulp gevraagd", "Wil de persoon hulp bij DUO?"),
    ("Opmerking", "Wat uw collega's moeten weten. Niet meer dan nodig."),
    ("Wie", "Uw naam. Zonder naam telt de rij niet. Uw naam komt in het logboek."),
    ("Vul in bij de persoon", "Niet bij een signaal. Verander de kolommen Nummer en BSN niet."),
    ("Afdrukken", "Alleen de kolommen tot en met Wie komen op papier. De rest is voor het scherm."),
    (
        "Let op",
        "In deze lijst staan persoonsgegevens. Bewaar de lijst waar alleen uw team erbij kan. Mail de lijst niet.",
    ),
)
_BACK = (
    "Klaar? Zet het bestand in de map voor ingevulde werklijsten, met uw eigen naam als bestandsnaam."
    " Het wordt de volgende nacht gelezen."
)
_NOT_BACK = (
    "Uw gemeente leest de antwoorden nog niet terug. Bewaar uw bestand onder een andere naam:"
    " deze lijst wordt elke nacht opnieuw gemaakt."
)


def filled_in(answer: FormAnswer) -> list[Cell]:
    """Return the present answers, in the order of the columns."""
    return [answer.letter, answer.notification, answer.spoken, answer.help, answer.remark, answer.who]


def rules(first: date, place: int) -> Iterator[Rule]:
    """Yield what is allowed in each of the columns.

    first: the earliest day that is accepted; place: the index of the first of these columns.
    """
    yield from (tuple(rule.items()) for rule in _rules(first, place))


def _rules(first: date, place: int) -> Iterator[dict[str, Any]]:
    yield _choices(LETTERS, "Kies ontvangen, niet ontvangen of weet niet.")
    message = f"Schrijf een dag, zoals 25-03-2022. Of: {NONE}."
    cell, days = xl_rowcol_to_cell(1, place + 1), (first - _DAY_NONE).days
    either = f'=OR(LOWER({cell})="{NONE}",AND(ISNUMBER({cell}),{cell}>={days}))'
    yield {"validate": "custom", "value": either, "input_message": message, "error_message": message}
    message = "Schrijf een dag, zoals 25-03-2022."
    day = {"validate": "date", "criteria": ">=", "value": first}
    yield day | {"input_message": message, "error_message": message}
    yield _choices(HELPS, "Kies ja of nee.")
    yield _at_most(2000, "Schrijf niet meer dan nodig is.")
    yield _at_most(100, "Schrijf uw naam.")


def _choices(among: tuple[str, ...], message: str) -> dict[str, Any]:
    return {"validate": "list", "source": among, "input_message": message, "error_message": message}


def _at_most(length: int, message: str) -> dict[str, Any]:
    rule = {"validate": "length", "criteria": "<=", "value": length}
    return rule | {"input_message": message, "error_message": f"{message} Niet langer dan {length} tekens."}


def explain(book: Book, night: Night) -> None:
    """Write the sheet that explains how to fill in the worklist, with its gemeente and day."""
    sheet = WorklistSheet(book, ABOUT, EXPLAINED)
    back = _BACK if night.municipality.worklist.answers else _NOT_BACK
    about = (("Gemeente", night.municipality.name), (MUNICIPALITY, night.code), (MADE_ON, short_day(night.as_of)))
    for row in (*about, *_HOW, ("Terugzetten", back)):
        sheet.write(row)
