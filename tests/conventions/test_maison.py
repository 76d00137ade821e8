"""The house rules that a machine can check: lengths, names, imports that only go down."""

import ast
import subprocess
from pathlib import Path

import pytest

from pipeline.settings import ROOT

MODULES = sorted((ROOT / "pipeline").rglob("*.py"))
LIMITS = {".py": 300, ".sql": 120, ".yml": 250, ".yaml": 250}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
FOUNDATIONS = {"errors", "feeds", "periods", "settings"}
ROOMS = {"grilles", "intake", "quality", "publication", "rappels", "sample"}
PUBLISHED_BY_ROOMS = {
    "pipeline.quality.anomalies",
    "pipeline.quality.results",
    "pipeline.intake.register",
    "pipeline.intake.register_lines",
}


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("pas un dépôt git : la liste des fichiers du projet manque")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "pipeline").with_suffix("").parts
    return parts[0]


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.startswith("pipeline.")}


def test_files_stay_within_the_limits():
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if (limit := LIMITS.get(path.suffix))
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    }
    assert not too_long


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_within_forty_lines(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert {node.name: lines for node in functions if (lines := node.end_lineno - node.lineno + 1) > 40} == {}


def test_no_drawer_for_everything():
    assert [path for path in MODULES if path.stem in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path):
    room, imported = room_of(path), imports_of(path)
    if room in FOUNDATIONS:
        assert {name.split(".")[1] for name in imported} <= FOUNDATIONS
    elif room == "sample":
        assert {name.split(".")[1] for name in imported} <= {"sample", "feeds", "periods"}
    elif room in ROOMS:
        others = {name for name in imported if name.split(".")[1] not in FOUNDATIONS | {room}}
        assert others <= PUBLISHED_BY_ROOMS


def test_nothing_names_a_machine_or_a_registry():
    marks = ("/" + "work/", "/" + "root/", "index" + "-url", "pypi" + ".org")
    guilty = [
        f"{path.relative_to(ROOT)} : {mark}"
        for path in tracked_files()
        if path.suffix in {".py", ".sql", ".yml", ".yaml", ".toml", ".md", ".lock", ".json", ""}
        and path.is_file()
        for mark in marks
        if mark in path.read_text(encoding="utf-8", errors="ignore")
    ]
    assert guilty == []
