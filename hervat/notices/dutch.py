"""The words of a dossier and of evidence in Dutch, for readers outside the team."""

_WORDS = {
    "corrected": "gecorrigeerd", "released": "vrijgegeven", "parked": "geparkeerd", "disputed": "betwist",
    "noted": "ter kennisgeving", "ended": "geëindigd",
    "erase": "gewist", "restrict": "afgeschermd", "retain": "bewaard",
    "hold": "verzoek om te stoppen", "correction": "correctie", "resume": "bericht dat het weer mag",
    "withdrawal": "intrekking van een correctie", "erasure": "verzoek om te wissen", "reminder": "herinnering",
    "received": "ontvangen", "done": "klaar", "partly": "deels gedaan", "refused": "geweigerd",
    "doubt": "nog door een medewerker te lezen", "settled": "door een medewerker gelezen",
    "party": "derde partij", "supplier": "leverancier",
    "folder": "via de map", "sftp": "via SFTP", "hand": "met de hand vastgelegd",
    "bsn": "BSN", "v": "V-nummer", "surname": "achternaam", "prefix": "voorvoegsel", "first_names": "voornamen",
    "birth": "geboortedatum",
}  # fmt: skip


def dutch(word: str) -> str:
    """Return a code's Dutch word; what has none stays as it is."""
    return _WORDS.get(word, word)
