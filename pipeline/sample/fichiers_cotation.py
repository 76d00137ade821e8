"""The `cotation/points` lists: one line per criterion and a TOTAL, under headers that change each year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.periods import Periode
from pipeline.sample.calendrier import IMHOWEB, POINTS
from pipeline.sample.cotation import GRILLE, TOTAL, VERSION
from pipeline.sample.fichiers_bailleurs import SCIENTIFIQUE
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame
from pipeline.sample.geographie import CODE_EPCI, TRIMESTRES

LIBELLES = {
    "DALO": "Droit au logement opposable",
    "L441_1": "Priorité L441-1",
    "HANDICAP": "Handicap",
    "MUTATION": "Mutation",
    "SUROCC": "Suroccupation",
    "RESSOURCES": "Ressources",
    "SEPARATION": "Séparation",
    "DISTANCE": "Éloignement du travail",
    "ANCIENNETE": "Ancienneté de la demande",
    "PASSAGE_CALEOL": "Passage en CALEOL",
    "REFUS": "Refus d'une proposition",
    TOTAL: "Total",
}
ERREUR_DE_TOTAL, ERREUR_DE_POINTS = 7, 1
ILLISIBLES = ("dix", "", "n.c.")


@dataclass(frozen=True)
class FormeListe:
    """How the lists of some quarters are written. `entetes`: column → header, in the file's order."""

    jusqu_a: str
    entetes: dict[str, str]
    dates: str
    decimales: str
    form: CsvForm
    avec_total: bool = True


_STANDARD = {
    "numero_unique": "numero_unique",
    "code_epci": "code_epci",
    "grille": "grille",
    "version": "version",
    "date_points": "date_points",
    "critere": "critere",
    "libelle_critere": "libelle_critere",
    "points": "points",
}
_IMHOWEB_2024 = {
    "code_epci": "Code SIREN EPCI",
    "grille": "Code grille",
    "version": "N° version",
    "numero_unique": "n_unique",
    "date_points": "Date de cotation",
    "critere": "Rubrique",
    "libelle_critere": "Libellé rubrique",
    "points": "Nombre de points",
    "nom": "Nom demandeur",
}
_NUD = _STANDARD | {"numero_unique": "nud", "points": "valeur"}
FORMES = (
    FormeListe("2023-T4", _STANDARD, "%d/%m/%Y", "", CsvForm(";", "utf-8-sig", "\r\n")),
    FormeListe("2024-T2", _IMHOWEB_2024, "%d/%m/%Y", ",00", CsvForm(";", "cp1252", "\r\n")),
    FormeListe("2024-T3", _NUD, "%Y-%m-%d", ".0", CsvForm(",", "utf-8", "\n"), avec_total=False),
    FormeListe("2025-T1", _NUD, "%Y-%m-%d", ".0", CsvForm(",", "utf-8", "\n")),
)


def write_score_files(scores: pl.DataFrame, demandes: pl.DataFrame) -> Iterator[Depot]:
    """Yield one list per quarter; a few lines of households never scored hold no readable points."""
    numbers = demandes.select("menage", "numero_unique")
    never_scored = demandes.filter(~pl.col("est_cote"))["numero_unique"].to_list()
    for rank, trimestre in enumerate(TRIMESTRES):
        forme = next(item for item in FORMES if trimestre.code <= item.jusqu_a)
        rows = scores.filter(pl.col("livraison") == rank).join(
            numbers, on="menage", how="left", maintain_order="left"
        )
        lines = _written_lines(rows, forme)
        extra = ILLISIBLES[: rank % (len(ILLISIBLES) + 1)]
        text = pl.concat([_cells(lines, forme), _unreadable_cells(extra, never_scored[:3], trimestre, forme)])
        lost = lines.filter(pl.col("rejet") != "").height
        different = int(rows["doublon_different"].sum())
        yield Depot(
            flux=POINTS,
            periode=trimestre.code,
            fournisseur=IMHOWEB,
            extension="csv",
            octets=csv_from_frame(text, list(forme.entetes.values()), forme.form),
            lues=text.height,
            rejetees=lost + different + len(extra),
            ignorees=int(rows["doublon"].sum()),
        )


def _written_lines(rows: pl.DataFrame, forme: FormeListe) -> pl.DataFrame:
    """Add twins, contradicted lines and the totals of the scores first delivered here."""
    kept = rows.with_columns(place=pl.lit(1))
    twins = rows.filter("doublon").with_columns(place=pl.lit(2))
    contradicted = rows.filter("doublon_different").with_columns(
        pl.col("points") + ERREUR_DE_POINTS, place=pl.lit(0)
    )
    parts = [contradicted, kept, twins]
    if forme.avec_total:
        key = ["menage", "date_points"]
        totals = (
            rows.filter(pl.col("ordre") == 0)
            .group_by(key, maintain_order=True)
            .agg(pl.exclude("points").first(), pl.col("points").sum())
        )
        wrong = pl.when("total_faux").then(ERREUR_DE_TOTAL).otherwise(0)
        totals = totals.with_columns(
            pl.col("points") + wrong.cast(pl.Int32), critere=pl.lit(TOTAL), place=pl.lit(3)
        )
        parts.append(totals.select(kept.columns))
    return pl.concat(parts).sort("date_points", "menage", pl.col("critere") == TOTAL, "critere", "place")


def _cells(lines: pl.DataFrame, forme: FormeListe) -> pl.DataFrame:
    cells = {
        "numero_unique": pl.when(pl.col("rejet") != "")
        .then(pl.lit(_scientific(forme)))
        .otherwise("numero_unique"),
        "code_epci": pl.lit(CODE_EPCI),
        "grille": pl.lit(GRILLE),
        "version": pl.lit(VERSION),
        "date_points": pl.col("date_points").dt.strftime(forme.dates),
        "critere": pl.col("critere"),
        "libelle_critere": pl.col("critere").replace_strict(LIBELLES),
        "points": pl.concat_str(pl.col("points").cast(pl.String), pl.lit(forme.decimales)),
        "nom": pl.concat_str(pl.lit("FICTIF"), pl.col("menage").cast(pl.String)),
    }
    return lines.select(**{column: cells[column] for column in forme.entetes})


def _scientific(forme: FormeListe) -> str:
    """Give the number a spreadsheet destroyed, without the separator of this file."""
    return SCIENTIFIQUE.replace(",", ".") if forme.form.separator == "," else SCIENTIFIQUE


def _unreadable_cells(
    points: Sequence[str], numbers: Sequence[str], quarter: Periode, forme: FormeListe
) -> pl.DataFrame:
    """Give lines whose points cannot be read, of households that have no score."""
    constants = {
        "code_epci": CODE_EPCI,
        "grille": GRILLE,
        "version": VERSION,
        "date_points": quarter.dernier_jour.strftime(forme.dates),
        "critere": "SEPARATION",
        "libelle_critere": LIBELLES["SEPARATION"],
        "nom": "FICTIF",
    }
    lines = [
        constants | {"numero_unique": number, "points": text}
        for number, text in zip(numbers, points, strict=False)
    ]
    return pl.DataFrame(
        lines, schema=dict.fromkeys([*constants, "numero_unique", "points"], pl.String)
    ).select(*forme.entetes)
