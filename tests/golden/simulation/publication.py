"""A released file made by hand: facts, those waiting, those housed, candidates of CALEOL."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.settings import Settings
from tests.golden.grilles.comparaison import facts_table

JOUR = date(2024, 12, 31)
EPCI = "249740119"
_TABLES = """
create table fct_demandes (demande_id varchar, code_epci varchar, date_stock date, points decimal(18, 2),
    grille_version varchar, est_dans_les_indicateurs boolean, est_menage boolean);
create table fct_attributions (demande_id varchar, code_epci varchar, date_attribution date, date_caleol date,
    points decimal(18, 2), grille_version varchar, est_dans_les_indicateurs boolean);
create table fct_candidatures_caleol (commission_id varchar, logement_id varchar, demande_id varchar,
    code_epci varchar, date_seance date, rang bigint, a_bail_signe boolean, points decimal(18, 2));
create table publication as select 'P1' as publication_id, 'Essai.' as mention_origine,
    date '2025-01-31' as arrete_au, 'reelle' as origine;
"""


def publish(
    folder: Path,
    rows: Iterable[dict],
    *,
    points: dict | None = None,
    candidats: Iterable[tuple] = (),
    attributions: Iterable[tuple] = (),
    seuil: int = 1,
) -> Settings:
    """Write the file: every row of facts of the day waits, with its declared points if any."""
    settings = Settings(donnees=folder, seuil_secret=seuil)
    settings.marts.mkdir(parents=True)
    rows = list(rows)
    with duckdb.connect(settings.observatoire) as con:
        con.execute("create schema marts; set schema = 'marts'")
        facts_table(con, rows, load_vocabulaire())
        con.execute("alter table int_demandes__faits rename to fct_faits_demandes")
        con.execute(_TABLES)
        waiting = [row for row in rows if row["date_faits"] == JOUR]
        declared = points or {}
        for row in waiting:
            con.execute(
                "insert into fct_demandes values (?, ?, ?, ?, 'G/1', true, true)",
                [row["demande_id"], row["code_epci"], JOUR, declared.get(row["demande_id"])],
            )
        for candidate in candidats:
            con.execute(
                "insert into fct_candidatures_caleol values (?, ?, ?, ?, ?, ?, ?, ?)", list(candidate)
            )
        for attribution in attributions:
            con.execute("insert into fct_attributions values (?, ?, ?, ?, ?, 'G/1', true)", list(attribution))
    return settings
