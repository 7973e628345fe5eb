"""Advice for each reason for which a file is refused or a row is quarantined, in English and in Dutch.

The one place: the night's lines, `hervat quarantine`, `hervat formats check`, the report and the form take it here.
"""

from typing import NamedTuple


class Fix(NamedTuple):
    """What to do, in English and in Dutch, and the field of the cell that is meant ("" for the row or the file)."""

    english: str
    dutch: str
    field: str = ""


_AT_SOURCE = "have the row corrected at its source, and offer the file again"
_BIJ_BRON = "Laat de regel verbeteren bij de bron en zet het bestand opnieuw klaar."

FIXES: dict[str, Fix] = {
    # the whole file
    "empty": Fix(
        "offer a file with its header, also where it has no rows",
        "Zet een bestand klaar met een kopregel, ook als er geen regels zijn.",
    ),
    "too_large": Fix("download it as CSV, or in parts", "Haal het op als CSV, of in delen."),
    "bad_workbook": Fix(
        "open it in Excel and save it as .xlsx without a password, or as CSV (UTF-8)",
        "Open het in Excel en bewaar het als .xlsx zonder wachtwoord, of als CSV (UTF-8).",
    ),
    "nul_bytes": Fix(
        "save it as CSV (UTF-8) at its source, and copy that",
        "Bewaar het bij de bron als CSV (UTF-8) en kopieer dat bestand.",
    ),
    "encoding": Fix(
        "write the odd letters of the named lines again, and save it as CSV (UTF-8)",
        "Schrijf de vreemde letters in de genoemde regels opnieuw en bewaar het als CSV (UTF-8).",
    ),
    "not_a_table": Fix(
        "put the header on the first row, or name its columns in the format (`hervat formats check FILE`)",
        "Zet de kopregel bovenaan, of zet de namen van de kolommen in het formaat (`hervat formats check BESTAND`).",
    ),
    "too_wide": Fix(
        "leave at most 200 columns, a row a line", "Laat hooguit 200 kolommen staan, een regel per lijn."
    ),
    "columns_doubled": Fix("leave one of each column", "Laat van elke kolom er één staan."),
    "columns_missing": Fix(
        "add the columns, or their names to the format (`hervat formats check FILE` prints one that fits)",
        "Voeg de kolommen toe, of zet hun namen in het formaat (`hervat formats check BESTAND` schrijft er een).",
    ),
    "quotes": Fix(
        'double the quote (") in that cell or take it away, where the file is made',
        'Zet het aanhalingsteken (") in die cel dubbel of haal het weg, waar het bestand wordt gemaakt.',
    ),
    "truncated": Fix(
        "look at its last row: is that whole, put a line end behind it; else download it again",
        "Kijk naar de laatste regel. Is die heel? Zet er dan een regeleinde achter. Haal het anders opnieuw op.",
    ),
    "bad_archive": Fix(
        "pack it again as .gz or .zip, or offer it unpacked", "Pak het opnieuw in, of zet het uitgepakt klaar."
    ),
    "archive_count": Fix("pack each file by itself", "Pak elk bestand apart in."),
    "archive_locked": Fix("pack it without a password", "Pak het in zonder wachtwoord."),
    "archive_bomb": Fix(
        "look at who made it; download it unpacked, or in parts",
        "Kijk wie het maakte. Haal het uitgepakt op, of in delen.",
    ),
    # a row
    "header_again": Fix(
        "it is the header once more: reject the row; see whether two files were put together",
        "Dit is nog een keer de kopregel. Wijs de regel af. Kijk of er twee bestanden aan elkaar zijn gezet.",
        "signaalcode",
    ),
    "total_line": Fix(
        "it is a total and nobody's row: see whether its number is that of the rows above it, then reject the row",
        "Dit is een totaal en geen persoon. Kijk of het aantal klopt met de regels erboven. Wijs de regel dan af.",
        "signaalcode",
    ),
    "columns_wrong": Fix(
        "see whether the row is broken in two or a cell holds a delimiter: put that cell in quotes where it is made",
        "Kijk of de regel in tweeën is gebroken, of een scheidingsteken in een cel heeft. Zet die cel tussen"
        " aanhalingstekens waar het bestand wordt gemaakt.",
    ),
    "error_value": Fix(
        "a cell has an error such as #N/A, or is merged with another: write its value, and offer the file again",
        "In een cel staat een fout zoals #N/B, of de cel is samengevoegd. Vul de waarde in en zet het weer klaar.",
        "any",
    ),
    "formula_without_value": Fix(
        "a formula was never calculated: open the file in Excel, save it, and offer it again; or paste values over it",
        "Een formule is nooit uitgerekend. Open het bestand in Excel, bewaar het en zet het opnieuw klaar.",
        "any",
    ),
    "cell_in_quotes": Fix(
        "there is something between a delimiter and a quote: take it away where the file is made",
        "Er staat iets tussen het scheidingsteken en het aanhalingsteken. Haal dat weg waar het bestand wordt gemaakt.",
        "any",
    ),
    "code_missing": Fix(_AT_SOURCE, _BIJ_BRON, "signaalcode"),
    "code_malformed": Fix(
        "write the code as SS and three digits, where the row comes from",
        "Schrijf de code als SS met drie cijfers, bij de bron.",
        "signaalcode",
    ),
    "date_missing": Fix(_AT_SOURCE, _BIJ_BRON, "datum_signaal"),
    "number_in_day": Fix(
        "there is a number instead of a day: give the column the layout of a date, and offer the file again",
        "Er staat een getal in plaats van een dag. Geef de kolom de opmaak van een datum en zet het weer klaar.",
        "datum_signaal",
    ),
    "moment_unclear": Fix(
        "write the day alone (dd-mm-jjjj), or the time with its zone as +01:00 or Z",
        "Schrijf alleen de dag (dd-mm-jjjj), of de tijd met zijn zone als +01:00 of Z.",
        "datum_signaal",
    ),
    "date_malformed": Fix(
        "write the day as dd-mm-jjjj, or add its way of writing to date_formats of the format",
        "Schrijf de dag als dd-mm-jjjj, of zet deze schrijfwijze bij date_formats in het formaat.",
        "datum_signaal",
    ),
    "identifier_missing": Fix(_AT_SOURCE, _BIJ_BRON, "bsn"),
    "day_in_number": Fix(
        "there is a day instead of a number: see whether columns are shifted, and offer the file again",
        "Er staat een dag in plaats van een nummer. Kijk of kolommen zijn verschoven en zet het bestand opnieuw klaar.",
        "bsn",
    ),
    "bsn_wrong": Fix(
        "look the BSN up in the BRP and have it corrected at its source",
        "Zoek het BSN op in de BRP en laat het verbeteren bij de bron.",
        "bsn",
    ),
    "v_number_wrong": Fix(_AT_SOURCE, _BIJ_BRON, "v_nummer"),
    "wet_unknown": Fix(
        "write Wi2007, Wi2013 or Wi2021, or add the spelling to wetten of the format",
        "Schrijf Wi2007, Wi2013 of Wi2021, of zet deze schrijfwijze bij wetten in het formaat.",
        "wet",
    ),
    "gemeentecode_malformed": Fix(
        "write the gemeentecode in four digits, or leave the cell empty for the own gemeente",
        "Schrijf de gemeentecode in vier cijfers, of laat de cel leeg voor de eigen gemeente.",
        "gemeentecode",
    ),
    "birth_malformed": Fix(_AT_SOURCE, _BIJ_BRON, "geboortedatum"),
    "kennisgeving_malformed": Fix(_AT_SOURCE, _BIJ_BRON, "datum_kennisgeving"),
    "text_too_long": Fix(
        "see whether a quote or delimiter is missing, so that cells ran together",
        "Kijk of een aanhalingsteken of scheidingsteken mist, waardoor cellen aan elkaar zitten.",
        "any",
    ),
    "control_characters": Fix(
        "take away the marks that can't be seen, where the row comes from",
        "Haal de onzichtbare tekens weg, bij de bron.",
        "any",
    ),
    # a row, when it is loaded
    "joins_two": Fix(
        "ask DUO whose numbers these are; have the row corrected at its source, or reject it",
        "Vraag DUO van wie deze nummers zijn. Laat de regel verbeteren bij de bron, of wijs deze af.",
    ),
}  # fmt: skip

_UNKNOWN = Fix("look at it with `hervat quarantine show`, then correct it at its source", _BIJ_BRON)


def fix_of(reason: str) -> Fix:
    """Return the advice for a reason; general advice for an unknown reason."""
    return FIXES.get(reason, _UNKNOWN)


def form_text() -> str:
    """Return every reason with its advice, as a list in Markdown."""
    return "\n".join(f"- `{reason}`: {fix.english}" for reason, fix in FIXES.items())
