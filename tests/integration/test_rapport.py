"""The report of a delivery: read before sending or beside the file, corrected in place and sent back."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

import fastexcel
import pytest

from pipeline import cli
from pipeline.acceptation import Door
from pipeline.feeds import load_feeds
from pipeline.intake.conform import Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.pseudonyms import Pseudonymiser
from pipeline.rapport.deposited import Deposited
from pipeline.rapport.names import REPORT_FILES
from tests.depots import deposer, exemple

FLUX = "bailleurs/attributions"
FEEDS = list(load_feeds().values())
OUTSIDE = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//|<script|@import""", re.IGNORECASE)


@pytest.fixture
def verifier(tmp_path, monkeypatch, capsys):
    """Check a text before sending, without key nor data root; returns the exit code and the JSON."""
    monkeypatch.delenv("PPGD_CLE")
    monkeypatch.setenv("PPGD_CLE_FICHIER", str(tmp_path / "pas-de-cle"))

    def run(path: Path, *options: str):
        arguments = ["ppgd", "verifier", str(path), "--donnees", str(tmp_path / "rien"), *options]
        monkeypatch.setattr("sys.argv", arguments)
        with pytest.raises(SystemExit) as stop:
            cli.main()
        shown = capsys.readouterr()
        assert not (tmp_path / "rien").exists()
        return int(stop.value.code or 0), shown.out, shown.err

    return run


def many(lines: int = 48, feed: str = FLUX) -> list[str]:
    """The example again, each row with a demande and a logement of its own."""
    header, *rows = exemple(feed).splitlines()
    told = [header]
    for rank in range(lines):
        _number, siren, _, *cells = rows[rank % len(rows)].split(";")
        told.append(";".join([f"9740323{rank:06d}G1104", siren, f"{rank:010d}", *cells]))
    return told


def with_cell(lines: list[str], line: int, column: str, value: str) -> list[str]:
    rank = lines[0].split(";").index(column)
    cells = lines[line - 1].split(";")
    cells[rank] = value
    return [*lines[: line - 1], ";".join(cells), *lines[line:]]


def write(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def sheet_of(book: Path, name: str = "Fichier déposé") -> list[list[str]]:
    rows = fastexcel.read_excel(book).load_sheet(name, header_row=None, dtypes="string").to_polars().rows()
    return [[cell or "" for cell in row] for row in rows]


def corrected(book: Path, target: Path, change) -> Path:
    """Save the book as a spreadsheet does, its rows changed by `change(rows)`."""
    from xlsxwriter import Workbook

    model = fastexcel.read_excel(book)
    target.parent.mkdir(parents=True, exist_ok=True)
    with Workbook(str(target), {"strings_to_formulas": False}) as copy:
        for name in model.sheet_names:
            rows = sheet_of(book, name)
            if name == "Fichier déposé":
                change(rows)
            sheet = copy.add_worksheet(name)
            for rank, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(rank, column, cell)
    return target


def decide(settings) -> dict[str, str]:
    with Door.open(settings) as door:
        decisions = [one for some in door.decide_each(door.waiting_groups()) for one in some]
    return {one.delivery.fournisseur: one.record for one in decisions}


def test_a_good_file_is_accepted_and_its_feed_recognised(verifier, tmp_path):
    path = write(tmp_path / "2025-T1" / "sidr.csv", many())
    code, shown, _ = verifier(path)
    assert code == cli.DONE
    assert "Flux reconnu à ses en-têtes : bailleurs/attributions" in shown
    assert "Accepté" in shown
    folder = path.parent / "sidr-rapport"
    assert {one.name for one in folder.iterdir()} == set(REPORT_FILES)
    assert fastexcel.read_excel(folder / "rapport.xlsx").sheet_names == ["Synthèse", "Anomalies"]


def test_each_thing_wrong_is_told_with_its_line_and_what_to_write(verifier, tmp_path):
    lines = with_cell(many(), 3, "date_bail", "6 janvier 2025")
    lines = with_cell(lines, 5, "typologie", "3 pièce(s)")
    lines = with_cell(lines, 7, "motif_hors_flux", "=cmd|' /C calc'!A0")
    code, shown, _ = verifier(write(tmp_path / "sidr.csv", lines), "--periode", "2025-T1", "--json")
    data = json.loads(shown)
    assert (code, data["decision"]) == (cli.DONE, "accepte_avec_reserves")
    told = {(one["code"], one["ligne"]): one for one in data["anomalies"]}
    date_bail = told["valeur_invalide", 3]
    assert (date_bail["colonne"], date_bail["valeur"]) == ("Date de signature du bail", "6 janvier 2025")
    assert (date_bail["gravite"], date_bail["correction_proposee"]) == ("bloquant", "06/01/2025")
    assert told["code_inconnu", 5]["gravite"] == "a_confirmer"
    assert told["code_inconnu", 5]["correction_proposee"].startswith("T3")
    assert told["code_a_confirmer", 7]["valeur"].startswith("'=")
    stages = [one["etape"] for one in data["anomalies"]]
    assert stages == sorted(stages, key=["fichier", "entetes", "blocages", "confirmations"].index)


@pytest.mark.parametrize(
    ("content", "stage", "code_told"),
    [
        (b"", "fichier", "fichier_vide"),
        (b"%PDF-1.7 \n", "fichier", "fichier_binaire"),
        (b"numero_unique;commune\n1;2\n", "entetes", "entete_manquant"),
    ],
)
def test_what_stops_the_file_is_the_only_thing_told(verifier, tmp_path, content, stage, code_told):
    path = tmp_path / "sidr.csv"
    path.write_bytes(content)
    code, shown, _ = verifier(path, "--flux", FLUX, "--json")
    (only,) = json.loads(shown)["anomalies"]
    assert (code, only["etape"], only["code"]) == (cli.REFUSED, stage, code_told)


def test_a_feed_that_headers_do_not_tell_is_a_misuse(verifier, tmp_path):
    path = write(tmp_path / "x.csv", ["a;b", "1;2"])
    assert verifier(path)[0] == cli.MISUSE
    assert verifier(path, "--flux", "x")[0] == cli.MISUSE
    assert verifier(tmp_path / "absent.csv")[0] == cli.MISUSE
    assert verifier(path, "--flux", FLUX, "--periode", "2025-T5")[0] == cli.MISUSE


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_example_of_each_feed_is_recognised_or_its_twins_are_named(feed, verifier, tmp_path):
    path = tmp_path / "essai.csv"
    shutil.copyfile(feed.folder / "exemple-valide.csv", path)
    code, shown, errors = verifier(path, "--json", "--periode", "2025")
    if code == cli.MISUSE:
        assert feed.key in errors
        assert "ambigu" in errors
    else:
        assert json.loads(shown)["flux"] == feed.key


def test_a_book_corrected_in_place_enters_as_the_file_would(reglages):
    lines = many()
    wrong = with_cell(with_cell(lines, 3, "date_bail", "6 janvier 2025"), 9, "code_commune", "")
    for line in (12, 15, 18):
        wrong = with_cell(wrong, line, "date_bail", "hier")
    path = deposer(reglages, FLUX, "sidr", content="\n".join(wrong))
    assert decide(reglages)["sidr"].decision == "refuse"
    book = path.parent / ".depots" / "sidr" / "rapport.xlsx"
    rows = sheet_of(book)
    assert [row[:24] for row in rows] == [line.split(";") for line in wrong]

    def put_right(rows):
        for line in (3, 9, 12, 15, 18):
            rows[line - 1][:24] = lines[line - 1].split(";")

    corrected(book, path.with_suffix(".xlsx"), put_right)
    path.unlink()
    record = decide(reglages)["sidr"]
    assert (record.decision, record.lignes_acceptees, record.motifs) == ("accepte", 48, ())


def test_confirmed_values_are_accepted_and_no_longer_told(reglages):
    wrong = with_cell(with_cell(many(), 4, "typologie", "LOFT"), 6, "motif_hors_flux", "NOUVEAU")
    path = deposer(reglages, FLUX, "sidr", content="\n".join(wrong))
    assert decide(reglages)["sidr"].decision == "accepte_avec_reserves"

    def confirm(rows):
        assert rows[0][24] == "confirme"
        for line in (4, 6):
            rows[line - 1][24] = "Oui"

    book = path.parent / ".depots" / "sidr" / "rapport.xlsx"
    corrected(book, path.with_suffix(".xlsx"), confirm)
    path.unlink()
    record = decide(reglages)["sidr"]
    assert (record.decision, record.motifs) == ("accepte", ())


def test_a_blocking_row_is_never_confirmed_nor_a_spoilt_row_padded(reglages):
    wrong = with_cell(many(), 4, "date_bail", "hier")
    wrong[9] = wrong[9].rsplit(";", 6)[0]
    path = deposer(reglages, FLUX, "sidr", content="\n".join(wrong))
    assert decide(reglages)["sidr"].lignes_rejetees == 2

    def confirm(rows):
        for row in rows[1:]:
            row[24] = "oui"

    corrected(path.parent / ".depots" / "sidr" / "rapport.xlsx", path.with_suffix(".xlsx"), confirm)
    path.unlink()
    assert decide(reglages)["sidr"].lignes_rejetees == 2


def test_a_refused_delivery_is_told_until_when_and_compared_with_the_last_two(reglages):
    for periode in ("2024-T2", "2024-T3", "2024-T4"):
        deposer(reglages, FLUX, "sidr", periode=periode, content="\n".join(many()))
    decide(reglages)
    path = deposer(reglages, FLUX, "sidr", content="\n".join(with_cell(many(4), 3, "date_bail", "x")))
    record = decide(reglages)["sidr"]
    data = json.loads((path.parent / ".depots" / "sidr" / "rapport.json").read_text(encoding="utf-8"))
    assert record.decision == "refuse"
    assert re.fullmatch(r"à corriger avant le \d{2}/\d{2}/\d{4}", data["decision_en_clair"])
    assert [one["periode"] for one in data["livraisons_precedentes"]] == ["2024-T4", "2024-T3"]


def test_the_page_asks_nothing_of_the_network_and_runs_nothing(verifier, tmp_path):
    lines = with_cell(many(), 5, "typologie", "<script>alert(1)</script>")
    path = write(tmp_path / "sidr.csv", lines)
    verifier(path, "--periode", "2025-T1")
    page = (tmp_path / "sidr-rapport" / "rapport.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert OUTSIDE.search(page) is None


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_deposited_sheet_of_each_feed_reads_as_its_file(feed, tmp_path, verifier):
    """A row too short is added, so that the sheet is there; sent back, it is the only one rejected."""
    text = exemple(feed.key).lstrip("\ufeff")
    path = tmp_path / "essai.csv"
    path.write_text(text.rstrip("\n") + "\nabrégée\n", encoding="utf-8")
    verifier(path, "--flux", feed.key, "--periode", "2025")
    book = tmp_path / "essai-rapport" / "rapport.xlsx"
    conformed = {}
    for file in (path, book):
        workspace = tmp_path / file.suffix
        workspace.mkdir()
        conformed[file] = Conformer(Pseudonymiser(b"k" * 32), workspace, FEEDS).conform_delivery(
            feed,
            Delivery(feed.key, "2025", "essai", file),
            received=date(2026, 12, 31),
            correspondences=Correspondences(),
            footer={},
        )
    sent, back = conformed[path], conformed[book]
    assert (back.rows_read, back.rows_accepted) == (sent.rows_read, sent.rows_accepted)
    assert back.rows_rejected == 1
    assert back.unknown_headers == sent.unknown_headers


def test_a_sheet_knows_the_column_that_a_first_report_added():
    import polars as pl

    none = pl.DataFrame({"ligne": []})
    assert Deposited(("a", "b"), 1, none, none).titles == ("a", "b", "confirme")
    assert Deposited(("a", "Confirmé", "b"), 1, none, none).confirms == 1
