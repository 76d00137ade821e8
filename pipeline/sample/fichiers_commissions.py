"""The `bailleurs/candidatures_caleol` and `bailleurs/propositions` files, by half-year."""

from collections.abc import Iterator, Mapping

import polars as pl

from pipeline.sample.calendrier import CANDIDATURES, PROPOSITIONS
from pipeline.sample.commissions import SEMESTRES, SEMESTRES_PROPOSITIONS
from pipeline.sample.formats import CsvForm, Depot, csv_from_frame

FORMES = {
    "alize": CsvForm(";", "utf-8-sig", "\r\n"),
    "bassin-bleu": CsvForm(";", "cp1252", "\r\n"),
    "cap-corail": CsvForm(",", "utf-8", "\n"),
}
ENTETES: Mapping[str, Mapping[str, str]] = {
    "alize": {},
    "bassin-bleu": {
        "id_cal": "N° CAL",
        "date_seance": "Date de la commission",
        "numero_unique": "Numéro unique départemental",
        "logement": "Numéro RPLS",
        "code_commune": "Code INSEE",
        "decision": "Décision CAL",
        "a_bail_signe": "Bail signé",
        "reservataire": "Contingent",
    },
    "cap-corail": {
        "numero_unique": "nud",
        "rang": "Classement",
        "code_commune": "depcom",
        "logement": "ident_rep",
    },
}
_DATES = "%d/%m/%Y"


def write_commission_files(candidatures: pl.DataFrame, propositions: pl.DataFrame) -> Iterator[Depot]:
    """Yield the candidatures, then the proposals of the bailleurs that keep them."""
    for fournisseur in FORMES:
        for periode in SEMESTRES:
            yield _write(CANDIDATURES, periode, fournisseur, candidatures, _candidature_cells())
        for periode in SEMESTRES_PROPOSITIONS:
            yield _write(PROPOSITIONS, periode, fournisseur, propositions, _proposition_cells())


def _write(
    flux: str, periode: str, fournisseur: str, rows: pl.DataFrame, cells: Mapping[str, pl.Expr]
) -> Depot:
    here = rows.filter(pl.col("semestre") == periode, pl.col("fournisseur") == fournisseur)
    text = here.select(**cells)
    headers = [ENTETES[fournisseur].get(name, name) for name in text.columns]
    return Depot(
        flux=flux,
        periode=periode,
        fournisseur=fournisseur,
        extension="csv",
        octets=csv_from_frame(text, headers, FORMES[fournisseur]),
        lues=text.height,
    )


def _common_cells() -> dict[str, pl.Expr]:
    return {
        "numero_unique": pl.col("numero_unique"),
        "siren_bailleur": pl.col("siren"),
        "logement": pl.col("identifiant"),
        "code_commune": pl.col("commune"),
        "decision": pl.col("decision"),
        "reservataire": pl.col("reservataire"),
        "nom": pl.concat_str(pl.lit("FICTIF"), pl.col("candidat").cast(pl.String)),
    }


def _candidature_cells() -> dict[str, pl.Expr]:
    signed = pl.when("signataire").then(pl.lit("OUI")).otherwise(pl.lit("NON"))
    return {
        "id_cal": _commission(),
        "date_seance": pl.col("date_caleol").dt.strftime(_DATES),
        **_common_cells(),
        "rang": pl.col("rang").cast(pl.String),
        "motif_decision": pl.col("motif_decision"),
        "a_bail_signe": signed,
    }


def _proposition_cells() -> dict[str, pl.Expr]:
    signed = pl.col("etat") == "BAIL"
    return {
        "id_proposition": pl.concat_str(
            pl.lit("P"), pl.col("bail").cast(pl.String), pl.lit("-"), pl.col("rang").cast(pl.String)
        ),
        **_common_cells(),
        "etat": pl.col("etat"),
        "date_creation": pl.col("date_creation").dt.strftime(_DATES),
        "date_commission": pl.col("date_caleol").dt.strftime(_DATES),
        "date_reponse": pl.when(pl.col("etat") != "SANSREP").then(pl.col("date_reponse").dt.strftime(_DATES)),
        "date_bail": pl.when(signed).then(pl.col("date_bail").dt.strftime(_DATES)),
        "motif_refus": pl.col("motif_refus"),
    }


def _commission() -> pl.Expr:
    """Give one commission per bailleur and day: it may examine several dwellings (règle R0.12)."""
    return pl.concat_str(
        pl.lit("CAL-"),
        pl.col("siren").str.slice(-1),
        pl.lit("-"),
        pl.col("date_caleol").dt.strftime("%Y%m%d"),
    )
