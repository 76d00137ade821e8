"""The `bailleurs/mises_a_disposition` files: what opened in the period, and what was still open before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from pipeline.periods import Periode
from pipeline.sample.calendrier import MISES_A_DISPOSITION
from pipeline.sample.conventions import SIREN_COMMUNE
from pipeline.sample.declarations import DATE_FUTURE, RESERVATAIRE_INCONNU
from pipeline.sample.depots_csv import Place, csv_depot, known_by, written_day, yes_no
from pipeline.sample.fichiers_bailleurs import RESERVATAIRE_HORS_LISTE
from pipeline.sample.flux import EXCLUSIONS
from pipeline.sample.formats import CsvForm, Depot
from pipeline.sample.geographie import CODE_EPCI
from pipeline.sample.habitudes import CODES, CODES_RPLS, CONTINGENTS
from pipeline.sample.sne import DATE_IMPOSSIBLE
from pipeline.sample.tirages import pick

ENTETE_DE_LA_DATE = "Jour de la remise"
ENTETE_ILLISIBLE = "La colonne de la date de mise à disposition porte un nom inconnu."
FAUTES = (RESERVATAIRE_INCONNU, DATE_FUTURE, DATE_IMPOSSIBLE)
FICHIER_FAUTIF = ("alize", "2024-S2")
FICHIER_REFUSE = ("bassin-bleu", "2024-T3")
FICHIER_ABSENT = ("cap-corail", "2025-T1")
DOUBLES, ORGANISMES = 2, 3


@dataclass(frozen=True)
class Habitude:
    """One bailleur's way of writing its flow; `periodes`: the files it sent."""

    fournisseur: str
    periodes: tuple[str, ...]
    forme: CsvForm
    reservataires: Mapping[str, str]
    dates: str = "%d/%m/%Y"
    entetes: Mapping[str, str] = field(default_factory=dict)
    dit_organisme: bool = True


HABITUDES = (
    Habitude("alize", ("2024-S1", "2024-S2", "2025-T1"), CsvForm(";", "utf-8-sig"), CODES),
    Habitude(
        "bassin-bleu",
        ("2024-S1", "2024-T3", "2024-T4", "2025-T1"),
        CsvForm(";", "cp1252"),
        CONTINGENTS,
        entetes={
            "id_mise_a_disposition": "N° offre",
            "date_mise_a_disposition": "Date MAD",
            "logement": "Numéro RPLS",
            "code_commune": "Code INSEE",
            "reservataire": "Contingent",
            "date_retour": "Date rendu",
            "issue": "État",
        },
    ),
    Habitude(
        "cap-corail",
        ("2024-S1", "2024-S2"),
        CsvForm(",", "utf-8", "\n"),
        CODES_RPLS,
        "%Y-%m-%d",
        {"logement": "ident_rep", "code_commune": "depcom", "reservataire": "contingent", "issue": "statut"},
        dit_organisme=False,
    ),
)


def declare_mises_a_disposition(rng: np.random.Generator, mises: pl.DataFrame) -> pl.DataFrame:
    """Return every line of every file, as known at the end of its period (`issue`, dates)."""
    files = []
    for habit in HABITUDES:
        own = mises.filter(pl.col("fournisseur") == habit.fournisseur)
        own = own.with_columns(organisme=_organisme() if habit.dit_organisme else pl.lit(None, pl.String))
        files += [_file(own, periode) for periode in habit.periodes]
    lines = pl.concat(files)
    here = _is_file(lines, FICHIER_FAUTIF)
    hit = rng.permutation(pick(rng, here.to_numpy(), len(FAUTES) + DOUBLES)).tolist()
    place = pl.int_range(pl.len())
    named = dict(zip(hit, FAUTES, strict=False))
    return lines.with_columns(
        rejet=place.replace_strict(named, default="", return_dtype=pl.String),
        doublon=place.is_in(hit[len(FAUTES) :]),
        entre=~_is_file(lines, FICHIER_REFUSE),
    )


def _organisme() -> pl.Expr:
    """Name which of the two collectivités with a convention received the dwelling."""
    second = pl.col("mise") % ORGANISMES == 0
    named = pl.when(second).then(pl.lit(SIREN_COMMUNE)).otherwise(pl.lit(CODE_EPCI))
    return pl.when(pl.col("reservataire") == "COLTER").then(named)


def _is_file(lines: pl.DataFrame, file: tuple[str, str]) -> pl.Series:
    return lines.select((pl.col("fournisseur") == file[0]) & (pl.col("periode") == file[1])).to_series()


def _file(own: pl.DataFrame, code: str) -> pl.DataFrame:
    periode = Periode.parse(code)
    last = periode.dernier_jour
    still_open = pl.col("date_fin").is_null() | (pl.col("date_fin") >= periode.premier_jour)
    opened = pl.col("date_mise") <= last
    rows = own.filter(opened, (pl.col("date_mise") >= periode.premier_jour) | still_open)
    dates = ("date_proposition", "date_attribution", "date_bail", "date_retour")
    rows = rows.with_columns(*(known_by(name, last) for name in dates), periode=pl.lit(code))
    issue = (
        pl.when(pl.col("motif_hors_flux").is_in(list(EXCLUSIONS)))
        .then(pl.lit("RETIRE"))
        .when(pl.col("date_bail").is_not_null())
        .then(pl.lit("BAIL"))
        .when(pl.col("date_retour").is_not_null())
        .then(pl.lit("RENDU"))
        .when(pl.col("date_attribution").is_not_null())
        .then(pl.lit("ATTRIB"))
        .otherwise(pl.lit("ENCOURS"))
    )
    chosen = pl.when(pl.col("date_proposition").is_not_null()).then("nombre_proposes")
    return rows.with_columns(issue=issue, nombre_proposes=chosen)


def tell_mises_a_disposition(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the truth of the flow: one row per dwelling made available and file; the last seen wins."""
    return lines.select(
        "mise", "bail", "fournisseur", "siren", "periode", "commune", "pieces", "financement", "qpv",
        "annee_construction", "premiere", "reservataire", "organisme", "en_flux", "motif_hors_flux",
        "nombre_proposes", "date_mise", "date_proposition", "date_attribution", "date_bail", "date_retour",
        "issue",
        vu=pl.col("entre") & (pl.col("rejet") == ""),
    )  # fmt: skip


def write_flow_files(lines: pl.DataFrame) -> Iterator[Depot]:
    """Yield one delivery per bailleur and period sent."""
    for habit in HABITUDES:
        for periode in habit.periodes:
            rows = lines.filter(pl.col("fournisseur") == habit.fournisseur, pl.col("periode") == periode)
            refused = (habit.fournisseur, periode) == FICHIER_REFUSE
            doubled = pl.concat([rows, rows.filter("doublon")]).sort("mise", maintain_order=True)
            renamed = {"date_mise_a_disposition": ENTETE_DE_LA_DATE} if refused else {}
            place = Place(
                MISES_A_DISPOSITION, periode, habit.fournisseur, habit.forme, {**habit.entetes, **renamed}
            )
            yield csv_depot(
                place,
                doubled.select(**_cells(habit)),
                rejetees=int((rows["rejet"] != "").sum()),
                ignorees=int(rows["doublon"].sum()),
                refus=ENTETE_ILLISIBLE if refused else "",
                lu=not refused,
            )


def _cells(habit: Habitude) -> dict[str, pl.Expr]:
    fault = pl.col("rejet")
    written = pl.col("reservataire").replace_strict(habit.reservataires, default=None)
    return {
        "id_mise_a_disposition": pl.concat_str(pl.lit("MAD-"), pl.col("mise").cast(pl.String).str.zfill(6)),
        "siren_bailleur": pl.col("siren"),
        "logement": pl.when(~pl.col("premiere").fill_null(value=False) | (pl.col("mise") % 2 == 0)).then(
            "identifiant"
        ),
        "code_commune": pl.col("commune"),
        "date_mise_a_disposition": pl.when(fault == DATE_FUTURE)
        .then(pl.lit("15/06/2098"))
        .when(fault == DATE_IMPOSSIBLE)
        .then(pl.lit("31/02/2024"))
        .otherwise(written_day("date_mise", habit.dates)),
        "reservataire": pl.when(fault == RESERVATAIRE_INCONNU)
        .then(pl.lit(RESERVATAIRE_HORS_LISTE))
        .otherwise(written),
        "siren_reservataire": pl.col("organisme"),
        "typologie": pl.concat_str(pl.lit("T"), pl.col("pieces").cast(pl.String)),
        "financement": pl.col("financement"),
        "code_qpv": pl.when(pl.col("qpv") != "").then("qpv"),
        "en_qpv": pl.when(pl.col("qpv") != "").then(pl.lit("OUI")).otherwise(pl.lit("NON")),
        "annee_construction": pl.col("annee_construction").cast(pl.String),
        "premiere_mise_en_location": yes_no("premiere"),
        "en_flux": yes_no("en_flux"),
        "motif_hors_flux": pl.col("motif_hors_flux"),
        "nombre_proposes": pl.col("nombre_proposes").cast(pl.String),
        **{
            name: written_day(name, habit.dates)
            for name in ("date_limite", "date_proposition", "date_attribution", "date_bail", "date_retour")
        },
        "issue": pl.col("issue"),
        "nom": pl.when(pl.col("bail").is_not_null()).then(pl.lit("FICTIF")),
    }
