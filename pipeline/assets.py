"""The assets of Dagster: what was received, each feed of expectations/, the dbt models, the publication.

Assets hold no rule: each calls the room that does; `events` tells Dagster what came of it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dagster as dg
from dagster_dbt import dbt_assets

from pipeline.dbt_runs import build_file
from pipeline.events import (
    DBT_UNIQUE_ID,
    PUBLISHED,
    Event,
    check_name,
    depot_event,
    feed_events,
    selected,
    table_events,
)
from pipeline.feeds import Feed
from pipeline.grilles.requetes import SOURCE, TABLE
from pipeline.intake.snapshot import write_register_snapshot
from pipeline.intake.storage import write_empty_parquet
from pipeline.parsed_models import parse_models
from pipeline.publication.inputs import input_fingerprint
from pipeline.publication.lineage import feeds_of_marts
from pipeline.publication.releases import publish_release
from pipeline.quality.suites import load_suite
from pipeline.session import PUBLICATION, TABLES, BuildSession
from pipeline.transformation import TablesFailedError, build_tables

OWNERS = ("team:ppgd",)
SESSION = "session"
REGISTER = {
    "depots": "Dépôts reçus. Une ligne par dépôt.",
    "controles": "Contrôles passés. Une ligne par dépôt et contrôle.",
    "anomalies": "Anomalies comptées. Une ligne par dépôt, code, gravité et colonne.",
}
GRIDS_KEY = dg.AssetKey([SOURCE, TABLE])
REGISTER_KEYS = [dg.AssetKey(["registre", table]) for table in REGISTER]


def feed_key(feed: Feed) -> dg.AssetKey:
    """Return the key under which dbt knows the feed as a source."""
    return dg.AssetKey([feed.source, feed.table])


def depot_key(feed: Feed) -> dg.AssetKey:
    """Return the key of what the partners delivered for the feed."""
    return dg.AssetKey(["depots", feed.source, feed.table])


def _periods_name(feed: Feed) -> str:
    return f"periodes_{feed.name}"


def depot_spec(feed: Feed) -> dg.AssetSpec:
    """Describe the delivered files of a feed: from outside, one partition per period, added as it comes."""
    return dg.AssetSpec(
        depot_key(feed),
        description=f"Fichiers déposés : {feed.title}. Par : {feed.provider}. Cadence : {feed.cadence}.",
        group_name=f"depots_{feed.source}",
        owners=OWNERS,
        kinds={"file"},
        partitions_def=dg.DynamicPartitionsDefinition(name=_periods_name(feed)),
    )


def feed_asset(feed: Feed) -> dg.AssetsDefinition:
    """Make the asset of a feed: it decides on every waiting delivery, and shows its suite as checks."""
    key = feed_key(feed)
    spec = dg.AssetSpec(
        key,
        deps=[depot_key(feed)],
        description=f"{feed.description}\n\nDépôts acceptés. Une ligne par {feed.grain}.",
        group_name=f"depots_{feed.source}",
        owners=OWNERS,
        kinds={"parquet", "polars", "greatexpectations"},
    )
    checks = [
        dg.AssetCheckSpec(check_name(control.code), asset=key, description=control.description)
        for control in load_suite(feed)
    ]

    @dg.multi_asset(
        name=feed.name,
        specs=[spec],
        check_specs=checks,
        can_subset=True,
        required_resource_keys={SESSION},
    )
    def decide_deliveries(context: dg.AssetExecutionContext) -> Iterator[Event]:
        session: BuildSession = context.resources.session
        decisions = session.decide_waiting(feed.key)
        for decision in decisions:
            context.instance.add_dynamic_partitions(_periods_name(feed), [decision.record.periode])
            context.log_event(depot_event(depot_key(feed), decision))
        yield from selected(context, feed_events(key, decisions))

    return decide_deliveries


def register_asset(feeds: Sequence[Feed]) -> dg.AssetsDefinition:
    """Make the asset of the register as dbt reads it, once every feed has been decided on."""
    specs = [
        dg.AssetSpec(
            key,
            deps=[feed_key(feed) for feed in feeds],
            description=f"Registre, tel que le lit dbt. {text}",
            group_name="registre",
            owners=OWNERS,
            kinds={"parquet"},
        )
        for key, text in zip(REGISTER_KEYS, REGISTER.values(), strict=True)
    ]

    @dg.multi_asset(name="registre", specs=specs, required_resource_keys={SESSION})
    def write_register(context: dg.AssetExecutionContext) -> Iterator[Event]:
        session: BuildSession = context.resources.session
        for feed in feeds:
            write_empty_parquet(session.settings.entrepot, feed)
        write_register_snapshot(session.door.register, session.settings.entrepot)
        yield from (dg.MaterializeResult(asset_key=key) for key in REGISTER_KEYS)

    return write_register


def grids_asset() -> dg.AssetsDefinition:
    """Make the asset of the grids as dbt runs them; the session read them before anything else."""

    @dg.asset(
        key=GRIDS_KEY,
        description="Grilles de cotation de l'EPCI, compilées. Une ligne par macro.",
        group_name="grilles",
        owners=OWNERS,
        kinds={"yaml", "parquet"},
        required_resource_keys={SESSION},
    )
    def tell_grids(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        session: BuildSession = context.resources.session
        versions = [f"{each.grille.grille_version} ({each.grille.statut})" for each in session.grids]
        return dg.MaterializeResult(metadata={"grilles": len(versions), "versions": ", ".join(versions)})

    return tell_grids


def dbt_tables(manifest: Path) -> dg.AssetsDefinition:
    """Make one asset per seed and model, one check per data test, all built by one dbt command."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]

    @dbt_assets(manifest=manifest, name="tables", required_resource_keys={SESSION})
    def build_models(context: dg.AssetExecutionContext) -> Iterator[Event]:
        session: BuildSession = context.resources.session
        try:
            with session.timed(TABLES):
                outcomes = build_tables(
                    session.settings, on_node=_every_tenth(session), from_nothing=session.force
                )
        except TablesFailedError as error:
            yield from selected(context, table_events(context.assets_def, error.outcomes))
            raise
        yield from selected(context, table_events(context.assets_def, outcomes))

    def described(spec: dg.AssetSpec) -> dg.AssetSpec:
        node = nodes[spec.metadata[DBT_UNIQUE_ID]]
        return spec.replace_attributes(description=node["description"], owners=OWNERS)

    return build_models.map_asset_specs(described)


def _every_tenth(session: BuildSession) -> Callable[[str, int, int], None]:
    def follow(_name: str, done: int, total: int) -> None:
        if done * 10 // total > (done - 1) * 10 // total:
            session.on_event(TABLES, f"{done} sur {total}")

    return follow


class PublicationConfig(dg.Config):
    """`forcer`: publish a dated release even when its contents are those of the last one."""

    forcer: bool = False


def publication_asset(tables: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """Make the asset of the release, once every model is built and tested."""

    @dg.asset(
        name="publication",
        deps=[spec.key for spec in tables.specs if spec.key.path[0] == PUBLISHED],
        description=(
            "Publication : DuckDB, Parquet, CSV et manifeste, mis en place d'un seul coup. "
            "Sans changement de contenu, la précédente reste. Une ligne par publication."
        ),
        group_name="publication",
        owners=OWNERS,
        kinds={"duckdb", "parquet", "csv"},
        required_resource_keys={SESSION},
    )
    def publish(context: dg.AssetExecutionContext, config: PublicationConfig) -> dg.MaterializeResult:
        session: BuildSession = context.resources.session
        with session.timed(PUBLICATION):
            release = publish_release(
                session.settings,
                build_file(session.settings),
                input_fingerprint=input_fingerprint(session.settings),
                force=session.force or config.forcer,
                feeds_of=feeds_of_marts(parse_models(session.settings)),
            )
        session.release = release
        state = "nouvelle" if release.created else "inchangée"
        session.on_event(PUBLICATION, f"{release.publication_id} ({state})")
        return dg.MaterializeResult(
            metadata={
                "publication": release.publication_id,
                "état": state,
                "origine": release.manifest["origine"],
                "tables": len(release.manifest["tables"]),
                "lignes": sum(table["lignes"] for table in release.manifest["tables"]),
                "empreinte": release.manifest["empreinte"],
            }
        )

    return publish
