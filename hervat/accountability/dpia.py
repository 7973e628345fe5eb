"""Input for the data protection impact assessment of one gemeente (AVG 35, lid 7), from the configuration; in Dutch."""

from collections.abc import Sequence
from dataclasses import dataclass

from hervat.accountability.document import Block, Bullets, Document, DocumentPart, Drawing, Grid, Prose
from hervat.accountability.flow import DataFlow, data_flow, flow_svg, mermaid
from hervat.accountability.processing import ProcessingEntry, processing_entry
from hervat.accountability.risks import RISKS, PersonalRisk
from hervat.settings import Municipality, Settings

_NEEDED = (
    "Zonder deze gegevens weet de gemeente niet wie onterecht als inburgeraar staat geregistreerd, en kan zij dat niet"
    " herstellen. Per doel staat hieronder waarom, op welke grond en hoe lang."
)
_LESS = (
    "hervat bewaart in het register alleen wat het voor die doelen nodig heeft. De rest van een bestand van DUO blijft"
    " versleuteld in de kluis.",
    "Het BSN is nodig om iemand in de eigen systemen te vinden. In het register is het versleuteld.",
    "Wie met Prefect of met het rapport werkt, ziet aantallen. Namen en nummers staan alleen op de werklijst.",
    "Een ontvanger zonder certificaat krijgt geen BSN, maar zijn eigen kenmerk.",
)


@dataclass(frozen=True)
class DpiaInput:
    """What the DPIA asks. unwise: what the doctor calls unwise on this configuration now, failing: what would fail."""

    entry: ProcessingEntry
    flow: DataFlow
    risks: tuple[PersonalRisk, ...]
    unwise: list[str]
    failing: list[str]


def dpia_input(
    settings: Settings, municipality: Municipality, unwise: Sequence[str], failing: Sequence[str]
) -> DpiaInput:
    """Return the input of a gemeente. unwise, failing: lines of the doctor; those of other gemeenten are left out."""
    others = [f"{other.code} " for other in settings.municipalities if other.code != municipality.code]
    own = [[line for line in lines if not line.startswith(tuple(others))] for lines in (unwise, failing)]
    return DpiaInput(processing_entry(settings, municipality), data_flow(municipality), RISKS, *own)


def dpia_document(dpia: DpiaInput) -> Document:
    """Return the page; it holds no personal data."""
    return Document(
        f"Invoer voor de DPIA: hervat, gemeente {dpia.entry.code}",
        "Gemaakt uit de instellingen van hervat (AVG artikel 35, lid 7). De gemeente weegt, vult aan en besluit.",
        [*_described(dpia.entry), _drawn(dpia.flow), _needed(dpia.entry), _risks(dpia.risks), _now(dpia), _open(dpia)],
    )


def _described(entry: ProcessingEntry) -> list[DocumentPart]:
    what = Prose(
        f"Verwerkingsverantwoordelijke: {entry.controller}. hervat haalt bestanden van DUO op, controleert ze, bepaalt"
        " per persoon of de registratie klopt, licht ontvangers in en herstelt wat onjuist is geregistreerd."
    )
    return [
        DocumentPart("Beschrijving van de verwerking", [what]),
        DocumentPart("Van wie", [Bullets(entry.subjects)]),
        DocumentPart("Welke gegevens", [Bullets(entry.data)]),
    ]


def _drawn(flow: DataFlow) -> DocumentPart:
    places = Grid("Waar gegevens zijn", ("plaats", "wat het is"), [(node.name, node.about) for node in flow.nodes])
    ways = Grid(
        "Wat waarheen gaat", ("van", "naar", "wat"), [(e.source.name, e.target.name, e.what) for e in flow.edges]
    )
    return DocumentPart("Gegevensstroom", [Drawing(mermaid(flow), flow_svg(flow)), places, ways])


def _needed(entry: ProcessingEntry) -> DocumentPart:
    rows = [(a.purpose, a.ground, a.source, a.term) for a in entry.activities]
    return DocumentPart(
        "Noodzaak en evenredigheid",
        [Prose(_NEEDED), Grid("Doelen", ("doel", "grondslag", "bron", "bewaartermijn"), rows), Bullets(_LESS)],
    )


def _risks(risks: Sequence[PersonalRisk]) -> DocumentPart:
    rows = [(risk.risk, risk.measure, _answer(risk)) for risk in risks]
    says = (
        "Onder ‘bewijs’ staat de belofte zoals hervat die zelf opschreef, in het Engels. Bij ‘getest’ faalt een test"
        " als de belofte niet klopt. Bij ‘blijft over’ lost hervat het risico niet op: de gemeente weegt het."
    )
    return DocumentPart(
        "Risico's voor personen", [Prose(says), Grid("Risico's", ("risico", "maatregel", "bewijs"), rows)]
    )


def _answer(risk: PersonalRisk) -> str:
    return f"{'getest' if risk.document == 'PROOFS' else 'blijft over'} (docs/{risk.document}.md): {risk.row}"


def _now(dpia: DpiaInput) -> DocumentPart:
    says = Prose(
        "`hervat doctor` keek bij het maken van deze pagina naar de instellingen en de systemen. Dit noemt hij"
        " onverstandig, in het Engels, met de oplossing erbij."
    )
    failing = f"Daarnaast werken er nu dingen niet: {len(dpia.failing)}. Los die eerst op (`hervat doctor`)."
    blocks: list[Block] = [says, Bullets(dpia.unwise, "niets"), *([Prose(failing)] if dpia.failing else [])]
    return DocumentPart("Wat nu nog onverstandig is", blocks)


def _open(dpia: DpiaInput) -> DocumentPart:
    lines = [
        *dpia.entry.to_complete,
        "hoe groot de kans en de gevolgen van elk risico zijn in deze gemeente",
        "het advies van de functionaris gegevensbescherming, en wat personen of hun vertegenwoordigers ervan vinden",
        "of de Autoriteit Persoonsgegevens vooraf moet worden geraadpleegd (AVG artikel 36)",
    ]
    return DocumentPart("Vul zelf aan", [Bullets(lines)])
