"""The only place where assets, checks, jobs, schedules, sensors and resources meet.

Importing this module does no work: Dagster calls `defs` when it loads the project.
"""

from collections.abc import Generator

import dagster as dg

from pipeline.assets import (
    SESSION,
    dbt_tables,
    depot_spec,
    feed_asset,
    grids_asset,
    publication_asset,
    register_asset,
)
from pipeline.feeds import load_feeds
from pipeline.journal import journal
from pipeline.parsed_models import parse_models
from pipeline.schedules import (
    JOB,
    daily_reminders,
    depots_sensor,
    half_yearly_publication,
    quarterly_build,
    reminders_job,
)
from pipeline.session import BuildSession
from pipeline.settings import Settings


def build_definitions(settings: Settings, session: BuildSession | None = None) -> dg.Definitions:
    """Put the project together for one data root; parses the dbt models when they changed.

    A build already open (from `ppgd`) is given as `session`; otherwise each run opens its own.
    """
    feeds = list(load_feeds().values())
    tables = dbt_tables(parse_models(settings))
    return dg.Definitions(
        assets=[
            *map(depot_spec, feeds),
            *map(feed_asset, feeds),
            register_asset(feeds),
            grids_asset(),
            tables,
            publication_asset(tables),
        ],
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all(),
                description="Décide des dépôts en attente, reconstruit toutes les tables, publie.",
            ),
            reminders_job(settings),
        ],
        schedules=[quarterly_build(), half_yearly_publication(), daily_reminders()],
        sensors=[depots_sensor(settings)],
        resources={SESSION: session or _opened_by_each_run(settings)},
        loggers={"journal": journal},
        executor=dg.in_process_executor,
    )


def _opened_by_each_run(settings: Settings) -> dg.ResourceDefinition:
    @dg.resource(description="La construction en cours : une seule à la fois sur un dossier de données.")
    def session() -> Generator[BuildSession]:
        with BuildSession.open(settings) as opened:
            yield opened

    return session


@dg.definitions
def defs() -> dg.Definitions:
    """Load the project on the data root of PPGD_DONNEES, or data/."""
    return build_definitions(Settings.load())
