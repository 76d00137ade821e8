"""The published marts of points equal the truth of the fictitious scores, row by row."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.golden.oracle import Oracle
from tests.golden.oracle_attentes import courbes_attente
from tests.golden.oracle_concordance import Candidat, Compte, concordance
from tests.golden.oracle_depots import describe_periods
from tests.golden.oracle_mesures import Key
from tests.golden.oracle_points import delais_par_tranche, detail_criteres, distribution, profil_par_tranche
from tests.golden.oracle_positionnement import mutations_sans_critere, positionnement

STOCK, RADIATIONS, BAUX = "sne/demandes", "sne/radiations", "bailleurs/attributions"
COTATION, CALEOL = "cotation/points", "bailleurs/candidatures_caleol"
TOLERANCE = 1e-9
METADONNEES = ("arrete_au", "completude", "rupture_qpv")
EXPECTED: dict[str, Callable[[Oracle], Mapping[Key, Mapping[str, Any]]]] = {
    "mart_concordance_caleol": concordance,
    "mart_distribution_points": distribution,
    "mart_delai_par_tranche_points": delais_par_tranche,
    "mart_detail_criteres": detail_criteres,
    "mart_profil_par_tranche": profil_par_tranche,
    "mart_courbes_attente": courbes_attente,
    "mart_positionnement": positionnement,
    "mart_mutations_sans_critere": mutations_sans_critere,
}
KEYS = {
    "mart_concordance_caleol": ("periode", "code_epci", "code_bailleur", "code_reservataire"),
    "mart_distribution_points": ("periode", "code_epci", "grille_version", "axe", "modalite"),
    "mart_delai_par_tranche_points": (
        "periode",
        "code_epci",
        "code_bailleur",
        "code_reservataire",
        "tranche_points",
        "localisation_qpv",
        "type_demande",
    ),
    "mart_detail_criteres": ("periode", "code_epci", "grille_version", "critere", "type_demande"),
    "mart_profil_par_tranche": ("periode", "code_epci", "tranche_points", "axe", "modalite"),
    "mart_courbes_attente": ("periode", "code_epci", "quartile_cotation", "type_demande", "delai_mois"),
    "mart_positionnement": (
        "periode",
        "code_epci",
        "grille_version",
        "code_commune",
        "typologie",
        "points",
    ),
    "mart_mutations_sans_critere": ("periode", "code_epci", "situation_mutation"),
}
SOURCES = {
    "mart_concordance_caleol": (CALEOL, COTATION),
    "mart_distribution_points": (STOCK, RADIATIONS, COTATION),
    "mart_delai_par_tranche_points": (RADIATIONS, BAUX, COTATION),
    "mart_detail_criteres": (STOCK, RADIATIONS, BAUX, COTATION),
    "mart_profil_par_tranche": (STOCK, RADIATIONS, COTATION),
    "mart_courbes_attente": (STOCK, RADIATIONS, BAUX, COTATION),
    "mart_positionnement": (STOCK, RADIATIONS, BAUX, COTATION),
    "mart_mutations_sans_critere": (STOCK, RADIATIONS, BAUX, COTATION),
}


def differs(expected: Any, found: Any) -> bool:
    if isinstance(expected, float) and found is not None:
        return abs(found - expected) > TOLERANCE
    return found != expected


@pytest.mark.parametrize("mart", EXPECTED)
def test_mart_equals_the_truth(mart, oracle, observatoire):
    expected = EXPECTED[mart](oracle)
    result = observatoire.execute(f"SELECT * FROM marts.{mart}")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    found = {tuple(row[name] for name in KEYS[mart]): row for row in rows}
    assert len(found) == len(rows) > 70
    assert sorted(expected.keys() ^ found.keys())[:10] == []
    wrong = [
        (key, name, value, found[key][name])
        for key, measures in expected.items()
        for name, value in measures.items()
        if differs(value, found[key][name])
    ]
    assert wrong[:10] == []
    measures = next(iter(expected.values())).keys()
    assert next(iter(found.values())).keys() - measures == {*KEYS[mart], *METADONNEES}


@pytest.mark.parametrize("mart", SOURCES)
def test_metadata_equal_the_truth(mart, oracle, observatoire):
    truth = pl.read_parquet(oracle.verite / "depots.parquet").to_dicts()
    expected = describe_periods(truth, SOURCES[mart], oracle.parametres.bascule)
    query = f"SELECT DISTINCT periode, {', '.join(METADONNEES)} FROM marts.{mart}"
    rows = observatoire.execute(query).fetchall()
    assert len({row[0] for row in rows}) == len(rows) > 2
    for periode, *found in rows:
        assert dict(zip(METADONNEES, found, strict=True)) == pytest.approx(expected[periode]), periode


def test_the_oracle_compares_ranks_and_points_by_hand():
    """Ranks 1 to 4, points 30, 40, 30, 20, the lease at rank 2: six pairs, 4 agree, 1 does not, 1 is level.

    (4 − 1) ÷ √((4 + 1 + 1) × (4 + 1)) = 3 ÷ √30. One candidate beats rank 1, none the one who signed.
    """
    held = Compte()
    held.add([Candidat(rank, Decimal(points), rank == 2) for rank, points in enumerate((30, 40, 30, 20), 1)])
    held.add([Candidat(1, Decimal(50))])
    found = held.measures()
    assert (found["nombre_commissions"], found["nombre_commissions_comparees"]) == (2, 1)
    assert [found[f"nombre_paires{kind}"] for kind in ("", "_concordantes", "_discordantes")] == [6, 4, 1]
    assert (found["nombre_paires_egales_points"], found["nombre_paires_egales_rang"]) == (1, 0)
    assert found["tau_kendall"] == pytest.approx(3 / 30**0.5)
    assert (found["ecart_rang_moyen_premiers"], found["part_attributaires_en_tete"]) == (1, 1)


def test_the_truth_shows_both_agreement_and_its_contrary(oracle):
    expected = concordance(oracle)
    assert len({round(row["tau_kendall"], 3) for row in expected.values() if row["tau_kendall"]}) > 10
    shares = [row["part_premiers_en_tete"] for row in expected.values()]
    assert any(share is not None and 0 < share < 1 for share in shares)
    assert any(0 < row["nombre_paires_egales_points"] < row["nombre_paires"] for row in expected.values())


def test_the_competing_exits_lower_the_incidence(observatoire):
    """Kaplan-Meier, which forgets them, says more housed than the incidence; the three shares make one."""
    shares = observatoire.execute(
        "SELECT incidence_attribution, 1 - kaplan_meier_attente, incidence_autres_sorties FROM "
        "marts.mart_courbes_attente WHERE incidence_autres_sorties > 0 AND incidence_attribution > 0"
    ).fetchall()
    assert len(shares) > 1000
    assert all(
        housed <= forgetful + TOLERANCE and housed + gone <= 1 + TOLERANCE
        for housed, forgetful, gone in shares
    )
    assert sum(forgetful > housed + 0.05 for housed, forgetful, _ in shares) > 100
