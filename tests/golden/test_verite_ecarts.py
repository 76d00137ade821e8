"""The disagreements published equal those of the truth: the whole mart, and each row of the facts behind."""

from collections import Counter

import pytest

from pipeline.intake.pseudonyms import load_pseudonymiser
from tests.golden.oracle_ecarts import Desaccords
from tests.golden.oracle_tables import OracleTables

NATURES = {
    "date_attribution",
    "date_bail_inutilisable",
    "logement",
    "commune",
    "bailleur",
    "reservataire",
    "commune_rpls",
    "reservataire_rpls",
    "typologie",
    "localisation_qpv",
    "code_qpv_inconnu",
    "premier_quartile",
    "delai_sne",
    "premier_depot_remis_a_zero",
    "radiation_annulee_bail_signe",
    "bail_demande_en_cours",
    "sans_radiation_sne",
    "sans_bail_bailleur",
    "bail_concurrent",
    "bail_sans_date",
    "radiation_concurrente",
    "radiation_annulee",
    "attribution_en_stock",
    "radiation_en_stock",
}


@pytest.fixture(scope="module")
def desaccords(oracle) -> Desaccords:
    return Desaccords(oracle)


def test_every_nature_happens_in_the_territory(desaccords):
    assert {nature for _, _, nature in desaccords.count()} == NATURES


def test_mart_equals_the_truth(desaccords, observatoire):
    query = "SELECT periode, code_epci, nature_ecart, nombre_ecarts FROM marts.mart_ecarts_attributions"
    rows = observatoire.execute(query).fetchall()
    found = {row[:3]: row[3] for row in rows}
    assert len(found) == len(rows)
    assert found == desaccords.count()


def test_facts_equal_the_truth(desaccords, oracle, observatoire, observatoire_fictif):
    """Row by row, dwellings of elsewhere included: nature, household, EPCI, day."""
    households = OracleTables(oracle, load_pseudonymiser(observatoire_fictif)).demandes
    expected = Counter(
        (ecart.nature, households[ecart.menage], ecart.code_epci, ecart.jour)
        for ecart in desaccords.list_all()
    )
    query = "SELECT nature_ecart, demande_id, code_epci, date_ecart FROM marts.fct_ecarts_attributions"
    found = Counter(observatoire.execute(query).fetchall())
    assert {key[2] for key in expected} == {"249740119", "hors_territoire"}
    assert list((expected - found).elements())[:10] == []
    assert list((found - expected).elements())[:10] == []
