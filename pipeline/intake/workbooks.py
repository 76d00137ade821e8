"""What a workbook holds, told from its archive before any cell is read: macros, bombs, damage."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import DeliveryRefusedError

LARGEST_UNPACKED = 1024**3
HIGHEST_RATIO = 100
SMALLEST_SUSPECT = 1024**2
MOST_CELLS = 20_000_000
REMEDY = "Ouvrez-le dans un tableur et réenregistrez-le en .xlsx, ou demandez un nouvel envoi."
_OLE = b"\xd0\xcf\x11\xe0"
_MACROS = re.compile(r"(?i)(^|/)(vbaproject\.bin$|macrosheets/)")
_SHEETS = "xl/worksheets/"
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PLACE = re.compile(rb"""\br=["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_LONGEST_PLACE = 16
_LETTERS = 26
_CHUNK = 1024**2
_BAD_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


def refuse_unsafe_workbook(path: Path) -> None:
    """Raise DeliveryRefusedError on a workbook that is damaged, holds macros, or would not fit in memory.

    Sizes are first the declared ones; then each part is unpacked, a little at a time, to be what it said.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _refuse_macros(entries)
            _refuse_bomb(entries)
            cells = sum(_cells_spanned(entry.filename, _chunks(archive, entry)) for entry in entries)
    except _BAD_ARCHIVE as error:
        raise DeliveryRefusedError("classeur_illisible", _damage(path), remede=REMEDY) from error
    if cells > MOST_CELLS:
        raise DeliveryRefusedError(
            "classeur_trop_grand",
            f"Le classeur s'étend sur {cells} cellules ; au plus {MOST_CELLS} sont lues.",
            remede="Supprimez les lignes et les colonnes vides, ou déposez ces données en CSV.",
        )


def _damage(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(len(_OLE))
    if not start:
        return "Le fichier est vide."
    if start == _OLE:
        return "Le fichier est un ancien classeur .xls, ou un classeur protégé par un mot de passe."
    return "Le fichier n'est pas un classeur .xlsx, ou il est abîmé."


def _refuse_macros(entries: Sequence[zipfile.ZipInfo]) -> None:
    if any(_MACROS.search(entry.filename) for entry in entries):
        raise DeliveryRefusedError(
            "classeur_a_macros",
            "Le classeur contient des macros.",
            remede="Réenregistrez-le en « Classeur Excel (.xlsx) », sans macros, ou en CSV.",
        )


def _refuse_bomb(entries: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > SMALLEST_SUSPECT and entry.file_size > HIGHEST_RATIO * entry.compress_size
        for entry in entries
    )
    if swollen or unpacked > LARGEST_UNPACKED:
        raise DeliveryRefusedError(
            "classeur_trop_grand",
            f"Le classeur est démesuré une fois décompressé ({unpacked // 1024**2} Mo).",
            remede="Déposez ces données en CSV, ou demandez un nouvel envoi.",
        )


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.compress_type not in _PACKINGS:
        raise zipfile.BadZipFile("packed as no workbook is")
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _cells_spanned(name: str, chunks: Iterator[bytes]) -> int:
    """Return rows × columns up to the farthest cell: one cell far away costs as much as a full sheet."""
    rows, columns, end = {0}, {b""}, b""
    for chunk in chunks:
        if name.startswith(_SHEETS):
            places = _PLACE.findall(end + chunk)
            rows.update(int(row) for row in {row for _, row in places})
            columns.update({column.upper() for column, _ in places})
            end = chunk[-_LONGEST_PLACE:]
    return max(rows) * max(_rank(column) for column in columns)


def _rank(column: bytes) -> int:
    """Return the rank of a column from its letters, from 1."""
    rank = 0
    for letter in column:
        rank = rank * _LETTERS + letter - ord("A") + 1
    return rank
