"""The published disagreements of SYPLO and Péléhas with the SNE equal the truth of both sides, to the row."""

import csv
from collections import Counter

import polars as pl
import pytest

from pipeline.intake.pseudonyms import load_pseudonymiser
from pipeline.sample.calendrier import AFI, DEAL
from pipeline.sample.interfaces import DEPOT_DIFFERENT, INCONNUE, INCONNUES, LABEL_DIFFERENT, PERIMEE
from tests.golden.oracle_interfaces import ABSENTE, DALO, EN_COURS, PELEHAS, SYPLO, Interfaces
from tests.golden.oracle_tables import OracleTables

KEY = ("periode", "code_epci", "logiciel", "nature_ecart")
FACTS = (
    "periode, logiciel, demande_id, nature_ecart, etat_logiciel, etat_sne, code_epci, "
    "code_label, cote_label, date_mise_a_jour, date_depot, date_premier_depot, "
    "date_fin_logiciel, date_fin_sne"
)
NATURES = {
    "absente_du_logiciel",
    "absente_du_sne",
    "perimee_dans_le_logiciel",
    "finie_dans_le_logiciel",
    "label_different",
    "date_depot_differente",
}
FILES = {SYPLO: (DEAL, "cp1252"), PELEHAS: (AFI, "utf-8-sig")}


@pytest.fixture(scope="module")
def interfaces(oracle) -> Interfaces:
    return Interfaces(oracle)


@pytest.fixture(scope="module")
def households(oracle, observatoire_fictif):
    """The household of each pseudonym; none: never in the SNE."""
    told = OracleTables(oracle, load_pseudonymiser(observatoire_fictif)).demandes
    return {identifier: household for household, identifier in told.items()}


def test_every_nature_happens_in_the_territory(interfaces):
    natures = {(logiciel, nature) for _, logiciel, _, nature, *_ in interfaces.list_all()}
    # Nothing says which demandes Péléhas should hold.
    assert natures == {(side, nature) for side in FILES for nature in NATURES} - {
        (PELEHAS, "absente_du_logiciel")
    }


def test_a_quarter_without_decisions_tells_no_label(interfaces, observatoire):
    told = {(view.periode, view.reconnue is None) for view in interfaces.vues}
    assert {("2024-T4", False), ("2025-T1", True)} == told
    query = "SELECT DISTINCT periode FROM marts.fct_ecarts_interfaces WHERE nature_ecart = 'label_different'"
    assert observatoire.execute(query).fetchall() == [("2024-T4",)]


def test_facts_equal_the_truth(interfaces, households, observatoire):
    rows = observatoire.execute(f"SELECT {FACTS} FROM marts.fct_ecarts_interfaces").fetchall()
    found = Counter((*row[:2], households.get(row[2]), *row[3:]) for row in rows)
    expected = interfaces.list_all()
    assert list((expected - found).elements())[:10] == []
    assert list((found - expected).elements())[:10] == []


def test_mart_equals_the_truth(interfaces, observatoire):
    result = observatoire.execute("SELECT * FROM marts.mart_ecarts_interfaces")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    found = {tuple(row.pop(name) for name in KEY): row for row in rows}
    expected = interfaces.count()
    assert len(found) == len(rows) > 20
    assert sorted(expected.keys() ^ found.keys()) == []
    assert found == {key: pytest.approx(row) for key, row in expected.items()}


def test_what_was_put_in_on_purpose_is_found(interfaces):
    """The other disagreements come from the SNE's own faults: late, lost or undone radiations, resets."""
    lines = pl.read_parquet(interfaces.oracle.verite / "interfaces.parquet").filter("vu").to_dicts()
    views = {(view.periode, view.logiciel, view.menage): view for view in interfaces.vues}
    strangers = Counter((line["cote"], line["periode"]) for line in lines if line["ecart"] == INCONNUE)
    assert set(strangers.values()) == {INCONNUES}
    missed = []
    for line in lines:
        view = views[line["periode"], line["cote"].split("/")[1], line["menage"]]
        natures = view.natures
        found = {
            INCONNUE: natures.get("absente_du_sne"),
            # The radiation of the SNE is not told yet, or not readable.
            PERIMEE: natures.get("perimee_dans_le_logiciel") or view.etat_sne in {EN_COURS, ABSENTE},
            # A label the SNE does not carry, or not that quarter, is never compared.
            LABEL_DIFFERENT: natures.get("label_different")
            or not view.est_commune
            or view.reconnue is None
            or DALO not in {line["label"], view.label},
            DEPOT_DIFFERENT: natures.get("date_depot_differente") or not view.est_commune,
        }
        if line["ecart"] and not found[line["ecart"]]:
            missed.append(line)
    assert missed[:10] == []


@pytest.mark.parametrize("logiciel", FILES)
def test_the_provider_finds_its_own_reference(logiciel, households, observatoire, observatoire_fictif):
    provider, encoding = FILES[logiciel]
    query = (
        "SELECT demande_id, periode_logiciel, fournisseur_logiciel, ligne_logiciel "
        "FROM marts.fct_ecarts_interfaces WHERE logiciel = ? AND etat_logiciel <> 'absente'"
    )
    rows = observatoire.execute(query, [logiciel]).fetchall()
    assert {row[2] for row in rows} == {provider}
    for periode in {row[1] for row in rows}:
        path = observatoire_fictif.donnees / f"raw/interfaces/{logiciel}/{periode}/{provider}.csv"
        with path.open(encoding=encoding, newline="") as file:
            lines = dict(enumerate(csv.DictReader(file, delimiter=";"), start=2))
        for demande, _, _, line in (row for row in rows if row[1] == periode):
            household = households.get(demande)
            assert lines[line]["reference"] == (f"DOS-{household}" if household is not None else "")
