"""Two EPCI of métropole, by their parameters alone: no seed, no code of the example is theirs.

The attributions by hand, and what the deliveries and their sources say (households: see `metropole`).
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from tests.golden.oracle_mesures import measure_delays, with_share
from tests.integration.metropole import BEFORE, CARENE, DURING, ENSEMBLE, NANTES, assert_mart, lire

A: dict[str, Any] = {
    "code_epci": NANTES,
    "code_bailleur": "900000101",
    "code_reservataire": "COLTER",
    "localisation_qpv": "hors_qpv",
    "type_demande": "hors_mutation",
    "quartile_cotation": "C1",
    "quartile_ressources": "R1",
    "tranche_points": "moins_de_20",
    "sous_groupe": "historique",
    "jours": 396,
}
B: dict[str, Any] = {
    "code_epci": NANTES,
    "code_bailleur": "900000102",
    "code_reservataire": "PPRIOR",
    "localisation_qpv": "qpv",
    "type_demande": "mutation",
    "quartile_cotation": "C3",
    "quartile_ressources": "R2",
    "tranche_points": "20_et_plus",
    "sous_groupe": "priorites_nationales",
    "jours": 680,
}
C: dict[str, Any] = A | {
    "code_epci": CARENE,
    "code_reservataire": "COLACT",
    "localisation_qpv": "qpv",
    "sous_groupe": "aucun",
    "jours": 147,
}
LEASES: tuple[dict[str, Any], ...] = (A, B, C)
AXES_QPV = ("tranche_points", "quartile_cotation", "quartile_ressources", "sous_groupe")
# Nantes holds 5 and 60: p25 = p50 = 5, p75 = 60, so A is in C1 and B in C3; CARENE holds 0 and 10.
BOUNDS = {
    (NANTES, "C1"): (5, 5),
    (NANTES, "C3"): (60, 60),
    (NANTES, ENSEMBLE): (5, 60),
    (CARENE, "C1"): (0, 0),
    (CARENE, "C3"): (10, 10),
    (CARENE, ENSEMBLE): (0, 10),
}


def combine(*axes: str) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield each lease in each period, under every combination of its axes and of `ensemble`."""
    for periode, lease in product(DURING, LEASES):
        for codes in product(*((lease[axis], ENSEMBLE) for axis in axes)):
            yield (periode, lease["code_epci"], *codes), lease


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


def test_attributions_by_reservataire(metropole):
    cells, inside, modest = defaultdict(list), defaultdict(int), defaultdict(int)
    for key, lease in combine("code_bailleur", "code_reservataire"):
        cells[key].append(lease["jours"])
        inside[key] += lease is not A
        modest[key] += lease is A
    shares = with_share(cells, lambda key: (*key[:3], ENSEMBLE))
    counts = {
        key: {**row, "nombre_en_qpv": inside[key], "nombre_q1_hors_qpv": modest[key]}
        for key, row in shares.items()
    }
    keys = "periode, code_epci, code_bailleur, code_reservataire"
    assert_mart(metropole, "mart_attributions_par_reservataire", keys, counts)


def test_attributions_by_qpv(metropole):
    cells = defaultdict(list)
    for key, lease in combine("code_bailleur", "code_reservataire", "localisation_qpv"):
        for axis, modality in {ENSEMBLE: ENSEMBLE, **{axis: lease[axis] for axis in AXES_QPV}}.items():
            cells[*key, axis, modality].append(lease["jours"])
    expected = with_share(cells, lambda key: (*key[:5], ENSEMBLE, ENSEMBLE))
    keys = "periode, code_epci, code_bailleur, code_reservataire, localisation_qpv, axe, modalite"
    assert_mart(metropole, "mart_attributions_par_qpv", keys, expected)


def test_delays_by_quartile_of_points(metropole):
    axes = ("code_bailleur", "code_reservataire", "quartile_cotation", "localisation_qpv", "type_demande")
    cells = defaultdict(list)
    for key, lease in combine(*axes):
        cells[key].append(lease["jours"])
    expected = {
        key: {
            **measure_delays(days),
            "points_min": BOUNDS[key[1], key[4]][0],
            "points_max": BOUNDS[key[1], key[4]][1],
            # Scored on 1 January 2024, leased within the quarter.
            "part_scores_anciens": 0,
        }
        for key, days in cells.items()
    }
    keys = f"periode, code_epci, {', '.join(axes)}"
    assert_mart(metropole, "mart_delai_par_quartile_cotation", keys, expected)


def test_bounds_rest_on_the_households_scored_in_each_epci(metropole):
    expected = {}
    for periode, epci, quartile in product(DURING, (NANTES, CARENE), ("C1", "C2", "C3", "C4")):
        low, high = BOUNDS.get((epci, quartile), (None, None))
        held = low is not None
        expected[periode, epci, "GRILLE44/1", quartile] = {
            "points_min": low,
            "points_max": high,
            "nombre_demandes": int(held),
            "part_demandes": held / 2,
            "part_scores_anciens": 0 if held else None,
            "est_moins_de_quatre_valeurs": True,
        }
    keys = "periode, code_epci, grille_version, quartile_cotation"
    assert_mart(metropole, "mart_bornes_quartile_cotation", keys, expected)


def test_obligations_of_each_epci(metropole):
    """The threshold of the arrêté makes an EPCI concerned. Nantes: A of one hors QPV, B of one in QPV.

    CARENE: nothing hors QPV; C, in QPV, is of the first quartile: 0 of 1, one more makes 1 of 2 = 50 %.
    """
    found = lire(
        metropole,
        "select code_epci, obligation, numerateur, denominateur, nombre_manquant from mart_obligations "
        "where source_objectif = 'loi' and obligation <> 'PUBLICS_PRIORITAIRES' "
        "and code_bailleur = 'ensemble' and code_reservataire = 'ensemble' order by all",
    )
    assert found == [
        (NANTES, "Q1_HORS_QPV", 1, 1, 0),
        (NANTES, "Q2_Q4_EN_QPV", 1, 1, 0),
        (CARENE, "Q2_Q4_EN_QPV", 0, 1, 1),
    ]


def test_disagreements_of_each_epci(metropole):
    """A: 15 and 20 February. B: no bailleur's line. C: COLACT for the bailleur, PPRIOR for the SNE."""
    natures = ((NANTES, "date_attribution"), (NANTES, "sans_bail_bailleur"), (CARENE, "reservataire"))
    expected = {
        (periode, epci, nature): {"nombre_ecarts": 1} for periode, (epci, nature) in product(DURING, natures)
    }
    assert_mart(metropole, "mart_ecarts_attributions", "periode, code_epci, nature_ecart", expected)


def test_completeness(metropole):
    """A quarterly file is one quarter of one, two or four; the yearly RPLS covers all of 2024."""
    quarters = dict(zip((*BEFORE, *DURING), (1, 2, 4, 1, 2, 4), strict=True))
    in_2024 = dict.fromkeys(DURING, 1)
    received = {
        ("sne/demandes", "gip-sne"): in_2024 | dict.fromkeys(BEFORE, 1),
        ("sne/radiations", "gip-sne"): in_2024,
        ("bailleurs/attributions", "essai"): in_2024,
        ("cotation/points", "pelehas"): in_2024,
        ("rpls/logements_ouverts", "sdes"): {periode: quarters[periode] for periode in DURING},
    }
    expected = {
        (periode, *delivery): {
            "nombre_attendus": due,
            "nombre_recus": counts.get(periode, 0),
            "nombre_acceptes": int(periode in counts),
            "nombre_refuses": 0,
            "completude": counts.get(periode, 0) / due,
        }
        for delivery, counts in received.items()
        for periode, due in quarters.items()
    }
    assert_mart(metropole, "mart_completude_depots", "periode, flux, fournisseur", expected)


def test_nothing_of_the_example_territory_is_left(metropole):
    query = (
        "select distinct table_name from information_schema.columns "
        "where table_name like 'mart_%' and column_name = 'code_epci'"
    )
    marts = [str(row[0]) for row in lire(metropole, query)]
    found = {mart: lire(metropole, f"select distinct code_epci from {mart} order by 1") for mart in marts}
    empty = {mart for mart, codes in found.items() if not codes}
    # Nobody who waits there is scored; no CALEOL, no proposal is told; no grid, no dwelling made available.
    unscored = {"mart_positionnement", "mart_concordance_caleol"}
    untold = {"mart_frequentation_accueil", "mart_ecarts_interfaces", "mart_rythme_caleol", "mart_refus"}
    without_grid = {"mart_ecarts_cotation", "mart_suivi_phase_test"}
    without_flow = {
        "mart_anomalies_flux",
        "mart_bilan_flux_annuel",
        "mart_bilan_synthetique_bailleur",
        "mart_ecarts_bilan_flux",
        "mart_suivi_conventions",
    }
    assert empty == untold | unscored | without_grid | without_flow
    assert len(marts) >= 10
    # The one household of the CARENE has no points: no criterion concerns it.
    assert found.pop("mart_detail_criteres") == [(NANTES,)]
    assert all(codes == [(NANTES,), (CARENE,)] for mart, codes in found.items() if mart not in empty)
    assert lire(metropole, "select origine from publication") == [("reelle",)]
