"""Files of cases: what they say, and one bad file per fault, with its line and what to write instead."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.grilles.cas import Attente, JeuDeCas, load_cases
from pipeline.grilles.grilles import parse_grille
from pipeline.grilles.modele import Grille
from pipeline.grilles.problemes import CasRefusesError
from tests.unit.grilles.essais import BON, with_criterion

GRILLE = parse_grille(BON.replace("statut:", "valide_au: 2024-12-31\nstatut:"), Path("essai.yml")).grille
ONE = "cas:\n  Un ménage:\n    faits: {est_dalo: oui}\n    total: 5\n"


def read(tmp_path: Path, content: str, grille: Grille = GRILLE) -> JeuDeCas:
    path = tmp_path / "essai.cas.yml"
    path.write_text(content, encoding="utf-8")
    return load_cases(path, grille)


def refusal(tmp_path: Path, content: str) -> list[str]:
    with pytest.raises(CasRefusesError, match=r"^Cas refusés, ") as caught:
        read(tmp_path, content)
    return [str(item) for item in caught.value.problemes]


def test_a_case_reads_as_it_is_written(tmp_path):
    content = """
jour: 2024-06-01
defaut: {type_demande: mutation, age: 30, motifs: []}
cas:
  Un ménage:
    jour: 2024-07-01
    faits:
      age: inconnu
      taux_effort_propose: 0.35
      taille_menage: 3
      labels_syplo: ACD
      est_dalo: non
      dates_caleol: [2024-01-31, 2024-07-01]
    calcul: rien
    total: 12.5
    definitif: inconnu
    blocs: {priorites_locales: -2}
    criteres: {A: 0}
  Un autre:
    faits: {}
    total: aucun
"""
    with pytest.raises(CasRefusesError, match="Des faits sont attendus"):
        read(tmp_path, content.replace("faits: {}", "faits:"))
    first, second = read(tmp_path, content).cas
    assert first.jour == date(2024, 7, 1)
    assert first.faits == {
        "type_demande": "mutation",
        "age": None,
        "motifs": [],
        "taux_effort_propose": Decimal("0.35"),
        "taille_menage": 3,
        "labels_syplo": ["ACD"],
        "est_dalo": False,
        "dates_caleol": [date(2024, 1, 31), date(2024, 7, 1)],
    }
    assert first.attentes == (
        Attente("total", "total", Decimal("12.5")),
        Attente("definitif", "definitif", None),
        Attente("bloc", "priorites_locales", Decimal(-2)),
        Attente("critere", "A", Decimal(0)),
    )
    assert (second.nom, second.jour) == ("Un autre", date(2024, 6, 1))
    assert second.faits == {"type_demande": "mutation", "age": 30, "motifs": []}
    assert second.attentes == (Attente("total", "total", None),)


def test_without_a_day_a_case_stands_on_the_first_day_of_the_grid(tmp_path):
    (case,) = read(tmp_path, ONE).cas
    assert case.jour == GRILLE.valide_du


def test_a_code_out_of_an_open_list_is_doubted_not_refused(tmp_path):
    jeu = read(tmp_path, ONE.replace("est_dalo: oui", "labels_syplo: [NOUVEAU]"))
    assert "« NOUVEAU » n'est pas un code de labels_syplo." in str(jeu.avertissements[0])


FAULTS = {
    "vide": ("", ["ligne 1 : Le fichier est vide."]),
    "une liste": ("- a\n", ["ligne 1 : Les clés d'une partie « cas » sont attendues."]),
    "deux documents": (ONE + "---\n" + ONE, ["ligne 5 : Le fichier contient plusieurs documents YAML."]),
    "alias": (
        ONE.replace("{est_dalo: oui}", "&a {est_dalo: oui}"),
        ["ligne 3 : Ancre YAML « &a ».", "Supprimez-la"],
    ),
    "sans cas": ("jour: 2024-06-01\n", ["ligne 1 : La clé « cas » manque."]),
    "aucun cas": ("cas: {}\n", ["ligne 1, cas : Aucun cas ici."]),
    "deux fois le même": (
        ONE + ONE.removeprefix("cas:\n"),
        ["ligne 5 : « Un ménage » est déjà écrit ligne 2."],
    ),
    "clé inconnue": (
        ONE + "    totale: 5\n",
        ["ligne 5, Un ménage › totale : Clé inconnue", "Vouliez-vous dire « total » ?"],
    ),
    "sans total": (ONE.replace("    total: 5\n", ""), ["Un ménage : La clé « total » manque."]),
    "total en texte": (ONE.replace("5\n", "cinq\n"), ["ligne 4, Un ménage › total : « cinq »"]),
    "virgule": (ONE.replace("5\n", '"2,5"\n'), ["ligne 4, Un ménage › total", "Écrivez 2.5, avec un point."]),
    "trois décimales": (ONE.replace("5\n", "0.125\n"), ["Les points ont au plus deux décimales."]),
    "fait inconnu": (
        ONE.replace("est_dalo", "est_dallo"),
        ["ligne 3, Un ménage › faits › est_dallo", "Le plus proche : est_dalo."],
    ),
    "ni oui ni non": (ONE.replace("oui", "peut-être"), ["« peut-être » n'est ni oui ni non."]),
    "code hors liste": (
        ONE.replace("est_dalo: oui", 'motifs: ["5"]'),
        ["ligne 3, Un ménage › faits › motifs : « 5 » n'est pas un code de motifs.", "Existent : "],
    ),
    "mot de l'observatoire": (
        ONE.replace("est_dalo: oui", "motifs: non_renseigne"),
        ["« non_renseigne » n'est pas une valeur. Écrivez inconnu."],
    ),
    "condition": (
        ONE.replace("est_dalo: oui", "age: {au_moins: 3}"),
        ["ligne 3, Un ménage › faits › age : Une seule valeur est attendue."],
    ),
    "demi-mois": (
        ONE.replace("est_dalo: oui", "anciennete_mois_revolus: 12.5"),
        ["12.5 est plus fin que anciennete_mois_revolus. Écrivez un nombre entier."],
    ),
    "date française": (
        ONE.replace("est_dalo: oui", "dates_caleol: 01/02/2024"),
        ["« 01/02/2024 » n'est pas une date. Écrivez AAAA-MM-JJ"],
    ),
    "événement à venir": (
        ONE.replace("est_dalo: oui", "dates_caleol: [2024-01-02]"),
        ["ligne 2, Un ménage › dates_caleol : Un événement du 2024-01-02 vient après le jour du cas"],
    ),
    "jour hors validité": (
        "jour: 2025-01-01\n" + ONE,
        ["La grille ne vaut pas le 2025-01-01. Elle vaut du 2024-01-01 au 2024-12-31"],
    ),
    "critère inconnu": (
        ONE + "    criteres: {B: 5}\n",
        ["ligne 5, Un ménage › criteres : « B » n'est pas dans la grille.", "Existent : A."],
    ),
    "bloc inconnu": (ONE + "    blocs: {locales: 5}\n", ["« locales » n'est pas dans la grille."]),
    "blocs vides": (ONE + "    blocs: []\n", ["ligne 5, Un ménage › blocs : Aucun bloc ici."]),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_file_of_cases(name, tmp_path):
    content, told = FAULTS[name]
    (message,) = refusal(tmp_path, content)
    for part in told:
        assert part in message


def test_all_faults_are_told_at_once(tmp_path):
    content = "cas:\n  Un:\n    faits: {est_dallo: oui}\n    total: x\n  Deux:\n    fait: {}\n"
    told = refusal(tmp_path, content)
    assert [text.split(" :")[0] for text in told] == [
        "ligne 3, Un › faits › est_dallo",
        "ligne 4, Un › total",
        "ligne 6, Deux",
        "ligne 6, Deux",
        "ligne 6, Deux › fait",
    ]


def test_a_file_that_does_not_open_is_refused(tmp_path):
    with pytest.raises(CasRefusesError, match="Le fichier ne s'ouvre pas"):
        load_cases(tmp_path, GRILLE)


def test_points_beyond_those_of_one_criterion_may_be_expected(tmp_path):
    grille = parse_grille(
        with_criterion("selon: anciennete_jours", "pour_chaque: 1", "points: 1"), Path("essai.yml")
    ).grille
    (case,) = read(tmp_path, ONE.replace("total: 5", "total: 4000"), grille).cas
    assert case.attentes[0].points == 4000
