"""Runs dbt inside this process: from accepted deliveries to the tables of the build file. Holds no SQL.

Only the build reaches this module; dbt itself (two seconds) is imported when a command runs.
"""

import json
import os
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.disk import disk_error
from pipeline.errors import BuildFailedError
from pipeline.publication.manifest import DBT_PROJECT, dbt_fingerprint

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

    from pipeline.settings import Settings

OnNode = Callable[[str, int, int], None]
BUILD_FILE = "construction.duckdb"
_FAILURES = "intermediate"
_MOST_FAILURES = 10
_CAUSE_ENDS = re.compile(r"^(LINE \d+:|compiled code at|See |\s*\^)", re.MULTILINE)
_FRENCH_CAUSES = (
    (re.compile(r"NOT NULL constraint failed: \S+\.(\S+)"), r"la colonne \1 a des cases vides"),
    (re.compile(r"Duplicate key .* violates (primary key|unique) constraint"), "deux lignes ont la même clé"),
)


@dataclass(frozen=True)
class NodeOutcome:
    """What became of one model, seed or data test.

    `rows` counts the rows of a table (None for a view), `rows_at_fault` those a data test found.
    """

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    description: str
    rows: int | None
    rows_at_fault: int
    message: str

    @property
    def is_failure(self) -> bool:
        """Tell whether it stops the build; a warning does not, nor does what was skipped because of it."""
        return self.status in ("error", "fail", "runtime error")

    @property
    def is_built(self) -> bool:
        """Tell whether it is a table or view, in place."""
        return self.kind != "test" and self.status == "success"

    @property
    def was_tested(self) -> bool:
        """Tell whether it is a data test that ran to its end."""
        return self.kind == "test" and self.status in ("pass", "warn", "fail")

    def tell(self) -> str:
        """Say in French what failed."""
        if self.kind == "test" and self.status == "fail":
            rows = f"{self.rows_at_fault} ligne{'s' if self.rows_at_fault > 1 else ''}"
            return f"contrôle « {(self.description or self.name).strip().rstrip('.')} » : {rows} en défaut"
        subject = {"test": "le contrôle", "seed": "la table de référence"}.get(self.kind, "le modèle")
        return f"{subject} {self.name} échoue : {_cause(self.message)}"


class TablesFailedError(BuildFailedError):
    """The tables could not be built, or a data test failed; carries what became of every node."""

    def __init__(self, constat: str, *, remede: str, outcomes: tuple[NodeOutcome, ...] = ()) -> None:
        self.outcomes = outcomes
        super().__init__(constat, remede=remede)


def build_file(settings: "Settings") -> Path:
    """Return the private DuckDB of the build: nobody else opens it."""
    return settings.travail / BUILD_FILE


def build_tables(
    settings: "Settings", *, project: Path = DBT_PROJECT, on_node: OnNode | None = None
) -> tuple[NodeOutcome, ...]:
    """Rebuild every table from nothing and run the data tests.

    `on_node(name, done, total)` is called as each node ends. Raises TablesFailedError naming in
    French every node that failed; the log of dbt is under the working folder.
    """
    for leftover in settings.travail.glob(f"{BUILD_FILE}*"):
        leftover.unlink()
    command = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
    run = _run_dbt(settings, command, project, on_node)
    rows = _row_counts(settings)
    outcomes = tuple(_outcome(result, rows) for result in getattr(run.result, "results", ()))
    failures = [outcome for outcome in outcomes if outcome.is_failure]
    if failures:
        told = [_tell(settings, outcome) for outcome in failures[:_MOST_FAILURES]]
        if len(failures) > _MOST_FAILURES:
            told.append(f"et {len(failures) - _MOST_FAILURES} autres")
        raise _failed(settings, f"Les tables ne se construisent pas. {_sentence(told)}", outcomes)
    _check_run(settings, run)
    return outcomes


def parse_models(settings: "Settings", *, project: Path = DBT_PROJECT) -> Path:
    """Return the manifest of the dbt project, parsed again only when a file or a setting changed."""
    manifest = _target(settings) / "manifest.json"
    stamp = _target(settings) / "empreinte.txt"
    current = f"{dbt_fingerprint(project)} {_variables(settings)}"
    if manifest.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == current:
        return manifest
    stamp.unlink(missing_ok=True)
    _check_run(settings, _run_dbt(settings, ["parse"], project, None))
    stamp.write_text(current, encoding="utf-8")
    return manifest


def write_static_page(settings: "Settings", *, project: Path = DBT_PROJECT) -> Path:
    """Return dbt's page of every model, source and test of the last build, in one file."""
    folder = settings.travail / "definitions"
    command = ["docs", "generate", "--static", "--target-path", str(folder)]
    _check_run(settings, _run_dbt(settings, command, project, None))
    return folder / "static_index.html"


def _run_dbt(
    settings: "Settings", command: Sequence[str], project: Path, on_node: OnNode | None
) -> "dbtRunnerResult":
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    _target(settings).mkdir(parents=True, exist_ok=True)
    settings.travail.chmod(0o700)
    folders = ("--project-dir", str(project), "--profiles-dir", str(project))
    quiet = ("--log-level", "none", "--no-print", "--no-use-colors", "--no-use-colors-file")
    with _dbt_environment(settings):
        try:
            run = dbtRunner(callbacks=[_counter(on_node)] if on_node else []).invoke(
                [*command, *folders, *quiet, "--log-level-file", "info", "--vars", _variables(settings)]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
    if run.exception and not isinstance(run.exception, Exception):
        raise run.exception  # an interruption, which dbt catches
    return run


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
def _dbt_environment(settings: "Settings") -> Generator[None]:
    values = {
        "PPGD_BASE": str(build_file(settings)),
        "PPGD_ENTREPOT": str(settings.entrepot),
        "DBT_TARGET_PATH": str(_target(settings)),
        "DBT_LOG_PATH": str(_logs(settings)),
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


def _variables(settings: "Settings") -> str:
    return json.dumps(
        {
            "origine_fictive": settings.est_fictif,
            "seuil_q1_inclus": settings.seuil_q1_inclus,
            "qpv_vide_hors_qpv": list(settings.qpv_vide_hors_qpv),
        }
    )


def _target(settings: "Settings") -> Path:
    return settings.travail / "dbt"


def _logs(settings: "Settings") -> Path:
    return _target(settings) / "journal"


def _row_counts(settings: "Settings") -> dict[str, int]:
    """Return the rows of each table of the build file, by `schema.name`."""
    import duckdb

    if not build_file(settings).exists():
        return {}
    with duckdb.connect(str(build_file(settings)), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name, estimated_size FROM duckdb_tables()"
        ).fetchall()
    return dict(tables)


def _outcome(result: Any, rows: Mapping[str, int]) -> NodeOutcome:
    node = result.node
    return NodeOutcome(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type),
        status=str(result.status),
        seconds=result.execution_time,
        description=" ".join(node.description.split()),
        rows=rows.get(f"{node.schema}.{node.alias}"),
        rows_at_fault=result.failures or 0,
        message=result.message or "",
    )


def _tell(settings: "Settings", outcome: NodeOutcome) -> str:
    """Say what failed; a data test that wrote its own sentences (column `message`) speaks for itself."""
    sentences = _sentences(settings, outcome) if outcome.kind == "test" else []
    return " ".join(sentences) or outcome.tell()


def _sentences(settings: "Settings", outcome: NodeOutcome) -> list[str]:
    import duckdb

    with duckdb.connect(str(build_file(settings)), read_only=True) as connection:
        try:
            rows = connection.execute(
                f"SELECT message FROM {_FAILURES}.{outcome.name} ORDER BY message LIMIT {_MOST_FAILURES}"  # noqa: S608 a name of the project
            ).fetchall()
        except duckdb.Error:
            return []
    return [str(message) for (message,) in rows]


def _check_run(settings: "Settings", run: "dbtRunnerResult") -> None:
    if not run.success:
        if run.exception and (refused := disk_error(run.exception)):
            raise refused
        raise _failed(settings, f"Le projet dbt ne se lit pas : {_cause(str(run.exception))}.")


def _failed(settings: "Settings", constat: str, outcomes: tuple[NodeOutcome, ...] = ()) -> TablesFailedError:
    log = _logs(settings) / "dbt.log"
    return TablesFailedError(
        constat, remede=f"Ce qui était publié reste en place. Détail : {log}.", outcomes=outcomes
    )


def _sentence(told: Sequence[str]) -> str:
    text = " ; ".join(told)
    return f"{text[0].upper()}{text[1:]}".rstrip(".") + "."


def _cause(message: str) -> str:
    r"""Return what went wrong, without dbt's heading, code excerpts, or the values of a broken key.

    >>> _cause('Runtime Error in model m (m.sql)\n  Constraint Error: NOT NULL constraint failed: m.periode')
    'la colonne periode a des cases vides'
    >>> _cause('Runtime Error in model m (m.sql)\n  Invalid Input Error: Seuil absent.\n  LINE 3: ...')
    'Seuil absent'
    """
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    body = "\n".join(lines[1:] if len(lines) > 1 else lines)
    text = " ".join(_CAUSE_ENDS.split(body)[0].split()).removeprefix("Invalid Input Error: ")
    for pattern, french in _FRENCH_CAUSES:
        if match := pattern.search(text):
            return match.expand(french)
    return text.rstrip(".")
