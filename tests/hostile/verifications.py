"""What holds for every file checked before it is sent, and for its report sent back."""

import json
import tempfile
from pathlib import Path
from typing import Any

import fastexcel

from pipeline.feeds import Feed
from pipeline.intake.xlsx_tables import DEPOSITED
from pipeline.rapport.names import PAGE, REPORT_FILES, WORKBOOK
from pipeline.settings import Settings
from pipeline.verification import verify_file
from tests.hostile.ecritures import Ecriture, Tableau
from tests.hostile.proprietes import PERIODE

TOLERATED = Settings(Path()).seuil_lignes_fautives


def a_checked_file_gets_its_report(tableau: Tableau, extension: str, content: bytes) -> None:
    """A file broken anyhow stays as it is and gets a whole report; none that breaks a rule is accepted."""
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / f"essai.{extension}"
        sent.write_bytes(content)
        modified = sent.stat().st_mtime_ns
        told = check(tableau.feed, sent)
        assert (sent.read_bytes(), sent.stat().st_mtime_ns) == (content, modified)
        assert told["lignes_lues"] == sum(
            told[f"lignes_{fate}"] for fate in ("acceptees", "rejetees", "ignorees")
        )
        if told["decision"] != "refuse":
            assert told["lignes_rejetees"] <= TOLERATED * told["lignes_lues"]
            stages = {one["etape"] for one in told["anomalies"] if one["gravite"] == "bloquant"}
            assert stages <= {"blocages"}


def a_report_sent_back_has_the_same_fate(tableau: Tableau, writing: Ecriture) -> None:
    """The sheet « Fichier déposé », sent back as it is, is read as the file was."""
    with tempfile.TemporaryDirectory() as folder:
        sent = Path(folder) / f"essai.{writing.extension}"
        sent.write_bytes(writing.ecrire(tableau)[0])
        told = check(tableau.feed, sent)
        book = report_of(sent) / WORKBOOK
        if DEPOSITED not in fastexcel.read_excel(book).sheet_names:
            return
        back = check(tableau.feed, book.rename(sent.with_name("renvoi.xlsx")))
        same = ("decision", "lignes_lues", "lignes_acceptees", "lignes_rejetees", "anomalies_par_gravite")
        assert {name: back[name] for name in same} == {name: told[name] for name in same}


def check(feed: Feed, path: Path) -> dict[str, Any]:
    """Check a file; nothing is raised, nothing is left but the three files of its report, all readable."""
    settings = Settings.load(path.parent / "donnees")
    verify_file(settings, path, flux=feed.key, periode=PERIODE, sortie=None)
    folder = report_of(path)
    assert {one.name for one in folder.iterdir()} - {"rejets.csv"} == set(REPORT_FILES)
    assert not settings.donnees.exists()
    assert fastexcel.read_excel(folder / WORKBOOK).sheet_names[:2] == ["Synthèse", "Anomalies"]
    assert (folder / PAGE).read_text(encoding="utf-8").rstrip().endswith("</html>")
    return json.loads((folder / "rapport.json").read_text(encoding="utf-8"))


def report_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}-rapport")
