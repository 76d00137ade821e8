"""The list of every defect put in on purpose, one row each, under the rule it tests: a table of the truth."""

import polars as pl

from pipeline.sample.anomalies import CATALOGUE, NORMAL
from pipeline.sample.calendrier import ATTRIBUTIONS, DEMANDES, GIP_SNE, IMHOWEB, INCIDENTS, POINTS, RADIATIONS
from pipeline.sample.desaccords import REGLES as REGLES_DES_DESACCORDS
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.incidents_stock import REGLES as REGLES_DU_STOCK

REGLES = {
    "retard_radiation": "A2",
    "retard_bail": "B8",
    "reactivation": "R0.7",
    "annulee": "B5",
    "doublon": "A19",
    "doublon_different": "A19",
    "numero_absent": "B7",
    "numero_scientifique": "R0.9",
    "date_impossible": "R0.13",
    "date_future": "B8",
    "reservataire_inconnu": "R0.13",
    "points_corriges": "C9",
    "total_faux": "C8",
    "depot_absent_ou_refuse": "B14",
}
SCHEMA = {
    "defaut": pl.String,
    "regle": pl.String,
    "flux": pl.String,
    "periode": pl.String,
    "fournisseur": pl.String,
    "menage": pl.Int64,
    "bail": pl.Int64,
}


def list_defects(
    *,
    baux: pl.DataFrame,
    radiations: pl.DataFrame,
    declarations: pl.DataFrame,
    scores: pl.DataFrame,
    stock: pl.DataFrame,
    incidents: pl.DataFrame,
) -> pl.DataFrame:
    """Return one row per defect; `bail` and `menage` are null where it concerns a whole file."""
    no_lease = pl.lit(None, dtype=pl.Int64)
    sent = declarations.with_columns(flux=pl.lit(ATTRIBUTIONS))
    recorded = radiations.with_columns(flux=pl.lit(RADIATIONS), fournisseur=pl.lit(GIP_SNE))
    scored = scores.with_columns(flux=pl.lit(POINTS), fournisseur=pl.lit(IMHOWEB), bail=no_lease)
    waiting = stock.with_columns(flux=pl.lit(DEMANDES), fournisseur=pl.lit(GIP_SNE), bail=no_lease)
    hit = incidents.with_columns(
        flux=pl.lit(DEMANDES), fournisseur=pl.lit(GIP_SNE), bail=no_lease, livraison=pl.col("rang")
    )
    known = (
        {anomalie.cas: anomalie.regle for anomalie in CATALOGUE}
        | REGLES
        | REGLES_DU_STOCK
        | REGLES_DES_DESACCORDS
    )
    rows = [
        *_defects_of_leases(baux),
        _named(_late_radiations(recorded), pl.lit("retard_radiation")),
        _named(recorded.filter(pl.col("cas").is_in(["reactivation", "annulee"])), pl.col("cas")),
        *(
            _named(table.filter(pl.col("cas").is_in(list(REGLES_DES_DESACCORDS))), pl.col("cas"))
            for table in (recorded, sent)
        ),
        *_defects_of_lines(sent, recorded, scored, waiting),
        *_defects_of_scores(scored),
        _named(hit, pl.col("cas")),
        _incidents(),
    ]
    return pl.concat(rows).with_columns(regle=pl.col("defaut").replace_strict(known)).select(*SCHEMA)


def _defects_of_leases(baux: pl.DataFrame) -> list[pl.DataFrame]:
    leases = baux.with_columns(flux=pl.lit(ATTRIBUTIONS), livraison="livraison_bailleur")
    late = (pl.col("retard_bailleur") > 0) & pl.col("livraison").is_not_null()
    return [
        _named(leases.filter(pl.col("cas") != NORMAL), pl.col("cas")),
        _named(leases.filter(late), pl.lit("retard_bail")),
    ]


def _defects_of_lines(*files: pl.DataFrame) -> list[pl.DataFrame]:
    """Give the lines the door rejects, and those written twice."""
    rejected = [_named(table.filter(pl.col("rejet") != ""), pl.col("rejet")) for table in files]
    doubled = [_named(table.filter("doublon"), pl.lit("doublon")) for table in files]
    return rejected + doubled


def _defects_of_scores(scored: pl.DataFrame) -> list[pl.DataFrame]:
    false_totals = scored.filter("total_faux").unique(["menage", "date_points"], maintain_order=True)
    return [
        _named(scored.filter("doublon_different"), pl.lit("doublon_different")),
        _named(scored.filter(pl.col("ordre") > 0), pl.lit("points_corriges")),
        _named(false_totals, pl.lit("total_faux")),
    ]


def _late_radiations(recorded: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("date_radiation")
    quarter = pl.concat_str(day.dt.year().cast(pl.String), pl.lit("-T"), day.dt.quarter().cast(pl.String))
    due = quarter.replace_strict(
        {code: rank for rank, code in enumerate(CODES_TRIMESTRES)}, return_dtype=pl.Int64
    )
    return recorded.filter((pl.col("livraison") > due) & (pl.col("version") == 1))


def _named(rows: pl.DataFrame, name: pl.Expr) -> pl.DataFrame:
    quarter = pl.col("livraison").replace_strict(
        dict(enumerate(CODES_TRIMESTRES)), default=None, return_dtype=pl.String
    )
    return rows.select(
        name.alias("defaut"), "flux", quarter.alias("periode"), "fournisseur", "menage", "bail"
    )


def _incidents() -> pl.DataFrame:
    rows = [
        {
            "defaut": "depot_absent_ou_refuse",
            "flux": ATTRIBUTIONS,
            "periode": item.periode,
            "fournisseur": item.fournisseur,
            "menage": None,
            "bail": None,
        }
        for item in INCIDENTS
    ]
    return pl.DataFrame(rows, schema={name: kind for name, kind in SCHEMA.items() if name != "regle"})
