"""The `sne/radiations` deliveries: the 44 real headers, in upper case, by quarter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipeline.feeds import load_feeds
from pipeline.sample.calendrier import GIP_SNE, RADIATIONS
from pipeline.sample.demandes import ATTRIBUTION
from pipeline.sample.fichiers_bailleurs import SCIENTIFIQUE
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame
from pipeline.sample.geographie import CODES_TRIMESTRES, TRIMESTRES
from pipeline.sample.references_sne import as_delivered
from pipeline.sample.sne import DATE_IMPOSSIBLE, DOUBLON_DIFFERENT, NUMERO_ABSENT, NUMERO_SCIENTIFIQUE

PLUS_GRANDE_TYPOLOGIE = 6
SEPARES, SEUL = ("D", "S"), "C"
ZONE, CERFA, NATIONALITES = "OM", "14069*05", "F"
SENTINELLE = date(1900, 1, 1)
_CLE_LIVRAISON = 10_000_000


@dataclass(frozen=True)
class FormeSne:
    """How the deliveries of some quarters are written."""

    jusqu_a: str
    dates: str
    form: CsvForm


FORMES = (
    FormeSne("2023-T4", "%d-%m-%Y 00:00:00", CsvForm(";", "cp1252", "\r\n")),
    FormeSne("2024-T2", "%d/%m/%Y", CsvForm(";", "utf-8-sig", "\r\n")),
    FormeSne("2025-T1", "%d/%m/%Y", CsvForm(";", "utf-8", "\n")),
)


def write_radiation_files(radiations: pl.DataFrame) -> Iterator[Depot]:
    """Yield one delivery per quarter; the column order is the schema's."""
    order = [column.name for column in load_feeds()[RADIATIONS].columns]
    for rank, trimestre in enumerate(TRIMESTRES):
        forme = form_of(trimestre.code)
        rows = radiations.filter(pl.col("livraison") == rank)
        lines = written_lines(rows, "radiation")
        text = as_delivered(lines.select(**_cells(forme.dates)).select(order), RADIATIONS, trimestre.code)
        repeated = lines.height - rows.height
        ignored = int(rows["doublon"].sum())
        yield Depot(
            flux=RADIATIONS,
            periode=CODES_TRIMESTRES[rank],
            fournisseur=GIP_SNE,
            extension="csv",
            octets=csv_from_frame(text, order, forme.form),
            lues=rows.height + repeated,
            rejetees=int((rows["rejet"] != "").sum()),
            ignorees=ignored,
        )


def form_of(periode: str) -> FormeSne:
    """Return how the deliveries of a quarter are written."""
    return next(item for item in FORMES if periode <= item.jusqu_a)


def delivery_key() -> pl.Expr:
    """Give DEMANDE: the key of a household in one delivery, shared by the tables of its lot (règle R0.8)."""
    return (_CLE_LIVRAISON + pl.col("livraison") * 1_000_000 + pl.col("menage")).cast(pl.String)


def written_lines(rows: pl.DataFrame, order: str) -> pl.DataFrame:
    """Add the twin of a line written twice, and a contradicted line before its successor (règle A19)."""
    kept = rows.with_columns(place=pl.lit(1))
    twins = rows.filter("doublon").with_columns(place=pl.lit(2))
    contradicted = rows.filter(pl.col("rejet") == DOUBLON_DIFFERENT).with_columns(
        pl.col("revenu_sne").fill_null(0.0) + 1_000, place=pl.lit(0)
    )
    return pl.concat([contradicted, kept, twins]).sort(order, "place")


def _cells(dates: str) -> dict[str, pl.Expr]:
    """Give the text of every column."""
    lease = pl.col("motif") == ATTRIBUTION
    return identity_cells(dates) | household_cells() | housing_cells() | _exit_cells(dates, lease)


def identity_cells(dates: str) -> dict[str, pl.Expr]:
    """Give who asks and since when."""
    fault = pl.col("rejet")
    return {
        "DEMANDE": delivery_key(),
        "NUMERO_UNIQUE": pl.when(fault == NUMERO_ABSENT)
        .then(pl.lit(""))
        .when(fault == NUMERO_SCIENTIFIQUE)
        .then(pl.lit(SCIENTIFIQUE))
        .otherwise("numero_unique"),
        "TYPE_DEMANDEUR": pl.when("est_association").then(pl.lit("A")).otherwise(pl.lit("D")),
        "DATE_CREATION": pl.when(pl.col("cas") == "sans_creation")
        .then(pl.lit(SENTINELLE.strftime(dates)))
        .otherwise(pl.col("date_creation").dt.strftime(dates)),
        "MOTIF_DEMANDE": pl.col("motif_demande"),
        "DATE_NAISS_DEMANDEUR": pl.date(pl.col("date_depot").dt.year() - pl.col("age"), 1, 15).dt.strftime(
            dates
        ),
        "AGE_DEMANDEUR_DEMANDE": pl.col("age").cast(pl.String),
        "SEXE_DEMANDEUR": pl.col("sexe"),
        "STATUT_PROF_DEMANDEUR": pl.col("statut"),
        "NATIONALITE_DEMANDEUR": pl.lit(NATIONALITES),
        "SITU_FAMILIALE_DEMANDEUR": _family(),
    }


def household_cells() -> dict[str, pl.Expr]:
    """Give the household and its resources."""
    return {
        "TAILLE_MENAGE": pl.col("taille").cast(pl.String),
        "COTITULAIRE": pl.when(pl.col("taille") - pl.col("enfants") > 1)
        .then(pl.lit("1"))
        .otherwise(pl.lit("0")),
        "PERSONNE_A_CHARGE": pl.col("enfants").cast(pl.String),
        "COMPOSITION_FAMILLE": pl.when(pl.col("taille") == 1).then(pl.lit("SEULE")).otherwise(pl.lit("")),
        "UNITE_CONSO": _decimal("unites_sne", 1),
        "REVENU_DEMANDEUR": _decimal("revenu_sne", 2),
        "REVENU_MENSUEL_FOYER": _decimal("revenu_sne", 2),
        "REVENU_FISCAL1_FOYER": pl.lit(""),
        "REVENU_FISCAL2_FOYER": pl.lit(""),
    }


def housing_cells() -> dict[str, pl.Expr]:
    """Give the housing left and the housing wished."""
    return {
        "CATEG_LOGEMENT_ACTUEL": pl.lit("A"),
        "TYPE_LOGEMENT_ACTUEL": _current_typology(),
        "MODE_LOGEMENT_ACTUEL": pl.col("mode_logement"),
        "COMMUNE_LOG_ACTUEL": pl.col("commune_actuelle"),
        "ZONAGEPLAFRESS_ACTUEL": pl.lit(ZONE),
        "CATEG_LOGEMENT_RECHERCHE": pl.lit("I"),
        "TYPE_LOGEMENT_RECHERCHE": _typology("pieces_souhaitees"),
        "COMMUNE_LOG_RECHERCHE": pl.col("commune_souhaitee"),
        "ZONAGEPLAFRESS_RECHERCHE": pl.lit(ZONE),
        "MT_APL_MENSUEL": pl.lit("0"),
        "MODE_MUTATION": pl.col("mode_mutation"),
        "ESTANRU": pl.lit("NON"),
        "VERSION_CERFA": pl.lit(CERFA),
        "NB_PHANDICAP_AUTONOMIE": pl.col("HANDICAP").cast(pl.Int64).cast(pl.String),
    }


def _family() -> pl.Expr:
    """Give the family situation: the separated, and they alone, are divorced or separated."""
    apart = pl.col("situation").is_in(SEPARES)
    return (
        pl.when("SEPARATION")
        .then(pl.when(apart).then("situation").otherwise(pl.lit(SEPARES[0])))
        .otherwise(pl.when(apart).then(pl.lit(SEUL)).otherwise("situation"))
    )


def _current_typology() -> pl.Expr:
    """Give as many rooms as persons where there are too few, one more elsewhere; past the last type, none."""
    rooms = pl.col("taille") + pl.when("SUROCC").then(0).otherwise(1)
    unsaid = (pl.col("taille") >= PLUS_GRANDE_TYPOLOGIE) & ~pl.col("SUROCC")
    typology = pl.concat_str(pl.lit("T"), rooms.cast(pl.String))
    return (
        pl.when(unsaid)
        .then(pl.lit(""))
        .when(rooms >= PLUS_GRANDE_TYPOLOGIE)
        .then(pl.lit("T6P"))
        .otherwise(typology)
    )


def _exit_cells(dates: str, lease: pl.Expr) -> dict[str, pl.Expr]:
    impossible = pl.lit(date(2024, 1, 31).strftime(dates).replace("01", "02"))
    return {
        "DATE_RADIATION": pl.when(pl.col("rejet") == DATE_IMPOSSIBLE)
        .then(impossible)
        .otherwise(pl.col("date_radiation").dt.strftime(dates)),
        "MOTIF_RADIATION": pl.col("motif"),
        "TYPE_LOGEMENT_ATTRIB": pl.when(lease).then(_typology("pieces")),
        "COMMUNE_LOGEMENT_ATTRIB": pl.when(lease).then("commune"),
        "ZONAGEPLAFRESS_ATTRIB": pl.when(lease).then(pl.lit(ZONE)),
        "TYPE_RESERVATAIRE": pl.when(lease).then("reservataire_sne"),
        "DELAI_ATTRIBUTION": pl.when(lease).then(pl.col("delai_attribution").cast(pl.String)),
        "SIREN_RADIATION": pl.when(lease).then("siren"),
        "NUMERORPLS": pl.when(lease).then("identifiant"),
        "NB_QPV": pl.when(lease).then(pl.col("nb_qpv").cast(pl.String)),
    }


def _decimal(column: str, places: int) -> pl.Expr:
    """Give a number with a decimal comma."""
    return pl.col(column).cast(pl.Decimal(18, places)).cast(pl.String).str.replace(".", ",", literal=True)


def _typology(column: str) -> pl.Expr:
    largest = pl.col(column) >= PLUS_GRANDE_TYPOLOGIE
    return (
        pl.when(largest)
        .then(pl.lit("T6P"))
        .otherwise(pl.concat_str(pl.lit("T"), pl.col(column).cast(pl.String)))
    )
