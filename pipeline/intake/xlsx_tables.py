"""XLSX as it comes: the sheet whose header is recognised, with the row numbers a person sees in Excel."""

import zipfile
from pathlib import Path

import polars as pl

from pipeline.errors import DeliveryRefusedError
from pipeline.intake.tables import (
    HEAD_ROWS,
    LINE,
    STRUCTURE_FAULT,
    HeaderScore,
    RawTable,
    best_header_row,
    cell_name,
)

LARGEST_UNPACKED = 2 * 1024**3
_REMEDY = "Ouvrez-le dans un tableur et réenregistrez-le en .xlsx, ou demandez un nouvel envoi."


def read_xlsx_table(path: Path, score: HeaderScore) -> RawTable:
    """Read a delivered workbook; raises DeliveryRefusedError when it cannot be opened safely."""
    import fastexcel

    _refuse_unsafe_archive(path)
    try:
        workbook = fastexcel.read_excel(path)
        sheets = [
            workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for name in workbook.sheet_names
        ]
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise DeliveryRefusedError(
            "classeur_illisible", "Le classeur ne s'ouvre pas.", remede=_REMEDY
        ) from error
    sheets = [sheet for sheet in sheets if sheet.width]
    if not sheets:
        raise DeliveryRefusedError(
            "fichier_vide", "Le classeur est vide.", remede="Demandez un nouvel envoi."
        )
    located = [best_header_row(_head(sheet), score) for sheet in sheets]
    sheet, (index, _) = max(zip(sheets, located, strict=True), key=lambda pair: pair[1][1])
    return _table(sheet, index)


def _head(sheet: pl.DataFrame) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in sheet.head(HEAD_ROWS).rows()]


def _table(sheet: pl.DataFrame, header_index: int) -> RawTable:
    headers = [cell or "" for cell in sheet.row(header_index)]
    while len(headers) > 1 and not headers[-1].strip():
        headers.pop()
    beyond = sheet.columns[len(headers) :]
    overflow = pl.any_horizontal(pl.col(beyond).is_not_null()) if beyond else pl.lit(value=False)
    frame = (
        sheet.with_row_index(LINE, offset=1)
        .lazy()
        .filter(pl.col(LINE) > header_index + 1)
        .select(
            pl.col(LINE).cast(pl.Int64),
            pl.when(overflow).then(pl.lit("ligne_trop_longue")).otherwise(None).alias(STRUCTURE_FAULT),
            *(pl.col(name).alias(cell_name(rank)) for rank, name in enumerate(sheet.columns[: len(headers)])),
        )
    )
    return RawTable(frame, tuple(headers), header_index + 1)


def _refuse_unsafe_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise DeliveryRefusedError(
            "classeur_illisible", "Le fichier n'est pas un classeur .xlsx, ou il est abîmé.", remede=_REMEDY
        ) from error
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise DeliveryRefusedError(
            "classeur_trop_grand",
            "Le classeur dépasse 2 Go une fois décompressé.",
            remede="Déposez ces données en CSV.",
        )
