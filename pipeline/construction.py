"""One build from the terminal: the job of Dagster, run in this process, told stage by stage."""

import os
from collections.abc import Generator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.disk import disk_error
from pipeline.errors import BuildFailedError, PpgdError
from pipeline.judges import IN_PLACE, Judges
from pipeline.kept_tables import changed_sources
from pipeline.session import START, BuildSession, OnEvent
from pipeline.settings import ROOT

if TYPE_CHECKING:
    import dagster as dg
    from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph

    from pipeline.acceptation import Decision
    from pipeline.intake.deliveries import Delivery
    from pipeline.publication.releases import Release
    from pipeline.settings import Settings


@dataclass(frozen=True)
class BuildReport:
    """What a build did; `seconds` holds the duration of each stage, `journal` the log file."""

    decisions: tuple["Decision", ...]
    release: "Release"
    seconds: Mapping[str, float]
    journal: Path

    @property
    def refused(self) -> tuple["Decision", ...]:
        """Return the deliveries this build refused."""
        return tuple(decision for decision in self.decisions if decision.is_refused)


def run_build(
    settings: "Settings",
    waiting: Sequence["Delivery"],
    *,
    on_event: OnEvent,
    force: bool = False,
    judges: Judges = IN_PLACE,
) -> BuildReport:
    """Decide on the waiting deliveries, rebuild every table, publish.

    `on_event(stage, detail)` is called as the build goes. Raises the PpgdError that stopped it, or
    KeyboardInterrupt; what was published is then untouched.
    """
    with BuildSession.open(settings, on_event, force=force, judges=judges, whole=True) as session:
        on_event(START, "chargement des modèles")
        log = _execute(session, {delivery.feed_key for delivery in waiting})
    if session.release is None:
        raise RuntimeError("the job ended without publishing")
    return BuildReport(tuple(session.decisions), session.release, session.seconds, log)


def _execute(session: BuildSession, waiting: set[str]) -> Path:
    with session.timed(START):
        from dagster import DagsterExecutionInterruptedError

        from pipeline.definitions import JOB, build_definitions
        from pipeline.journal import new_journal

        definitions = build_definitions(session.settings, session)
        job = definitions.resolve_job_def(JOB)
        log = new_journal(session.settings)
    try:
        with _dagster_instance(session.settings) as instance:
            job.execute_in_process(
                instance=instance,
                run_config={"loggers": {"journal": {"config": {"fichier": str(log)}}}},
                asset_selection=sorted(_to_make(session, definitions.resolve_asset_graph(), waiting)),
            )
    except PpgdError:
        raise
    except DagsterExecutionInterruptedError as error:
        raise KeyboardInterrupt from error
    except Exception as error:
        if refused := disk_error(error):
            raise refused from error
        raise BuildFailedError(
            f"La construction s'est arrêtée sur une erreur imprévue ({type(error).__name__}).",
            remede=f"Ce qui était publié reste en place. Détail à transmettre : {log}.",
        ) from error
    return log


def _to_make(
    session: BuildSession, assets: "BaseAssetGraph", waiting: set[str]
) -> AbstractSet["dg.AssetKey"]:
    """Return the assets to make: what reads a delivery that waits, or anything that changed."""
    from dagster import AssetKey, AssetSelection

    from pipeline.assets import REGISTER_KEYS, feed_key

    idle = {feed_key(feed) for key, feed in session.door.feeds.items() if key not in waiting}
    changed = None if session.force else changed_sources(session.settings)
    if changed is None:
        return assets.materializable_asset_keys - idle
    read = {AssetKey(name.split(".")) for name in changed} & assets.materializable_asset_keys
    read |= {*REGISTER_KEYS, *(feed_key(session.door.feeds[key]) for key in waiting)}
    return AssetSelection.assets(*read).downstream().resolve(assets) - idle


def dagster_environment(settings: "Settings") -> dict[str, str]:
    """Return the environment in which Dagster reads and writes only under this data root."""
    home = settings.entrepot / "dagster"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "DAGSTER_HOME": str(ROOT),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "PPGD_DAGSTER": str(home),
        "PPGD_DONNEES": str(settings.donnees),
    }


@contextmanager
def _dagster_instance(settings: "Settings") -> Generator["dg.DagsterInstance"]:
    before = dict(os.environ)
    os.environ.update(dagster_environment(settings))
    try:
        import dagster as dg

        with dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        os.environ.clear()
        os.environ.update(before)
