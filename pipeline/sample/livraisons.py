"""The dwellings to come: operations programmed, under way and delivered, as the DEAL keeps them each year."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from pipeline.sample.calendrier import DEAL, LIVRAISONS
from pipeline.sample.depots_csv import Place, csv_depot, written_day
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.geographie import BAILLEURS, COMMUNES, QUARTIERS
from pipeline.sample.parc import HORS_CARTE, MILLESIMES
from pipeline.sample.tirages import draw_words, flag

ANNEES = (2023, 2024)
A_VENIR = 34
MOYEN = 3
FINANCEMENTS = {"LLTS": 40, "LLS": 45, "PLS": 15}
LIVREE, CHANTIER, AGREEE, PROGRAMMEE = "LIVREE", "CHANTIER", "AGREEE", "PROGRAMMEE"


def draw_operations(rng: np.random.Generator, parc: pl.DataFrame) -> pl.DataFrame:
    """Return one row per operation and financement: what the RPLS counts as new, then what is to come."""
    new = parc.filter(pl.col("premier") > MILLESIMES[0])
    key = ["siren", "commune", "annee_construction"]
    places = [pl.col(name).first().over(key) for name in ("qpv_2015", "qpv_2024")]
    grouped = [*key, "qpv_2015", "qpv_2024", "financement"]
    built = (
        new.with_columns(places)
        .group_by(grouped, maintain_order=True)
        .agg(
            t1_t2=(pl.col("pieces") < MOYEN).sum().cast(pl.Int64),
            t3=(pl.col("pieces") == MOYEN).sum().cast(pl.Int64),
            t4=(pl.col("pieces") > MOYEN).sum().cast(pl.Int64),
        )
    )
    rows = pl.concat([built, _to_come(rng).select(built.columns)]).sort(grouped)
    operation = pl.struct(grouped[:-1]).rank("dense").cast(pl.Int64)
    rows = rows.with_columns(operation=operation).with_columns(
        nombre=pl.col("t1_t2") + pl.col("t3") + pl.col("t4")
    )
    count = rows["operation"].n_unique()
    drawn = pl.DataFrame(
        {
            "operation": range(1, count + 1),
            "jour": rng.integers(20, 350, count),
            "retard": rng.integers(0, 240, count),
            "chantier": rng.integers(600, 1100, count),
            "vefa": flag(rng, 0.4, count),
        }
    )
    rows = rows.join(drawn, on="operation", how="left", maintain_order="left")
    first = pl.date(pl.col("annee_construction"), 1, 1)
    delivered = first + pl.duration(days="jour")
    due = delivered - pl.duration(days="retard")
    return rows.with_columns(
        date_livraison=delivered, date_prevue=due, date_agrement=due - pl.duration(days="chantier")
    )


def _to_come(rng: np.random.Generator) -> pl.DataFrame:
    """Draw operations of the next years, in one financement each."""
    places = rng.integers(0, len(QUARTIERS), A_VENIR)
    in_qpv = flag(rng, 0.3, A_VENIR)
    communes = draw_words(rng, dict.fromkeys(COMMUNES, 1), A_VENIR)
    quartiers = [QUARTIERS[place] for place in places]
    return pl.DataFrame(
        {
            "siren": draw_words(rng, {item.siren: item.poids for item in BAILLEURS}, A_VENIR),
            "commune": [
                item.commune if inside else str(commune)
                for item, inside, commune in zip(quartiers, in_qpv, communes, strict=True)
            ],
            "qpv_2015": [
                (item.code_2015 or HORS_CARTE) if inside else HORS_CARTE
                for item, inside in zip(quartiers, in_qpv, strict=True)
            ],
            "qpv_2024": [
                item.code_2024 if inside else HORS_CARTE
                for item, inside in zip(quartiers, in_qpv, strict=True)
            ],
            "annee_construction": rng.integers(2025, 2029, A_VENIR),
            "financement": draw_words(rng, FINANCEMENTS, A_VENIR),
            "t1_t2": rng.integers(2, 15, A_VENIR),
            "t3": rng.integers(2, 20, A_VENIR),
            "t4": rng.integers(0, 15, A_VENIR),
        }
    )


def tell_operations(operations: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the deliveries to come: one row per operation, financement and file."""
    files = [_programme(operations, year) for year in ANNEES]
    return pl.concat(files).select(
        "periode", "operation", "financement", "siren", "commune", "qpv", "nombre", "date_prevue",
        "date_livree", "etat",
    )  # fmt: skip


def _programme(operations: pl.DataFrame, year: int) -> pl.DataFrame:
    """Give what is known on 31 December."""
    last = date(year, 12, 31)
    known = operations.filter(pl.col("date_agrement") <= last)
    delivered = pl.col("date_livraison") <= last
    soon = pl.col("date_prevue") <= date(year + 2, 6, 30)
    state = (
        pl.when(delivered)
        .then(pl.lit(LIVREE))
        .when(soon)
        .then(pl.lit(CHANTIER))
        .when(pl.col("operation") % 2 == 0)
        .then(pl.lit(AGREEE))
        .otherwise(pl.lit(PROGRAMMEE))
    )
    return known.with_columns(
        periode=pl.lit(str(year)),
        qpv="qpv_2015",
        etat=state,
        date_livree=pl.when(delivered).then("date_livraison"),
    )


def write_programme_files(operations: pl.DataFrame) -> Iterator[Depot]:
    """Yield the programme known at the end of each year; the first one holds an operation twice."""
    for year in ANNEES:
        form = CsvForm(";", "cp1252")
        place = Place(LIVRAISONS, str(year), DEAL, form, {"nombre_accessibles": "PMR", "etat": "Avancement"})
        known = _programme(operations, year)
        twice = known.head(1 if year == ANNEES[0] else 0)
        cells = pl.concat([known, twice]).select(**_operation_cells())
        yield csv_depot(place, cells, ignorees=twice.height)


def _operation_cells() -> dict[str, pl.Expr]:
    number = pl.col("operation").cast(pl.String).str.zfill(3)
    inside = pl.col("qpv") != HORS_CARTE
    return {
        "id_operation": pl.concat_str(pl.lit("OP-"), number),
        "nom_operation": pl.concat_str(pl.lit("Résidence fictive "), number),
        "siren_bailleur": pl.col("siren"),
        "code_commune": pl.col("commune"),
        "code_quartier": pl.when(inside).then("qpv").otherwise(pl.concat_str("commune", pl.lit("0101"))),
        "en_qpv": pl.when(inside).then(pl.lit("OUI")).otherwise(pl.lit("NON")),
        "financement": pl.col("financement"),
        "nature": pl.when("vefa").then(pl.lit("VEFA")).otherwise(pl.lit("Neuf")),
        "nombre_logements": pl.col("nombre").cast(pl.String),
        "nombre_t1_t2": pl.col("t1_t2").cast(pl.String),
        "nombre_t3": pl.col("t3").cast(pl.String),
        "nombre_t4_et_plus": pl.col("t4").cast(pl.String),
        "nombre_accessibles": (pl.col("nombre") // 12).cast(pl.String),
        "date_agrement": written_day("date_agrement"),
        "date_livraison_prevue": written_day("date_prevue"),
        "date_livraison": written_day("date_livree"),
        "etat": pl.col("etat"),
    }
