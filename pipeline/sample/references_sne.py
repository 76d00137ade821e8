"""The SNE's surrogate keys: one quarter comes with keys in place of codes, and the tables that resolve them.

A key holds for its own delivery only (règle R0.8).
"""

from collections.abc import Iterator, Mapping

import polars as pl

from pipeline.feeds import load_feeds
from pipeline.sample.calendrier import GIP_SNE, REFERENCES
from pipeline.sample.demandes import ATTRIBUTION, AUTRES_SORTIES
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame
from pipeline.sample.geographie import COMMUNES, COMMUNES_VOISINES
from pipeline.sample.menages import MOTIFS_CONNUS

LIVRAISON_A_CLES = "2024-T2"
_ENTETES = ("TABLE", "CLE", "CODE", "LIBELLE")


def _keys(codes: tuple[str, ...], first: int) -> Mapping[str, str]:
    return {code: str(first + rank) for rank, code in enumerate(codes)}


TABLES: Mapping[str, Mapping[str, str]] = {
    "ref_motif_demande": _keys(MOTIFS_CONNUS, 501),
    "ref_geographie": _keys((*COMMUNES, *COMMUNES_VOISINES), 120_401),
    "ref_motif_radiation": _keys((ATTRIBUTION, *AUTRES_SORTIES), 31),
}


def as_delivered(text: pl.DataFrame, flux: str, periode: str) -> pl.DataFrame:
    """Put keys in place of codes in the delivery that has some; leave the others as they are."""
    if periode != LIVRAISON_A_CLES:
        return text
    columns = {column.name: TABLES.get(column.reference or "") for column in load_feeds()[flux].columns}
    return text.with_columns(
        pl.col(name).replace(keys) for name, keys in columns.items() if keys and name in text.columns
    )


def write_reference_files() -> Iterator[Depot]:
    """Yield the reference tables of the delivery that holds keys."""
    rows = [
        (table, key, code, f"Valeur {code}") for table, keys in TABLES.items() for code, key in keys.items()
    ]
    text = pl.DataFrame(rows, schema=list(_ENTETES), orient="row")
    yield Depot(
        flux=REFERENCES,
        periode=LIVRAISON_A_CLES,
        fournisseur=GIP_SNE,
        extension="csv",
        octets=csv_from_frame(text, _ENTETES, CsvForm()),
        lues=text.height,
    )
