"""The bench measures what it says: distinct demandes, one count for both readers, one place in the page."""

import sys
from pathlib import Path

import polars as pl
import pytest

from pipeline.bench.big_files import FEED, write_big_delivery
from pipeline.bench.changed_files import OTHER_ROWS, SAME_ROWS, change_delivery
from pipeline.bench.checked_files import FEED as LEASES
from pipeline.bench.checked_files import write_leases
from pipeline.bench.costs import measure
from pipeline.bench.porte import Measure
from pipeline.bench.reading import read_by_duckdb, read_by_the_door, run_the_suite
from pipeline.bench.report import keep_in_page, marks_of, render_measures
from pipeline.errors import BuildFailedError, MisuseError
from pipeline.feeds import load_feeds
from pipeline.settings import ROOT
from pipeline.verification import verify_file

START, END = marks_of("bench-porte")
MODEL = ROOT / "expectations" / "sne_demandes" / "exemple-valide.csv"
FLUX = load_feeds()[FEED]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_both_readers_find_every_demande_of_the_big_file(tmp_path: Path, encoding):
    path = tmp_path / f"sne-{encoding}.csv"
    write_big_delivery(MODEL, path, 300_000, encoding)
    assert path.stat().st_size >= 300_000
    if encoding == "cp1252":
        with pytest.raises(UnicodeDecodeError):
            path.read_text(encoding="utf-8")
    rows = read_by_the_door(FLUX, path, tmp_path)
    assert rows == read_by_duckdb(FLUX, path, tmp_path) > 1_000
    conformed = pl.read_parquet(tmp_path / "conforme.parquet")
    assert conformed["ligne"].len() == rows == conformed["ligne"].n_unique()
    assert conformed.get_column("REVENU_MENSUEL_FOYER").null_count() == 0
    assert conformed.get_column("REVENU_MENSUEL_FOYER").n_unique() > 50
    assert run_the_suite(FLUX, tmp_path / "conforme.parquet", tmp_path) >= 6


@pytest.mark.parametrize(("good", "rejected"), [(True, 0), (False, 30)])
def test_leases_are_right_or_wrong_in_every_row(reglages, tmp_path: Path, good, rejected):
    path = tmp_path / "bailleur.csv"
    write_leases(path, 30, good=good)
    found = verify_file(reglages, path, flux=LEASES, periode="2025-T1", sortie=None)
    assert found.outcome.is_accepted == good
    assert found.outcome.conformed
    assert (found.outcome.conformed.rows_read, found.outcome.conformed.rows_rejected) == (30, rejected)


def test_the_cost_of_a_command_is_that_of_its_process():
    cost, said = measure([sys.executable, "-c", "print(sum(range(3_000_000)))"], {})
    assert said.strip() == str(sum(range(3_000_000)))
    assert cost.wall > 0
    assert 0 < cost.cpu < 60
    assert 5 < cost.peak_mb < 1_000


def test_the_memory_of_a_command_is_not_that_of_who_asks():
    held = bytearray(b"x") * 300_000_000
    cost, _ = measure([sys.executable, "-c", "pass"], {})
    assert len(held) / 1e6 > 5 * cost.peak_mb


def test_a_command_that_fails_stops_the_bench():
    with pytest.raises(BuildFailedError, match="a rendu 7"):
        measure([sys.executable, "-c", "raise SystemExit(7)"], {})


def test_measures_replace_the_last_ones_in_the_page(tmp_path: Path):
    page = tmp_path / "performance.md"
    page.write_text(f"Avant\n{START}\nvieux\n{END}\nAprès\n", encoding="utf-8")
    measures = [Measure("un", "s", 1.234, 2, 0.5), Measure("deux", "×", 3, 1.5), Measure("trois", "Mo", 9.6)]
    keep_in_page(render_measures(measures, ["machine : essai"]), "bench-porte", page)
    lines = page.read_text(encoding="utf-8").replace("\u00a0", " ").splitlines()
    assert lines[:3] == ["Avant", START, "- machine : essai"]
    assert lines[-5:-2] == [
        "| un | 1,23 s | 2,00 s | tenu | 0,50 s |",
        "| deux | 3,00 × | 1,50 × | manqué |  |",
        "| trois | 10 Mo |  |  |  |",
    ]
    assert lines[-2:] == [END, "Après"]


def test_a_page_without_its_marks_is_refused(tmp_path: Path):
    with pytest.raises(MisuseError, match="repères"):
        keep_in_page("", "bench-porte", tmp_path / "absente.md")


def test_a_delivery_comes_again_with_the_same_rows_or_with_others(tmp_path: Path):
    path = tmp_path / "bailleur.csv"
    rows = [b"entete\n", *(b"%d\n" % rank for rank in range(100))]
    path.write_bytes(b"".join(rows))
    change_delivery(path, SAME_ROWS)
    assert path.read_bytes() == b"".join([*rows, b"\n"])
    change_delivery(path, OTHER_ROWS)
    assert path.read_bytes() == b"".join(rows[:-60])
    change_delivery(path, OTHER_ROWS)
    assert path.read_bytes() == b"".join(rows)
    assert list(tmp_path.iterdir()) == [path]
