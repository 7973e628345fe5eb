"""The Dutch words for codes of the register, the gate and the settling. A code without words is shown as it is."""

from collections.abc import Mapping

STATES = {
    "disputed": "Betwist",
    "corrected": "Registratie gecorrigeerd",
    "ended": "Geëindigd",
    "released": "Vrijgegeven",
    "parked": "Geparkeerd",
    "noted": "Genoteerd",
}
STATE_MEANING = {
    "disputed": "De signalen spreken elkaar tegen. Er wordt niets gewist. Een medewerker beslist.",
    "corrected": "Een SS190 zegt: deze persoon valt niet onder de Wi2021.",
    "ended": "De plicht is geëindigd, of de persoon is vertrokken of overleden. De dienstverlening wordt niet hervat.",
    "released": "De persoon is opnieuw gemeld. De gemeente mag aan de slag.",
    "parked": "De gemeente wacht tot duidelijk is onder welke wet de persoon valt.",
    "noted": "Alleen ter informatie. De herstart verandert niets voor deze persoon.",
}
REASONS = {
    "ss190": "Er is een correctiesignaal (SS190).",
    "seen_again": "Het signaal is na de herstart opnieuw ontvangen.",
    "outside_round": "Het signaal valt buiten de periode van de herstart.",
    "wi2013_resumed": "De inburgeringsplicht onder de Wi2013 is hervat.",
    "restart_to_come": "De herstart van deze doelgroep moet nog komen.",
    "not_seen_again": "De herstart is geweest, maar het signaal is nog niet opnieuw ontvangen.",
    "wi2013_stopped": "Het vaststellen van de plicht onder de Wi2013 ligt nog stil.",
    "wi2013_ended": "De plicht onder de Wi2013 is geëindigd, of de persoon is vertrokken of overleden.",
    "no_restart": "Er is geen signaal dat bij de herstart hoort.",
    "ended": "De plicht is geëindigd, of de persoon is vertrokken of overleden.",
    "same_day": "Een correctie (SS190) en een nieuw signaal hebben dezelfde datum.",
    "decision_overtaken": "Een later signaal spreekt een vastgelegd besluit tegen.",
    "seen_after_correction": "Na de correctie (SS190) staan er weer andere signalen onder de Wi2021 in het PIB.",
    "unseen": "De persoon staat in een systeem en is nog niet opnieuw gemeld.",
    "ours": "Twee medewerkers hebben vastgesteld dat deze persoon bij de gemeente hoort.",
    "not_ours": "Twee medewerkers hebben vastgesteld dat deze persoon niet bij de gemeente hoort.",
    "two_laws": "Er is een plicht onder de Wi2021 en ook een onder de Wi2013.",
}
QUARANTINE = {
    "refused": "het bestand is geweigerd",
    "empty": "het bestand is leeg",
    "too_large": "het bestand is te groot",
    "bad_workbook": "het Excel-bestand is niet te openen",
    "nul_bytes": "het bestand is beschadigd",
    "encoding": "de tekens in het bestand zijn niet te lezen",
    "not_a_table": "het bestand is geen tabel van dit soort",
    "too_wide": "het bestand heeft te veel kolommen",
    "columns_doubled": "een kolom staat er twee keer in",
    "columns_missing": "er ontbreken kolommen",
    "quotes": "de aanhalingstekens kloppen niet",
    "truncated": "het bestand is afgebroken",
    "bad_archive": "het ingepakte bestand is niet te openen",
    "archive_count": "er zit meer dan één bestand in het zipbestand, of geen",
    "archive_locked": "het zipbestand heeft een wachtwoord",
    "archive_bomb": "het ingepakte bestand is uitgepakt veel te groot",
    "header_again": "de kopregel staat er nog een keer",
    "total_line": "het is een totaal en geen persoon",
    "error_value": "in een cel staat een fout van Excel",
    "formula_without_value": "een formule is niet uitgerekend",
    "cell_in_quotes": "er staat iets voor de aanhalingstekens",
    "number_in_day": "er staat een getal in plaats van een dag",
    "moment_unclear": "het is niet zeker welke dag er staat",
    "day_in_number": "er staat een dag in plaats van een nummer",
    "sheets_unread": "andere bladen van een Excel-bestand zijn niet gelezen",
    "sheet_hidden": "het gelezen blad is verborgen",
    "rows_hidden": "verborgen regels zijn ook gelezen",
    "columns_hidden": "verborgen kolommen zijn ook gelezen",
    "columns_wrong": "de regel heeft te veel of te weinig kolommen",
    "code_missing": "de signaalcode ontbreekt",
    "code_malformed": "de signaalcode is verkeerd geschreven",
    "date_missing": "de datum van het signaal ontbreekt",
    "date_malformed": "de datum van het signaal klopt niet",
    "identifier_missing": "er is geen BSN en geen V-nummer",
    "bsn_wrong": "het BSN klopt niet",
    "v_number_wrong": "het V-nummer klopt niet",
    "wet_unknown": "de wet is onbekend",
    "gemeentecode_malformed": "de gemeentecode klopt niet",
    "birth_malformed": "de geboortedatum klopt niet",
    "kennisgeving_malformed": "de datum van de kennisgeving klopt niet",
    "text_too_long": "een tekst is te lang",
    "control_characters": "er staan tekens in die niet mogen",
    "group_unknown": "de doelgroep is onbekend",
    "correction_with_more": "bij een SS190 staat meer dan alleen een BSN",
    "signal_in_future": "het signaal ligt in de toekomst",
    "born_in_future": "de geboortedatum ligt in de toekomst",
    "v_number_zero": "het V-nummer is 0",
    "joins_two": "BSN en V-nummer zijn van twee verschillende personen",
}
UNSURE = {
    "not_clear": "het is niet duidelijk wat er staat",
    "no_text": "er is geen tekst te lezen",
    "several": "het noemt meer dan één bericht",
    "two_answers": "er staan twee antwoorden in",
    "bounce": "misschien kwam het bericht niet aan",
    "unread": "het bericht is ongelezen weggegooid",
    "machine": "een programma heeft het gestuurd",
    "other_sender": "het komt van een andere afzender",
    "future_day": "de dag moet nog komen",
    "day_before_notice": "de dag ligt vóór die van het bericht",
    "fewer_erased": "er zijn minder personen gewist dan gevraagd",
    "reason_with_done": "er staat ‘klaar’, met een reden die dat tegenspreekt",
}
ANSWERS = {
    "not_xlsx": "het is geen Excel-bestand (.xlsx)",
    "not_a_worklist": "het is geen werklijst",
    "other_municipality": "het is de werklijst van een andere gemeente",
    "at_a_signal": "het antwoord staat bij een signaal en niet bij de persoon",
    "letter_unknown": "bij Brief van DUO staat iets anders dan de keuzes",
    "day_malformed": "een datum klopt niet",
    "day_to_come": "een datum ligt in de toekomst",
    "day_too_early": "het gesprek ligt vóór het begin van de herstart",
    "help_unknown": "bij Hulp gevraagd staat iets anders dan ja of nee",
    "text_too_long": "een tekst is te lang",
    "control_characters": "er staan tekens in die niet mogen",
    "error_value": "in een cel staat een fout van Excel, of een formule zonder waarde",
    "who_missing": "er staat niet bij wie dit heeft ingevuld",
    "who_wrong": "bij Wie staat geen naam",
    "person_unknown": "het nummer is van niemand",
    "persons_differ": "nummer en BSN zijn van verschillende personen",
    "kennisgeving_refused": "de datum van de kennisgeving kan niet kloppen",
    "choice_made": "er is al een keuze vastgelegd op grond van de kennisgeving",
}
GATE = {
    "corrected_in_records": "Personen met een SS190 staan in de levering",
    "standing": "Personen met een SS190 staan nog in het systeem dat de levering voedt",
    "disputed": "Betwiste personen: eerst moet iemand beslissen",
    "quarantined_correction": "Regels in quarantaine waar een correctie in kan staan",
    "download_unloaded": "Bestanden die nog niet zijn ingelezen",
    "standing_elsewhere": "Personen met een SS190 staan nog in een ander systeem",
    "plan_waits": "Personen in een plan dat op goedkeuring wacht",
    "supplier_unconfirmed": "De leverancier heeft het wissen nog niet bevestigd",
    "orphans": "Personen in een systeem zonder geldig signaal",
    "parked_in_records": "Geparkeerde personen staan in de levering",
    "delivered_corrected": "Gecorrigeerde personen staan in een levering die het CBS al heeft",
}
NOTICES = {
    "hold": "Stop voorlopig",
    "correction": "Pas aan en wis",
    "ended": "Niet hervatten: de plicht is geëindigd",
    "resume": "Ga weer verder",
    "withdrawal": "Correctie ingetrokken",
    "erasure": "Verzoek om te wissen (leverancier)",
    "reminder": "Herinnering aan een verzoek (leverancier)",
}
NOTICE_WHY = {
    "hold": "De persoon is geparkeerd. De partij mag de gegevens even niet gebruiken.",
    "correction": "De persoon viel niet onder de Wi2021. De partij moet de gegevens aanpassen of wissen.",
    "resume": "Het is duidelijk onder welke wet de persoon valt. De partij mag weer verder.",
    "withdrawal": "De persoon valt toch onder de Wi2021. De eerdere correctie geldt niet meer.",
    "ended": "De plicht is geëindigd, of de persoon is vertrokken of overleden. De partij gaat niet verder.",
    "erasure": "Alleen de leverancier kan in dit systeem wissen.",
    "reminder": "De leverancier heeft het wissen nog niet bevestigd.",
}
POLICIES = {"erase": "wissen", "restrict": "afschermen", "retain": "bewaren"}
KINDS = {"database": "Database", "supplier": "Leverancier", "files": "Bestanden"}
APPROVAL = {
    "policy": "De gemeente wil elk plan eerst goedkeuren.",
    "brake": "Het zijn veel personen tegelijk.",
    "several BSNs": "Een persoon heeft meer dan één BSN.",
}
KEEPERS = {
    "the publication": "de publicatie",
    "the logical replication slot": "het replicatieslot",
    "the full-text index": "de zoekindex",
    "the full-text table": "de zoektabel",
    "the history table": "de historietabel",
    "change data capture": "het vastleggen van wijzigingen (CDC)",
    "replication": "de replicatie",
    "change tracking (keys alone)": "het volgen van wijzigingen (alleen sleutels)",
    "the flashback archive": "het flashback-archief",
    "the log of its materialised views": "het logboek van de materialised views",
    "the text index": "de zoekindex",
}
NUMBERS = {"bsn": "BSN", "v": "V-nummer"}
SUITES = {
    "structure": "Bestanden: opbouw",
    "rows": "Regels",
    "file": "Bestanden: regels onderling",
    "history": "Bestanden: vergeleken met eerdere",
    "register": "Het register zelf",
}
SEVERITIES = {
    "file": "bestand geweigerd",
    "row": "quarantaine",
    "warning": "alleen gemeld",
    "register": "fout in het register",
}
INCIDENTS = {
    "foreign_rows": "Regels over personen van een andere gemeente",
    "orphans": "Personen in een systeem zonder geldig signaal",
    "leak": "Gemeld door een medewerker",
}
RISKS = {"none": "geen risico", "risk": "risico", "high": "hoog risico"}
INCIDENT_STEPS = {
    "judged": "Beoordeeld",
    "reported": "Gemeld bij de Autoriteit Persoonsgegevens",
    "told": "Betrokkenen geïnformeerd",
    "not_told": "Betrokkenen niet geïnformeerd",
    "duo_told": "DUO geïnformeerd",
    "closing": "Gesloten door de eerste van twee personen",
    "closed": "Gesloten",
    "ended": "Vanzelf gesloten",
    "alerted": "Waarschuwing verstuurd",
}
GROUNDS = {
    "a": "AVG artikel 34, lid 3, onder a: de gegevens zijn onleesbaar voor anderen",
    "b": "AVG artikel 34, lid 3, onder b: het hoge risico doet zich niet meer voor",
    "c": "AVG artikel 34, lid 3, onder c: het kost te veel moeite; er is een openbare mededeling",
}


def learn(words: Mapping[str, str]) -> None:
    """Add the words of rules from elsewhere (expectations/checks.py)."""
    QUARANTINE.update(words)


def said(words: Mapping[str, str], code: str | None) -> str:
    """Return the Dutch words for a code; the code itself if there are none, empty for None."""
    return words.get(code, code) if code else ""


def titled(words: Mapping[str, str], code: str) -> str:
    """Return the Dutch words for a code with a capital; the code as it is if there are none."""
    text = words.get(code)
    return text[:1].upper() + text[1:] if text else code


def why(reason: str) -> str:
    """Return in Dutch the reason for a person's state."""
    return said(REASONS, reason)
