"""The entry of AVG 30 as a page in markdown, in Dutch."""

from collections.abc import Iterable

from hervat.accountability.processing import ProcessingEntry


def processing_page(entry: ProcessingEntry) -> str:
    """Return the page. What a gemeente must add itself is the last part."""
    return "\n".join(
        [
            f"# Register van verwerkingen: hervat, gemeente {entry.code}\n",
            f"Verwerkingsverantwoordelijke: {entry.controller}.\n",
            *_part("Van wie", entry.subjects),
            *_part("Welke gegevens", entry.data),
            *_part("Bronnen", entry.sources),
            *_part("Systemen van de gemeente", entry.systems),
            "## Doelen, grondslagen en bewaartermijnen\n",
            *_table(
                ("activiteit", "doel", "grondslag", "bron", "bewaartermijn", "URI"),
                ((a.name, a.purpose, a.ground, a.source, a.term, a.uri) for a in entry.activities),
            ),
            "## Ontvangers\n",
            *_table(("ontvanger", "rol", "krijgt"), ((r.name, r.role, r.receives) for r in entry.recipients)),
            *_part("Beveiliging", entry.security),
            *_part("Vul zelf aan", entry.to_complete),
        ]
    )


def _part(title: str, lines: Iterable[str]) -> list[str]:
    return [f"## {title}\n", *([f"- {line}" for line in lines] or ["- geen ingesteld"]), ""]


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines] + [""]
