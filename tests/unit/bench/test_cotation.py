"""The grids and demandes of the bench: every demande scored, every criterion at work, one query."""

import duckdb

from pipeline.bench.big_demandes import facts_read, grids_of, write_facts
from pipeline.grilles.compilation import totals_sql

DEMANDES = 2_000


def test_every_demande_is_scored_in_one_query_and_every_criterion_counts_for_some():
    grids = list(grids_of(3))
    assert {len(grid.criteres) for grid in grids} == {40}
    assert len({grid.code_epci for grid in grids}) == 3
    assert len(facts_read(grids[0])) > 25
    sql = totals_sql(grids)
    assert sql.count("etape_0 as") == 1
    with duckdb.connect() as con:
        write_facts(con, DEMANDES, 3)
        rows, counted, unknown = con.execute(
            f"select count(*), bit_or(masque_comptes), bit_or(masque_inconnus) from ({sql})"
        ).fetchone()
    assert rows == DEMANDES
    assert counted == unknown == (1 << 40) - 1
