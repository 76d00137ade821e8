"""From accepted deliveries to the tables of the build file, by one dbt command. Holds no SQL.

Only the build reaches this module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.dbt_runs import BUILD_FILE, OnNode, build_file, check_run, dbt_remedy, run_dbt, told_cause
from pipeline.errors import BuildFailedError
from pipeline.parsed_models import load_models
from pipeline.publication.manifest import DBT_PROJECT

if TYPE_CHECKING:
    from pipeline.settings import Settings

_FAILURES = "intermediate"
_MOST_FAILURES = 10


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
        return f"{subject} {self.name} échoue : {told_cause(self.message)}"


class TablesFailedError(BuildFailedError):
    """The tables could not be built, or a data test failed; carries what became of every node."""

    def __init__(self, constat: str, *, remede: str, outcomes: tuple[NodeOutcome, ...] = ()) -> None:
        self.outcomes = outcomes
        super().__init__(constat, remede=remede)


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
    run = run_dbt(settings, command, project, manifest=load_models(settings, project), on_node=on_node)
    rows = _row_counts(settings)
    outcomes = tuple(_outcome(result, rows) for result in getattr(run.result, "results", ()))
    failures = [outcome for outcome in outcomes if outcome.is_failure]
    if failures:
        told = [_tell(settings, outcome) for outcome in failures[:_MOST_FAILURES]]
        if len(failures) > _MOST_FAILURES:
            told.append(f"et {len(failures) - _MOST_FAILURES} autres")
        raise TablesFailedError(
            f"Les tables ne se construisent pas. {_sentence(told)}",
            remede=dbt_remedy(settings),
            outcomes=outcomes,
        )
    check_run(settings, run)
    return outcomes


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


def _sentence(told: Sequence[str]) -> str:
    text = " ; ".join(told)
    return f"{text[0].upper()}{text[1:]}".rstrip(".") + "."
