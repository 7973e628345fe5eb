"""Risks for persons, each with its measure and the row of PROOFS.md or LIMITS.md about it (AVG 35, lid 7, c, d)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PersonalRisk:
    """A risk for persons and the measure, in Dutch; `row` is a row of docs/PROOFS.md or docs/LIMITS.md, as it is there.

    PROOFS: tests hold the measure. LIMITS: what is left of the risk, for the gemeente to weigh.
    """

    risk: str
    measure: str
    document: Literal["PROOFS", "LIMITS"]
    row: str


RISKS = (
    PersonalRisk(
        "Iemands gegevens worden gewist terwijl dat niet mocht.",
        "Alleen wat bij de onjuiste registratie hoort, wordt gewist. Alle andere rijen blijven zoals ze waren.",
        "PROOFS",
        "Rule 4: Erasure touches the footprint and nothing else",
    ),
    PersonalRisk(
        "Gegevens van iemand anders gaan mee verloren.",
        "hervat vergelijkt de rijen van anderen voor en na. Bij een verschil wordt alles teruggedraaid.",
        "PROOFS",
        "Rule 4: Other people's rows are the same before and after, or everything is rolled back; the outcome says"
        " which were compared whole and which by sample",
    ),
    PersonalRisk(
        "Iemand wordt gewist door een fout in een bestand.",
        "Een regel met een fout gaat in quarantaine en wist niemand.",
        "PROOFS",
        "Rule 2: No row that failed validation erases anybody",
    ),
    PersonalRisk(
        "Er wordt gewist zonder dat iemand ernaar keek.",
        "Een plan wordt pas uitgevoerd na de goedkeuring die ervoor nodig is. Boven een grens is die altijd nodig.",
        "PROOFS",
        "Rule 2: Nothing is erased without the approval it needs; an old approval never becomes valid again",
    ),
    PersonalRisk(
        "Wie wil, keurt goed onder de naam van een ander.",
        "Met `approvers` telt alleen een handtekening met de sleutel van wie goedkeurt.",
        "PROOFS",
        "Rule 2: With `approvers` only a signature over this plan's hash, with the key of an approver, approves; an"
        " approval that was forged in the register, removed from the file or given by name executes nothing",
    ),
    PersonalRisk(
        "Een onjuiste registratie blijft staan zonder dat iemand het merkt.",
        "hervat leest na het wissen terug. Wat er nog staat, is een fout.",
        "PROOFS",
        "After the commit no root is left, read back by other SQL; a root that is left is red",
    ),
    PersonalRisk(
        "Iemand wordt voor een ander aangezien.",
        "Regels met hetzelfde BSN of V-nummer zijn één persoon. Spreken feiten elkaar tegen, dan beslist een mens.",
        "PROOFS",
        "All rows that share a BSN or V-nummer are one person",
    ),
    PersonalRisk(
        "Iemand vroeg om te wachten met zijn gegevens, en ze worden toch gewist.",
        "Wie op verzoek apart is gezet, wordt in geen enkel plan gewist, ook niet als dat al was goedgekeurd.",
        "PROOFS",
        "`hervat person hold` (AVG 18, 21): nobody on hold is erased, from the first of two persons on, whatever was"
        " planned or approved before, until two release them or the last day has passed",
    ),
    PersonalRisk(
        "Iemand houdt last van een fout die al is hersteld, omdat een ontvanger dat niet weet.",
        "Elke ontvanger krijgt bericht, ook als een nacht wordt afgebroken.",
        "PROOFS",
        "Rule 6: No notice is lost, and a repeated one is byte for byte the same",
    ),
    PersonalRisk(
        "Een ontvanger krijgt gegevens van iemand die hij niet kent.",
        "Een ontvanger hoort alleen over personen van wie hij al gegevens had. Zonder certificaat krijgt hij geen BSN.",
        "PROOFS",
        "A party hears about the persons whose data it received and about nobody else; without a certificate it gets no"
        " BSN",
    ),
    PersonalRisk(
        "Iemand komt ten onrechte in de statistiek.",
        "Wie is gecorrigeerd of betwist, staat in geen levering aan het CBS.",
        "PROOFS",
        "Rule 5: No delivery holds a corrected or disputed person",
    ),
    PersonalRisk(
        "Een bestand met gegevens wordt van de schijf gestolen.",
        "Van een bestand van DUO staat nooit een leesbare kopie op schijf. Het origineel is versleuteld.",
        "PROOFS",
        "Rule 1: No plain copy of a download is on disk",
    ),
    PersonalRisk(
        "Wie in het register kijkt, ziet van wie het is.",
        "Het BSN is versleuteld en wordt gevonden met een pseudoniem. Elke gemeente heeft eigen sleutels.",
        "PROOFS",
        "Rule 8: BSNs are encrypted and found by a keyed pseudonym; each municipality has its own keys",
    ),
    PersonalRisk(
        "Namen of nummers lekken in logbestanden of foutmeldingen.",
        "Daar staan alleen aantallen en nummers van hervat zelf.",
        "PROOFS",
        "Rule 7: No personal data is in Prefect's database, logs, artifacts, errors, file names or results of"
        " validation",
    ),
    PersonalRisk(
        "Gegevens van inwoners van een andere gemeente komen bij ons terecht.",
        "hervat leest die regels niet in en opent een incident, met de uren die er nog zijn om het te melden.",
        "PROOFS",
        "The hours left are in the report, and an alert goes at 24, 48 and 66 hours after the discovery, each once and"
        " again if it did not go",
    ),
    PersonalRisk(
        "Iemand vraagt inzage en krijgt te horen dat er niets is, terwijl er wel iets is.",
        "Het antwoord noemt wat niet is doorzocht. Met een extra stap worden ook de originelen doorzocht.",
        "PROOFS",
        "Nobody is told that nothing was received about them while an original was not searched: the answer says what"
        " was not, and `--search-vault` finds foreign, quarantined and refused rows",
    ),
    PersonalRisk(
        "Achteraf verandert iemand wat er in het logboek staat.",
        "Elke regel hangt aan de vorige. Een regel die is veranderd of weg is, valt op.",
        "PROOFS",
        "The journal shows a changed or missing line",
    ),
    PersonalRisk(
        "Wie de hoofdsleutel heeft, kan alles lezen.",
        "Dat blijft zo. Geef die sleutel aan zo weinig mensen als kan, en bewaar een kopie in een kluis.",
        "LIMITS",
        "A person who can write to the register's database or has the master key can read and forge everything.",
    ),
    PersonalRisk(
        "Wie in Prefect kan inloggen, kan alles doen wat hervat kan.",
        "Dat blijft zo. Geef weinig mensen die toegang, en stel `approvers` in.",
        "LIMITS",
        "Whoever has Prefect's log-in can do all that hervat's account can, including making the worker run another"
        " program.",
    ),
    PersonalRisk(
        "Gewiste gegevens staan nog een tijd in bestanden van de database zelf, of in een back-up.",
        "Vraag de beheerder hoe lang, en neem dat op in de afspraken.",
        "LIMITS",
        "PostgreSQL's dead rows and logs, and SQLite's write-ahead log, may hold erased values for a while.",
    ),
    PersonalRisk(
        "Een rij lijkt van één persoon, maar is ook van een ander.",
        "Het plan telt waar dat kan. Welke rijen het zijn, kan hervat niet zeggen: laat een mens ernaar kijken.",
        "LIMITS",
        "What no key shows:",
    ),
)
"""In the order of the page. `row` may be the beginning of its row."""
