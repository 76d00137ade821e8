"""The `rpls/logements_ouverts` files: the 41 real headers of 2018–2019, then the 73 of 2023–2026."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.sample.calendrier import LOGEMENTS, SDES
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame
from pipeline.sample.geographie import (
    CODE_DEPARTEMENT,
    CODE_EPCI,
    CODE_REGION,
    CODES_POSTAUX,
    COMMUNES,
    LIBELLE_EPCI,
    LIBELLE_REGION,
    QUARTIERS,
)
from pipeline.sample.parc import HORS_CARTE
from pipeline.sample.tirages import pick

ENTETES_2018 = (
    "DROIT", "DEPCOM", "CODEPOSTAL", "libcom", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "NUMAPPT",
    "NUMBOITE", "ESC", "COULOIR", "ETAGE", "COMPLIDENT", "ENTREE", "BAT", "IMMEU", "COMPLGEO", "LIEUDIT",
    "QPV", "TYPECONST", "NBPIECE", "SURFHAB", "CONSTRUCT", "LOCAT", "PATRIMOINE", "ORIGINE", "FINAN",
    "FINANAUTRE", "CONV", "NUMCONV", "DATCONV", "NEWLOGT", "CUS", "DPEDATE", "DPEENERGIE", "DPESERRE",
    "SRU_EXPIR", "SRU_ALINEA", "CODSEGPATRIM", "LIBSEGPATRIM",
)  # fmt: skip
ENTETES_2023 = (
    "REG_CODE", "REG_LIBELLE", "LIBREG", "DEP_CODE", "DEP_LIBELLE", "LIBDEP", "EPCI_CODE", "EPCI_LIBELLE",
    "LIBEPCI", "DEPCOM", "CODEPOSTAL", "LIBCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "ETAGE",
    "COMPLGEO", "LIEUDIT", "QPV_CODE", "QPV_LIBELLE", "DROIT_CODE", "DROIT_LIBELLE", "TYPECONST_CODE",
    "TYPECONST_LIBELLE", "NBPIECE", "SURFHAB", "CONSTRUCT", "LOCAT", "PATRIMOINE", "ORIGINE",
    "FINAN_CODE", "FINAN_LIBELLE", "FINANAUTRE", "CONV", "NUMCONV", "DATCONV", "NEWLOGT_CODE",
    "NEWLOGT_LIBELLE", "CUS", "DPEDATE", "DPEENERGIE", "DPESERRE", "SRU_EXPIR", "SRU_ALINEA",
    "CODSEGPATRIM", "LIBSEGPATRIM", "PMR_CODE", "PMR_LIBELLE", "PLG_VOIE", "EPSG", "X", "Y", "PLG_QP24",
    "PLG_QP15", "PLG_IRIS2024_CODE", "PLG_IRIS2024_LIBELLE", "PLG_ZUS", "PLG_QVA", "QUALITE_VOIE",
    "QUALITE_NUMERO", "QUALITE_XY", "DISTANCE_PRECISION", "QUALITE_QP24", "QUALITE_QP15", "QUALITE_IRIS",
    "QUALITE_ZUS", "QUALITE_QVA", "COMAQP", "COMAZUS", "UU2020", "AAV2020", "ZE2020",
)  # fmt: skip
FINANCEMENTS = {"LLTS": "10", "LLS": "13", "PLS": "14", "PLI": "16", "AUTRE": "99"}
QPV_INCONNU, SANS_COMMUNE = 12, 3
DPE_NON_REALISE = "01/1900"
SURFACE_INCONNUE = 97


@dataclass(frozen=True)
class FormeRpls:
    """How one vintage is written, and the map in force on its 1 January."""

    millesime: int
    entetes: tuple[str, ...]
    carte: str
    form: CsvForm


FORMES = (
    FormeRpls(2023, ENTETES_2018, "qpv_2015", CsvForm(";", "iso-8859-1", "\r\n")),
    FormeRpls(2024, ENTETES_2023, "qpv_2015", CsvForm(";", "utf-8", "\n")),
    FormeRpls(2025, ENTETES_2023, "qpv_2024", CsvForm(";", "utf-8", "\n")),
)


def present_dwellings(rng: np.random.Generator, parc: pl.DataFrame) -> pl.DataFrame:
    """Return one row per dwelling and vintage; `qpv` is null where the file is silent."""
    vintages = []
    for forme in FORMES:
        here = parc.filter((pl.col("premier") <= forme.millesime) & (pl.col("dernier") >= forme.millesime))
        hit = rng.permutation(pick(rng, np.ones(here.height, dtype=bool), QPV_INCONNU + SANS_COMMUNE))
        rank = pl.int_range(pl.len())
        vintages.append(
            here.with_columns(
                millesime=pl.lit(forme.millesime),
                qpv=pl.when(~rank.is_in(hit[:QPV_INCONNU].tolist())).then(forme.carte),
                rejet=rank.is_in(hit[QPV_INCONNU:].tolist()),
            )
        )
    return pl.concat(vintages)


def write_stock_files(dwellings: pl.DataFrame) -> Iterator[Depot]:
    """Yield one delivery per vintage."""
    for forme in FORMES:
        rows = dwellings.filter(pl.col("millesime") == forme.millesime)
        cells = _place_cells() | _dwelling_cells()
        text = rows.select(cells.get(header, pl.lit("")).alias(header) for header in forme.entetes)
        yield Depot(
            flux=LOGEMENTS,
            periode=str(forme.millesime),
            fournisseur=SDES,
            extension="csv",
            octets=csv_from_frame(text, forme.entetes, forme.form),
            lues=rows.height,
            rejetees=int(rows["rejet"].sum()),
        )


def _place_cells() -> dict[str, pl.Expr]:
    """Give address and QPV: 1/2 before 2023, the code or 2 (« non ») since."""
    named = pl.col("commune").replace_strict(COMMUNES)
    labels = {quartier.code_2015 or "": quartier.libelle for quartier in QUARTIERS}
    labels |= {quartier.code_2024: quartier.libelle for quartier in QUARTIERS}
    inside = pl.col("qpv") != HORS_CARTE
    code = pl.when(inside).then("qpv").when(pl.col("qpv").is_not_null()).then(pl.lit("2"))
    return {
        "REG_CODE": pl.lit(CODE_REGION),
        "REG_LIBELLE": pl.lit(LIBELLE_REGION),
        "DEP_CODE": pl.lit(CODE_DEPARTEMENT),
        "DEP_LIBELLE": pl.lit(LIBELLE_REGION),
        "EPCI_CODE": pl.lit(CODE_EPCI),
        "EPCI_LIBELLE": pl.lit(LIBELLE_EPCI),
        "DEPCOM": pl.when(~pl.col("rejet")).then("commune"),
        "CODEPOSTAL": pl.col("commune").replace_strict(CODES_POSTAUX),
        "libcom": named.str.to_uppercase(),
        "LIBCOM": named,
        "NUMVOIE": (1 + pl.col("logement") % 90).cast(pl.String),
        "TYPVOIE": pl.lit("ALLÉE"),
        "NOMVOIE": pl.lit("ALLÉE FICTIVE"),
        "QPV": pl.when(inside).then(pl.lit("1")).when(pl.col("qpv").is_not_null()).then(pl.lit("2")),
        "QPV_CODE": code,
        "QPV_LIBELLE": pl.when(inside).then(pl.col("qpv").replace_strict(labels, default="")),
        "PLG_QP15": pl.when(pl.col("qpv").is_not_null()).then("qpv_2015"),
        "PLG_QP24": pl.when(pl.col("qpv").is_not_null()).then("qpv_2024"),
        "PLG_IRIS2024_CODE": pl.concat_str("commune", pl.lit("0101")),
        "COMAQP": pl.lit("1"),
    }


def _dwelling_cells() -> dict[str, pl.Expr]:
    kind = pl.when("individuel").then(pl.lit("I")).otherwise(pl.lit("C"))
    built = pl.col("annee_construction").cast(pl.String)
    financing = pl.col("financement").replace_strict(FINANCEMENTS)
    unknown = pl.col("logement") % SURFACE_INCONNUE == 0
    return {
        "DROIT": pl.lit("1"),
        "DROIT_CODE": pl.lit("1"),
        "DROIT_LIBELLE": pl.lit("Pleine propriété"),
        "TYPECONST": kind,
        "TYPECONST_CODE": kind,
        "NBPIECE": pl.col("pieces").cast(pl.String),
        "SURFHAB": pl.when(unknown).then(pl.lit("9999")).otherwise(pl.col("surface").cast(pl.String)),
        "CONSTRUCT": built,
        "LOCAT": built,
        "PATRIMOINE": built,
        "ORIGINE": pl.lit("1"),
        "FINAN": financing,
        "FINAN_CODE": financing,
        "CONV": pl.lit("1"),
        "DPEDATE": pl.lit(DPE_NON_REALISE),
    }
