"""The `rpls/logements_restreints` files: occupation, rents and contingents of each dwelling, by year.

Calibrated on CINOR (domaine.md §7): vacancy 1.3 %, mobility 6.2 %, 6.8 € per m².
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.feeds import load_feeds
from pipeline.sample.calendrier import LOGEMENTS_RESTREINTS, PREFECTURE
from pipeline.sample.fichiers_bailleurs import NIC
from pipeline.sample.fichiers_rpls import DPE_NON_REALISE, FINANCEMENTS, FORMES
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame
from pipeline.sample.habitudes import CODES_RPLS
from pipeline.sample.parc import HORS_CARTE
from pipeline.sample.tirages import Words, draw_words, flag, pick

MILLESIMES = (2024, 2025)
CARTES = {forme.millesime: forme.carte for forme in FORMES}
LOUE, VACANT = "1", "2"
MODES = {LOUE: 962, VACANT: 13.3, "3": 14, "5": 11}
FLUX, SANS_CONTINGENT = "8", "0"
CONTINGENTS = {
    2024: {FLUX: 60, "7": 14, "2": 9, "3": 8, "41": 4, "43": 3, "5": 1, SANS_CONTINGENT: 1},
    2025: {FLUX: 86, "7": 5, "2": 3, "3": 3, "41": 2, "43": 1},
}
SANS_COMMUNE, SANS_IDENTIFIANT, VENDUS = 3, 90, 8
LOYER_INCONNU, VENTE = "9999", "1"
LOYER_TU, QPV_TU, CONTINGENT_AUTRE = 101, 6, 10
_BAIL_LE_PLUS_VIEUX = 1995
_A_JOUR = 0.77
_ENTRES_PLUS_TOT, _DERNIER_MOIS = {2024: 0.04, 2025: 0.0}, 7
_LOYER_M2, _ECART = 6.8, 0.9


def draw_occupation(rng: np.random.Generator, parc: pl.DataFrame, baux: pl.DataFrame) -> pl.DataFrame:
    """Return one row per dwelling and vintage: let or not, since when, at what rent, on which contingent."""
    vintages = []
    signed = baux.select("identifiant", "date_bail").with_columns(annee_bail=pl.col("date_bail").dt.year())
    named = baux.select("identifiant", "reservataire").unique("identifiant", maintain_order=True)
    for year in MILLESIMES:
        here = parc.filter((pl.col("premier") <= year) & (pl.col("dernier") >= year))
        last = signed.filter(pl.col("annee_bail") == year - 1).select("identifiant", "date_bail")
        here = here.join(last.unique("identifiant", maintain_order=True), on="identifiant", how="left")
        here = here.join(named, on="identifiant", how="left").sort("logement")
        here = here.with_columns(millesime=pl.lit(year))
        vintages.append(_occupy(rng, here, year))
    return pl.concat(vintages)


def _occupy(rng: np.random.Generator, here: pl.DataFrame, year: int) -> pl.DataFrame:
    """Draw the state on 1 January; some leases of the year before are missing, some undrawn.

    One dwelling in six is not placed (`qpv` is null), one rent in a hundred not told.
    """
    count = here.height
    since = np.maximum(here["annee_construction"].to_numpy(), _BAIL_LE_PLUS_VIEUX)
    early = flag(rng, _ENTRES_PLUS_TOT[year], count) & (since < year)
    older = np.where(early, year - 1, rng.integers(since, np.maximum(since, year - 2), endpoint=True))
    month = rng.integers(1, np.where(early, _DERNIER_MOIS, 12), endpoint=True)
    known = pl.col("date_bail").is_not_null() & pl.Series(flag(rng, _A_JOUR, count))
    rents = here["surface"].to_numpy() * np.maximum(rng.normal(_LOYER_M2, _ECART, count), 3.0)
    faults = rng.permutation(pick(rng, np.ones(count, dtype=bool), SANS_COMMUNE + SANS_IDENTIFIANT + VENDUS))
    place = pl.int_range(pl.len())
    drawn = here.with_columns(
        mode=pl.when(known).then(pl.lit(LOUE)).otherwise(pl.Series(draw_words(rng, MODES, count))),
        annee=pl.when(known).then(pl.col("date_bail").dt.year().cast(pl.Int64)).otherwise(pl.Series(older)),
        mois=pl.when(known).then(pl.col("date_bail").dt.month().cast(pl.Int64)).otherwise(pl.Series(month)),
        loyer=pl.when(pl.col("logement") % LOYER_TU != 0).then(pl.Series(np.round(rents, 2))),
        qpv=pl.when(pl.col("logement") % QPV_TU != 0).then(CARTES[year]),
        contingent=_contingents(draw_words(rng, CONTINGENTS[year], count)),
        rejet=place.is_in(faults[:SANS_COMMUNE].tolist()),
        sans_identifiant=place.is_in(faults[SANS_COMMUNE:-VENDUS].tolist()),
        vendu=place.is_in(faults[-VENDUS:].tolist()),
    )
    return drawn.drop("date_bail", "reservataire")


def _contingents(drawn: Words) -> pl.Expr:
    """Give the contingent: outside the flow, one dwelling in ten is let on another (règle F1)."""
    held = pl.Series(drawn)
    own = pl.col("reservataire").replace_strict(CODES_RPLS, default=None)
    lent = (pl.col("logement") % CONTINGENT_AUTRE == 0) | own.is_null()
    return pl.when(held.is_in([FLUX, SANS_CONTINGENT]) | lent).then(held).otherwise(own)


def write_restricted_files(occupation: pl.DataFrame) -> Iterator[Depot]:
    """Yield one delivery per vintage; a dwelling sold between two organismes comes twice (règle R0.1)."""
    order = [column.name for column in load_feeds()[LOGEMENTS_RESTREINTS].columns]
    for (year,), rows in occupation.partition_by("millesime", as_dict=True, maintain_order=True).items():
        kept = rows.with_columns(sorti=pl.lit(value=False))
        lines = pl.concat([kept, rows.filter("vendu").with_columns(sorti=pl.lit(value=True))])
        cells = _identity_cells() | _dwelling_cells() | _letting_cells()
        text = lines.select(cells.get(header, pl.lit("")).alias(header) for header in order)
        yield Depot(
            flux=LOGEMENTS_RESTREINTS,
            periode=str(year),
            fournisseur=PREFECTURE,
            extension="csv",
            octets=csv_from_frame(text, order, CsvForm(";", "cp1252", "\r\n")),
            lues=lines.height,
            rejetees=int(rows["rejet"].sum()),
        )


def _identity_cells() -> dict[str, pl.Expr]:
    """Give the keys: IDENT_REP may be missing, or held twice when a dwelling was sold."""
    number = pl.col("logement").cast(pl.String).str.zfill(6)
    former = pl.when("sorti").then(pl.lit("V")).otherwise(pl.lit("L"))
    return {
        "IDENT_REP": pl.when(~pl.col("sans_identifiant")).then("identifiant"),
        "IDENT_INT": pl.concat_str(former, number),
        "IDENT_ORG": pl.col("siren"),
        "SIRET": pl.concat_str("siren", pl.lit(NIC)),
        "DEPCOM": pl.when(~pl.col("rejet")).then("commune"),
        "SORTIEPATRIM": pl.when("sorti").then(pl.lit(VENTE)),
        "NUMVOIE": (1 + pl.col("logement") % 90).cast(pl.String),
        "NOMVOIE": pl.lit("ALLÉE FICTIVE"),
    }


def _dwelling_cells() -> dict[str, pl.Expr]:
    built = pl.col("annee_construction").cast(pl.String)
    located = pl.col("qpv").is_not_null()
    return {
        "DROIT": pl.lit("1"),
        "QPV": pl.when(pl.col("qpv") != HORS_CARTE).then(pl.lit("1")).when(located).then(pl.lit("2")),
        "TYPECONST": pl.when("individuel").then(pl.lit("I")).otherwise(pl.lit("C")),
        "NBPIECE": pl.col("pieces").cast(pl.String),
        "SURFHAB": pl.col("surface").cast(pl.String),
        "CONSTRUCT": built,
        "LOCAT": built,
        "PATRIMOINE": built,
        "ORIGINE": pl.lit("1"),
        "FINAN": pl.col("financement").replace_strict(FINANCEMENTS),
        "CONV": pl.lit("1"),
        "DPEDATE": pl.lit(DPE_NON_REALISE),
    }


def _letting_cells() -> dict[str, pl.Expr]:
    let = pl.col("mode") == LOUE
    month = pl.concat_str(
        pl.col("mois").cast(pl.String).str.zfill(2), pl.lit("/"), pl.col("annee").cast(pl.String)
    )
    rent = pl.col("loyer").cast(pl.Decimal(18, 2)).cast(pl.String).str.replace(".", ",", literal=True)
    left = pl.date(pl.col("millesime") - 1, pl.col("mois"), 15).dt.strftime("%d/%m/%Y")
    return {
        "MODE": pl.col("mode"),
        "BAIL": pl.when(let).then(month),
        "REMLOCDATE": pl.when(let).then(month),
        "DATE_DEP_DERLOCAT": pl.when(pl.col("mode") == VACANT).then(left),
        "LOYERPRINC": pl.when(let).then(rent.fill_null(LOYER_INCONNU)),
        "SURFMODE": pl.col("surface").cast(pl.String),
        "CONTRESLOG": pl.col("contingent"),
    }
