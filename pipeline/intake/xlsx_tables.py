"""XLSX as it comes: the sheet whose header is recognised, with the row numbers a person sees in Excel."""

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
    refuse_too_wide,
)
from pipeline.intake.workbooks import REMEDY, refuse_unsafe_workbook

DEPOSITED = "Fichier déposé"
"""The sheet of our report that holds the rows as delivered: a report sent back is read there alone."""


def read_xlsx_table(path: Path, score: HeaderScore) -> RawTable:
    """Read a delivered workbook; raises DeliveryRefusedError when it cannot be opened safely."""
    import fastexcel

    refuse_unsafe_workbook(path)
    try:
        workbook = fastexcel.read_excel(path)
        sheets = [
            workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for name in ([DEPOSITED] if DEPOSITED in workbook.sheet_names else workbook.sheet_names)
        ]
    except (fastexcel.FastExcelError, ValueError, OSError) as error:
        raise DeliveryRefusedError(
            "classeur_illisible", "Le classeur ne s'ouvre pas.", remede=REMEDY
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
    refuse_too_wide(len(headers))
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
