"""What was noticed at a source, in Dutch: a line of the report, and the task if somebody must act."""

from hervat.dutch import amount
from hervat.intake import Noticed

_FILES = "bestand", "bestanden"
_THINGS = {
    "strange": (*_FILES, "met een naam die hervat niet kan gebruiken."),
    "undated": (*_FILES, "zonder datum. Niet opgehaald: de naam en de server noemen geen dag."),
    "ahead": (
        *_FILES,
        "met een tijd die voorloopt, tot {extra} minuten. De klok of tijdzone van de server klopt niet.",
    ),
    "growing": (*_FILES, "in bewerking. Volgende nacht opnieuw."),
    "growing_long": (*_FILES, "in bewerking, al {extra} nachten."),
    "closed": ("submap", "submappen", "die hervat niet mag openen."),
    "links": ("verwijzing (link)", "verwijzingen (links)", "die hervat niet volgt."),
    "folders": ("submap", "submappen", "waarin hervat niet kijkt."),
    "special": ("bijzonder bestand", "bijzondere bestanden", "(pipe of socket). Daar staat geen download in."),
    "unfit": (*_FILES, "met een naam die niet past bij het patroon."),
    "never_fitted": (*_FILES, "met een naam die niet past bij het patroon. Er paste nog nooit een bestand."),
    "beside": ("ander bestand", "andere bestanden", "(tekst, controlegetal of half af). Dat is geen download."),
}
_HOW = {
    "strange": "Laat de beheerder van de bron de bestanden een gewone naam geven.",
    "undated": "Zet de datum in `name_pattern` van het formaat. Of laat de server de tijd van bestanden bewaren.",
    "ahead": "Laat de klok of de tijdzone van de server goed zetten. Of gebruik `done_marker`.",
    "growing_long": "Er schrijft steeds een programma in, of de server geeft steeds de tijd van nu."
    " Gebruik `done_marker`, of `stable_after_seconds: 0`.",
    "closed": "Vraag de beheerder van de bron om toegang.",
    "links": "Laat de bestanden zelf in de map zetten, geen verwijzingen.",
    "folders": "Staan er downloads in? Zet `subfolders` aan bij deze bron.",
    "special": "Kijk wat er staat, en laat het weghalen.",
    "unfit": "Zijn het downloads? Maak `pattern` van deze bron ruimer. Zo niet: laat ze weghalen. Zie `hervat doctor`.",
    "never_fitted": "Kijk welke namen er staan. Verbeter `pattern` van deze bron. Zie `hervat doctor`.",
    "silent_long": "Vraag de beheerder van de bron, of DUO, waarom er niets komt. U mag geen signaal missen.",
    "expected": "Vraag de beheerder van de bron, of DUO, waarom er niets komt. U mag geen signaal missen.",
}


def line(noticed: Noticed) -> str:
    """Return what was noticed as a sentence, without the source's name."""
    if noticed.reason in ("silent", "silent_long"):
        usual = "elke dag" if noticed.extra == 1 else f"om de {noticed.extra} dagen"
        return f"Al {amount(noticed.count, 'dag', 'dagen')} niets nieuws. Gewoonlijk komt er {usual} iets."
    if noticed.reason == "expected":
        return f"Wat u verwachtte is {amount(noticed.count, 'dag', 'dagen')} te laat. Er kwam niets."
    single, more, rest = _THINGS[noticed.reason]
    return f"{amount(noticed.count, single, more)} {rest.format(extra=noticed.extra)}"


def is_task(noticed: Noticed) -> bool:
    """True if somebody must act; silence is a task only after some days."""
    return noticed.waits and noticed.reason in _HOW


def task(noticed: Noticed) -> tuple[str, str]:
    """Return what to do and how."""
    return f"Kijk naar bron {noticed.source}: {line(noticed).rstrip('.')}", _HOW[noticed.reason]
