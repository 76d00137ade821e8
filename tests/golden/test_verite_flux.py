"""The published tables of the flow equal the truth of the fictitious bailleurs, row by row."""

import shutil
from collections import Counter
from math import exp, lgamma, log

import polars as pl
import pytest

from pipeline.bilan_flux.contenu import write_bilans
from pipeline.errors import MisuseError
from pipeline.sample.geographie import CODE_EPCI
from pipeline.settings import Settings
from tests.golden.oracle_conventions import MESURES_DU_BILAN, Suivi, foresee
from tests.golden.oracle_flux import Flux

AXES = ("code_reservataire", "typologie", "financement", "localisation_qpv", "code_commune")
BILAN = ("periode", "code_epci", "code_bailleur", *AXES, "periode_construction")
KEYS = {
    "bilan_synthetique": ("mart_bilan_synthetique_bailleur", ("periode", "code_epci", "code_bailleur")),
    "suivi": (
        "mart_suivi_conventions",
        ("periode", "code_epci", "code_bailleur", "code_perimetre", "code_reservataire", "code_organisme"),
    ),
    "bilan_annuel": ("mart_bilan_flux_annuel", BILAN),
    "ecarts_bilan": ("mart_ecarts_bilan_flux", (*BILAN, "mesure_bilan")),
}
TOLERANCE = 1e-9
ALIZE = "900000001"


@pytest.fixture(scope="module")
def flux(oracle):
    return Flux(oracle)


@pytest.fixture(scope="module")
def suivi(flux):
    return Suivi(flux)


def read(observatoire, table):
    result = observatoire.execute(f"SELECT * FROM marts.{table}")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def differs(expected, found):
    if isinstance(expected, float) and found is not None:
        return abs(found - expected) > TOLERANCE
    return found != expected


@pytest.mark.parametrize("name", KEYS)
def test_mart_equals_the_truth(name, suivi, observatoire):
    table, key = KEYS[name]
    expected, rows = getattr(suivi, name)(), read(observatoire, table)
    found = {tuple(row[column] for column in key): row for row in rows}
    assert len(found) == len(rows) > 5
    assert sorted(expected.keys() ^ found.keys())[:10] == []
    wrong = [
        (place, measure, value, found[place][measure])
        for place, measures in expected.items()
        for measure, value in measures.items()
        if differs(value, found[place][measure])
    ]
    assert wrong[:10] == []


def test_each_handing_over_is_described(flux, observatoire):
    expected = {
        mise.mise_id: (
            vacance.mises[0].mise_id, vacance.jour, mise is vacance.decisive, mise.nature,
            mise.localisation, mise.periode_construction, mise.bail is None and bool(mise.ligne["date_bail"]),
        )
        for vacance in flux.vacances
        for mise in vacance.mises
    }  # fmt: skip
    found = {
        row["mise_id"]: (
            row["vacance_id"], row["date_vacance"], row["est_comptee_assiette"], row["nature_flux"],
            row["localisation_qpv"], row["periode_construction"], row["est_bail_premature"],
        )
        for row in read(observatoire, "fct_mises_a_disposition")
    }  # fmt: skip
    assert len(expected) > 1_000
    assert [
        (key, expected.get(key), found.get(key)) for key in expected if expected[key] != found.get(key)
    ] == []
    assert expected.keys() == found.keys()


def test_each_convention_is_published_as_it_was_promised(flux, observatoire):
    expected = {
        (row["annee"], row["siren"], row["reservataire"], row["organisme"] or "non_renseigne"): (
            row["taux"], row["premieres_comprises"], row["disponibles"], row["assiette"], row["objectif"],
            row["objectif"], row["soustraits_npnru"], True,
        )
        for row in flux.conventions
    }  # fmt: skip
    found = {
        (row["annee"], row["code_bailleur"], row["code_reservataire"], row["code_organisme"]): (
            row["taux_pct"], row["a_premieres_locations_comprises"], row["nombre_disponibles_previsionnels"],
            row["assiette_previsionnelle"], row["objectif_livre"], row["objectif"],
            row["nombre_soustraits_npnru"], row["est_perimetre_partiel"],
        )
        for row in read(observatoire, "fct_conventions_reservation")
    }  # fmt: skip
    assert len(expected) > 50
    assert expected == found


def test_what_is_wrong_is_counted(flux, observatoire):
    expected = Counter()
    for mise in flux.mises:
        year, siren = str(mise.jour.year), mise.ligne["siren"]
        told = {
            "hors_flux_sans_motif": not mise.ligne["en_flux"] and mise.nature == "non_oriente",
            "premiere_location_inconnue": mise.ligne["premiere"] is None,
            "reservataire_autre_au_rpls": flux.discordant(mise),
        }
        expected.update((year, siren, name) for name, wrong in told.items() if wrong)
    found = Counter()
    for row in read(observatoire, "mart_anomalies_flux"):
        if row["nature_anomalie"] in {name for *_, name in expected}:
            found[row["periode"], row["code_bailleur"], row["nature_anomalie"]] += int(row["valeur"])
            assert f"{int(row['valeur'])}." in row["constat"]
    assert expected == found
    assert {row["code_epci"] for row in read(observatoire, "mart_anomalies_flux")} == {CODE_EPCI}


@pytest.fixture(scope="module")
def a_part(observatoire_fictif, tmp_path_factory):
    """A copy of the published file: in one process, DuckDB opens a file in one way at a time."""
    settings = Settings.load(tmp_path_factory.mktemp("bilans"))
    settings.marts.mkdir(parents=True)
    shutil.copyfile(observatoire_fictif.observatoire, settings.observatoire)
    return settings


def test_the_bilan_to_send_adds_up_to_the_truth(suivi, a_part, tmp_path):
    written, unnamed = write_bilans(a_part, "2024", ALIZE, tmp_path)
    assert ([path.suffix for path in written], unnamed) == ([".xlsx", ".pdf"], 0)
    assert written[1].read_bytes().startswith(b"%PDF-")
    truth = [row for key, row in suivi.bilan_annuel().items() if (key[0], key[2]) == ("2024", ALIZE)]
    expected = [sum(row[f"nombre_{name}"] for row in truth) for name in MESURES_DU_BILAN]
    for sheet in ("Par réservataire", "Par caractéristique"):
        rows = pl.read_excel(written[0], sheet_name=sheet, read_options={"header_row": 3}).rows()
        assert [int(cell) for cell in rows[-1][2:]] == expected
        for axis in {row[0] for row in rows[:-1]}:
            own = [row[2:] for row in rows if row[0] == axis]
            assert [sum(int(cell) for cell in cells) for cells in zip(*own, strict=True)] == expected
    detail = pl.read_excel(written[0], sheet_name="Bilan", read_options={"header_row": 3})
    assert detail.height == len(truth)


@pytest.mark.parametrize(
    ("annee", "siren", "remede"),
    [("2031", None, "2024, 2025"), ("24", None, "quatre chiffres"), ("2024", "12", ALIZE)],
)
def test_a_bilan_that_cannot_be_written_says_what_can(annee, siren, remede, a_part, tmp_path):
    with pytest.raises(MisuseError, match=remede):
        write_bilans(a_part, annee, siren, tmp_path)


def test_the_interval_holds_what_a_poisson_pace_gives():
    """91 days known, 274 to come: over both draws, the number to come falls inside 95 times in 100."""

    def chance(mean, value):
        return exp(value * log(mean) - mean - lgamma(value + 1))

    for pace in (0.1, 0.25):
        known, coming = 91 * pace, 274 * pace
        inside = 0.0
        for held in range(int(known * 4) + 20):
            _, least, most = foresee(held, 91, 274)
            later = sum(chance(coming, value) for value in range(least - held, most - held + 1))
            inside += chance(known, held) * later
        assert 0.94 < inside < 0.97


def test_the_truth_shows_every_case(flux):
    assert {mise.nature for mise in flux.mises} == {"oriente", "non_oriente", "soustrait", "exclu"}
    assert sum(len(vacance.mises) > 1 for vacance in flux.vacances) > 20
    assert any(remise.stages()["rendus"] for remise in flux.remises)
