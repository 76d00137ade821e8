"""The households that an operation obliges to rehouse: the leases its motive explains, and those who wait."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from pipeline.periods import Periode
from pipeline.sample.baux import in_force_qpv
from pipeline.sample.calendrier import PORTEUR, RELOGEMENTS
from pipeline.sample.depots_csv import Place, csv_depot, known_by, written_day, written_number
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.geographie import CODE_EPCI, FIN
from pipeline.sample.tirages import draw_days, draw_words, flag, pick

PERIODES = ("2024-T4", "2025-T1")
OPERATIONS = {"QN97427I": "NPNRU-LECLERC", "QN97428I": "NPNRU-BUTOR", "QN97429I": "NPNRU-VAUBAN"}
RHI = "RHI-BOURG"
PROGRAMMES = {"NPNRU": "ANRU", "INSAL": "Insalubrité"}
EN_ATTENTE, PROVISOIRES, SORTIS = 70, 8, 6
RECENT = 5
ETATS = {
    "RELOGE": "Relogé", "PROVISOIRE": "Relogé provisoirement", "PROPOSE": "Proposition en cours",
    "A_RELOGER": "À reloger", "SORTI": "Sorti de l'opération",
}  # fmt: skip
ETAT_INCONNU = "Dossier transmis"
_DEBUT_DES_OPERATIONS = date(2021, 9, 1)


def draw_relogements(
    rng: np.random.Generator,
    parc: pl.DataFrame,
    demandes: pl.DataFrame,
    baux: pl.DataFrame,
    declarations: pl.DataFrame,
) -> pl.DataFrame:
    """Return one row per household to rehouse; `bail` is the lease that rehoused it."""
    motives = declarations.filter(~pl.col("est_rival"), pl.col("motif_hors_flux").is_in(list(PROGRAMMES)))
    motives = motives.unique("bail", keep="first", maintain_order=True).select("bail", "motif_hors_flux")
    housed = baux.filter(pl.col("code_epci") == CODE_EPCI, ~pl.col("est_association")).join(
        motives, on="bail", maintain_order="left"
    )
    built = parc.select("identifiant", "annee_construction")
    housed = housed.join(built, on="identifiant", how="left", maintain_order="left")
    housed = housed.unique("menage", keep="first", maintain_order=True)
    number = demandes.select("menage", "numero_unique", "taille")
    housed = housed.join(number, on="menage", how="left", maintain_order="left").select(
        "menage", "bail", "numero_unique", "taille", "identifiant", "commune", "pieces", "reservataire",
        "motif_hors_flux", "annee_construction", siren_neuf="siren", qpv=in_force_qpv("date_bail"),
        date_relogement="date_bail",
    )  # fmt: skip
    rows = pl.concat([housed, _waiting(rng, housed)], how="diagonal")
    return _describe_origins(rng, rows, parc).with_row_index("dossier")


def _waiting(rng: np.random.Generator, housed: pl.DataFrame) -> pl.DataFrame:
    """Give the households still there, on the move, or gone by themselves; they have no number."""
    count = EN_ATTENTE + PROVISOIRES + SORTIS
    sizes = draw_words(rng, {"1": 35, "2": 25, "3": 18, "4": 14, "5": 8}, count).astype(np.int64)
    moved = np.repeat(["", "PROVISOIRE", "SORTI"], (EN_ATTENTE, PROVISOIRES, SORTIS))
    communes = draw_words(rng, {"97411": 8, "97418": 2}, count)
    return pl.DataFrame(
        {"taille": sizes, "situation": moved, "motif_hors_flux": "NPNRU", "commune": communes}
    ).with_columns(
        taille=pl.col("taille").cast(housed.schema["taille"]),
        date_relogement=pl.when(pl.col("situation") == "PROVISOIRE").then(
            (pl.lit(FIN) - draw_days(rng, 100, 300, count)).cast(pl.Date)
        ),
    )


def _describe_origins(rng: np.random.Generator, rows: pl.DataFrame, parc: pl.DataFrame) -> pl.DataFrame:
    """Give the dwelling left, the operation, the day of the survey and what remains to be paid."""
    count = rows.height
    left = parc[pick(rng, parc["qpv_2024"].is_in(list(OPERATIONS)).to_numpy(), count)]
    urban = pl.col("motif_hors_flux") == "NPNRU"
    known = (pl.col("date_relogement") - draw_days(rng, 90, 800, count)).cast(pl.Date)
    waiting = (pl.lit(date(2024, 9, 1)) - draw_days(rng, 0, 700, count)).cast(pl.Date)
    before = pl.Series(np.round(rng.normal(260, 60, count).clip(60), 2))
    return rows.with_columns(
        siren=left["siren"],
        commune_origine=left["commune"],
        qpv_origine=left["qpv_2024"],
        pieces_origine=left["pieces"],
        situation=pl.col("situation").fill_null(""),
        date_recensement=pl.max_horizontal(
            pl.coalesce(known, waiting), pl.lit(_DEBUT_DES_OPERATIONS).cast(pl.Date)
        ),
        reste_avant=before,
        reste_apres=before + pl.Series(np.round(rng.normal(12, 30, count).clip(-60), 2)),
        propositions=pl.Series(rng.integers(0, 4, count)),
        propose=pl.Series(flag(rng, 0.3, count)),
    ).with_columns(
        operation=pl.when(urban).then(pl.col("qpv_origine").replace_strict(OPERATIONS)).otherwise(pl.lit(RHI))
    )


def declare_relogements(rng: np.random.Generator, households: pl.DataFrame) -> pl.DataFrame:
    """Return every line of every file, with the state at the end of its period."""
    files = []
    for code in PERIODES:
        last = Periode.parse(code).dernier_jour
        listed = households.filter(pl.col("date_recensement") <= last)
        day = known_by("date_relogement", last)
        state = (
            pl.when(pl.col("situation") == "SORTI")
            .then(pl.lit("SORTI"))
            .when(day.is_not_null() & (pl.col("situation") == "PROVISOIRE"))
            .then(pl.lit("PROVISOIRE"))
            .when(day.is_not_null())
            .then(pl.lit("RELOGE"))
            .when("propose")
            .then(pl.lit("PROPOSE"))
            .otherwise(pl.lit("A_RELOGER"))
        )
        files.append(listed.with_columns(etat=state, periode=pl.lit(code), date_relogement=day))
    lines = pl.concat(files)
    last_file = (lines["periode"] == PERIODES[-1]).to_numpy()
    hit = pick(rng, last_file & (lines["etat"] == "A_RELOGER").to_numpy(), 1).tolist()
    fault = pl.when(pl.int_range(pl.len()).is_in(hit)).then(pl.lit("etat_inconnu")).otherwise(pl.lit(""))
    return lines.with_columns(rejet=fault)


def tell_relogements(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the rehousing: one row per household and file."""
    return lines.select(
        "dossier", "menage", "bail", "periode", "operation", "etat", "date_recensement", "date_relogement",
        commune=_when_housed("commune"), qpv=_when_housed("qpv"), est_neuf=_when_housed(_is_recent()),
        vu=pl.col("rejet") == "",
    )  # fmt: skip


def _when_housed(value: str | pl.Expr) -> pl.Expr:
    return pl.when(pl.col("date_relogement").is_not_null()).then(value)


def _is_recent() -> pl.Expr:
    return pl.col("annee_construction") >= pl.col("date_relogement").dt.year() - RECENT


def write_rehousing_files(lines: pl.DataFrame) -> Iterator[Depot]:
    """Yield the file of the operations, by quarter."""
    for code in PERIODES:
        rows = lines.filter(pl.col("periode") == code)
        place = Place(RELOGEMENTS, code, PORTEUR, CsvForm(";", "cp1252"), {"operation": "Projet"})
        yield csv_depot(place, rows.select(**_cells()), rejetees=int((rows["rejet"] != "").sum()))


def _cells() -> dict[str, pl.Expr]:
    inside = pl.col("qpv").fill_null("") != ""
    state = pl.col("etat").replace_strict(ETATS)
    return {
        "operation": pl.col("operation"),
        "programme": pl.col("motif_hors_flux").replace_strict(PROGRAMMES),
        "id_menage": pl.concat_str(pl.lit("FIC-"), pl.col("dossier").cast(pl.String)),
        "numero_unique": pl.col("numero_unique"),
        "siren_bailleur": pl.col("siren"),
        "code_commune_origine": pl.col("commune_origine"),
        "code_qpv_origine": pl.col("qpv_origine"),
        "typologie_origine": pl.concat_str(pl.lit("T"), pl.col("pieces_origine").cast(pl.String)),
        "taille_menage": pl.col("taille").cast(pl.String),
        "date_recensement": written_day("date_recensement"),
        "etat": pl.when(pl.col("rejet") != "").then(pl.lit(ETAT_INCONNU)).otherwise(state),
        "nombre_propositions": pl.col("propositions").cast(pl.String),
        "date_relogement": written_day("date_relogement"),
        "logement": _when_housed("identifiant"),
        "siren_bailleur_relogement": _when_housed("siren_neuf"),
        "code_commune": _when_housed("commune"),
        "code_qpv": _when_housed(pl.when(inside).then("qpv")),
        "en_qpv": _when_housed(pl.when(inside).then(pl.lit("OUI")).otherwise(pl.lit("NON"))),
        "est_neuf": pl.when(_is_recent()).then(pl.lit("OUI")).when(~_is_recent()).then(pl.lit("NON")),
        "typologie": _when_housed(pl.concat_str(pl.lit("T"), pl.col("pieces").cast(pl.String))),
        "reservataire": _when_housed("reservataire"),
        "reste_a_charge_avant_eur": _when_housed(written_number("reste_avant")),
        "reste_a_charge_apres_eur": _when_housed(written_number("reste_apres")),
        "nom": pl.lit("FICTIF"),
    }
