"""The only real values we know, and one household per feature: the arithmetic stands beside each figure."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from pipeline.grilles.cible import Cible
from pipeline.grilles.grilles import parse_grille
from pipeline.grilles.vocabulaire import CERTIFIED, load_vocabulaire
from tests.golden.grilles.menages import exemple, score
from tests.unit.grilles.essais import with_criterion

BLOCS = ("priorites_nationales", "priorites_locales", "historique")


def blocs(found: dict) -> dict:
    return {bloc: found[f"points_{bloc}"] for bloc in BLOCS}


def test_lyon_35():
    # Menace d'expulsion 20 + parent isolé 5 + taux d'effort trop élevé 10 = 35.
    found = score(
        exemple("lyon"),
        type_demande="hors_mutation",
        motifs=["05", "09"],
        situation_familiale="D",
        nombre_cotitulaires=0,
        nombre_personnes_a_charge=2,
    )
    assert found["points"] == {"EXPULSION": 20, "PARENT_ISOLE": 5, "TAUX_EFFORT": 10}
    assert found["points_provisoires"] == found["points_definitifs"] == 35
    assert blocs(found) == {"priorites_nationales": 20, "priorites_locales": 15, "historique": 0}


def test_lyon_cotes_mutations_apart():
    # La grille hors mutation ne cote ni une mutation ni une demande dont la nature est inconnue.
    assert score(exemple("lyon"), type_demande="mutation", motifs=["05"]) is None
    assert score(exemple("lyon"), motifs=["05"]) is None
    # Sous-occupation de 4 pièces : 20 ; taux d'effort 0,35 : 10 ; 40 mois ÷ 6 = 6 pas entiers : 6.
    found = score(
        exemple("lyon_mutation"),
        type_demande="mutation",
        personnes_moins_pieces=-4,
        taux_effort_propose=Decimal("0.35"),
        anciennete_mois_revolus=40,
    )
    assert found["points"] == {"SOUS_OCCUPATION": 20, "TAUX_EFFORT": 10, "ANCIENNETE": 6}
    # Trois personnes de plus que de pièces, au-delà d'une : 2 × 7,5 = 15.
    assert score(exemple("lyon_mutation"), type_demande="mutation", personnes_moins_pieces=3)["points"] == {
        "SUROCCUPATION": 15
    }


def test_toulouse_110():
    # DALO déposé il y a 40 mois : 40 × 1 + 20 (au-delà de 36 mois) + 50 = 110.
    found = score(
        exemple("toulouse"),
        est_dalo=True,
        labels_syplo=[],
        anciennete_mois_revolus=40,
        est_delai_anormalement_long=True,
    )
    assert found["points"] == {"DALO": 50, "ANCIENNETE": 40, "DELAI_LONG": 20}
    assert found["points_provisoires"] == 110
    # Retenu au PDALHPD, 12 mois : 40 + 12 = 52.
    found = score(exemple("toulouse"), est_dalo=False, labels_syplo=["ACD"], anciennete_mois_revolus=12)
    assert found["points_provisoires"] == 52


def test_paris_2():
    # Décohabitation 2, chez ses parents 1 : seul le plus grand compte → 2.
    found = score(exemple("paris"), motifs=["12"], mode_logement_actuel="CPE")
    assert found["points"] == {"DECOHABITATION": 2}
    assert found["points_provisoires"] == 2


def test_cinor_100():
    # Une mutation donne 100 points, et rien d'autre ici.
    assert score(exemple("cinor_mutation_100"), type_demande="mutation")["points"] == {"MUTATION": 100}
    assert score(exemple("cinor_mutation_50"), type_demande="mutation")["points"] == {"MUTATION": 50}


def test_cinor_mutation_graduee():
    # Un seul degré compte : santé 100, logement trop petit 60, sans critère 20.
    points = [
        score(exemple("cinor_mutation_graduee"), type_demande="mutation", motifs=motifs)["points_provisoires"]
        for motifs in (["08", "13"], ["13"], ["23"])
    ]
    assert points == [100, 60, 20]


def test_creha_whole_household():
    # National : DALO 50 + handicap 40 + sans abri 45 (le plus fort de la rubrique) = 135, plafonné à 100.
    # Local : R1 15 ; « santé » écarté par handicap, « sur-occupation » par sans abri → 15.
    # Historique : 40 mois 20 + délai long 15 + 4 passages × 3 = 12, plafonnés à 9 ; 3 refus, un pardonné :
    # 2 × −25 = −50 → 20 + 15 + 9 − 50 = −6. Total : 100 + 15 − 6 = 109.
    found = score(
        exemple("creha"),
        est_dalo=True,
        motifs=["01", "08"],
        nombre_personnes_handicapees=1,
        mode_logement_actuel="SD",
        quartile_ressources="R1",
        personnes_moins_pieces=3,
        anciennete_mois_revolus=40,
        est_delai_anormalement_long=True,
        dates_caleol_sans_proposition=[
            date(2022, 7, 1),
            date(2023, 1, 1),
            date(2024, 1, 1),
            date(2024, 7, 1),
        ],
        dates_refus_proposition=[date(2023, 7, 1), date(2023, 12, 1), date(2024, 6, 30)],
    )
    assert blocs(found) == {"priorites_nationales": 100, "priorites_locales": 15, "historique": -6}
    assert found["points_provisoires"] == 109
    assert found["points"] == {
        "DALO": 50, "HANDICAP": 40, "SANS_ABRI": 45, "priorites_nationales": -35, "RESSOURCES": 15,
        "ANCIENNETE": 20, "DELAI_LONG": 15, "CALEOL_SANS_PROPOSITION": 9, "REFUS": -50,
    }  # fmt: skip
    # Le handicap demande une pièce, aucun dépôt ne la donne : le score définitif est inconnu.
    assert found["points_definitifs"] is None


def test_a_refusal_counts_to_the_day_twelve_months_later():
    # Au 1er juillet 2024, un refus du 1er juillet 2023 compte, un refus de la veille ne compte plus.
    grille = exemple("creha")
    inside = [date(2023, 7, 1), date(2023, 7, 1)]
    outside = [date(2023, 7, 1), date(2023, 6, 30)]
    assert (
        score(grille, dates_refus_proposition=inside, anciennete_mois_revolus=40)["points_historique"] == -5
    )
    assert (
        score(grille, dates_refus_proposition=outside, anciennete_mois_revolus=40)["points_historique"] == 20
    )


def test_negative_scores_stop_at_the_floor_of_the_grid():
    # −50 de refus, plancher de la grille 0 : la ligne d'écrêtement rend 50.
    refused = [date(2024, 6, 1)] * 4
    found = score(exemple("creha"), dates_refus_proposition=refused)
    assert found["points"] == {"REFUS": -50, "EXEMPLE_CREHA_FICTIVE": 50}
    assert found["points_provisoires"] == 0


def test_certified_criteria_make_the_final_score():
    # Handicap sans pièce : provisoire 40 + ressources 15 = 55 ; définitif 15 + santé 15, plus écartée, = 30.
    words = dict(load_vocabulaire())
    words[CERTIFIED] = replace(words[CERTIFIED], sources=("essai",))
    cible = Cible(vocabulaire=words)
    household = {"nombre_personnes_handicapees": 1, "quartile_ressources": "R1", "motifs": ["08"]}
    without = score(exemple("creha"), cible, pieces_certifiees=[], **household)
    assert (without["points_provisoires"], without["points_definitifs"]) == (55, 30)
    proven = score(exemple("creha"), cible, pieces_certifiees=["notification_mdph"], **household)
    assert (proven["points_provisoires"], proven["points_definitifs"]) == (55, 55)
    unknown = score(exemple("creha"), cible, **household)
    assert (unknown["points_provisoires"], unknown["points_definitifs"]) == (55, None)


def test_unknown_is_neither_false_nor_zero():
    # Rien n'est su : aucun point, et chaque critère se dit inconnu, ou non disponible (la distance, bit 7).
    found = score(exemple("creha"))
    assert found["points_provisoires"] == 0
    assert found["masque_non_disponibles"] == 1 << 7
    assert found["masque_inconnus"] == (1 << 17) - 1 - (1 << 7)
    # Une liste vide est connue : le motif ne l'est plus, et « non » reste un vrai non.
    known = score(exemple("creha"), motifs=[], est_dalo=False)
    assert not known["masque_inconnus"] & 0b111


def test_a_grid_scores_within_its_validity_only():
    cinor = exemple("cinor_mutation_100")
    before = {"date_faits": date(2024, 6, 30), "type_demande": "mutation"}
    assert score(cinor, **before) is None
    assert score(cinor, Cible(a_toute_date=True), **before)["points_provisoires"] == 100


def test_points_keep_two_exact_decimals():
    # 3 × 0,1 = 0,3 exactement.
    content = with_criterion("selon: taille_menage", "pour_chaque: 1", "points: 0.1")
    found = score(parse_grille(content, Path("essai.yml")).grille, taille_menage=3)
    assert found["points_provisoires"] == Decimal("0.30")


def test_a_criterion_gives_ten_thousand_points_at_most():
    # 40 000 € ÷ 0,01 = 4 000 000 unités × ±0,5 = ±2 000 000 points, ramenés à ±10 000.
    for points in ("0.5", "-0.5"):
        content = with_criterion("selon: montant_apl_mensuel_eur", "pour_chaque: 0.01", f"points: {points}")
        found = score(
            parse_grille(content, Path("essai.yml")).grille, montant_apl_mensuel_eur=Decimal(40_000)
        )
        assert found["points_provisoires"] == 20_000 * Decimal(points)


def test_a_list_of_more_codes_than_one_mask_holds():
    # 130 motifs de priorité en trois masques : le dernier, et lui seul, donne ses 5 points.
    codes = ", ".join(f"label_{rank}" for rank in range(130))
    content = with_criterion("points: 5", f"si: {{labels_syplo: [{codes}]}}")
    grille = parse_grille(content, Path("essai.yml")).grille
    assert score(grille, labels_syplo=["autre", "label_129"])["points_provisoires"] == 5
    assert score(grille, labels_syplo=["autre"])["points_provisoires"] == 0
