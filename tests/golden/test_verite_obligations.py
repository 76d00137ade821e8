"""The published obligations, delays, refusals and rhythm of the CALEOL equal the truth, row by row."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import polars as pl
import pytest

from tests.golden.oracle import Oracle
from tests.golden.oracle_caleol import delais_par_reservataire, refus, rythme_caleol
from tests.golden.oracle_depots import describe_periods
from tests.golden.oracle_mesures import Key
from tests.golden.oracle_obligations import CONVENTION, PRIORITAIRES, Examen, measure, missing, obligations

RADIATIONS, MOTIFS, DALO = "sne/radiations", "sne/motifs", "sne/dalo"
BAUX, PROPOSITIONS, CALEOL = (
    "bailleurs/attributions",
    "bailleurs/propositions",
    "bailleurs/candidatures_caleol",
)
TOLERANCE = 1e-9
METADONNEES = ("arrete_au", "completude", "rupture_qpv")
PLACES = ("periode", "code_epci", "code_bailleur")
EXPECTED: dict[str, Callable[[Oracle], Mapping[Key, Mapping[str, Any]]]] = {
    "mart_obligations": obligations,
    "mart_delai_par_reservataire": delais_par_reservataire,
    "mart_refus": refus,
    "mart_rythme_caleol": rythme_caleol,
}
KEYS = {
    "mart_obligations": (*PLACES, "code_reservataire", "obligation", "source_objectif"),
    "mart_delai_par_reservataire": (*PLACES, "code_reservataire", "type_demande"),
    "mart_refus": (*PLACES, "code_reservataire", "motif_refus"),
    "mart_rythme_caleol": PLACES,
}
SOURCES = {
    ("mart_obligations", f"obligation <> '{PRIORITAIRES}'"): (RADIATIONS, BAUX),
    ("mart_obligations", f"obligation = '{PRIORITAIRES}'"): (RADIATIONS, MOTIFS, DALO, BAUX),
    ("mart_delai_par_reservataire", "true"): (RADIATIONS, BAUX),
    ("mart_refus", "true"): (PROPOSITIONS,),
    ("mart_rythme_caleol", "true"): (CALEOL,),
}


@pytest.fixture(scope="module")
def attendus(oracle: Oracle) -> dict[str, Mapping[Key, Mapping[str, Any]]]:
    """Each mart as the truth has it, worked out once."""
    return {mart: work_out(oracle) for mart, work_out in EXPECTED.items()}


def differs(expected: Any, found: Any) -> bool:
    if isinstance(expected, float) and found is not None:
        return abs(float(found) - expected) > TOLERANCE
    return found != expected


@pytest.mark.parametrize("mart", EXPECTED)
def test_mart_equals_the_truth(mart, attendus, observatoire):
    expected = attendus[mart]
    result = observatoire.execute(f"SELECT * FROM marts.{mart}")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    found = {tuple(row[name] for name in KEYS[mart]): row for row in rows}
    assert len(found) == len(rows) > 30
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


@pytest.mark.parametrize(("mart", "lines"), SOURCES)
def test_metadata_equal_the_truth(mart, lines, oracle, observatoire):
    truth = pl.read_parquet(oracle.verite / "depots.parquet").to_dicts()
    expected = describe_periods(truth, SOURCES[mart, lines], oracle.parametres.bascule)
    query = f"SELECT DISTINCT periode, {', '.join(METADONNEES)} FROM marts.{mart} WHERE {lines}"
    rows = observatoire.execute(query).fetchall()
    assert len({row[0] for row in rows}) == len(rows) > 2
    for periode, *found in rows:
        assert dict(zip(METADONNEES, found, strict=True)) == pytest.approx(expected[periode]), periode


def test_the_oracle_widens_the_rate_by_hand():
    """2 of 10, two unknown: 2 ÷ 10. QPV unknown: one would do, one would not, one no one knows.

    Worst: 2 ÷ (10 + 2). Best: (2 + 2 + 2) ÷ (10 + 2). One more is 3 ÷ 11 ≥ 1/4, none is 2 ÷ 10 < 1/4.
    """
    known = [Examen(concernee=True, remplie=answer) for answer in [True] * 2 + [False] * 6 + [None] * 2]
    found = measure([*known, *(Examen(concernee=None, remplie=answer) for answer in (True, False, None))])
    assert (found["taux"], found["taux_minimal"], found["taux_maximal"]) == (2 / 10, 2 / 12, 6 / 12)
    assert (found["nombre_situations_inconnues"], found["nombre_qpv_inconnu"]) == (2, 3)
    assert missing(2, 10, Fraction(1, 4)) == 1


def test_the_truth_takes_every_branch(attendus):
    """Reached, missed, hopeless and without a target; a provisional threshold; rehoused households."""
    expected = attendus["mart_obligations"]
    lacking = [row["nombre_manquant"] for row in expected.values()]
    assert {value is None or value > 0 for value in lacking} == {True, False}
    assert {row["est_seuil_provisoire"] for row in expected.values()} == {True, False}
    assert {key[-1] for key in expected} == {"loi", CONVENTION}
    assert any(row["nombre_relogements"] for row in expected.values())
    assert any(
        row["taux_minimal"] < row["taux"] < row["taux_maximal"] for row in expected.values() if row["taux"]
    )
    answers = attendus["mart_refus"].values()
    assert any(row["nombre_refus_repetes"] for row in answers)
    assert any(0 < row["nombre_refus_decotes"] < row["nombre_refus_recotes"] for row in answers)
