"""The entry of AVG 30 as a page, in Dutch."""

from hervat.accountability.document import Bullets, Document, DocumentPart, Grid, as_markdown
from hervat.accountability.processing import ProcessingEntry


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
