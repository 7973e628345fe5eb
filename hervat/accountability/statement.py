"""Text for the gemeente's privacy statement (AVG 13 and 14), in Dutch at level B1, from the configuration."""

from collections import defaultdict

from hervat.accountability.document import Block, Bullets, Document, DocumentPart, Grid, Prose
from hervat.accountability.processing import ProcessingEntry, processing_entry
from hervat.person import OWN
from hervat.settings import Municipality, Settings, System

_DATA = (
    "uw BSN of V-nummer",
    "uw naam en geboortedatum",
    "berichten van DUO over uw inburgering",
    "onder welke wet u inburgert, en in welke groep u valt",
    "wat wij met u afspraken of over u besloten, als dat over deze correctie gaat",
)
_RIGHTS = (
    "U mag vragen welke gegevens wij van u hebben. U krijgt dan een kopie.",
    "Klopt er iets niet? Dan mag u vragen om het te verbeteren.",
    "U mag vragen om gegevens te wissen. Soms mag dat niet, omdat de wet zegt dat wij ze moeten bewaren.",
    "U mag vragen om uw gegevens een tijd niet te gebruiken.",
    "U mag bezwaar maken tegen het gebruik van uw gegevens.",
)


def statement_document(settings: Settings, municipality: Municipality) -> Document:
    """Return the text; what stands between [ ] the gemeente fills in. It holds no personal data."""
    entry = processing_entry(settings, municipality)
    return Document(
        "Uw gegevens en de correctie van uw inburgering",
        f"Gemeente {municipality.name}. Vul in wat tussen [ ] staat, en haal weg wat niet past.",
        [
            DocumentPart("Waarom leest u dit?", [Prose(_WHY)]),
            DocumentPart("Wie zijn wij?", [Prose(_who(municipality))]),
            DocumentPart("Welke gegevens gebruiken wij?", [Bullets(_DATA), Prose(_FROM), Bullets(_sources(entry))]),
            DocumentPart("Waarvoor gebruiken wij ze?", _purposes(entry)),
            DocumentPart("Wie krijgt uw gegevens?", _recipients(municipality)),
            DocumentPart("Hoe lang bewaren wij ze?", _terms(entry)),
            DocumentPart("Beslist een computer over u?", _decisions(municipality)),
            DocumentPart("Wat zijn uw rechten?", [Bullets(_RIGHTS), Prose(_ASK)]),
            DocumentPart("Bent u het niet met ons eens?", [Prose(_COMPLAIN)]),
        ],
    )


_WHY = (
    "DUO stuurde gemeenten gegevens over inburgering die niet altijd klopten. Sommige mensen stonden onterecht als"
    " inburgeraar in onze systemen. Wij herstellen dat. Daarvoor gebruiken wij uw gegevens."
)
_FROM = "Wij krijgen ze van:"
_TO_YOU = {
    "de persoon zelf": "uzelf",
    "het lokale systeem van de gemeente": "onze eigen systemen",
    "medewerkers van de gemeente": "onze medewerkers",
}
_ASK = (
    "Stuur uw vraag naar [adres, e-mail of formulier]. U krijgt binnen een maand antwoord. Wij controleren eerst of u"
    " het echt bent. Het kost u niets."
)
_COMPLAIN = (
    "Bel of schrijf ons eerst: [telefoon en e-mail]. U kunt ook terecht bij onze functionaris gegevensbescherming:"
    " [naam of team, en e-mail]. En u kunt altijd een klacht indienen bij de Autoriteit Persoonsgegevens, op"
    " autoriteitpersoonsgegevens.nl."
)


def _who(municipality: Municipality) -> str:
    return (
        f"Het college van burgemeester en wethouders van {municipality.name} is verantwoordelijk voor uw gegevens. Ons"
        " adres is: [adres van de gemeente]."
    )


def _sources(entry: ProcessingEntry) -> list[str]:
    sources = dict.fromkeys(activity.source for activity in entry.activities if activity.source != OWN)
    return [_TO_YOU.get(source, source) for source in sources]


def _purposes(entry: ProcessingEntry) -> list[Block]:
    purposes = list(dict.fromkeys(activity.purpose for activity in entry.activities))
    grounds = sorted(dict.fromkeys(part for activity in entry.activities for part in activity.ground.split("; ")))
    return [
        Prose("Wij gebruiken ze voor deze doelen:"),
        Bullets(purposes),
        Prose("Dat mag, want het hoort bij onze taak, of de wet vraagt het van ons. In de wet staat dat hier:"),
        Bullets(grounds),
    ]


def _recipients(municipality: Municipality) -> list[Block]:
    lines = [_party(party.name, party.role, party.mark == "bsn") for party in municipality.parties]
    for system in municipality.systems:
        if system.supplier:
            lines.append(
                f"{system.supplier.name}, die ons systeem {system.name} maakt. Alleen als daar iets over u weg moet."
            )
    if municipality.cbs:
        lines.append("Het CBS, voor de statistiek over inburgering. Wie is gecorrigeerd, staat daar niet in.")
    says = "Een organisatie hoort alleen iets over u als zij uw gegevens al van ons had. Zo kan ook zij het herstellen."
    why = [Prose(says)] if municipality.parties else []
    return [Bullets(lines, "Niemand buiten de gemeente."), *why, Prose(_ABROAD)]


_ABROAD = "[Gaan er gegevens naar een land buiten de EU? Schrijf hier naar welk land, en hoe ze daar zijn beschermd.]"


def _party(name: str, role: str, with_bsn: bool) -> str:
    does = f" ({role})" if role else ""
    return f"{name}{does}. Met uw BSN, versleuteld." if with_bsn else f"{name}{does}. Zonder uw BSN."


def _terms(entry: ProcessingEntry) -> list[Block]:
    """Return each term with what it is of."""
    terms: defaultdict[str, list[str]] = defaultdict(list)
    for activity in entry.activities:
        terms[activity.term].append(activity.purpose)
    missing = [Prose(_NO_TERM)] if any("geen termijn" in term for term in terms) else []
    rows = [(term, "; ".join(dict.fromkeys(purposes))) for term, purposes in terms.items()]
    return [Grid("Termijnen", ("hoe lang", "waarvoor"), rows), *missing]


_NO_TERM = "[Waar ‘geen termijn ingesteld’ staat: schrijf hoe lang de gemeente het bewaart.]"


def _decisions(municipality: Municipality) -> list[Block]:
    """Say what is true of AVG 22: where a plan below the brake needs no approval, a computer erases by itself."""
    automatic = [system for system in municipality.databases if _by_itself(system)]
    watched = [system.name for system in municipality.databases if system.policy != "retain" and not _by_itself(system)]
    lines = [_erases_alone(system) for system in automatic]
    if watched:
        lines.append(f"In {', '.join(watched)} keurt een medewerker het eerst goed.")
    return [
        Prose(_COMPUTES),
        Bullets(lines, "Een computer wist hier niets zelf."),
        Prose(_WHICH if automatic else _NONE),
    ]


_COMPUTES = (
    "Een computer rekent elke nacht uit of u nog inburgeraar bent. Hij volgt daarbij wat DUO ons stuurt. Spreken"
    " berichten van DUO elkaar tegen, dan kijkt een medewerker."
)
_NONE = (
    "Over uw recht of plicht om in te burgeren beslist niet de computer, maar DUO. Ook wist een computer niets zonder"
    " dat een medewerker het goedkeurt."
)
_WHICH = (
    "Over uw recht of plicht om in te burgeren beslist niet de computer, maar DUO. Maar soms wist de computer dus wel"
    " zelf. Bent u het daar niet mee eens? Vraag ons dan om een medewerker te laten kijken. [Laat een jurist beoordelen"
    " of dit een geautomatiseerd besluit is volgens AVG artikel 22.]"
)


def _by_itself(system: System) -> bool:
    return system.approval == "automatic" and system.policy != "retain"


def _erases_alone(system: System) -> str:
    does = "wist de computer zelf" if system.policy == "erase" else "zet de computer zelf op slot"
    brake = system.brake
    return (
        f"In {system.name} {does} wat over een onterechte registratie gaat. Een medewerker ziet dat achteraf in een"
        f" verslag. Gaat het om meer dan {brake.persons} mensen, of om meer dan {brake.share:.0%} van de inburgeraars"
        " in dat systeem? Dan keurt een medewerker het eerst goed."
    )
