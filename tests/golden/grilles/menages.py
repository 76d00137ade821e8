"""Households described by the facts that matter, scored by a grid on the day of their facts."""

from datetime import date
from pathlib import Path

import duckdb

from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.cible import Cible
from pipeline.grilles.compilation import detail_sql, totals_sql
from pipeline.grilles.grilles import load_grille
from pipeline.grilles.modele import Grille
from tests.golden.grilles.comparaison import facts_table

JOUR = date(2024, 7, 1)
EXEMPLES = EXPECTATIONS / "grilles"


def exemple(name: str) -> Grille:
    """Read an example grid."""
    return load_grille(Path(EXEMPLES / f"exemple_{name}_fictive.yml")).grille


def score(grille: Grille, cible: Cible | None = None, **faits: object) -> dict | None:
    """Score one household; None when the grid does not apply to it."""
    cible = cible or Cible()
    con = duckdb.connect()
    row = {"demande_id": "d", "code_epci": grille.code_epci, "date_faits": JOUR, **faits}
    facts_table(con, [row], cible.mots)
    found = con.execute(totals_sql([grille], cible)).fetch_arrow_table().to_pylist()
    if not found:
        return None
    lines = con.execute(detail_sql([grille], cible)).fetch_arrow_table().to_pylist()
    points = {line["code"]: line["points"] for line in lines}
    return {**found[0], "points": points}
