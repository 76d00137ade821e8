"""A simulation on the fictitious territory: its groups are those of the marts, itself changes nothing."""

from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest

from pipeline.feeds import EXPECTATIONS
from pipeline.settings import Settings
from pipeline.simulation.simulation import GrilleLue, Simulation, simulate

CINOR = EXPECTATIONS / "grilles" / "exemple_cinor_fictive.yml"
SHARED = ("type_demande", "taille_menage", "tranche_age")


@pytest.fixture(scope="module")
def simulee(observatoire_fictif: Settings) -> Simulation:
    grille = GrilleLue.read(CINOR)
    return simulate(replace(observatoire_fictif, seuil_secret=1), grille, None, "stock")


def test_groups_are_those_of_the_households_waiting(
    simulee: Simulation, observatoire: duckdb.DuckDBPyConnection
):
    groups = {
        (line.axe, line.modalite): line.valeurs[4]
        for line in simulee.tableau("groupes").lignes
        if line.axe in SHARED
    }
    expected = observatoire.execute(
        "select axe, modalite, nombre_demandes from marts.mart_demandes_actives_par_profil "
        "where axe in ('type_demande', 'taille_menage', 'tranche_age') and periode = "
        "(select max(periode) from marts.mart_demandes_actives_par_profil where periode like '%T%')"
    ).fetchall()
    assert groups == {(axe, modalite): count for axe, modalite, count in expected}


def test_declared_points_are_those_of_the_marts(simulee: Simulation, observatoire: duckdb.DuckDBPyConnection):
    [(scored, least, most)] = observatoire.execute(
        "select count(points), min(points), max(points) from marts.fct_demandes "
        "where est_dans_les_indicateurs and date_stock = (select max(date_stock) from marts.fct_demandes)"
    ).fetchall()
    lines = {line.axe: line.valeurs for line in simulee.tableau("ensemble").lignes}
    assert lines["cotes"][0] == scored
    tranches = [line for line in simulee.tableau("distribution").lignes if line.modalite != "non_renseigne"]
    held = [line.modalite.split("_") for line in tranches if line.valeurs[0]]
    assert Decimal(held[0][0]) <= least
    assert most < Decimal(held[-1][1])


def test_the_same_grid_on_both_sides_changes_nothing(observatoire_fictif: Settings):
    grille = GrilleLue.read(CINOR)
    found = simulate(observatoire_fictif, grille, grille, "attributions:2024")
    lines = {line.axe: line.valeurs[1] for line in found.tableau("ensemble").lignes}
    assert (lines["changent_rang"], lines["changent_quartile"]) == (0, 0)
    assert lines["menages"] > 500
