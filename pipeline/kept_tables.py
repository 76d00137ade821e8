"""The tables of the last build, kept in its file with a note of what they were computed from.

The next build makes only what reads something that changed since. A build that fails, or is killed,
leaves no note: the one after it starts from nothing.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dbt_runs import BUILD_FILE, build_file
from pipeline.node_outcomes import NodeOutcome
from pipeline.publication.durable import read_json, write_json
from pipeline.publication.inputs import DBT_PROJECT, rules_fingerprint, source_states

if TYPE_CHECKING:
    from pipeline.settings import Settings

_NOTE = "construction.json"


@dataclass(frozen=True)
class TableInputs:
    """What the tables are computed from: the rules, and the state of each source of dbt."""

    rules: str
    sources: Mapping[str, str]

    @classmethod
    def read(cls, settings: "Settings", project: Path) -> "TableInputs":
        """Return the inputs as they are now."""
        return cls(rules_fingerprint(settings, project), source_states(settings))

    def changed_since(self, before: "TableInputs") -> list[str]:
        """Name the sources that came, went or changed; the rules are the same."""
        names = self.sources.keys() | before.sources.keys()
        return sorted(name for name in names if self.sources.get(name) != before.sources.get(name))


@dataclass(frozen=True)
class KeptTables:
    """The tables of the last build that ended well, and what became of its nodes."""

    inputs: TableInputs
    outcomes: tuple[NodeOutcome, ...]

    @classmethod
    def find(cls, settings: "Settings", inputs: TableInputs) -> "KeptTables | None":
        """Return what the last build left, if it ended and computed by the rules of today."""
        note = read_json(settings.travail / _NOTE)
        if note is None or note["rules"] != inputs.rules or not build_file(settings).exists():
            return None
        outcomes = tuple(NodeOutcome(**values) for values in note["outcomes"])
        return cls(TableInputs(note["rules"], note["sources"]), outcomes)

    def completed(self, outcomes: Sequence[NodeOutcome]) -> tuple[NodeOutcome, ...]:
        """Add what became of the nodes run since; those found unchanged stand as they were."""
        run = {outcome.unique_id for outcome in outcomes}
        before = {outcome.unique_id: replace(outcome, is_kept=True) for outcome in self.outcomes}
        untouched = (outcome for unique_id, outcome in before.items() if unique_id not in run)
        seen = (before[outcome.unique_id] if outcome.is_kept else outcome for outcome in outcomes)
        return (*untouched, *seen)


def changed_sources(settings: "Settings") -> list[str] | None:
    """Name the sources changed since the last build (`sne.demandes`); None when it left nothing to keep."""
    inputs = TableInputs.read(settings, DBT_PROJECT)
    kept = KeptTables.find(settings, inputs)
    return None if kept is None else inputs.changed_since(kept.inputs)


def keep_tables(settings: "Settings", inputs: TableInputs, outcomes: Sequence[NodeOutcome]) -> None:
    """Note that the build file holds these tables, whole."""
    note = {"rules": inputs.rules, "sources": dict(inputs.sources), "outcomes": [*map(asdict, outcomes)]}
    write_json(settings.travail / _NOTE, note)


def open_for_changes(settings: "Settings") -> None:
    """Forget the note before a table moves."""
    (settings.travail / _NOTE).unlink(missing_ok=True)


def start_from_nothing(settings: "Settings") -> None:
    """Forget the tables too."""
    open_for_changes(settings)
    for leftover in settings.travail.glob(f"{BUILD_FILE}*"):
        leftover.unlink()


def copy_tables(source: "Settings", target: "Settings") -> None:
    """Let another data root, which reads copies of the same files, start from these tables."""
    target.travail.mkdir(parents=True, exist_ok=True)
    for name in (BUILD_FILE, _NOTE):
        shutil.copyfile(source.travail / name, target.travail / name)
