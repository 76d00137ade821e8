"""What Dagster is told of a build: counts, decisions and line numbers, never a value."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from pipeline.acceptation import Decision
from pipeline.node_outcomes import NodeOutcome
from pipeline.quality.results import CheckResult

DBT_UNIQUE_ID = "dagster_dbt/unique_id"
PUBLISHED = "marts"
_LINES_SHOWN = 10
_KEPT = "son contenu n'a pas changé depuis"

Event = dg.MaterializeResult | dg.AssetCheckResult
DepotEvent = dg.AssetMaterialization | dg.AssetObservation


def selected(context: dg.AssetExecutionContext, events: Iterable[Event]) -> Iterator[Event]:
    """Keep what this run was asked for: someone may ask Dagster's pages for one asset alone."""
    checks = {(check.asset_key, check.name) for check in context.selected_asset_check_keys}
    for event in events:
        if isinstance(event, dg.MaterializeResult):
            if event.asset_key in context.selected_asset_keys:
                yield event
        elif (event.asset_key, event.check_name) in checks:
            yield event


def depot_event(key: dg.AssetKey, decision: Decision) -> DepotEvent:
    """Tell an accepted delivery as a materialisation of its period, a refused one as an observation."""
    record = decision.record
    kind = dg.AssetObservation if decision.is_refused else dg.AssetMaterialization
    metadata = {
        "fournisseur": record.fournisseur,
        "décision": record.decision,
        "lignes lues": record.lignes_lues,
        "lignes acceptées": record.lignes_acceptees,
        "lignes rejetées": record.lignes_rejetees,
        "motifs": " ; ".join(record.motifs) or "aucun",
    }
    return kind(key, partition=record.periode, metadata=metadata)


def feed_events(key: dg.AssetKey, decisions: Sequence[Decision]) -> Iterator[Event]:
    """Tell what a run decided on a feed, then each control: it holds when every delivery holds."""
    accepted = [decision.record for decision in decisions if not decision.is_refused]
    yield dg.MaterializeResult(
        asset_key=key,
        metadata={
            "dépôts acceptés": len(accepted),
            "dépôts refusés": len(decisions) - len(accepted),
            "lignes acceptées": sum(record.lignes_acceptees for record in accepted),
            "lignes rejetées": sum(record.lignes_rejetees for record in accepted),
        },
    )
    found: dict[str, list[tuple[Decision, CheckResult]]] = defaultdict(list)
    for decision in decisions:
        for check in decision.checks:
            found[check.code].append((decision, check))
    yield from (_control_event(key, code, results) for code, results in found.items())


def _control_event(
    key: dg.AssetKey, code: str, results: Sequence[tuple[Decision, CheckResult]]
) -> dg.AssetCheckResult:
    faults = [_told_fault(decision, check) for decision, check in results if not check.success]
    is_critical = results[-1][1].severity == "critical"
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=check_name(code),
        passed=not faults,
        severity=dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN,
        metadata={
            "dépôts contrôlés": len(results),
            "dépôts en défaut": len(faults),
            "détail": " ; ".join(faults) or "aucun défaut",
        },
    )


def _told_fault(decision: Decision, check: CheckResult) -> str:
    place = f"{decision.record.periode} {decision.record.fournisseur}"
    lines = ", ".join(map(str, check.lines[:_LINES_SHOWN]))
    told = f"{place} : {check.rows_at_fault} sur {check.rows_checked}"
    return f"{told} (lignes {lines})" if lines else told


def check_name(code: str) -> str:
    """Return the name Dagster accepts for a control.

    >>> check_name("volume-stable")
    'volume_stable'
    """
    return code.replace("-", "_")


def table_events(assets: dg.AssetsDefinition, outcomes: Sequence[NodeOutcome]) -> Iterator[Event]:
    """Tell each table or view built or kept, and each data test that ran or that the release waits for."""
    keys = {spec.metadata[DBT_UNIQUE_ID]: spec.key for spec in assets.specs}
    checks = {spec.metadata[DBT_UNIQUE_ID]: spec.key for spec in assets.check_specs}
    for outcome in outcomes:
        if outcome.is_built and outcome.unique_id in keys:
            counted = {} if outcome.rows is None else {"dagster/row_count": outcome.rows}
            told = {"gardée": _KEPT} if outcome.is_kept else {"secondes": outcome.seconds}
            yield dg.MaterializeResult(asset_key=keys[outcome.unique_id], metadata={**told, **counted})
        elif outcome.was_tested and outcome.unique_id in checks:
            check = checks[outcome.unique_id]
            if outcome.is_kept and check.asset_key.path[0] != PUBLISHED:
                continue
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=not outcome.rows_at_fault,
                severity=dg.AssetCheckSeverity.ERROR if outcome.is_failure else dg.AssetCheckSeverity.WARN,
                metadata={"lignes en défaut": outcome.rows_at_fault},
            )
