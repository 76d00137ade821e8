"""The `bailleurs/attributions` files: each line written as its bailleur writes, personal columns invented."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from pipeline.sample.calendrier import (
    ATTRIBUTIONS,
    INCIDENTS,
    NON_ENVOYEE,
    RESERVATAIRES_INCONNUS,
    SANS_DATE_BAIL,
    incident_of,
)
from pipeline.sample.declarations import DATE_FUTURE, RESERVATAIRE_INCONNU
from pipeline.sample.formats import Cell, CsvForm, Depot, csv_from_cells, xlsx_from_cells
from pipeline.sample.geographie import CODES_TRIMESTRES
from pipeline.sample.habitudes import Habitude, habit_of
from pipeline.sample.sne import DATE_IMPOSSIBLE, DOUBLON_DIFFERENT, NUMERO_ABSENT, NUMERO_SCIENTIFIQUE

SENTINELLE_DATE, SENTINELLE_LOYER = date(1900, 1, 1), 9999
SCIENTIFIQUE = "9,74032E+17"
RESERVATAIRE_HORS_LISTE = "Réserve foncière 2024"
NIC = "00017"
_GROUPES = ((0, 3), (3, 7), (7, 13), (13, 18))
_COMMENTAIRES = ("", "", "Dossier fictif ; vu en agence", 'Logement "rénové"', "Relance\nfaite", "RAS")
_NAISSANCE = 2024

Row = Mapping[str, Any]


def write_lease_files(declarations: pl.DataFrame) -> Iterator[Depot]:
    """Yield one delivery per bailleur and quarter that was sent."""
    files = declarations.partition_by("fournisseur", "livraison", maintain_order=True)
    for rows in files:
        fournisseur, rank = rows["fournisseur"][0], rows["livraison"][0]
        periode = CODES_TRIMESTRES[rank]
        incident = incident_of(fournisseur, periode)
        if incident and incident.nature == NON_ENVOYEE:
            continue
        habit = habit_of(fournisseur, periode)
        lines = list(_lines(rows, habit))
        octets = _write_workbook(lines, habit) if habit.extension == "xlsx" else _write_text(lines, habit)
        yield _expected(rows, habit, periode, octets)


def _expected(rows: pl.DataFrame, habit: Habitude, periode: str, octets: bytes) -> Depot:
    incident = next(
        (i for i in INCIDENTS if (i.fournisseur, i.periode) == (habit.fournisseur, periode)), None
    )
    refused = incident is not None and incident.nature in {RESERVATAIRES_INCONNUS, SANS_DATE_BAIL}
    unread = incident is not None and incident.nature == SANS_DATE_BAIL
    total = int(habit.extension == "xlsx")
    repeated = int(rows["doublon"].sum()) + int((rows["rejet"] == DOUBLON_DIFFERENT).sum())
    return Depot(
        flux=ATTRIBUTIONS,
        periode=periode,
        fournisseur=habit.fournisseur,
        extension=habit.extension,
        octets=octets,
        lues=0 if unread else rows.height + repeated + total,
        rejetees=0 if unread else int((rows["rejet"] != "").sum()),
        ignorees=0 if unread else int(rows["doublon"].sum()) + total,
        decision="refuse" if refused else "accepte",
        motif=incident.description if incident else "",
    )


def _lines(rows: pl.DataFrame, habit: Habitude) -> Iterator[dict[str, Cell]]:
    """Yield the cells of each line; a doubled line comes twice, a contradicted one after its rival."""
    for row in rows.iter_rows(named=True):
        cells = {column: _WRITERS[column](row, habit) for column in habit.entetes}
        if row["rejet"] == DOUBLON_DIFFERENT:
            yield cells | {"loyer_principal_eur": 1.0}
        yield cells
        if row["doublon"]:
            yield cells


def _write_text(lines: Sequence[Mapping[str, Cell]], habit: Habitude) -> bytes:
    width = len(habit.entetes)
    titles = [[title] + [""] * (width - 1) for title in habit.titres]
    body = [[_as_text(cells[column], habit) for column in habit.entetes] for cells in lines]
    form = CsvForm(habit.separateur, habit.encodage, habit.fin_de_ligne)
    return csv_from_cells([*titles, list(habit.entetes.values()), *body], form)


def _as_text(cell: Cell, habit: Habitude) -> str:
    match cell:
        case None:
            return habit.inconnu
        case date():
            return cell.strftime(habit.dates)
        case float():
            return f"{cell:.2f}".replace(".", habit.decimale)
        case _:
            return str(cell)


def _write_workbook(lines: Sequence[Mapping[str, Cell]], habit: Habitude) -> bytes:
    """Write numbers as numbers, codes made of digits too, and every other date as typed text."""
    rows: list[list[Cell]] = [list(habit.entetes.values())]
    for place, cells in enumerate(lines):
        rows.append([_as_typed(cells[column], habit, column, place) for column in habit.entetes])
    total: list[Cell] = ["Total", *[None] * (len(habit.entetes) - 2), float(len(lines))]
    return xlsx_from_cells(habit.titres, rows, total)


def _as_typed(cell: Cell, habit: Habitude, column: str, place: int) -> Cell:
    if isinstance(cell, date) and (place % 2 or cell.year <= SENTINELLE_DATE.year):
        return cell.strftime(habit.dates)
    if column in {"code_commune", "logement", "siren_bailleur"} and isinstance(cell, str) and cell.isdigit():
        return int(cell)
    return cell


def _numero_unique(row: Row, habit: Habitude) -> Cell:
    if row["rejet"] in {NUMERO_ABSENT, NUMERO_SCIENTIFIQUE}:
        return "" if row["rejet"] == NUMERO_ABSENT else SCIENTIFIQUE
    number = row["numero_unique"].lower() if habit.minuscules else row["numero_unique"]
    return habit.prefixe_numero + habit.separateur_numero.join(number[low:high] for low, high in _GROUPES)


def _date_bail(row: Row, habit: Habitude) -> Cell:
    if row["rejet"] == DATE_IMPOSSIBLE:
        return date(2024, 1, 31).strftime(habit.dates).replace("01", "02")
    if row["rejet"] == DATE_FUTURE:
        return date(2099, 1, 5)
    return row["bail_declare"] or SENTINELLE_DATE


def _reservataire(row: Row, habit: Habitude) -> Cell:
    if row["rejet"] == RESERVATAIRE_INCONNU:
        return RESERVATAIRE_HORS_LISTE
    code = row["reservataire_declare"]
    return habit.reservataires[code] if code else None


def _siren(row: Row, habit: Habitude) -> Cell:
    return row["siren"] + NIC if habit.siret else row["siren"]


def _yes_no(column: str) -> Callable[[Row, Habitude], Cell]:
    def write(row: Row, habit: Habitude) -> Cell:
        said = row[column]
        return "" if said is None else habit.oui if said else habit.non

    return write


def _text(template: str) -> Callable[[Row, Habitude], Cell]:
    return lambda row, _: template.format(row["menage"])


def _loyer(row: Row, _: Habitude) -> Cell:
    return SENTINELLE_LOYER if row["bail"] % 97 == 0 else row["loyer"]


_WRITERS: dict[str, Callable[[Row, Habitude], Cell]] = {
    "numero_unique": _numero_unique,
    "siren_bailleur": _siren,
    "logement": lambda row, _: row["identifiant"],
    "code_commune": lambda row, _: row["commune"],
    "date_bail": _date_bail,
    "date_caleol": lambda row, _: row["date_caleol_dit"],
    "reservataire": _reservataire,
    "designataire": _text("Commission fictive"),
    "typologie": lambda row, habit: habit.typologie.format(row["pieces"]),
    "financement": lambda row, _: row["financement"],
    "loyer_principal_eur": _loyer,
    "code_qpv": lambda row, _: row["code_qpv_dit"] or "",
    "en_qpv": _yes_no("en_qpv_dit"),
    "ressources_uc_annuelles_eur": lambda row, _: row["ressources_uc"],
    "est_premier_quartile": _yes_no("est_premier_quartile"),
    "en_flux": _yes_no("en_flux"),
    "motif_hors_flux": lambda row, _: row["motif_hors_flux"] or "",
    "nom": _text("FICTIF{}"),
    "prenom": _text("Prénom{}"),
    "date_naissance": lambda row, _: date(
        _NAISSANCE - row["age"], 1 + row["menage"] % 12, 1 + row["menage"] % 28
    ),
    "telephone": _text("0692 00 00 00 (fictif {})"),
    "courriel": _text("fictif{}@exemple.invalid"),
    "adresse": _text("{} rue Fictive"),
    "commentaire": lambda row, _: _COMMENTAIRES[row["menage"] % len(_COMMENTAIRES)],
    "agence": _text("Agence fictive Nord"),
}
