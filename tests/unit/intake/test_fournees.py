"""A delivery read in several batches: what is known of the batch before, and what the file keeps of it."""

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake import conform as door
from pipeline.intake.distinct import DistinctCells
from pipeline.intake.storage import arrow_schema

FLUX = "sne/demandes"
ENTETE = [column.name for column in load_feeds()[FLUX].columns]
PREMIERE, SUIVANTE, NEUVE = (pl.Series([*cells]) for cells in (["b", "a"], ["a", None], ["c", "a"]))


def ligne(rang: int, **cells: str) -> str:
    cells = {"NUMERO_UNIQUE": f"9740324{rang:06d}G1104", "DATE_CREATION": "04/03/2024"} | cells
    return ";".join(cells.get(name, "") for name in ENTETE)


def livraison() -> str:
    compositions = ["SEULE", "COUPLE", "SEULE", "seule", "FAMILLE", "", "COUPLE", "AUTRE"]
    tailles = ["1", "2", "1", "x", "4", "45", "2", "x"]
    lignes = [
        ligne(rang, COMPOSITION_FAMILLE=composition, TAILLE_MENAGE=taille, MODE_MUTATION="OUI")
        for rang, (composition, taille) in enumerate(zip(compositions, tailles, strict=True))
    ]
    rejetee = ligne(98, COMPOSITION_FAMILLE="REJETEE", DATE_CREATION="illisible")
    trop_courte = ligne(99, COMPOSITION_FAMILLE="COUPEE").rstrip(";")
    return "\n".join([";".join(ENTETE), *lignes, rejetee, trop_courte])


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_a_delivery_read_in_batches_is_the_one_read_at_once(conform, rejects, monkeypatch, rows):
    whole, at_once = conform(livraison(), FLUX)
    told = rejects().sort(pl.all())
    monkeypatch.setattr(door, "BATCH_ROWS", rows)
    parts, in_batches = conform(livraison(), FLUX)
    assert pq.ParquetFile(parts.parquet).num_row_groups > 1
    assert in_batches.equals(at_once)
    assert rejects().sort(pl.all()).equals(told)
    assert (parts.rows_read, parts.rows_rejected, parts.faults, parts.codes) == (
        whole.rows_read,
        whole.rows_rejected,
        whole.faults,
        whole.codes,
    )


def test_a_text_is_declared_a_text_and_nothing_of_a_rejected_row_stays(conform):
    conformed, rows = conform(livraison(), FLUX)
    schema = pq.read_schema(conformed.parquet)
    assert schema.remove_metadata().equals(arrow_schema(load_feeds()[FLUX]))
    assert pq.read_metadata(conformed.parquet).metadata[b"ppgd.empreinte"] == b"essai"
    coded = pq.read_table(conformed.parquet, read_dictionary=["COMPOSITION_FAMILLE"])["COMPOSITION_FAMILLE"]
    kept = {word for chunk in coded.chunks for word in chunk.dictionary.to_pylist()}
    assert kept == set(rows["COMPOSITION_FAMILLE"].drop_nulls())
    assert not kept & {"REJETEE", "COUPEE"}


def test_known_cells_serve_as_long_as_they_hold_all():
    known = DistinctCells.of(PREMIERE).values
    again = DistinctCells.of(SUIVANTE, known)
    assert again.values is known
    assert again.spread(known).to_list() == ["a", None]
    more = DistinctCells.of(NEUVE, known)
    assert more.spread(more.values).to_list() == ["c", "a"]
    assert set(more.values) == {"a", "b", "c", None}
