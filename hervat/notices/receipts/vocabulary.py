"""The closed vocabulary of answers in words: clauses that certainly mean 'done' or 'received', and words of doubt.

Everything that is not listed here as certain is read by a person: a list of what is uncertain would never be complete.
"""

import re


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)})")


_DID = "klaar|gedaan|uitgevoerd|afgerond"
_GONE = "verwijderd|gewist|verwerkt|aangepast|gecorrigeerd|vernietigd|uitgevoerd|gedaan"
_WE = "ik|wij|we"

DONE = _whole(
    "klaar|gedaan|done|all done",
    f"(?:dit|het|alles|deze taak|dit verzoek) is (?:{_DID})",
    "(?:this|it|everything) is done|alles (?:gedaan|klaar)|helemaal klaar",
)
"""Clauses that say that everything is done."""

RECEIVED = _whole(
    "ontvangen|received|goed ontvangen|in goede orde ontvangen",
    f"(?:(?:{_WE}) )?(?:heb|hebben) (?:het|dit|uw|dit|het|je|jullie) ?(?:bericht|mail|e-mail|verzoek|melding)?"
    " ?(?:goed |in goede orde )?(?:ontvangen|binnen|gekregen)",
    "(?:uw|het|dit|je) (?:bericht|mail|e-mail|verzoek) (?:is|hebben wij|heb ik) (?:goed "
    "|in goede orde )?(?:ontvangen|binnen)",
    "we (?:have )?received (?:it|this|your message)",
)
"""Clauses that say that a notice was received, and no more."""

MORE_DONE = _whole(
    DONE.pattern,
    RECEIVED.pattern,
    f"(?:dit |het |uw )?(?:bericht|verzoek)? ?is (?:volledig |helemaal )?(?:{_GONE}|{_DID})",
    f"(?:alles|alle gegevens|de gegevens) (?:is|zijn) (?:volledig |helemaal |definitief )?(?:{_GONE})",
    f"(?:hierbij )?(?:bevestig|bevestigen) (?:{_WE}) dat alles is (?:{_GONE})",
    f"(?:{_WE}) (?:heb|hebben) alles (?:{_GONE})",
    "ja|oke|oké|ok|akkoord|prima|yes",
)
"""Clauses that may go with one of DONE."""

POLITE = _whole(
    "(?:alvast |hartelijk |heel |nogmaals )?(?:dank|bedankt|dank u|dank je|dank u wel|dank je wel"
    "|dankuwel|thanks|thank you)"
    "(?: (?:voor|for) (?:uw|het|je|jullie|de|your|the) (?:bericht|mail|e-mail|melding|informatie|verzoek|message))?",
    "(?:nog )?een (?:fijne|prettige|goede|mooie) (?:dag|avond|middag|week|weekend)(?: verder| toegewenst)?",
    "(?:fijne|prettige|goede|fijn|prettig) (?:dag|avond|middag|week|weekend)(?: verder)?",
    "(?:mocht|heeft|hebt|bij) (?:u |je )?(?:nog |verder )?(?:vragen)(?: hebben| over dit bericht)?",
    "(?:bel|mail)(?: mij| ons)? gerust|(?:dan )?(?:hoor|horen) (?:ik|wij) het graag",
    "(?:neem )?(?:dan )?gerust contact (?:met (?:mij|ons) )?op",
    "ter info|ter informatie|tot ziens|succes",
)
"""Clauses without meaning for the answer."""

LABEL = _whole(
    "(?:het )?(?:nummer|kenmerk|berichtnummer|notice|number|onderwerp|betreft|bericht|re|reactie op"
    "|antwoord op|referentie)"
    "(?: (?:van|op|of))?(?: (?:dit|het|uw|this))?(?: (?:bericht|nummer|notice))?(?: van gemeente [\\w' -]{1,40})?",
)
"""Clauses that name the notice."""

DAY = re.compile(
    r"(?:op )?(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag )?\d{1,2}(?:[-/.]\d{1,2}(?:[-/.]\d{2,4})?"
    r"| (?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]*\.?(?: \d{4})?)"
)
"""Clauses that are a day."""

REACH = re.compile(
    r"(?:t|tel|telefoon|mobiel|m|e|e-mail|mail|w)?\s?(?:[+(]?[\d()+ -]{8,}|\S+@\S+|www\.\S+|https?//\S+)"
)
"""Clauses with contact details."""

SHOWN = re.compile(
    r"(?:(?:persoon|personen|dossiers?|rijen|records?|x|keer) ?)?(?:(?:gewist|verwijderd|aangepast) ?)?"
    r"(?:(?:zie|volgens|met|in|uit|ons|het|de|of) ){0,2}"
    r"(?:rapport\w*|verslag\w*|log\w*|ticket\w*|melding|nummer|nr|bewijs|bijlage|protocol|report|verklaring\w*|kenmerk"
    r"|wijziging|change|zaak\w*|dossier\w*|proces-?verbaal|certificaat|bsn|[a-z]{0,6}[-.]?\d[\w./-]*)?(?: .*)?"
)
"""Evidence behind a count; none of the words below may be in it."""

_NEGATIVE = (
    r"niet|niks|niets|geen|geenszins|nooit|niemand|nergens|noch|zonder|maar|echter|behalve|uitgezonderd"
    r"|uitzondering\w*|tenzij"
    r"|alleen|slechts|enkel|kan|kunnen|kon|konden|lukt|lukte|mislukt\w*|fout\w*|onjuist\w*|verkeerd\w*"
    r"|weiger\w*|geweigerd"
    r"|bezwaar|onbekend\w*|kennen|kent|ken|nee|neen|niemand|onmogelijk|onduidelijk|helaas|probleem|problemen|storing"
    r"|not|no|none|never|nothing|but|except|however|unable|cannot|can|could|fail\w*|refus\w*|reject\w*"
    r"|unknown|wrong|unfortunately"
    r"|\w+n't|\w+n\u2019t"
)
_UNSURE = (
    r"nog|deel\w*|gedeelte\w*|gedeeltelijk|deels|grotendeels|merendeel|helft|half|halve|bijna|haast"
    r"|vrijwel|ongeveer|zo goed"
    r"|later|morgen|overmorgen|straks|binnenkort|spoedig|volgend\w*|volgt|volgen|aanstaande|eerdaags|week"
    r"|weken|maand\w*"
    r"|dagen|zodra|als|indien|mits|wanneer|waar|hoe|pas|vanaf|tot|totdat|voordat|voor|na|nadat|eerst|tussen|behoudens"
    r"|zal|zult|zullen|zou|zouden|wordt|word|worden|werd|gaat|gaan|ga|komt|komen|wil|willen|moet|moeten"
    r"|mag|mogen|hoop|hopen"
    r"|probeer\w*|proberen|verwacht\w*|vermoedelijk|waarschijnlijk|misschien|wellicht|mogelijk|denk"
    r"|denken|hopelijk|blijkbaar"
    r"|bezig|begonnen|gestart|gepland|inplannen|overgeslagen|ontbreek\w*|ontbrak\w*|resteert|resterend\w*|rest|wacht\w*"
    r"|open|openstaand\w*|doorgestuurd|doorgezet|aangemaakt|geregistreerd|behandeling|namens|ps|nagekomen"
    r"|correctie|rectificatie"
    r"|yet|part|partly|partially|mostly|almost|nearly|half|some|only|later|tomorrow|soon|will|shall|would"
    r"|should|going|pending"
    r"|when|if|once|until|till|unless|after|before|maybe|perhaps|probably|working|progress|planned|next"
    r"|expect\w*|hope\w*"
)
NEGATIVE = re.compile(rf"\b(?:{_NEGATIVE})\b")
"""Words that may turn 'received' into something else."""
AFTER_ALL = re.compile(rf"\b(?:{_NEGATIVE}|nog|deels|gedeeltelijk|later|morgen|volgt|volgen|pas|yet|partly|tomorrow)\b")
"""Words below the closing that may take back the text above it: fewer, for names of organisations hold them."""
MORE = re.compile(r"\b(?:en|and|plus|bij|of|or|van (?:de |het )?\d)\b")
"""Words behind a count that may introduce a second one."""
UNSURE = re.compile(rf"\b(?:{_NEGATIVE}|{_UNSURE})\b")
"""Words that may turn 'done' into something else."""
