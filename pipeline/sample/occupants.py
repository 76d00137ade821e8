"""Who lives in the dwellings: the survey of occupation (OPS), by commune, bailleur and QPV."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.sample.calendrier import OCCUPATION, UNION
from pipeline.sample.depots_csv import Place, csv_depot
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.parc import HORS_CARTE

ANNEE_OPS = 2024
ECHELLE_INCONNUE = "CANTON"
SECRET, SEUIL_SECRET = "s", 11
ENSEMBLE, TOUS, RECENTS = "ensemble", "ENSEMBLE", "RECENTS"
_PART_RECENTS, _PART_REPONSES = 0.12, 0.83
_REPARTITIONS = {
    "menages": {
        "personnes_seules": 40, "couples_sans_enfant": 9, "couples_avec_enfants": 15,
        "familles_monoparentales": 31, "autres_menages": 5,
    },
    "titulaires": {
        "titulaires_moins_de_30": 8, "titulaires_30_39": 18, "titulaires_40_49": 22, "titulaires_50_64": 30,
        "titulaires_65_74": 13, "titulaires_75_et_plus": 9,
    },
    "ressources": {
        "ressources_moins_20": 24, "ressources_20_39": 27, "ressources_40_59": 20, "ressources_60_79": 13,
        "ressources_80_99": 9, "ressources_100_119": 4, "ressources_120_et_plus": 3,
    },
}  # fmt: skip
_ACTIVITES = {
    "majeurs_emploi_stable": 27, "majeurs_emploi_precaire": 13, "majeurs_chomage": 28,
    "majeurs_sans_emploi": 32,
}  # fmt: skip


def draw_occupants(rng: np.random.Generator, parc: pl.DataFrame) -> pl.DataFrame:
    """Return one row per zone, bailleur and population of the survey."""
    standing = parc.filter(pl.col("premier") <= ANNEE_OPS, pl.col("dernier") >= ANNEE_OPS)
    places = standing.select("siren", "commune", qpv="qpv_2015")
    rows = []
    for (siren, commune), held in sorted(
        places.partition_by("siren", "commune", as_dict=True).items(), key=str
    ):
        rows += _describe(rng, "COMMUNE", str(commune), str(siren), held.height)
    for (commune,), held in sorted(places.partition_by("commune", as_dict=True).items(), key=str):
        rows += _describe(rng, "COMMUNE", str(commune), ENSEMBLE, held.height)
    inside = places.filter(pl.col("qpv") != HORS_CARTE)
    for (qpv,), held in sorted(inside.partition_by("qpv", as_dict=True).items(), key=str):
        rows += _describe(rng, "QPV", str(qpv), ENSEMBLE, held.height)
    return pl.DataFrame(rows)


def _describe(
    rng: np.random.Generator, echelle: str, zone: str, siren: str, logements: int
) -> list[dict[str, object]]:
    """Share the households out between the classes, for all of them and for the recent ones."""
    everyone = int(rng.binomial(logements, _PART_REPONSES))
    recent = int(rng.binomial(everyone, _PART_RECENTS))
    rows: list[dict[str, object]] = []
    for population, menages in ((TOUS, everyone), (RECENTS, recent)):
        majeurs = menages + int(rng.binomial(menages, 0.62))
        told = {
            name: int(value)
            for weights, total in (
                *((item, menages) for item in _REPARTITIONS.values()),
                (_ACTIVITES, majeurs),
            )
            for name, value in zip(weights, _share_out(rng, weights, total), strict=True)
        }
        rows.append(
            {
                "echelle": echelle, "zone": zone, "siren": siren, "population": population,
                "logements": logements, "menages": menages, "majeurs": majeurs,
                "aides": int(rng.binomial(menages, 0.63)), **told,
            }
        )  # fmt: skip
    return rows


def _share_out(rng: np.random.Generator, weights: dict[str, int], total: int) -> list[int]:
    shares = np.array(list(weights.values()), dtype=float)
    return rng.multinomial(total, shares / shares.sum()).tolist()


def tell_occupants(occupants: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the survey: one row per zone, bailleur and population, before any secrecy."""
    return occupants.with_columns(periode=pl.lit(str(ANNEE_OPS)))


def write_survey_file(occupants: pl.DataFrame) -> Iterator[Depot]:
    """Yield the survey; its last line is of a scale no list knows."""
    lines = occupants.with_columns(echelle_dite=pl.col("echelle"))
    stray = lines.head(1).with_columns(echelle_dite=pl.lit(ECHELLE_INCONNUE))
    text = pl.concat([lines, stray]).select(**_occupant_cells())
    yield csv_depot(Place(OCCUPATION, str(ANNEE_OPS), UNION, CsvForm(";", "utf-8-sig")), text, rejetees=1)


def _occupant_cells() -> dict[str, pl.Expr]:
    classes = [name for weights in (*_REPARTITIONS.values(), _ACTIVITES) for name in weights]
    hidden = {
        name: pl.when(pl.col(name).is_between(1, SEUIL_SECRET - 1))
        .then(pl.lit(SECRET))
        .otherwise(pl.col(name).cast(pl.String))
        for name in classes
    }
    return {
        "echelle": pl.col("echelle_dite"),
        "code_zone": pl.col("zone"),
        "siren_bailleur": pl.col("siren"),
        "population": pl.col("population"),
        "nombre_logements": pl.col("logements").cast(pl.String),
        "nombre_menages": pl.col("menages").cast(pl.String),
        **hidden,
        "majeurs": pl.col("majeurs").cast(pl.String),
        "beneficiaires_aide_logement": pl.col("aides").cast(pl.String),
    }
