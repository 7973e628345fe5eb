"""The entry of the register of processing activities (AVG 30), from the configuration, and its page; texts in Dutch."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from hervat.accountability.document import Bullets, Document, DocumentPart, Grid, as_markdown
from hervat.person import HeldFor
from hervat.settings import Municipality, Party, Settings, System

_SPACE = uuid5(NAMESPACE_URL, "hervat:verwerkingsactiviteit")
_SUBJECTS = (
    "personen over wie DUO de gemeente een signaal over inburgering stuurt",
    "personen van een andere gemeente, als hun gegevens door een vergissing in een bestand staan",
    "medewerkers die in hervat een besluit vastleggen",
)
_DATA = (
    "BSN en V-nummer",
    "naam en geboortedatum",
    "doelgroep, signalen van DUO en de wet waaronder iemand inburgert",
    "alles wat verder in een bestand van DUO staat (in het origineel)",
    "van medewerkers: de naam, het account en de computer",
)
_WITH_BSN = "het BSN van wie het betreft, versleuteld"
_WITHOUT_BSN = "het eigen kenmerk van wie het betreft, zonder BSN"


@dataclass(frozen=True)
class ProcessingActivity:
    """For what something is held. uri: the same for the same gemeente and activity, in every installation."""

    name: str
    uri: str
    purpose: str
    ground: str
    source: str
    term: str


@dataclass(frozen=True)
class ProcessingRecipient:
    """Who receives data. kind: party, supplier or cbs; receives: what names a person there."""

    name: str
    kind: str
    role: str
    receives: str


@dataclass(frozen=True)
class ProcessingEntry:
    """The entry of one gemeente (AVG 30, lid 1): a to g, as far as the configuration knows them."""

    code: str
    controller: str
    subjects: list[str]
    data: list[str]
    sources: list[str]
    systems: list[str]
    activities: list[ProcessingActivity]
    recipients: list[ProcessingRecipient]
    security: list[str]
    to_complete: list[str]


def processing_entry(settings: Settings, municipality: Municipality) -> ProcessingEntry:
    """Return the entry of a gemeente; every party, supplier, system and activity is in it. No personal data."""
    return ProcessingEntry(
        code=municipality.code,
        controller=f"het college van burgemeester en wethouders van {municipality.name}",
        subjects=list(_SUBJECTS),
        data=list(_DATA),
        sources=[source.name for source in municipality.sources],
        systems=[system.name for system in municipality.systems],
        activities=[_activity(settings, municipality.code, held) for held in HeldFor],
        recipients=_recipients(municipality),
        security=_security(municipality),
        to_complete=[
            "de contactgegevens van de gemeente en van de functionaris gegevensbescherming",
            "of gegevens naar een land buiten de EU gaan",
            "de overige maatregelen van beveiliging van de gemeente",
        ],
    )


def _activity(settings: Settings, code: str, held: HeldFor) -> ProcessingActivity:
    why, uri = held.value, activity_uri(code, held)
    return ProcessingActivity(held.name.lower(), uri, why.purpose, why.ground, why.source, held.term(settings))


def activity_uri(code: str, held: HeldFor) -> str:
    """Return the URI of an activity of a gemeente: the same in every installation."""
    return uuid5(_SPACE, f"{code}/{held.name.lower()}").urn


def _recipients(municipality: Municipality) -> list[ProcessingRecipient]:
    suppliers = [_supplier(system) for system in municipality.systems if system.supplier]
    cbs = [ProcessingRecipient("CBS", "cbs", "statistiek", "de kenmerken van het recordlayout")]
    return [*map(_party, municipality.parties), *suppliers, *(cbs if municipality.cbs else [])]


def _party(party: Party) -> ProcessingRecipient:
    receives = _WITH_BSN if party.mark == "bsn" else _WITHOUT_BSN
    return ProcessingRecipient(party.name, "party", party.role or "derde partij", receives)


def _supplier(system: System) -> ProcessingRecipient:
    assert system.supplier is not None  # noqa: S101 - the caller chose those that have one
    receives = _WITH_BSN if system.supplier.certificate else _WITHOUT_BSN
    return ProcessingRecipient(system.supplier.name, "supplier", f"leverancier van {system.name}", receives)


def _security(municipality: Municipality) -> list[str]:
    always = ["de bestanden van DUO en de verzonden berichten staan versleuteld in de kluis"]
    return [*always, *(_approval(municipality, system) for system in municipality.databases)]


def _approval(municipality: Municipality, system: System) -> str:
    if system.approval == "automatic":
        return f"{system.name}: een plan tot de ingestelde grens wordt zonder goedkeuring uitgevoerd"
    persons = "twee personen keuren" if system.four_eyes else "een persoon keurt"
    how = "met een handtekening" if municipality.approvers_of(system) else "met een getypte naam"
    return f"{system.name}: {persons} elk plan goed, {how}"


def processing_page(entry: ProcessingEntry) -> str:
    """Return the page in markdown."""
    return as_markdown([processing_document(entry)])


def processing_document(entry: ProcessingEntry) -> Document:
    """Return the page. What a gemeente must add itself is the last part."""
    activities = [(a.name, a.purpose, a.ground, a.source, a.term, a.uri) for a in entry.activities]
    heads = ("activiteit", "doel", "grondslag", "bron", "bewaartermijn", "URI")
    recipients = [(r.name, r.role, r.receives) for r in entry.recipients]
    return Document(
        f"Register van verwerkingen: hervat, gemeente {entry.code}",
        f"Verwerkingsverantwoordelijke: {entry.controller}.",
        [
            DocumentPart("Van wie", [Bullets(entry.subjects)]),
            DocumentPart("Welke gegevens", [Bullets(entry.data)]),
            DocumentPart("Bronnen", [Bullets(entry.sources)]),
            DocumentPart("Systemen van de gemeente", [Bullets(entry.systems)]),
            DocumentPart("Doelen, grondslagen en bewaartermijnen", [Grid("Activiteiten", heads, activities)]),
            DocumentPart("Ontvangers", [Grid("Wie gegevens krijgt", ("ontvanger", "rol", "krijgt"), recipients)]),
            DocumentPart("Beveiliging", [Bullets(entry.security)]),
            DocumentPart("Vul zelf aan", [Bullets(entry.to_complete)]),
        ],
    )
