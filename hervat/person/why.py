"""HeldFor something about a person is held: purpose, ground, source and term, in Dutch (AVG 13, 14 and 15)."""

from enum import Enum
from typing import NamedTuple

from hervat.settings import Settings, dutch_term

_TASK = "taak van de gemeente in de Wet inburgering 2021 (AVG artikel 6, lid 1, onder e)"
_DUO = "DUO, via het Portaal Inburgering (PIB)"
_STAFF = "medewerkers van de gemeente"
OWN = "deze verwerking zelf"


class HeldReasons(NamedTuple):
    """purpose, ground, source; kept: the kind in `retention` that has its term."""

    purpose: str
    ground: str
    source: str
    kept: str


class HeldFor(Enum):
    """For what a place holds something."""

    REGISTRATION = HeldReasons("weten wie inburgert, en onder welke wet", _TASK, _DUO, "person")
    SIGNALS = HeldReasons("weten wat DUO over iemand meldde", _TASK, _DUO, "signal")
    PERSONALIA = HeldReasons("iemand bij naam kunnen noemen op de werklijst en in brieven", _TASK, _DUO, "personalia")
    ORIGINALS = HeldReasons(
        "kunnen laten zien wat DUO stuurde", f"{_TASK}; juistheid (AVG artikel 5, lid 1, onder d)", _DUO, "download"
    )
    FOREIGN = HeldReasons("een mogelijk datalek onderzoeken", "AVG artikel 33, lid 5", _DUO, "download")
    STATE = HeldReasons(
        "bepalen of de registratie klopt", f"{_TASK}; juistheid (AVG artikel 5, lid 1, onder d)", OWN, "person"
    )
    INCIDENT = HeldReasons("een mogelijk datalek vastleggen", "AVG artikel 33, lid 5", OWN, "incident")
    DECISION = HeldReasons(
        "een keuze of besluit vastleggen", f"{_TASK}; rectificatie (AVG artikel 16)", _STAFF, "person"
    )
    HOLD = HeldReasons("een beperking of bezwaar vastleggen", "AVG artikel 18 en 21", "de persoon zelf", "person")
    WORKLIST = HeldReasons("medewerkers laten zien wat zij moeten doen", _TASK, OWN, "worklist")
    CLEANING = HeldReasons("een onjuiste registratie wissen of afschermen", "AVG artikel 16, 17 en 18", OWN, "person")
    RESTRICTION = HeldReasons(
        "een afgeschermd gegeven kunnen terugzetten", "AVG artikel 18", "het lokale systeem van de gemeente", "person"
    )
    DISCLOSURE = HeldReasons(
        "weten wie gegevens kreeg, om die te kunnen inlichten", "AVG artikel 19",
        "het lokale systeem van de gemeente", "disclosure",
    )  # fmt: skip
    NOTICE = HeldReasons("ontvangers inlichten over een correctie", "AVG artikel 19", OWN, "notice")
    RECEIPT = HeldReasons("weten of een ontvanger het bericht kreeg en uitvoerde", "AVG artikel 19", OWN, "receipt")
    CBS = HeldReasons("statistiek door het CBS, en correctie daarvan", f"{_TASK}; AVG artikel 19", OWN, "delivery")
    REPORT = HeldReasons("verslag van elke nacht, in aantallen", "AVG artikel 5, lid 2", OWN, "report")
    ACCOUNT = HeldReasons("verantwoorden wat er is gedaan", "AVG artikel 5, lid 2", OWN, "journal")

    def term(self, settings: Settings) -> str:
        """Return how long it is kept, as configured, with the selektielijst and the ground of the term."""
        kept = settings.retention.of(self.value.kept)
        if kept is None:
            return "geen termijn ingesteld"
        because = f" ({kept.because})" if kept.because else ""
        return f"{dutch_term(kept.term)} na de dag ervan of na het sluiten van de ronde{because}"
