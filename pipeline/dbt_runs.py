"""One dbt command, run inside this process: its settings, its environment, its log.

dbt itself (two seconds) is imported when a command runs.
"""

import os
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pipeline.disk import disk_error
from pipeline.errors import BuildFailedError
from pipeline.grilles.requetes import macros_sql
from pipeline.publication.inputs import dbt_variables

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    from pipeline.settings import Settings

OnNode = Callable[[str, int, int], None]
BUILD_FILE = "construction.duckdb"
_DBT_THREADS = 2
_CAUSE_ENDS = re.compile(r"^(LINE \d+:|compiled code at|See |\s*\^)", re.MULTILINE)
_FRENCH_CAUSES = (
    (re.compile(r"NOT NULL constraint failed: \S+\.(\S+)"), r"la colonne \1 a des cases vides"),
    (re.compile(r"Duplicate key .* violates (primary key|unique) constraint"), "deux lignes ont la même clé"),
)
_QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-print", "--no-use-colors")


def build_file(settings: "Settings") -> Path:
    """Return the private DuckDB of the build: nobody else opens it."""
    return settings.travail / BUILD_FILE


def dbt_log(settings: "Settings") -> Path:
    """Return the file where dbt tells what it did."""
    return dbt_folder(settings) / "journal" / "dbt.log"


def dbt_folder(settings: "Settings") -> Path:
    """Return the working folder of dbt in a data root."""
    return settings.travail / "dbt"


def run_dbt(
    settings: "Settings",
    command: Sequence[str],
    project: Path,
    *,
    manifest: "Manifest | None" = None,
    on_node: OnNode | None = None,
) -> "dbtRunnerResult":
    """Run a command; with a `manifest`, the project is taken as it was parsed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    dbt_log(settings).parent.mkdir(parents=True, exist_ok=True)
    settings.travail.chmod(0o700)
    folders = ("--project-dir", str(project), "--profiles-dir", str(project))
    with _environment(settings), dbt_log(settings).open("w", encoding="utf-8") as log:
        callbacks = [_writer(log), *([_counter(on_node)] if on_node else [])]
        try:
            run = dbtRunner(manifest, callbacks).invoke(
                [*command, *folders, *_QUIET, "--vars", dbt_variables(settings)]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
    if run.exception and not isinstance(run.exception, Exception):
        raise run.exception  # an interruption, which dbt catches
    return run


def check_run(settings: "Settings", run: "dbtRunnerResult") -> None:
    """Raise, told in French, what stopped a command; a failure of one node stops none."""
    if not run.success:
        if run.exception and (refused := disk_error(run.exception)):
            raise refused
        raise BuildFailedError(
            f"Le projet dbt ne se lit pas : {told_cause(str(run.exception))}.", remede=dbt_remedy(settings)
        )


def dbt_remedy(settings: "Settings") -> str:
    """Say where to read more, and that nothing published moved."""
    return f"Ce qui était publié reste en place. Détail : {dbt_log(settings)}."


def told_cause(message: str) -> str:
    r"""Return what went wrong, without dbt's heading, code excerpts, or the values of a broken key.

    >>> told_cause('Runtime Error in model m\n  Constraint Error: NOT NULL constraint failed: m.periode')
    'la colonne periode a des cases vides'
    >>> told_cause('Runtime Error in model m (m.sql)\n  Invalid Input Error: Seuil absent.\n  LINE 3: ...')
    'Seuil absent'
    """
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    body = "\n".join(lines[1:] if len(lines) > 1 else lines)
    text = " ".join(_CAUSE_ENDS.split(body)[0].split()).removeprefix("Invalid Input Error: ")
    for pattern, french in _FRENCH_CAUSES:
        if match := pattern.search(text):
            return match.expand(french)
    return text.rstrip(".")


def _writer(log: TextIO) -> Callable[[Any], None]:
    """Write what dbt tells in the log; its own log makes up every detail, even those it leaves out."""

    def write(event: Any) -> None:
        if event.info.level != "debug":
            log.write(f"{event.info.ts.ToJsonString()} {event.info.level} {event.info.msg}\n")

    return write


def _counter(on_node: OnNode) -> Callable[[Any], None]:
    """Turn dbt's events into `on_node` calls; dbt calls from several threads, one event at a time."""
    done = total = 0

    def count(event: Any) -> None:
        nonlocal done, total
        if event.info.name == "ConcurrencyLine":
            total = event.data.node_count
        elif event.info.name == "NodeFinished":
            done += 1
            on_node(event.data.node_info.node_name, done, total)

    return count


@contextmanager
def _environment(settings: "Settings") -> Generator[None]:
    values = {
        "PPGD_BASE": str(build_file(settings)),
        "PPGD_ENTREPOT": str(settings.entrepot),
        "PPGD_GRILLES": macros_sql(settings),
        "PPGD_FILS": str(max(1, (os.cpu_count() or _DBT_THREADS) - _DBT_THREADS + 1)),
        "DBT_TARGET_PATH": str(dbt_folder(settings)),
        "DBT_LOG_PATH": str(dbt_log(settings).parent),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
