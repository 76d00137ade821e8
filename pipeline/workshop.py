"""The developers' verbs: the tests, the style of the house, the lock file, real input, Dagster's pages."""

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.settings import ROOT, Settings

_PROCESSES = ("--numprocesses=3", "--dist=loadfile", "--no-loadscope-reorder")
_SQL_FOLDERS = ("models", "tests", "macros")
_LOCK = (
    "pip",
    "compile",
    "--universal",
    "--no-strip-extras",
    "--generate-hashes",
    "--no-annotate",
    "--no-header",
    "--python-version=3.11",
    "--all-extras",
    "--output-file=requirements.lock",
    "pyproject.toml",
)


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest on the whole project, in three processes, for some wait; returns its exit code."""
    return _run([sys.executable, "-m", "pytest", *_PROCESSES, *arguments])


def run_endurance(seed: int | None, arguments: Sequence[str]) -> int:
    """Run the long tests on what a seed draws, printed so that a failure can be drawn again."""
    drawn = secrets.randbelow(2**32) if seed is None else seed
    sys.stdout.write(f"Graine {drawn}. La même : ppgd endurance --graine {drawn}\n")
    sys.stdout.flush()
    chosen = ("-m", "endurance", f"--hypothesis-seed={drawn}", "tests/endurance")
    return _run([sys.executable, "-m", "pytest", *chosen, *arguments], {"PPGD_GRAINE": str(drawn)})


def run_real_input() -> int:
    """Send the real figures at hand through the ordinary door and print them beside the published ones."""
    return _run([sys.executable, "-m", "pytest", "-m", "reel", "-rs", "--capture=no", "tests/reel"])


def check_style() -> int:
    """Run ruff, ty and sqlfluff; returns 0 when all are clean."""
    folders = [f"dbt_project/{name}" for name in _SQL_FOLDERS]
    commands = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["ty", "check", "pipeline"],
        ["sqlfluff", "lint", "--disable-progress-bar", *folders],
    )
    return max(_run([_tool(command[0]), *command[1:]]) for command in commands)


def compile_lock() -> int:
    """Write requirements.lock from pyproject.toml: names, versions and hashes, no address."""
    return _run([_tool("uv"), *_LOCK])


def open_dagster(settings: Settings) -> int:
    """Serve Dagster's pages on this machine until interrupted."""
    from pipeline.construction import dagster_environment

    command = [_tool("dagster"), "dev", "--module-name", "pipeline.definitions", "--host", "127.0.0.1"]
    return _run(command, dagster_environment(settings))


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    return subprocess.run(  # noqa: S603 the commands are those of this module
        command, cwd=ROOT, env=os.environ | (environment or {}), check=False
    ).returncode
