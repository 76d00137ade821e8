"""The reservation conventions of each bailleur, by year: rates, forecast assiette, what each is promised.

The DEAL keeps one file for all but one bailleur, which sends its own: refused in 2024, corrected in 2025.
"""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import numpy as np
import polars as pl

from pipeline.sample.calendrier import CONVENTIONS, DEAL
from pipeline.sample.depots_csv import DATES, Place, csv_depot, yes_no
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.geographie import BAILLEURS, CODE_DEPARTEMENT, CODE_EPCI, DEBUT, FIN

ANNEES = (2024, 2025)
A_PART, ANNEE_REFUSEE = "goyavier", 2024
SIREN_COMMUNE = "900000041"
TAUX_ILLISIBLE = ("cap-corail", 2024, "AUTRES")
TAUX_ECRIT = "3000"
VIRGULE_PERDUE = "Les taux ont perdu leur virgule : plus de 5 % sont hors bornes."
POIDS_D_UN_GRAND = 10
CATEGORIES = {
    "soustraits_mutations_internes": 0.08,
    "soustraits_npnru": 0.03,
    "soustraits_orcod": 0.0,
    "soustraits_insalubrite": 0.012,
    "soustraits_ventes": 0.008,
    "exclus_defense": 0.002,
    "exclus_securite": 0.004,
    "exclus_sante": 0.004,
}
_FENETRE_ANNEES = (FIN - DEBUT).days / 365.25
_SCHEMA = {"objectif": pl.Int64, "taux": pl.Decimal(18, 2), "assiette": pl.Int64, "disponibles": pl.Int64}


def draw_conventions(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Return one row per bailleur, year and réservataire; the assiette follows the leases of the bailleur."""
    leases = dict(baux.group_by("siren").len().iter_rows())
    rows = []
    for bailleur in BAILLEURS:
        rates = _draw_rates(rng)
        for year in ANNEES:
            forecast = round(leases[bailleur.siren] / _FENETRE_ANNEES * rng.uniform(0.92, 1.1))
            taken = {name: int(rng.binomial(forecast, share)) for name, share in CATEGORIES.items()}
            base = forecast - sum(taken.values())
            common = {
                "annee": year,
                "fournisseur": A_PART if bailleur.fournisseur == A_PART else DEAL,
                "bailleur": bailleur.fournisseur,
                "siren": bailleur.siren,
                "disponibles": forecast,
                "assiette": base,
                "premieres_comprises": bailleur.poids >= POIDS_D_UN_GRAND,
                **taken,
            }
            rows += [common | _promise(code, organisme, rate, base) for code, organisme, rate in rates]
    return _mark_faults(pl.DataFrame(rows, schema_overrides=_SCHEMA))


def _draw_rates(rng: np.random.Generator) -> list[tuple[str, str | None, Decimal]]:
    """Draw the rates of a bailleur: the State's 30 % at most, 5 % of it for its officials, 100 % in all."""
    halves = Decimal("0.5")
    officials = halves * int(rng.integers(6, 11))
    return [
        ("PPRIOR", None, Decimal(30) - officials),
        ("PFONCT", None, officials),
        ("COLACT", None, halves * int(rng.integers(24, 45))),
        ("COLTER", CODE_EPCI, halves * int(rng.integers(10, 25))),
        ("COLTER", SIREN_COMMUNE, halves * int(rng.integers(6, 16))),
        ("AUTRES", None, halves * int(rng.integers(2, 7))),
    ]


def _promise(code: str, organisme: str | None, rate: Decimal, base: int) -> dict[str, object]:
    """Give the objective: the rate of the assiette, rounded half up (règle F5)."""
    objective = (rate * base / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return {"reservataire": code, "organisme": organisme, "taux": rate, "objectif": int(objective)}


def _mark_faults(rows: pl.DataFrame) -> pl.DataFrame:
    """Name the line of a rate no one can promise, and the file whose rates lost their comma."""
    bailleur, year, code = TAUX_ILLISIBLE
    hit = (pl.col("bailleur") == bailleur) & (pl.col("annee") == year) & (pl.col("reservataire") == code)
    refused = (pl.col("fournisseur") == A_PART) & (pl.col("annee") == ANNEE_REFUSEE)
    return rows.with_columns(
        rejet=pl.when(hit).then(pl.lit("taux_hors_bornes")).otherwise(pl.lit("")), entre=~refused
    )


def tell_conventions(conventions: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the conventions: one row each; `vu` tells those the observatory holds."""
    return conventions.select(
        "annee", "siren", "reservataire", "organisme", "taux", "disponibles", *CATEGORIES, "assiette",
        "objectif", "premieres_comprises", vu=pl.col("entre") & (pl.col("rejet") == ""),
    )  # fmt: skip


def write_convention_files(conventions: pl.DataFrame) -> Iterator[Depot]:
    """Yield the State's file of each year, then those of the bailleur that sends its own."""
    for fournisseur, year in product((DEAL, A_PART), ANNEES):
        rows = conventions.filter(pl.col("fournisseur") == fournisseur, pl.col("annee") == year)
        refused = not bool(rows["entre"].all())
        faulty = (rows["taux"] > 1) if refused else (rows["rejet"] != "")
        form = CsvForm(";", "utf-8-sig" if fournisseur == DEAL else "cp1252")
        yield csv_depot(
            Place(CONVENTIONS, str(year), fournisseur, form),
            rows.select(**_cells()),
            rejetees=int(faulty.sum()),
            refus=VIRGULE_PERDUE if refused else "",
        )


def _cells() -> dict[str, pl.Expr]:
    signed = pl.lit(date(2022, 12, 15).strftime(DATES))
    comma = pl.when("entre").then(pl.lit(",")).otherwise(pl.lit(""))
    rate = pl.col("taux").cast(pl.String).str.replace(".", comma, literal=True)
    guarantee = pl.col("reservataire") == "COLTER"
    return {
        "annee": pl.col("annee").cast(pl.String),
        "siren_bailleur": pl.col("siren"),
        "type_perimetre": pl.lit("DEPARTEMENT"),
        "code_perimetre": pl.lit(CODE_DEPARTEMENT),
        "reservataire": pl.col("reservataire"),
        "siren_reservataire": pl.col("organisme"),
        "mode_gestion": pl.when(pl.col("organisme") == SIREN_COMMUNE)
        .then(pl.lit("Gestion déléguée"))
        .otherwise(pl.lit("Gestion directe")),
        "siren_delegataire": pl.when(pl.col("organisme") == SIREN_COMMUNE).then("siren"),
        "contrepartie": pl.when(guarantee)
        .then(pl.lit("Garantie d'emprunt"))
        .when(pl.col("reservataire").is_in(["PPRIOR", "PFONCT"]))
        .then(pl.lit("Droit du préfet"))
        .otherwise(pl.lit("Apport financier")),
        "date_signature": signed,
        "date_fin": pl.lit("31/12/2025"),
        "taux_pct": pl.when(pl.col("rejet") != "").then(pl.lit(TAUX_ECRIT)).otherwise(rate),
        "premieres_locations_comprises": yes_no("premieres_comprises"),
        "disponibles_previsionnels": pl.col("disponibles").cast(pl.String),
        **{name: pl.col(name).cast(pl.String) for name in CATEGORIES},
        "assiette_previsionnelle": pl.col("assiette").cast(pl.String),
        "objectif": pl.col("objectif").cast(pl.String),
    }
