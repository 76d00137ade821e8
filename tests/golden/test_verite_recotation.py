"""The recomputed points equal what the fictitious grids give; the gaps planted in the territory are found."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.dbt_runs import build_file
from pipeline.periods import Periode
from pipeline.sample.geographie import CODE_EPCI, DEBUT
from pipeline.settings import Settings
from tests.golden.oracle import Oracle
from tests.golden.oracle_mesures import Key
from tests.golden.oracle_recotation import (
    EN_TEST,
    FAITS,
    Candidat,
    Confronte,
    compare,
    expected_gaps,
    expected_trial,
    score,
)

TOLERANCE = 1e-9
DEPUIS = date(2024, 7, 1)
"""Both versions of the grid are in force from here; the oracle takes its time."""
ECARTS = "mart_ecarts_cotation", ("periode", "code_epci", "grille_version", "critere", "cause")
ESSAI = "mart_suivi_phase_test", ("mois_seance", "code_epci", "grille_version", "motif_decision")
Faits = dict[str, dict[date, dict[str, Any]]]


@pytest.fixture(scope="module")
def construction(observatoire_fictif: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of the build, read only."""
    with duckdb.connect(str(build_file(observatoire_fictif)), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def faits(construction: duckdb.DuckDBPyConnection) -> Faits:
    """The facts of each demande at each of its dates, in their order."""
    names = list(FAITS.values())
    rows = construction.execute(
        f"SELECT demande_id::varchar, date_faits, {', '.join(names)} FROM intermediate.int_demandes__faits "
        f"WHERE code_epci = '{CODE_EPCI}' ORDER BY ALL"
    ).fetchall()
    held: Faits = defaultdict(dict)
    for demande, day, *values in rows:
        held[demande][day] = dict(zip(names, values, strict=True))
    return held


@pytest.fixture(scope="module")
def confrontes(construction: duckdb.DuckDBPyConnection, faits: Faits) -> list[Confronte]:
    """The last declared score of each quarter beside what the grid of the day gives."""
    rows = construction.execute(
        "SELECT demande_id::varchar, date_points, critere, points FROM intermediate.int_points__rattaches "
        f"WHERE critere <> 'TOTAL' AND date_points >= '{DEPUIS}'"
    ).fetchall()
    declared: dict[tuple[str, date], dict[str, int]] = defaultdict(dict)
    for demande, day, criterion, points in rows:
        declared[demande, day][criterion] = int(points)
    last: dict[tuple[str, str], date] = {}
    for demande, day in sorted(declared):
        last[demande, Periode.de(day, "trimestre").code] = day
    return [_confronted(demande, day, declared[demande, day], faits) for (demande, _), day in last.items()]


def _confronted(demande: str, day: date, declared: dict[str, int], faits: Faits) -> Confronte:
    here = faits.get(demande, {})
    if day not in here:
        return Confronte(demande, day, ())
    days = [None, *here, None]
    rank = days.index(day)
    around = [None if each is None else here[each] for each in days[rank - 1 : rank + 2]]
    return Confronte(demande, day, list(compare(declared, around, day)))


def found_rows(
    construction: duckdb.DuckDBPyConnection, mart: str, key: tuple[str, ...]
) -> dict[Key, dict[str, Any]]:
    result = construction.execute(f"SELECT * FROM marts.{mart}")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    assert len(rows) > 50
    return {tuple(row[name] for name in key): row for row in rows}


def assert_equal(expected: dict[Key, dict[str, Any]], found: dict[Key, dict[str, Any]]) -> None:
    assert sorted(expected.keys() ^ found.keys())[:10] == []
    wrong = [
        (key, name, value, found[key][name])
        for key, measures in expected.items()
        for name, value in measures.items()
        if (
            abs(found[key][name] - value) > TOLERANCE
            if isinstance(value, float) and found[key][name] is not None
            else found[key][name] != value
        )
    ]
    assert wrong[:10] == []


def test_the_gaps_of_points_equal_those_of_the_oracle(construction, confrontes):
    found = found_rows(construction, *ECARTS)
    here = {key: row for key, row in found.items() if Periode.parse(key[0]).premier_jour >= DEPUIS}
    assert len(here) > 200
    assert_equal(expected_gaps(confrontes, CODE_EPCI, DEPUIS), here)


def test_the_trial_of_a_grid_equals_the_oracle(construction, faits):
    rows = construction.execute(
        "SELECT demande_id::varchar, commission_id, logement_id, date_seance, rang, motif_decision "
        f"FROM intermediate.int_candidatures__retenues "
        f"WHERE code_epci = '{CODE_EPCI}' AND logement_id IS NOT NULL"
    ).fetchall()
    candidates = [
        Candidat(
            (commission, dwelling),
            day,
            rank,
            sum(score(faits[demande][day], EN_TEST).values()),
            reason or "non_renseigne",
        )
        for demande, commission, dwelling, day, rank, reason in rows
        if day.year == 2024 and day in faits.get(demande, {})
    ]
    assert_equal(expected_trial(candidates, CODE_EPCI), found_rows(construction, *ESSAI))


def test_the_gaps_planted_in_the_territory_are_found_and_counted(oracle: Oracle, construction):
    """Corrected to zero, said without source, or never said: told by the draws, not by the facts."""
    scores = pl.read_parquet(oracle.verite / "scores.parquet").filter(pl.col("date_points") >= DEBUT)
    days = scores["date_points"].unique().to_list()
    quarters = {day: Periode.de(day, "trimestre").code for day in days}
    told = scores.with_columns(trimestre=pl.col("date_points").replace_strict(quarters))
    last = told.filter(pl.col("date_points") == pl.col("date_points").max().over("menage", "trimestre"))
    corrected = Counter(last.filter(pl.col("critere") == "SUROCC", pl.col("points") == 0)["trimestre"])
    distant = Counter(last.filter(pl.col("critere") == "DISTANCE")["trimestre"])
    found = found_rows(construction, *ECARTS)
    for cause, criterion, expected in (
        ("absent_du_declare", "SUROCC", corrected),
        ("non_disponible", "DISTANCE", distant),
    ):
        told = Counter(
            {
                key[0]: row["nombre_demandes_differentes"]
                for key, row in found.items()
                if key[3:] == (criterion, cause) and "T" in key[0]
            }
        )
        assert told == expected
        assert told.total() > 20
    wrong = {
        key[3]
        for key, row in found.items()
        if row["nombre_demandes_differentes"] and key[4] != "fait_inconnu"
    }
    assert {"MUTATION", "DALO", "DELAI_LONG"} < wrong
    assert not {"HANDICAP", "SEPARATION"} & wrong
    causes = {key[4] for key in found}
    assert {
        "version_de_grille",
        "plafond",
        "fait_modifie_depuis",
        "fait_connu_plus_tard",
        "fait_inconnu",
    } < causes
