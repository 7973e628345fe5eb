"""Dutch words (B1 level) for what stops a delivery, on the page of checks."""

DUTCH_STOPS = {
    "bounds": "De aantallen wijken meer af dan is afgesproken",
    "rules": "Gegevens van een persoon passen niet bij elkaar",
}
RULES = {
    "niveau_a2_with_o": "Niveau A2 past niet bij leerroute O",
    "niveau_b1_with_z": "Niveau B1 past niet bij leerroute Z",
    "niveau_a2_in_first_pip": "Niveau A2 met leerroute B mag niet in het eerste PIP",
    "intensity_without_b": "Intensiteit mag alleen bij leerroute B",
    "intensity_without_asylum": "Intensiteit mag alleen bij een asielstatushouder",
    "pip_before_obligation": "Het PIP is ouder dan de plicht",
    "pip_before_settling": "Het PIP is ouder dan de vestiging in de gemeente",
    "pip_before_earlier": "Het PIP is ouder dan het vorige PIP",
    "not_for_group": "Een kenmerk is ingevuld bij een groep waar het niet voor is",
    "not_for_leerroute": "Een kenmerk is ingevuld bij een leerroute waar het niet voor is",
    "person_twice": "Een persoon staat er meer dan eens in",
}
