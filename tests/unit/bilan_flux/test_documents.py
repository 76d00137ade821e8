"""The bilan as it is sent: every cell written, no formula, a PDF that readers can open, the same twice."""

import re
import zipfile
import zlib

import polars as pl
import pytest

from pipeline.bilan_flux.documents import Colonne, Document, Tableau
from pipeline.bilan_flux.pdf import write_pdf
from pipeline.bilan_flux.polices import text_width
from pipeline.bilan_flux.workbook import write_workbook

FORMULE = '=HYPERLINK("http://x";"y")'
LIGNES = 90


@pytest.fixture
def document():
    """Ninety rows, so that the PDF turns the page; a text that a spreadsheet could run."""
    columns = (Colonne("Réservataire", 30), Colonne("Baux", 10), Colonne("Part", 10, est_part=True))
    rows = tuple((f"Ligne {rank} (é\\)", rank, rank / LIGNES) for rank in range(LIGNES))
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
    pages = re.findall(rb"FlateDecode >>\nstream\n(.*?)\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(page).decode("cp1252") for page in pages]


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
    assert all(rf"(Ligne {rank} \(é\\\))" in shown for rank in range(LIGNES))
    assert all("(Baux)" in page for page in pages if "(Ligne" in page)
    assert r"(=HYPERLINK\(" in shown
    assert "(Aucun écart.)" in shown
    assert f"page 1 sur {len(pages)}" in pages[0]


def test_the_table_of_a_pdf_points_at_its_objects(document, tmp_path):
    path = tmp_path / "bilan.pdf"
    write_pdf(document, path)
    content = path.read_bytes()
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    entries = content[start:].split(b"trailer")[0].splitlines()
    assert entries[0] == b"xref"
    places = [int(line[:10]) for line in entries[3:]]
    assert len(places) == int(entries[1].split()[1]) - 1
    assert all(content[place:].startswith(f"{rank} 0 obj".encode()) for rank, place in enumerate(places, 1))


def test_the_same_document_gives_the_same_pdf(document, tmp_path):
    first, second = tmp_path / "un.pdf", tmp_path / "deux.pdf"
    write_pdf(document, first)
    write_pdf(document, second)
    assert first.read_bytes() == second.read_bytes()


def test_a_number_never_leaves_its_column(document, tmp_path):
    path = tmp_path / "bilan.pdf"
    write_pdf(document, path)
    for page in texts_of(path.read_bytes()):
        for font, size, x, text in re.findall(r"/(F\d) ([\d.]+) Tf ([\d.]+) [\d.]+ Td \((.*?)\) Tj", page):
            if text.isdigit():
                right = float(x) + text_width(text, float(size), bold=font == "F2")
                assert 36 <= float(x) < right <= 842 - 36
