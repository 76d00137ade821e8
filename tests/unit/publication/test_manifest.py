"""The input fingerprint moves with each input, is cheap, and loads nothing heavy."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.intake.register import Register
from pipeline.intake.register_lines import DepotRecord, Line
from pipeline.publication.inputs import dbt_fingerprint, input_fingerprint
from pipeline.publication.manifest import is_up_to_date, last_manifest
from pipeline.publication.releases import publish_release
from pipeline.settings import FICTION_MARK, ROOT, Settings

NOW = datetime(2024, 10, 1, tzinfo=UTC)
REFUSED = DepotRecord(
    flux="sne/radiations",
    periode="2024-T3",
    fournisseur="gip-sne",
    fichier="sne/radiations/2024-T3/gip-sne.csv",
    empreinte="ab",
    octets=1,
    modifie_ns=1,
    recu_le=NOW,
    traite_le=NOW,
    lignes_lues=0,
    lignes_acceptees=0,
    lignes_rejetees=0,
    lignes_ignorees=0,
    decision="refuse",
    motifs=("Illisible.",),
    version_schema="1",
    version_code="1",
)


def accept(reglages: Settings, content: bytes) -> Path:
    path = reglages.entrepot / "sne" / "radiations" / "2024-T3" / "gip-sne.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_stable_while_nothing_moves(reglages: Settings) -> None:
    accept(reglages, b"a")
    (reglages.entrepot / "registre" / "depots" / "actuel").mkdir(parents=True)
    before = input_fingerprint(reglages)
    (reglages.entrepot / "registre" / "depots" / "actuel" / "registre.parquet").write_bytes(b"x")
    reglages.travail.mkdir()
    (reglages.travail / "construction.duckdb").write_bytes(b"x")
    assert input_fingerprint(reglages) == before


def _delivery(reglages: Settings) -> Settings:
    accept(reglages, b"ab")
    return reglages


def _same_size_delivery(reglages: Settings) -> Settings:
    path = accept(reglages, b"b")
    os.utime(path, ns=(1, 1))
    return reglages


def _withdrawn(reglages: Settings) -> Settings:
    accept(reglages, b"a").unlink()
    return reglages


def _refusal(reglages: Settings) -> Settings:
    with Register.open(reglages.registre) as register:
        register.add_together([Line(REFUSED, (), None)])
    return reglages


def _fiction(reglages: Settings) -> Settings:
    reglages.raw.mkdir()
    (reglages.raw / FICTION_MARK).touch()
    return reglages


def _grid(reglages: Settings) -> Settings:
    reglages.grilles.mkdir(parents=True)
    (reglages.grilles / "a.yml").write_text("grille: A", encoding="utf-8")
    return reglages


@pytest.mark.parametrize(
    "change",
    [
        _delivery,
        _same_size_delivery,
        _withdrawn,
        _refusal,
        _fiction,
        _grid,
        lambda reglages: replace(reglages, seuil_q1_inclus=False),
        lambda reglages: replace(reglages, qpv_vide_hors_qpv=("sidr",)),
        lambda reglages: replace(reglages, criteres_de_mutation=("MUT",)),
    ],
)
def test_moves_with_each_input(reglages: Settings, change: Callable[[Settings], Settings]) -> None:
    accept(reglages, b"a")
    before = input_fingerprint(reglages)
    assert input_fingerprint(change(reglages)) != before


def test_models_count_and_their_outputs_do_not(tmp_path: Path) -> None:
    model = tmp_path / "models" / "marts" / "mart_x.sql"
    model.parent.mkdir(parents=True)
    model.write_text("select 1", encoding="utf-8")
    before = dbt_fingerprint(tmp_path)
    for output in (tmp_path / "target" / "run.sql", tmp_path / ".user.yml"):
        output.parent.mkdir(exist_ok=True)
        output.write_text("x", encoding="utf-8")
    assert dbt_fingerprint(tmp_path) == before
    model.write_text("select 2", encoding="utf-8")
    changed = dbt_fingerprint(tmp_path)
    assert changed != before
    model.rename(model.with_name("mart_y.sql"))
    assert dbt_fingerprint(tmp_path) not in (before, changed)


def test_up_to_date_only_after_a_build_of_these_inputs(reglages: Settings, construction: Path) -> None:
    assert not is_up_to_date(reglages)
    assert last_manifest(reglages) is None
    publish_release(reglages, construction, input_fingerprint=input_fingerprint(reglages))
    assert is_up_to_date(reglages)
    accept(reglages, b"a")
    assert not is_up_to_date(reglages)
    # The same contents from other inputs: no release, but the build is noted.
    assert not publish_release(reglages, construction, input_fingerprint=input_fingerprint(reglages)).created
    assert is_up_to_date(reglages)
    reglages.observatoire.unlink()
    assert not is_up_to_date(reglages)


def test_cheap_and_light(reglages: Settings) -> None:
    for rank in range(300):
        path = reglages.entrepot / "sne" / "radiations" / f"2024-T{rank}" / "gip-sne.parquet"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    start = time.perf_counter()
    input_fingerprint(reglages)
    assert time.perf_counter() - start < 0.5
    code = (
        "import sys, pipeline.publication.manifest; "
        "print(sorted({'duckdb', 'pandas', 'polars', 'pyarrow', 'dagster', 'dbt'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    ).stdout
    assert found.strip() == "[]"
