"""The published quality of the fictitious deliveries equals what was written in them and set aside."""

from collections import Counter
from datetime import date

import polars as pl
import pytest

from pipeline.periods import Periode
from pipeline.quality.anomalies import GRAVITIES
from pipeline.rapport.catalogue import CATALOGUE
from pipeline.sample.geographie import BAILLEURS
from tests.golden.oracle_qualite import read_rejects, tell_quality

KEY = ("periode", "flux", "fournisseur")
COUNTS = {
    "bloquant": "nombre_bloquantes",
    "a_confirmer": "nombre_a_confirmer",
    "information": "nombre_informations",
}


@pytest.fixture(scope="module")
def published(observatoire):
    result = observatoire.execute("select * from marts.mart_qualite_depots")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {tuple(row[name] for name in KEY): row for row in rows}


@pytest.fixture(scope="module")
def anomalies(observatoire):
    """Every anomaly: its delivery, its code, its gravity, how often."""
    query = (
        "select periode, flux, fournisseur, code_anomalie, gravite, nombre_anomalies "
        "from marts.fct_anomalies_depots"
    )
    return observatoire.execute(query).fetchall()


def test_quality_equals_the_truth(published, oracle):
    depots = pl.read_parquet(oracle.verite / "depots.parquet").to_dicts()
    expected = tell_quality(depots)
    refused = {tuple(row[name] for name in KEY) for row in depots if row["decision"] == "refuse"}
    assert {place for place, row in published.items() if row["decision"] == "refuse"} == refused
    assert len(expected) > 100
    assert sorted(expected.keys() ^ published.keys()) == []
    for place, measures in expected.items():
        found = {name: published[place][name] for name in measures}
        shares = {name: pytest.approx(measures[name], abs=1e-12) for name in measures if "part_" in name}
        assert found == measures | shares, place
        assert published[place].keys() == {
            *KEY,
            *measures,
            "decision",
            *COUNTS.values(),
            "arrete_au",
            "completude",
            "rupture_qpv",
        }
    changes = [row["evolution_part_lignes_valides"] for row in expected.values()]
    assert min(change for change in changes if change is not None) < -0.1
    assert None in changes


def test_cells_set_aside_are_counted_by_code(observatoire_fictif, anomalies):
    """A cell is one line of the rejects file; the codes of the file and of the controls are not in it."""
    expected = read_rejects(observatoire_fictif.raw)
    of_cells = {code for counts in expected.values() for code, _ in counts}
    assert len(of_cells) > 5
    found: dict[tuple[str, str, str], Counter[tuple[str, str]]] = {}
    for periode, flux, fournisseur, code, gravity, times in anomalies:
        if code in of_cells:
            found.setdefault((periode, flux, fournisseur), Counter())[code, gravity] += times
    assert found == expected


def test_failed_controls_are_counted_too(observatoire, anomalies):
    query = """
        select
            periode, flux, fournisseur, code_controle,
            if(severite = 'critical', 'bloquant', 'a_confirmer'), greatest(nombre_lignes_en_defaut, 1)
        from marts.fct_controles_depots where not est_reussi
    """
    expected = sorted(observatoire.execute(query).fetchall())
    assert len(expected) > 10
    assert sorted(row for row in anomalies if row[3] not in CATALOGUE) == expected


def test_the_mart_adds_the_anomalies_of_each_delivery(published, anomalies):
    totals = Counter()
    for periode, flux, fournisseur, _, gravity, times in anomalies:
        totals[periode, flux, fournisseur, gravity] += times
    assert set(COUNTS) == set(GRAVITIES)
    for place, row in published.items():
        assert {gravity: row[name] for gravity, name in COUNTS.items()} == {
            gravity: totals[*place, gravity] for gravity in COUNTS
        }, place


def test_a_refused_delivery_says_why_in_its_anomalies(published, anomalies):
    stopped = {tuple(row[:3]) for row in anomalies if row[4] == "bloquant"}
    refused = {place for place, row in published.items() if row["decision"] == "refuse"}
    assert len(refused) >= 4
    assert refused <= stopped
    assert all(isinstance(row["arrete_au"], date) for row in published.values())


@pytest.mark.parametrize("fournisseur", ["ecume", "filaos", "goyavier"])
def test_a_bailleur_that_did_not_send_keeps_its_attributions_of_the_sne(observatoire, oracle, fournisseur):
    """Règle B14: the SNE alone tells of most of its leases then; completeness says what is missing."""
    absent = pl.read_parquet(oracle.verite / "defauts.parquet").row(
        by_predicate=(pl.col("defaut") == "depot_absent_ou_refuse")
        & (pl.col("flux") == "bailleurs/attributions")
        & (pl.col("fournisseur") == fournisseur),
        named=True,
    )
    quarter = Periode.parse(absent["periode"])
    siren = next(bailleur.siren for bailleur in BAILLEURS if bailleur.fournisseur == fournisseur)
    alone, both = observatoire.execute(
        "select count(*) filter (where source_attribution = 'sne'), "
        "count(*) filter (where source_attribution <> 'sne') from marts.fct_attributions "
        "where code_bailleur = ? and date_attribution between ? and ?",
        [siren, quarter.premier_jour, quarter.dernier_jour],
    ).fetchone()
    assert alone > 10 * both
    told = observatoire.execute(
        "select nombre_attendus, nombre_recus, completude from marts.mart_completude_depots "
        "where periode = ? and flux = ? and fournisseur = ?",
        [quarter.code, absent["flux"], fournisseur],
    ).fetchall()
    assert told == [(1, 0, 0.0)]
