"""The bilan as it is sent: every cell written, no formula, a PDF that readers can open, the same twice."""

import base64
import re
import zipfile
import zlib

import polars as pl
import pytest

from pipeline.bilan_flux.documents import Colonne, Document, Tableau
from pipeline.bilan_flux.pdf import write_pdf
from pipeline.bilan_flux.workbook import write_workbook

FORMULE = '=HYPERLINK("http://x";"y")'
LIGNES = 90


@pytest.fixture
def document():
    """Ninety rows, so that the PDF turns the page; a text that a spreadsheet could run."""
    columns = (Colonne("Réservataire", 30), Colonne("Baux", 10), Colonne("Part", 10, est_part=True))
    rows = tuple((f"Ligne {rank} (é\\) <b>", rank, rank / LIGNES) for rank in range(LIGNES))
    return Document(
        "Bilan annuel 2024",
        (("Bailleur", FORMULE), ("Arrêté au", "31/12/2024")),
        (
            Tableau("Bilan", "Le bilan", "Une note.", columns, (*rows, (FORMULE, None, None))),
            Tableau("Écarts", "Les écarts", "Une note.", columns, (), vide="Aucun écart."),
        ),
    )


def texts_of(pdf: bytes) -> list[str]:
    """Give what each page shows."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    pages = (zlib.decompress(base64.a85decode(b"<~" + page.strip(), adobe=True)) for page in streams)
    octal = re.compile(rb"\\([0-7]{3})")
    return [octal.sub(lambda code: bytes([int(code[1], 8)]), page).decode("cp1252") for page in pages]


def test_the_workbook_holds_every_cell_and_no_formula(document, tmp_path):
    path = tmp_path / "bilan.xlsx"
    write_workbook(document, path)
    with zipfile.ZipFile(path) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 3
    assert not any(b"<f>" in sheet for sheet in sheets)
    rows = pl.read_excel(path, sheet_name="Bilan", read_options={"header_row": 3})
    assert rows.columns == ["Réservataire", "Baux", "Part"]
    assert rows.height == LIGNES + 1
    assert rows["Réservataire"][-1] == FORMULE
    assert [float(value) for value in rows["Baux"][:LIGNES]] == list(range(LIGNES))


def test_the_pdf_says_every_row_and_its_header_on_each_page(document, tmp_path):
    path = tmp_path / "bilan.pdf"
    write_pdf(document, path)
    pages = texts_of(path.read_bytes())
    assert len(pages) > 1
    shown = "\n".join(pages)
    assert all(rf"(Ligne {rank} \(é\\\) <) Tj (b) Tj (>)" in shown for rank in range(LIGNES))
    assert all("(Baux)" in page for page in pages if "(Ligne" in page)
    assert r"(=HYPERLINK\(" in shown
    assert "(Aucun écart.)" in shown
    assert f"page 1 sur {len(pages)}" in pages[0]


def test_the_same_document_gives_the_same_pdf(document, tmp_path):
    first, second = tmp_path / "un.pdf", tmp_path / "deux.pdf"
    write_pdf(document, first)
    write_pdf(document, second)
    assert first.read_bytes() == second.read_bytes()
