"""The exchange of dwellings between tenants: what is offered, what was exchanged."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipeline.periods import Periode
from pipeline.sample.calendrier import ANNONCES, BOURSE, PERMUTATIONS
from pipeline.sample.depots_csv import Place, csv_depot, known_by, written_day, written_number
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.geographie import COMMUNES, FIN
from pipeline.sample.parc import MILLESIMES
from pipeline.sample.tirages import draw_days, draw_words, pick

PERIODES = ("2024-T4", "2025-T1")
PERIODE_DES_PERMUTATIONS = "2025-T1"
OFFRES, ECHANGES = 260, 24
ISSUES = {"EN_LIGNE": 45, "RETIREE": 25, "EXPIREE": 25, "REFUSEE": 5}
ECHANGEE = "ECHANGEE"
ISSUES_PERMUTATIONS = {"EN_COURS": 8, "ACCEPTEE": 3, "REFUSEE": 6, "ABANDONNEE": 4}
MOTIFS_REFUS = {"SUROCC": 4, "SOUSOCC": 2, "PLAFOND": 2, "IMPAYE": 2}
SANS_IDENTIFIANT = "identifiant_absent"
_PIECES_MAX, _VIE_LA_PLUS_LONGUE = 6, 330
_TU = 12
FORME = CsvForm(";", "utf-8-sig")


def draw_annonces(rng: np.random.Generator, parc: pl.DataFrame) -> pl.DataFrame:
    """Return one row per dwelling offered; the first ones, two by two, end in an exchange."""
    standing = (parc["dernier"] == MILLESIMES[-1]).to_numpy()
    offered = parc[rng.permutation(pick(rng, standing, OFFRES))]
    place = pl.int_range(pl.len())
    published = (pl.lit(FIN) - draw_days(rng, 1, _VIE_LA_PLUS_LONGUE, OFFRES)).cast(pl.Date)
    fate = (
        pl.when(place < 2 * ECHANGES)
        .then(pl.lit(ECHANGEE))
        .otherwise(pl.Series(draw_words(rng, ISSUES, OFFRES)))
    )
    rooms = offered["pieces"].to_numpy() + rng.choice((-1, 1), OFFRES)
    rows = offered.select("identifiant", "siren", "commune", "qpv_2024", "pieces", "surface").with_columns(
        annonce=place,
        date_publication=published,
        destin=fate,
        pieces_voulues=pl.Series(np.clip(rooms, 1, _PIECES_MAX)),
        commune_voulue=pl.Series(draw_words(rng, dict.fromkeys(COMMUNES, 1), OFFRES)),
        contacts=pl.Series(rng.poisson(3, OFFRES)),
        loyer=pl.Series(np.round(offered["surface"].to_numpy() * rng.normal(6.8, 0.6, OFFRES), 2)),
    )
    ended = pl.min_horizontal(pl.col("date_publication") + draw_days(rng, 15, 180, OFFRES), pl.lit(FIN))
    return rows.with_columns(date_cloture=pl.when(pl.col("destin") != "EN_LIGNE").then(ended.cast(pl.Date)))


def draw_permutations(rng: np.random.Generator, annonces: pl.DataFrame) -> pl.DataFrame:
    """Return one row per exchange asked: those that were made, then those that were not."""
    done = annonces.filter(pl.col("destin") == ECHANGEE)
    others = annonces.filter(pl.col("destin") != ECHANGEE).head(2 * sum(ISSUES_PERMUTATIONS.values()))
    pairs = pl.concat([done, others])
    kept = ("annonce", "siren", "commune", "qpv_2024", "pieces", "date_publication", "date_cloture", "destin")
    first, second = (
        pairs[start::2].select(pl.col(kept).name.suffix(side)) for start, side in ((0, "_a"), (1, "_b"))
    )
    rows = pl.concat([first, second], how="horizontal")
    count = rows.height
    fates = np.repeat(list(ISSUES_PERMUTATIONS), list(ISSUES_PERMUTATIONS.values()))
    asked = pl.max_horizontal("date_publication_a", "date_publication_b")
    made = pl.col("destin_a") == ECHANGEE
    gap = draw_days(rng, 12, 40, count)
    issue = pl.Series(["REALISEE"] * ECHANGES + rng.permutation(fates).tolist())
    rows = rows.with_columns(
        issue=issue,
        date_demande=asked,
        date_decision=pl.when(issue != "EN_COURS").then(
            pl.min_horizontal(asked + gap, pl.lit(FIN)).cast(pl.Date)
        ),
        motif=pl.when(issue == "REFUSEE").then(pl.Series(draw_words(rng, MOTIFS_REFUS, count))),
    )
    swapped = pl.max_horizontal(pl.max_horizontal("date_cloture_a", "date_cloture_b"), "date_decision")
    return rows.with_columns(date_realisation=pl.when(made).then(swapped)).with_row_index("permutation")


def declare_annonces(rng: np.random.Generator, annonces: pl.DataFrame) -> pl.DataFrame:
    """Return every line of every file: published by then, and not closed before the period."""
    files = []
    for code in PERIODES:
        periode = Periode.parse(code)
        still = pl.col("date_cloture").is_null() | (pl.col("date_cloture") >= periode.premier_jour)
        rows = annonces.filter(pl.col("date_publication") <= periode.dernier_jour, still)
        closed = known_by("date_cloture", periode.dernier_jour)
        issue = pl.when(closed.is_not_null()).then("destin").otherwise(pl.lit("EN_LIGNE"))
        files.append(rows.with_columns(periode=pl.lit(code), issue=issue, date_cloture=closed))
    lines = pl.concat(files)
    hit = pick(rng, (lines["periode"] == PERIODES[-1]).to_numpy(), 3).tolist()
    place = pl.int_range(pl.len())
    fault = pl.when(place.is_in(hit[:2])).then(pl.lit(SANS_IDENTIFIANT)).otherwise(pl.lit(""))
    return lines.with_columns(rejet=fault, doublon=place.is_in(hit[2:]))


def tell_annonces(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the offers: one row per offer and file."""
    return lines.select(
        "annonce", "periode", "siren", "commune", "qpv_2024", "pieces", "date_publication", "date_cloture",
        "issue", vu=pl.col("rejet") == "",
    )  # fmt: skip


def tell_permutations(permutations: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the exchanges: one row each."""
    return permutations.select(
        "permutation", "annonce_a", "annonce_b", "issue", "date_demande", "date_decision", "date_realisation",
        "motif", periode=pl.lit(PERIODE_DES_PERMUTATIONS),
    )  # fmt: skip


def write_exchange_files(lines: pl.DataFrame, permutations: pl.DataFrame) -> Iterator[Depot]:
    """Yield the offers by quarter, then the exchanges, one of them written twice."""
    for code in PERIODES:
        rows = lines.filter(pl.col("periode") == code)
        doubled = pl.concat([rows, rows.filter("doublon")]).sort("annonce", maintain_order=True)
        yield csv_depot(
            Place(ANNONCES, code, BOURSE, FORME, {"code_quartier": "Quartier", "issue": "Statut"}),
            doubled.select(**_offer_cells()),
            rejetees=int((rows["rejet"] != "").sum()),
            ignorees=int(rows["doublon"].sum()),
        )
    place = Place(PERMUTATIONS, PERIODE_DES_PERMUTATIONS, BOURSE, FORME, {"issue": "Résultat"})
    twice = pl.concat([permutations, permutations.tail(1)])
    yield csv_depot(place, twice.select(**_exchange_cells()), ignorees=1)


def _number(letter: str, column: str) -> pl.Expr:
    return pl.concat_str(pl.lit(f"{letter}-"), pl.col(column).cast(pl.String).str.zfill(4))


def _quartier(column: str) -> pl.Expr:
    """Give the quartier: the QPV, else an IRIS of the commune."""
    commune = column.replace("qpv_2024", "commune")
    return (
        pl.when(pl.col(column) != "")
        .then(pl.col(column))
        .otherwise(pl.concat_str(pl.col(commune), pl.lit("0101")))
    )


def _rooms(column: str) -> pl.Expr:
    return pl.concat_str(pl.lit("T"), pl.col(column).cast(pl.String))


def _offer_cells() -> dict[str, pl.Expr]:
    return {
        "id_annonce": pl.when(pl.col("rejet") == "").then(_number("A", "annonce")),
        "siren_bailleur": pl.col("siren"),
        "logement": pl.when(pl.col("annonce") % _TU != 0).then("identifiant"),
        "code_commune": pl.col("commune"),
        "code_quartier": _quartier("qpv_2024"),
        "typologie": _rooms("pieces"),
        "surface_m2": pl.col("surface").cast(pl.String),
        "loyer_principal_eur": written_number("loyer"),
        "date_publication": written_day("date_publication"),
        "date_fin": written_day("date_cloture"),
        "typologie_recherchee": _rooms("pieces_voulues"),
        "code_commune_recherchee": pl.col("commune_voulue"),
        "nombre_contacts": pl.col("contacts").cast(pl.String),
        "issue": pl.col("issue"),
        "courriel": pl.lit("fictif@exemple.invalid"),
    }


def _exchange_cells() -> dict[str, pl.Expr]:
    sides = {
        name + side: value
        for side in ("_a", "_b")
        for name, value in {
            "id_annonce": _number("A", f"annonce{side}"),
            "siren_bailleur": pl.col(f"siren{side}"),
            "code_commune": pl.col(f"commune{side}"),
            "code_quartier": pl.when(pl.col(f"qpv_2024{side}") != "").then(f"qpv_2024{side}"),
            "typologie": _rooms(f"pieces{side}"),
        }.items()
    }
    return {
        "id_permutation": _number("E", "permutation"),
        "date_demande": written_day("date_demande"),
        **sides,
        "date_decision": written_day("date_decision"),
        "date_realisation": written_day("date_realisation"),
        "issue": pl.col("issue"),
        "motif_refus": pl.col("motif"),
    }
