"""What became of one model, seed or data test of a dbt command, as the rest of the pipeline reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.dbt_runs import told_cause


@dataclass(frozen=True)
class NodeOutcome:
    """What became of one model, seed or data test.

    `rows` counts the rows of a table (None for a view), `rows_at_fault` those a data test found;
    `is_kept` tells that it stands as an earlier build left it.
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
    is_kept: bool = False

    @classmethod
    def of(cls, result: Any, rows: Mapping[str, int]) -> "NodeOutcome":
        """Take from dbt's result what we tell; `rows` counts the rows of each table, by `schema.name`."""
        node = result.node
        return cls(
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
