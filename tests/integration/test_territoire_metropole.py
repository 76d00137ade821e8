"""Two EPCI of métropole, by their parameters alone: no seed, no code of the example is theirs.

Nantes Métropole and CARENE, quarter 2024-T1, four households (`depots_metropole`):

    A  Nantes, hors QPV     15/01/2023 → 15/02/2024   365 + 31 = 396 days                  5 points
       12 × 700 ÷ 1 = 8 400 ≤ 9 000: 1er quartile
    B  Saint-Herblain, QPV  01/03/2022 → 10/01/2024   731 − 51 = 680 days                  50 + 10 = 60 points
       12 × 1 200 ÷ 1.5 = 9 600 > 9 000
    C  Saint-Nazaire, QPV   10/10/2023 → 05/03/2024   21 + 30 + 31 + 31 + 29 + 5 = 147     0 point
       12 × 708.33 ÷ 1 = 8 499.96 ≤ 8 500: 1er quartile
    D  Saint-Nazaire        01/01/2024, not renewed                                        10 points
"""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.acceptation import Door
from pipeline.construction import run_build
from pipeline.publication.consultation import query_observatoire
from pipeline.session import tell_nobody
from pipeline.settings import Settings

DEPOTS = Path(__file__).parent / "depots_metropole"
NANTES, CARENE = "244400404", "244400644"


@pytest.fixture(scope="module")
def metropole(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings.load(tmp_path_factory.mktemp("metropole"))
    shutil.copytree(DEPOTS, settings.raw)
    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    assert misplaced == []
    report = run_build(settings, waiting, on_event=tell_nobody)
    assert {decision.delivery.label: decision.record.motifs for decision in report.refused} == {}
    return settings


def lire(settings: Settings, query: str) -> list[tuple[object, ...]]:
    return list(query_observatoire(settings, query).rows)


def test_attributions_of_each_epci(metropole):
    found = lire(
        metropole,
        "select code_epci, nombre_attributions, nombre_en_qpv, nombre_q1_hors_qpv, "
        "delai_attribution_moyen_mois "
        "from mart_attributions_par_reservataire where periode = '2024-T1' "
        "and code_bailleur = 'ensemble' and code_reservataire = 'ensemble' order by code_epci",
    )
    assert [row[:4] for row in found] == [(NANTES, 2, 1, 1), (CARENE, 1, 1, 0)]
    # (396 + 680) / 2 = 538 days; 538 ÷ 30.4375 = 17.6756 months; 147 ÷ 30.4375 = 4.8296 months
    assert [float(str(row[4])) for row in found] == pytest.approx([538 / 30.4375, 147 / 30.4375])


def test_each_household_has_its_own_tranche_group_and_type(metropole):
    found = lire(
        metropole,
        "select code_epci, points, tranche_points, sous_groupe, type_demande, localisation_qpv, code_qpv "
        "from fct_attributions order by code_epci, points",
    )
    assert found == [
        (NANTES, Decimal(5), "moins_de_20", "historique", "hors_mutation", "hors_qpv", None),
        (NANTES, Decimal(60), "20_et_plus", "priorites_nationales", "mutation", "qpv", None),
        (CARENE, Decimal(0), "moins_de_20", "aucun", "hors_mutation", "qpv", "QN04401M"),
    ]


def test_bounds_rest_on_the_households_scored_in_each_epci(metropole):
    """Nantes holds 5 and 60: p25 = p50 = 5, p75 = 60, so A is in C1 and B in C3; CARENE holds 0 and 10."""
    found = lire(
        metropole,
        "select code_epci, quartile_cotation, points_min, nombre_demandes from mart_bornes_quartile_cotation "
        "where periode = '2024-T1' and nombre_demandes > 0 order by all",
    )
    assert found == [
        (NANTES, "C1", Decimal(5), 1),
        (NANTES, "C3", Decimal(60), 1),
        (CARENE, "C1", Decimal(0), 1),
        (CARENE, "C3", Decimal(10), 1),
    ]


def test_nothing_of_the_example_territory_is_left(metropole):
    marts = (
        "mart_attributions_par_reservataire",
        "mart_bornes_quartile_cotation",
        "mart_attributions_par_qpv",
    )
    for mart in marts:
        assert lire(metropole, f"select distinct code_epci from {mart} order by 1") == [(NANTES,), (CARENE,)]
    assert lire(metropole, "select origine from publication") == [("reelle",)]
