"""One bad criterion per fault: the line, the path, what was found and what to write instead."""

from pathlib import Path

import pytest

from pipeline.grilles.grilles import parse_grille
from tests.unit.grilles.essais import BLOC, BON, ENTETE, only, refusal, with_criterion


def test_the_model_of_these_tests_is_accepted():
    assert parse_grille(BON, Path("essai.yml")).grille.code == "ESSAI_FICTIF"


CRITERION_FAULTS = {
    "fait inconnu": (
        ["points: 5", "si: {est_dal: oui}"],
        [
            "ligne 15, blocs › priorites_locales › criteres › A › si › est_dal :",
            "« est_dal » n'est pas un fait connu.",
            "Le plus proche : est_dalo.",
            "typologie_recherchee",
        ],
    ),
    "points en lettres": (
        ["points: vingt", "si: {est_dalo: oui}"],
        [
            "ligne 14, blocs › priorites_locales › criteres › A › points : « vingt » n'est pas un nombre.",
            "Écrivez un nombre, par exemple 20 ou 2.5.",
        ],
    ),
    "points à virgule": (
        ["points: 2,5", "si: {est_dalo: oui}"],
        ["« 2,5 » a une virgule. Écrivez 2.5, avec un point."],
    ),
    "points trop fins": (["points: 2.505", "si: {est_dalo: oui}"], ["a plus de deux décimales."]),
    "points démesurés": (["points: 100000", "si: {est_dalo: oui}"], ["Écrivez entre -1000 et 1000."]),
    "points infinis": (["points: .inf", "si: {est_dalo: oui}"], ["« .inf » n'est pas un nombre."]),
    "sans condition": (
        ["points: 5"],
        ["Le critère n'a pas de condition : tout le monde aurait ces points. Écrivez « si »."],
    ),
    "condition vide": (["points: 5", "si: {}"], ["Une condition est attendue."]),
    "sans points": (["si: {est_dalo: oui}"], ["Le critère ne donne pas de points."]),
    "clé inconnue": (
        ["point: 5", "points: 5", "si: {est_dalo: oui}"],
        ["ligne 14", "Clé inconnue : « point ». Vouliez-vous dire « points » ?"],
    ),
    "code inconnu": (
        ["points: 5", "si: {statut_professionnel: CDX}"],
        ["« CDX » n'est pas un code de statut_professionnel. Vouliez-vous dire « CDI » ?", "RET"],
    ),
    "non_renseigne": (
        ["points: 5", "si: {statut_professionnel: non_renseigne}"],
        ["Écrivez {renseigne: non}."],
    ),
    "oui sur un texte": (
        ["points: 5", "si: {est_dalo: peut-être}"],
        ["« peut-être » n'est ni oui ni non. Écrivez oui ou non."],
    ),
    "comparaison sur un texte": (
        ["points: 5", "si: {statut_dalo: {au_moins: 3}}"],
        ["« au_moins » ne s'applique pas à statut_dalo (texte).", "Existent : parmi, sauf, renseigne."],
    ),
    "événements sans compte": (["points: 5", "si: {dates_caleol: oui}"], ["Dites combien : {au_moins: 1}"]),
    "fenêtre seule": (["points: 5", "si: {dates_caleol: {depuis_mois: 12}}"], ["Aucune comparaison."]),
    "bornes à l'envers": (
        ["points: 5", "si: {age: {au_moins: 60, au_plus: 30}}"],
        ["Rien n'est à la fois d'au moins 60 et d'au plus 30."],
    ),
    "trop fin": (
        ["points: 5", "si: {age: {au_moins: 60.5}}"],
        ["60.5 est plus fin que age. Écrivez un nombre entier."],
    ),
    "plafond sous plancher": (
        ["points: 5", "si: {est_dalo: oui}", "plafond: 3", "plancher: 4"],
        ["ligne 12, A › plafond : Le plafond 3 est sous le plancher 4. Échangez-les"],
    ),
    "tranches qui se recouvrent": (
        ["selon: age", "tranches:", "  - {de: 18, a: 31, points: 5}", "  - {de: 30, points: 2}"],
        ["ligne 17, A › tranches : La tranche de 30 sans borne haute recouvre de 18 à 31, ligne 16."],
    ),
    "tranche vide": (
        ["selon: age", "tranches: [{de: 30, a: 30, points: 5}]"],
        ["La tranche de 30 à 30 est vide."],
    ),
    "tranche sans points": (
        ["selon: age", "tranches: [{de: 30, a: 40}]"],
        ["tranches › 1 : La clé « points » manque."],
    ),
    "mesure d'un texte": (
        ["selon: statut_dalo", "pour_chaque: 1", "points: 1"],
        ["statut_dalo ne se mesure pas (texte)."],
    ),
    "fait mesuré inconnu": (
        ["selon: anciennete", "pour_chaque: 1", "points: 1"],
        ["« anciennete » n'est pas un fait connu. Le plus proche : anciennete_"],
    ),
    "barème sans mesure": (["pour_chaque: 1", "points: 1"], ["La clé « selon » manque."]),
    "barème sans pas": (["selon: age", "points: 1"], ["La clé « pour_chaque » manque au barème."]),
    "pas nul": (["selon: age", "pour_chaque: 0", "points: 1"], ["ligne 15", "Le pas 0 n'est pas positif."]),
    "points et tranches": (
        ["selon: age", "points: 3", "tranches: [{de: 30, points: 5}]"],
        ["« points » ne va pas avec « tranches »."],
    ),
    "fenêtre sur un nombre": (
        ["selon: age", "depuis_mois: 12", "pour_chaque: 1", "points: 1"],
        ["age n'est pas une suite d'événements datés."],
    ),
    "mois décimaux": (
        ["selon: dates_caleol", "depuis_mois: 1.5", "pour_chaque: 1", "points: 1"],
        ["« 1.5 » n'est pas un nombre de mois."],
    ),
    "renvoi inconnu": (
        ["points: 5", "si: {est_dalo: oui}", "sauf_si_compte: [B]"],
        [
            "ligne 16, A › sauf_si_compte : « B » n'est le code de rien dans la grille.",
            "Existent : priorites_locales, A.",
        ],
    ),
    "s'écarte lui-même": (
        ["points: 5", "si: {est_dalo: oui}", "sauf_si_compte: A"],
        ["Ces exclusions tournent en rond : A par A."],
    ),
    "écarté par son bloc": (
        ["points: 5", "si: {est_dalo: oui}", "sauf_si_compte: priorites_locales"],
        ["tournent en rond"],
    ),
    "liste de conditions attendue": (
        ["points: 5", "si: {une_de: {est_dalo: oui}}"],
        ["« une_de » attend une liste de conditions."],
    ),
    "valeur attendue": (["points: [5]", "si: {est_dalo: oui}"], ["points : Une seule valeur est attendue."]),
    "critère sans clés": (["- points"], ["Les clés d'une partie « critère » sont attendues."]),
}


@pytest.mark.parametrize("name", CRITERION_FAULTS)
def test_a_bad_criterion(name):
    lines, told = CRITERION_FAULTS[name]
    content = with_criterion(*lines)
    if name == "critère sans clés":
        content = ENTETE + BLOC + "      A: [points]\n"
    message = only(content)
    for part in told:
        assert part in message


def test_a_cycle_of_exclusions_names_its_way():
    content = (
        ENTETE
        + "blocs:\n  historique:\n    criteres:\n"
        + "".join(
            f"      {code}: {{libelle: Un, points: 5, si: {{est_dalo: oui}}, sauf_si_compte: {other}}}\n"
            for code, other in (("A", "B"), ("B", "C"), ("C", "A"), ("D", "A"))
        )
    )
    assert only(content).startswith(
        "ligne 12, A › sauf_si_compte : Ces exclusions tournent en rond : A par B, B par C, C par A."
    )


def test_all_problems_are_told_at_once():
    content = with_criterion(
        "points: vingt", "si: {est_dal: oui}", "couleur: vert", "sauf_si_compte: Z"
    ).replace("projet", "essai")
    told = refusal(content)
    assert len(told) == 5
    assert [part.split(",")[0] for part in told] == [
        "ligne 6",
        "ligne 14",
        "ligne 15",
        "ligne 16",
        "ligne 17",
    ]


def test_more_than_sixty_criteria():
    body = "".join(
        f"      A{rank}: {{libelle: Un, points: 5, si: {{est_dalo: oui}}}}\n" for rank in range(61)
    )
    assert "La grille a 61 critères. Elle en tient 60 au plus" in only(ENTETE + BLOC + body)
