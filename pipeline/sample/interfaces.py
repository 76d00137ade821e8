"""SYPLO and Péléhas beside the SNE: mostly the same households, some on one side only, some other labels.

`ecart` names what was put in on purpose: the reconciliation must find it (CINOR, action 7.3).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.periods import Periode
from pipeline.sample.calendrier import AFI, DEAL, PELEHAS, SYPLO
from pipeline.sample.demandes import ATTRIBUTION
from pipeline.sample.depots_csv import Place, csv_depot, known_by, written_day
from pipeline.sample.fichiers_bailleurs import SCIENTIFIQUE
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.sne import NUMERO_ABSENT, NUMERO_SCIENTIFIQUE
from pipeline.sample.tirages import draw_days, draw_words, flag, pick

PERIODES = ("2024-T4", "2025-T1")
LIBELLES = {
    "DALO": "Reconnu DALO", "HEBERGEMENT": "Sortie d'hébergement", "VIOLENCES": "Violences conjugales",
    "EXPULSION": "Menace d'expulsion", "MALLOGE": "Mal logé", "HANDICAP": "Handicap", "MUTATION": "Mutation",
}  # fmt: skip
LABELS_L441_1 = {"HEBERGEMENT": 30, "MALLOGE": 30, "EXPULSION": 25, "VIOLENCES": 15}
AUTRE_LABEL = {"DALO": "EXPULSION", "HEBERGEMENT": "MALLOGE"}
ABSENTE, INCONNUE, PERIMEE, LABEL_DIFFERENT, DEPOT_DIFFERENT = (
    "absente", "inconnue_du_sne", "perimee", "label_different", "depot_different",
)  # fmt: skip
PARTS = {ABSENTE: 0.07, PERIMEE: 0.05, LABEL_DIFFERENT: 0.06, DEPOT_DIFFERENT: 0.03}
FOURNISSEURS = {SYPLO: DEAL, PELEHAS: AFI}
INCONNUES = 12
_TENUES_PAR_AFI, _SUR = 3, 5
FAUTES = (NUMERO_SCIENTIFIQUE, NUMERO_ABSENT)


def draw_interfaces(rng: np.random.Generator, demandes: pl.DataFrame, wishes: pl.DataFrame) -> pl.DataFrame:
    """Return one row per household and software (`cote`), with what it holds of the demande."""
    households = demandes.filter(~pl.col("est_association")).join(
        wishes.select("menage", "statut_dalo", "date_dalo"), on="menage", how="left", maintain_order="left"
    )
    known = _label(rng, households)
    prioritised = known.filter(pl.col("label").is_not_null() & (pl.col("label") != "MUTATION"))
    held = known.filter(pl.col("menage") % _SUR < _TENUES_PAR_AFI)
    return pl.concat([_side(rng, prioritised, SYPLO), _side(rng, held, PELEHAS)])


def _label(rng: np.random.Generator, households: pl.DataFrame) -> pl.DataFrame:
    """Give each household its label, and the day it was put."""
    count = households.height
    recognised = pl.col("statut_dalo").is_in(["ACTIF", "ACTREL"]).fill_null(value=False)
    other = pl.Series(draw_words(rng, LABELS_L441_1, count))
    moving = pl.col("est_mutation") & pl.Series(flag(rng, 0.1, count))
    label = (
        pl.when(recognised)
        .then(pl.lit("DALO"))
        .when("L441_1")
        .then(other)
        .when(pl.col("HANDICAP") & pl.Series(flag(rng, 0.5, count)))
        .then(pl.lit("HANDICAP"))
        .when(moving)
        .then(pl.lit("MUTATION"))
    )
    put = pl.col("date_depot") + draw_days(rng, 20, 300, count)
    return households.select(
        "menage", "numero_unique", "date_depot", "destin", "date_fin", label=label
    ).with_columns(
        date_label=pl.when(pl.col("label") == "DALO")
        .then(households["date_dalo"])
        .when(pl.col("label").is_not_null())
        .then(put)
    )


def _side(rng: np.random.Generator, households: pl.DataFrame, cote: str) -> pl.DataFrame:
    """Draw what differs on one side, and households that the SNE never knew."""
    count = households.height
    drawn = pl.Series(draw_words(rng, {**PARTS, "": 1 - sum(PARTS.values())}, count))
    swapped = pl.col("label").replace_strict(AUTRE_LABEL, default="DALO")
    rows = households.with_columns(
        ecart=pl.when((drawn == LABEL_DIFFERENT) & pl.col("label").is_null())
        .then(pl.lit(""))
        .otherwise(drawn),
        rythme=pl.Series(rng.integers(20, 360, count)),
        depot_decale=draw_days(rng, 30, 200, count),
    ).with_columns(
        label_dit=pl.when(pl.col("ecart") == LABEL_DIFFERENT).then(swapped).otherwise("label"),
        depot_dit=pl.when(pl.col("ecart") == DEPOT_DIFFERENT)
        .then(pl.col("date_depot") - pl.col("depot_decale"))
        .otherwise("date_depot"),
    )
    unknown = rows.filter(pl.col("label").is_not_null(), pl.col("destin") == "").head(INCONNUES)
    stranger = pl.concat_str(pl.col("numero_unique").str.slice(0, 13), pl.lit("FIC9X"))
    strangers = unknown.with_columns(
        menage=pl.lit(None, dtype=pl.Int64), numero_unique=stranger, ecart=pl.lit(INCONNUE)
    )
    return pl.concat([rows, strangers]).with_columns(cote=pl.lit(cote))


def declare_interfaces(rng: np.random.Generator, held: pl.DataFrame) -> pl.DataFrame:
    """Return every line of every file: alive on the last day, or ended since the previous quarter.

    `perimee`: still active for the software when the demande has ended.
    """
    files = []
    for code in PERIODES:
        periode = Periode.parse(code)
        last = periode.dernier_jour
        stale = (pl.col("ecart") == PERIMEE) & (pl.col("date_fin") <= last)
        recent = pl.col("date_fin").is_null() | (pl.col("date_fin") >= periode.premier_jour)
        rows = held.filter(pl.col("depot_dit") <= last, recent | stale)
        labelled = (pl.col("date_label") <= last).fill_null(value=False)
        silent = ((pl.col("ecart") == PERIMEE) & ~stale.fill_null(value=False)) | (
            (pl.col("ecart") == LABEL_DIFFERENT) & ~labelled
        )
        rows = rows.with_columns(
            periode=pl.lit(code),
            ecart=pl.when(silent).then(pl.lit("")).otherwise("ecart"),
            label_dit=pl.when(labelled).then("label_dit"),
            date_label=known_by("date_label", last),
            fin_dite=pl.when(~stale).then(known_by("date_fin", last)),
            date_maj=pl.max_horizontal(
                "depot_dit",
                pl.when(stale)
                .then(pl.col("date_fin") - pl.duration(days=pl.col("rythme")))
                .otherwise(pl.lit(last) - pl.duration(days=pl.col("rythme"))),
            ).cast(pl.Date),
        ).filter((pl.col("cote") == PELEHAS) | pl.col("label_dit").is_not_null())
        files.append(rows)
    return _mark_faults(rng, pl.concat(files))


def _mark_faults(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """Lose the number of two lines of each last file."""
    named: dict[int, str] = {}
    for cote in (SYPLO, PELEHAS):
        last_file = (pl.col("cote") == cote) & (pl.col("periode") == PERIODES[-1]) & (pl.col("ecart") == "")
        hit = pick(rng, lines.select(last_file).to_series().to_numpy(), len(FAUTES)).tolist()
        named |= dict(zip(hit, FAUTES, strict=True))
    place = pl.int_range(pl.len())
    return lines.with_columns(rejet=place.replace_strict(named, default="", return_dtype=pl.String))


def tell_interfaces(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of both sides: one row per household, software and file; no `menage`: not in the SNE."""
    return lines.select(
        "cote", "periode", "menage", "label", "date_label", "date_maj", "fin_dite", "ecart",
        "date_depot", "depot_dit", "label_dit",
        vu=(pl.col("rejet") == "") & (pl.col("ecart") != ABSENTE),
    )  # fmt: skip


def write_interface_files(lines: pl.DataFrame) -> Iterator[Depot]:
    """Yield the extractions of each software, by quarter."""
    sides = (
        (SYPLO, DEAL, CsvForm(";", "cp1252"), _syplo_cells()),
        (PELEHAS, AFI, CsvForm(), _pelehas_cells()),
    )
    for flux, fournisseur, form, cells in sides:
        for code in PERIODES:
            here = (pl.col("cote") == flux) & (pl.col("periode") == code)
            rows = lines.filter(here, pl.col("ecart") != ABSENTE)
            headers = {"label": "Public prioritaire"} if flux == SYPLO else {"label": "Motif de priorité"}
            place = Place(flux, code, fournisseur, form, headers)
            yield csv_depot(place, rows.select(**cells), rejetees=int((rows["rejet"] != "").sum()))


def _common_cells() -> dict[str, pl.Expr]:
    number = (
        pl.when(pl.col("rejet") == NUMERO_SCIENTIFIQUE)
        .then(pl.lit(SCIENTIFIQUE.replace(",", ".")))
        .when(pl.col("rejet") == "")
        .then("numero_unique")
    )
    return {
        "reference": pl.concat_str(pl.lit("DOS-"), pl.col("menage").cast(pl.String)),
        "numero_unique": number,
        "label": pl.col("label_dit").replace_strict(LIBELLES, default=None),
        "date_label": pl.when(pl.col("label_dit").is_not_null()).then(written_day("date_label")),
        "date_depot": written_day("depot_dit"),
        "date_mise_a_jour": written_day("date_maj"),
        "nom": pl.lit("FICTIF"),
    }


def _syplo_cells() -> dict[str, pl.Expr]:
    ended = pl.col("fin_dite").is_not_null()
    housed = ended & (pl.col("destin") == ATTRIBUTION)
    return _common_cells() | {
        "statut": pl.when(housed)
        .then(pl.lit("Relogé"))
        .when(ended)
        .then(pl.lit("Radié"))
        .otherwise(pl.lit("En attente"))
    }


def _pelehas_cells() -> dict[str, pl.Expr]:
    ended = pl.col("fin_dite").is_not_null()
    housed = ended & (pl.col("destin") == ATTRIBUTION)
    return _common_cells() | {
        "statut": pl.when(housed)
        .then(pl.lit("Attribuée"))
        .when(ended)
        .then(pl.lit("Radiée"))
        .otherwise(pl.lit("Active")),
        "date_radiation": written_day("fin_dite"),
        "motif_radiation": pl.when(ended).then("destin"),
    }
