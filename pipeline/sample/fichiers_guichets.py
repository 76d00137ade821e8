"""The `guichets/activite_…` files, as the EPCI sends them: a total, titles, headers that drift."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from pipeline.sample.formats import CsvForm, Depot, csv_from_cells
from pipeline.sample.lieux_accueil import (
    ABSENT,
    EN_TETE_INCONNU,
    GADLS,
    INCONNUES,
    NORMAL,
    PERIODES,
    PILS,
    REFUSEE,
    REGLES,
    REPETE,
    SENTINELLE,
)

ACTIVITE_PILS, ACTIVITE_GADLS = "guichets/activite_pils", "guichets/activite_gadls"
FLUX = {PILS: ACTIVITE_PILS, GADLS: ACTIVITE_GADLS}
EPCI = "epci"
VISITES_TUES = {INCONNUES: "n.c.", SENTINELLE: "99999"}
_COLONNES = {
    "libelle_lieu": "libelle",
    "code_commune": "commune",
    "nombre_visites": "visites",
    "nombre_appels": "appels",
    "nombre_courriels": "courriels",
    "nombre_contacts_en_ligne": "en_ligne",
    "nombre_demandes_enregistrees": "demandes",
    "nombre_renouvellements": "renouvellements",
    "nombre_orientations": "orientations",
    "nombre_jours_ouverture": "jours",
}
FORMES = {
    "2023": CsvForm(";", "cp1252"),
    "2024": CsvForm(";", "utf-8-sig"),
    "2023-S1": CsvForm(",", "utf-8", "\n"),
    "2023-S2": CsvForm(),
    "2024-S1": CsvForm(),
    "2024-S2": CsvForm(",", "utf-8", "\n"),
}
ENTETES: Mapping[str, Mapping[str, str]] = {
    "2024": {"libelle_lieu": "Lieu", "nombre_visites": "Personnes reçues", "nombre_appels": "Appels reçus"},
    "2024-S1": {"nombre_visites": "Fréquentation", "nombre_courriels": "Courriels reçus"},
    REFUSEE[1]: {"nombre_visites": "Flux physique"},
}
TITRES = {"2024": ("Bilan annuel des PILS (données fictives)",)}
TOTAUX = ("2024",)


def write_activity_files(activity: pl.DataFrame) -> Iterator[Depot]:
    """Yield a file per type of place and period."""
    for type_lieu, periodes in PERIODES.items():
        for periode in periodes:
            here = (pl.col("type_lieu") == type_lieu) & (pl.col("periode") == periode)
            held = activity.filter(here & (pl.col("cas") != ABSENT)).to_dicts()
            yield _write(type_lieu, periode, held)


def list_place_defects(activity: pl.DataFrame) -> pl.DataFrame:
    """Return one row per place told badly, and one for the file refused as a whole."""
    refused = pl.DataFrame({"cas": [EN_TETE_INCONNU], "type_lieu": [REFUSEE[0]], "periode": [REFUSEE[1]]})
    hit = activity.filter(pl.col("cas") != NORMAL).select(refused.columns)
    return pl.concat([hit, refused]).select(
        pl.col("cas").alias("defaut"),
        pl.col("cas").replace_strict(REGLES).alias("regle"),
        pl.col("type_lieu").replace_strict(FLUX).alias("flux"),
        "periode",
        pl.lit(EPCI).alias("fournisseur"),
        pl.lit(None, dtype=pl.Int64).alias("menage"),
        pl.lit(None, dtype=pl.Int64).alias("bail"),
    )


def _write(type_lieu: str, periode: str, rows: Sequence[Mapping[str, Any]]) -> Depot:
    key = f"code_{type_lieu.lower()}"
    names = ENTETES.get(periode, {})
    headers = [names.get(column, column) for column in (key, *_COLONNES)]
    lines = [line for row in rows for line in _lines(row)]
    total = [_total(rows)] if periode in TOTAUX else []
    content = [*([title] for title in TITRES.get(periode, ())), headers, *lines, *total]
    refused = (type_lieu, periode) == REFUSEE
    return Depot(
        flux=FLUX[type_lieu],
        periode=periode,
        fournisseur=EPCI,
        extension="csv",
        octets=csv_from_cells(content, FORMES[periode]),
        lues=0 if refused else len(lines) + len(total),
        ignorees=0 if refused else len(lines) - len(rows) + len(total),
        decision="refuse" if refused else "accepte",
        motif="La colonne des visites porte un nom inconnu." if refused else "",
    )


def _lines(row: Mapping[str, Any]) -> Iterator[list[str]]:
    """Yield the line of a place; a repeated one comes twice."""
    told = {**row, "visites": VISITES_TUES.get(row["cas"], _spaced(row["visites"]))}
    line = [row["code_lieu"], *(str(told[name]) for name in _COLONNES.values())]
    yield line
    if row["cas"] == REPETE:
        yield line


def _total(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    visits = sum(row["visites"] for row in rows if row["cas"] not in VISITES_TUES)
    return ["Total", "", "", _spaced(visits), *[""] * (len(_COLONNES) - 3)]


def _spaced(number: int) -> str:
    """Write thousands apart, as a spreadsheet shows them."""
    return f"{number:,}".replace(",", " ")
