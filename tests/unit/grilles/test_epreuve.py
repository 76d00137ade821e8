"""Cases tried by the compiled SQL: the examples are all right, and what is wrong is seen and explained."""

import re
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.cas import cases_beside, load_cases
from pipeline.grilles.epreuve import Epreuve, run_cases, why_not_counted
from pipeline.grilles.etendue import NO_END, Etendue, range_of_bloc, range_of_criterion, range_of_grid
from pipeline.grilles.grilles import load_grille, parse_grille
from pipeline.grilles.modele import Grille
from tests.unit.grilles.essais import ENTETE, with_criterion

EXEMPLES = sorted((EXPECTATIONS / "grilles").glob("exemple_*_fictive.yml"))
TERRITOIRE = [
    EXPECTATIONS / "grilles" / "territoire_fictif" / f"exemple_cinor_fictif_{version}.yml"
    for version in ("1", "2", "essai")
]
CREHA = EXPECTATIONS / "grilles" / "exemple_creha_fictive.yml"


def tried(tmp_path: Path, grille: Grille, content: str) -> Epreuve:
    path = tmp_path / "essai.cas.yml"
    path.write_text(content, encoding="utf-8")
    return run_cases(grille, load_cases(path, grille))


@pytest.mark.parametrize("path", [*EXEMPLES, *TERRITOIRE], ids=lambda path: path.stem)
def test_an_example_passes_its_cases_and_each_criterion_is_tried(path):
    grille = load_grille(path).grille
    epreuve = run_cases(grille, load_cases(cases_beside(path), grille))
    assert epreuve.faux == ()
    assert len(epreuve.resultats) >= 3
    assert all(resultat.cas.calcul for resultat in epreuve.resultats if resultat.score)
    assert epreuve.jamais_comptes == ()
    assert epreuve.sans_effet == ()


def test_a_wrong_total_a_wrong_criterion_and_a_wrong_bloc_are_seen(tmp_path):
    # Toulouse : 12 mois + DALO 50 = 62, et non 63 ; DALO 50, et non 40 ; national 50, et non 51.
    grille = load_grille(EXPECTATIONS / "grilles" / "exemple_toulouse_fictive.yml").grille
    faits = "    faits: {est_dalo: oui, anciennete_mois_revolus: 12, age: 30}\n"
    expected = {
        "Total": "total: 63",
        "Critère": "total: 62\n    criteres: {DALO: 40}",
        "Bloc": "total: 62\n    blocs: {priorites_nationales: 51}",
        "Juste": "total: 62",
    }
    content = "cas:\n" + "".join(f"  {name}:\n{faits}    {told}\n" for name, told in expected.items())
    epreuve = tried(tmp_path, grille, content)
    seen = [
        (resultat.cas.nom, gap.attente.code, gap.obtenu)
        for resultat in epreuve.faux
        for gap in resultat.ecarts
    ]
    assert seen == [("Total", "total", 62), ("Critère", "DALO", 50), ("Bloc", "priorites_nationales", 50)]
    assert epreuve.jamais_comptes == ("PDALHPD", "DELAI_LONG")
    assert epreuve.sans_effet == ("age",)


def test_a_score_where_none_is_expected_differs_and_the_reverse(tmp_path):
    grille = load_grille(EXPECTATIONS / "grilles" / "exemple_lyon_fictive.yml").grille
    content = (
        "cas:\n  Coté:\n    faits: {type_demande: hors_mutation}\n    total: aucun\n"
        "  Pas coté:\n    faits: {type_demande: mutation}\n    total: 0\n    criteres: {EXPULSION: 0}\n"
    )
    scored, unscored = tried(tmp_path, grille, content).faux
    assert [gap.obtenu for gap in scored.ecarts] == [Decimal(0)]
    assert unscored.score is None
    assert [gap.obtenu for gap in unscored.ecarts] == [None, None]


def test_a_fact_without_source_is_tried_and_said(tmp_path):
    content = "cas:\n  Loin:\n    faits: {distance_domicile_travail_km: 40}\n    total: 10\n"
    epreuve = tried(tmp_path, load_grille(CREHA).grille, content)
    assert epreuve.faux == ()
    assert epreuve.sans_source == ("distance_domicile_travail_km",)


def test_a_fact_without_source_that_no_case_gives_stays_unavailable(tmp_path):
    # Comme dans l'observatoire : le critère est non disponible, même s'il teste que le fait est inconnu.
    content = with_criterion("points: 5", "si: {surface_actuelle_m2: {renseigne: non}}")
    grille = parse_grille(content, Path("essai.yml")).grille
    epreuve = tried(tmp_path, grille, "cas:\n  Un ménage:\n    faits: {}\n    total: 0\n")
    assert epreuve.faux == ()
    assert epreuve.sans_source == ()
    assert why_not_counted(grille, "A", epreuve.resultats[0].score) == "un fait dont il dépend est inconnu"


def test_why_a_criterion_gives_nothing(tmp_path):
    grille = load_grille(CREHA).grille
    content = """
cas:
  Un ménage:
    faits:
      nombre_personnes_handicapees: 1
      motifs: ["01", "08"]
      mode_logement_actuel: SD
      personnes_moins_pieces: 2
      anciennete_mois_revolus: 2
      est_delai_anormalement_long: non
    total: 85
"""
    (resultat,) = tried(tmp_path, grille, content).resultats
    assert resultat.ecarts == ()
    told = {
        critere.code: why_not_counted(grille, critere.code, resultat.score) for critere in grille.criteres
    }
    assert told["HANDICAP"] == ""
    assert told["SANTE"] == "écarté, car HANDICAP a compté"
    assert told["SUROCCUPATION"] == "écarté, car SANS_ABRI a compté"
    assert told["HEBERGE"].startswith("SANS_ABRI a compté à sa place")
    assert told["DALO"] == "un fait dont il dépend est inconnu"
    assert told["DELAI_LONG"] == "sa condition n'est pas remplie"


def test_the_range_of_an_example_by_hand():
    # National : 50 + 40 + 40 + 40 + le plus fort de 45 et 30 = 215, plafonné à 100. Local : 20 + 10 + 15 + 10
    # + 15 + le plus fort de 20 et 15 = 90, plafonné à 50. Historique : 20 + 15 + 9 = 44 ; −50 de refus.
    # Grille : 100 + 50 + 44 = 194 ; −50, relevé au plancher 0.
    grille = load_grille(CREHA).grille
    ranges = [(etendue.haut, etendue.bas) for etendue in map(range_of_bloc, grille.blocs)]
    assert ranges == [(100, 0), (50, 0), (44, -50)]
    assert range_of_grid(grille) == Etendue(Decimal(0), Decimal(194))


def test_the_range_of_a_scale_without_bound_has_no_end():
    def criterion(*lines: str) -> Etendue:
        (critere,) = parse_grille(with_criterion(*lines), Path("essai.yml")).grille.criteres
        return range_of_criterion(critere)

    unit = ("selon: anciennete_mois_revolus", "pour_chaque: 1")
    assert criterion(*unit, "points: 1") == Etendue(Decimal(0), NO_END)
    assert criterion(*unit, "points: -1") == Etendue(-NO_END, Decimal(0))
    assert criterion(*unit, "points: -1", "plancher: -6") == Etendue(Decimal(-6), Decimal(0))
    assert criterion(*unit, "points: 0") == Etendue(Decimal(0), Decimal(0))
    assert criterion("points: 30", "plafond: 20", "si: {est_dalo: oui}") == Etendue(Decimal(0), Decimal(20))


def test_the_range_of_a_bounded_sum():
    # 20 + 25 = 45, ramenés à 30 par la rubrique.
    content = (
        "blocs:\n  historique:\n    rubriques:\n      R:\n        regle: somme\n        plafond: 30\n"
        "        criteres:\n"
        "          A: {libelle: Un, points: 20, si: {est_dalo: oui}}\n"
        "          B: {libelle: Deux, points: 25, si: {est_dalo: oui}}\n"
    )
    assert range_of_grid(parse_grille(ENTETE + content, Path("essai.yml")).grille).haut == 30


def test_the_grid_and_the_cases_of_the_guide_are_right(tmp_path):
    guide = (EXPECTATIONS.parent / "docs" / "ecrire-sa-grille.md").read_text(encoding="utf-8")
    blocks = [textwrap.dedent(block) for block in re.findall(r"(?:^(?:    .*)?\n)+", guide, re.MULTILINE)]
    (written,) = [block for block in blocks if "\ngrille: " in block]
    (cases,) = [block for block in blocks if "\ncas:" in block]
    loaded = parse_grille(written.lstrip("\n"), Path("guide.yml"))
    epreuve = tried(tmp_path, loaded.grille, cases)
    assert (loaded.avertissements, epreuve.faux, len(epreuve.resultats)) == ((), (), 3)
    assert epreuve.jamais_comptes == ()
