"""The `plan/…` files, kept by hand: titles above, labels for codes, a total below, a line typed twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from pipeline.sample.fichiers_guichets import EPCI
from pipeline.sample.formats import CsvForm, Depot, csv_from_cells
from pipeline.sample.plan import (
    ACCES,
    ACTIONS,
    AVANCEMENT,
    FORMATIONS,
    LIEUX_ACCUEIL,
    OBJECTIFS,
    RESIDENCES,
    Tables,
)

FORME = CsvForm()


@dataclass(frozen=True)
class Main:
    """How a file was typed. `libelles`: by column, what is written for a code."""

    forme: CsvForm = FORME
    titre: str = ""
    entetes: Mapping[str, str] = field(default_factory=dict)
    libelles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    total: bool = False
    repete: bool = False


MAINS: Mapping[tuple[str, str], Main] = {
    (ACTIONS, "2024-S1"): Main(CsvForm(";", "cp1252"), "Suivi du plan, 1er semestre 2024 (données fictives)"),
    (ACTIONS, "2024-S2"): Main(
        CsvForm(";", "utf-8-sig"),
        entetes={
            "numero_action": "N° fiche-action",
            "libelle_action": "Intitulé",
            "etat": "État d'avancement",
        },
        libelles={"etat": {"A_LANCER": "À lancer", "EN_COURS": "En cours", "REALISEE": "Terminée"}},
    ),
    (ACCES, "2024"): Main(CsvForm(",", "utf-8", "\n"), total=True),
    (FORMATIONS, "2023"): Main(repete=True),
    (FORMATIONS, "2024"): Main(
        entetes={"nombre_participants": "Présents", "date_session": "Date de formation"}
    ),
    (AVANCEMENT, "2024-S2"): Main(
        titre="Tour de table des EPCI (données fictives)",
        libelles={
            "etat_travaux": {"NON_ENGAGES": "Pas commencé", "EN_COURS": "En cours", "ACHEVES": "Terminés"}
        },
    ),
    (LIEUX_ACCUEIL, "2024"): Main(titre="Lieux d'accueil du SIAD (données fictives)", repete=True),
    (OBJECTIFS, "2024"): Main(CsvForm(";", "cp1252"), libelles={"produit": {"PLAI": "LLTS", "PLUS": "LLS"}}),
    (RESIDENCES, "2024"): Main(total=True, repete=True),
}


def write_plan_files(plan: Tables) -> Iterator[Depot]:
    """Yield every delivery of the plan."""
    for flux, deliveries in plan.items():
        for periode, rows in deliveries.items():
            yield _write(flux, periode, rows, MAINS.get((flux, periode), Main()))


def tell_plan(plan: Tables) -> dict[str, pl.DataFrame]:
    """The truth of each feed of the plan, its deliveries one after the other."""
    return {
        flux.replace("/", "_"): pl.concat(
            rows.with_columns(periode=pl.lit(periode)) for periode, rows in deliveries.items()
        )
        for flux, deliveries in plan.items()
    }


def _write(flux: str, periode: str, rows: pl.DataFrame, hand: Main) -> Depot:
    typed = rows.with_columns(pl.col(name).replace(labels) for name, labels in hand.libelles.items())
    lines = [list(row) for row in typed.iter_rows()]
    twice = lines[:1] if hand.repete else []
    total = [["Total", *[""] * (rows.width - 1)]] if hand.total else []
    headers = [hand.entetes.get(name, name) for name in rows.columns]
    titles = [[hand.titre]] if hand.titre else []
    return Depot(
        flux=flux,
        periode=periode,
        fournisseur=EPCI,
        extension="csv",
        octets=csv_from_cells([*titles, headers, *lines, *twice, *total], hand.forme),
        lues=len(lines) + len(twice) + len(total),
        ignorees=len(twice) + len(total),
    )
