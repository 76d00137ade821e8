"""One bad file per fault: the line, the path, what was found and what to write instead."""

import pytest

from tests.unit.grilles.essais import BON, CRITERE, ENTETE, only

FILE_FAULTS = {
    "vide": ("", ["ligne 1 : Le fichier est vide."]),
    "un texte": ("grille", ["Les clés d'une partie « grille » sont attendues."]),
    "deux documents": (
        BON + "---\n" + BON,
        ["ligne 16 : Le fichier contient plusieurs documents YAML. Un seul par fichier."],
    ),
    "ancre": (BON.replace("Essai fictif", "&a Essai fictif"), ["ligne 3 : Ancre YAML « &a »."]),
    "étiquette": (
        BON.replace("points: 5", "points: !!python/object:os.system 5"),
        ["ligne 14 : Étiquette YAML"],
    ),
    "guillemet ouvert": (
        BON.replace('"1"', '"1'),
        ["Le YAML ne se lit pas à partir d'ici.", "va entre guillemets"],
    ),
    "deux-points": (
        BON.replace("source: Essai", "source: Essai: suite"),
        ["ligne 8 : Le YAML ne se lit pas"],
    ),
    "caractère interdit": (BON.replace("source: Essai", "source: \x07"), ["ligne 8 : Le YAML ne se lit pas"]),
    "caractère échappé": (
        BON.replace("source: Essai", 'source: "a\\0b"'),
        ["ligne 8, source : Le texte contient un caractère de contrôle."],
    ),
    "clé en double": (
        BON.replace("        points: 5\n", "        points: 5\n        points: 6\n"),
        ["ligne 15 : « points » est déjà écrit ligne 14."],
    ),
    "critère en double": (
        BON + CRITERE + "        points: 5\n        si: {est_dalo: oui}\n",
        ["ligne 16 : « A » est déjà écrit ligne 12."],
    ),
    "même code en minuscule": (
        BON + CRITERE.replace("A:", "a:") + "        points: 5\n        si: {est_dalo: oui}\n",
        ["ligne 16, a : Le code « a » est déjà pris ligne 12."],
    ),
    "code avec apostrophe": (
        BON.replace("      A:", '      "A\'; drop table faits; --":'),
        ["n'est pas un code.", "sans accent ni espace"],
    ),
    "code réservé": (BON.replace("      A:", "      TOTAL:"), ["« TOTAL » est un mot réservé."]),
    "bloc inconnu": (
        BON.replace("priorites_locales", "locales"),
        ["« locales » n'est pas un bloc.", "Existent : priorites_"],
    ),
    "bloc vide": (ENTETE + "blocs: {historique: {plafond: 3}}\n", ["Le bloc n'a aucun critère."]),
    "date": (
        BON.replace("2024-01-01", "01/01/2024"),
        ["ligne 5, valide_du : « 01/01/2024 » n'est pas une date. Écrivez AAAA-MM-JJ"],
    ),
    "fin avant début": (
        BON.replace("2024-01-01\n", "2024-01-01\nvalide_au: 2023-12-31\n"),
        ["finit le 2023-12-31, avant de commencer"],
    ),
    "siren": (
        BON.replace("249740119", "24974011"),
        ["ligne 4, code_epci : « 24974011 » n'est pas un SIREN."],
    ),
    "statut": (BON.replace("projet", "project"), ["« project » est inconnu. Vouliez-vous dire « projet » ?"]),
    "clé manquante": (BON.replace("statut: projet\n", ""), ["ligne 1 : La clé « statut » manque."]),
    "fictive muette": (
        BON.replace("ESSAI_FICTIF", "ESSAI"),
        ["grille : La grille est fictive et son code ne le dit pas."],
    ),
    "plafond de la grille": (
        BON.replace("fictive", "plafond: -1\nplancher: 0\nfictive"),
        ["Le plafond -1 est sous le plancher 0."],
    ),
    "rubrique plafonnée": (
        ENTETE + "blocs:\n  historique:\n    rubriques:\n      R:\n"
        "        regle: max\n        plafond: 3\n        criteres:\n"
        "          A: {libelle: Un, points: 5, si: {est_dalo: oui}}\n",
        ["rubriques › R : Un plafond ou un plancher sur une rubrique où un seul critère compte."],
    ),
    "règle inconnue": (
        ENTETE
        + "blocs:\n  historique:\n    rubriques:\n      R:\n        regle: maximum\n        criteres:\n"
        "          A: {libelle: Un, points: 5, si: {est_dalo: oui}}\n",
        ["« maximum » est inconnu. Vouliez-vous dire « max » ? Existent : max, coche, somme."],
    ),
    "écarté par sa rubrique": (
        ENTETE + "blocs:\n  historique:\n    rubriques:\n      R:\n        regle: max\n        criteres:\n"
        "          A: {libelle: Un, points: 5, si: {est_dalo: oui}, sauf_si_compte: B}\n"
        "          B: {libelle: Deux, points: 5, si: {est_dalo: non}}\n",
        ["tournent en rond : R par R."],
    ),
    "critères en liste": (
        ENTETE + "blocs:\n  historique:\n    criteres: [A]\n",
        ["Aucun code de critère ici."],
    ),
}


@pytest.mark.parametrize("name", FILE_FAULTS)
def test_a_bad_file(name):
    content, told = FILE_FAULTS[name]
    message = only(content)
    for part in told:
        assert part in message
