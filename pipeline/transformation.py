"""From accepted deliveries to the tables of the build file, by one dbt command. Holds no SQL.

Only the build reaches this module.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.dbt_runs import OnNode, build_file, check_run, dbt_remedy, run_dbt
from pipeline.errors import BuildFailedError
from pipeline.kept_tables import KeptTables, TableInputs, keep_tables, open_for_changes, start_from_nothing
from pipeline.node_outcomes import NodeOutcome
from pipeline.parsed_models import load_models
from pipeline.publication.inputs import DBT_PROJECT

if TYPE_CHECKING:
    from pipeline.settings import Settings

_FAILURES = "intermediate"
_MOST_FAILURES = 10
_CHANGES = "changements"
_ENDED_WELL = {"success", "pass"}


class TablesFailedError(BuildFailedError):
    """The tables could not be built, or a data test failed; carries what became of every node."""

    def __init__(self, constat: str, *, remede: str, outcomes: tuple[NodeOutcome, ...] = ()) -> None:
        self.outcomes = outcomes
        super().__init__(constat, remede=remede)


def build_tables(
    settings: "Settings",
    *,
    project: Path = DBT_PROJECT,
    on_node: OnNode | None = None,
    from_nothing: bool = False,
) -> tuple[NodeOutcome, ...]:
    """Rebuild the tables that read something new, run their data tests; keep the others as they stand.

    Every table is rebuilt when the rules changed, when the last build did not end, or `from_nothing`.
    `on_node(name, done, total)` is called as each node ends. Raises TablesFailedError naming in
    French every node that failed; the log of dbt is under the working folder.
    """
    inputs = TableInputs.read(settings, project)
    kept = None if from_nothing else KeptTables.find(settings, inputs)
    if kept is None:
        start_from_nothing(settings)
        outcomes = _run(settings, project, (), on_node)
    else:
        changed = inputs.changed_since(kept.inputs)
        open_for_changes(settings)
        outcomes = kept.completed(_run(settings, project, changed, on_node) if changed else ())
    keep_tables(settings, inputs, outcomes)
    return outcomes


def _run(
    settings: "Settings", project: Path, changed: Sequence[str], on_node: OnNode | None
) -> tuple[NodeOutcome, ...]:
    """Make what reads these sources, or everything when none is named."""
    models = load_models(settings, project)
    command = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
    if changed:
        command += ["--select", *(f"source:{source}+" for source in changed)]
        models.flat_graph[_CHANGES] = [
            f"source.{models.metadata.project_name}.{source}" for source in changed
        ]
    run = run_dbt(settings, command, project, manifest=models, on_node=on_node)
    rows, changes = _row_counts(settings), models.flat_graph.get(_CHANGES)
    results = getattr(run.result, "results", ())
    outcomes = tuple(
        replace(NodeOutcome.of(result, rows), is_kept=not _is_new(result, changes)) for result in results
    )
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


def _is_new(result: Any, changes: Sequence[str] | None) -> bool:
    """Tell whether a node reads or holds something that changed, or did not end well."""
    if changes is None or result.status not in _ENDED_WELL:
        return True
    node = result.node
    seen = node.depends_on_nodes if node.resource_type == "test" else [node.unique_id]
    return not set(seen).isdisjoint(changes)


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
