"""The log of a build started by `ppgd`: one plain file per build, so that the terminal stays quiet."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipeline.settings import Settings

KEPT = 20
_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def new_journal(settings: Settings) -> Path:
    """Make the empty log file of a build, for its owner only; older ones beyond the limit go."""
    folder = settings.journaux
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"), reverse=True)[KEPT - 1 :]:
        old.unlink()
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.log"
    path.touch(mode=0o600)
    return path


@dg.logger({"fichier": str}, description="Journal d'une construction lancée par « ppgd construire ».")
def journal(context: dg.InitLoggerContext) -> logging.Logger:
    """Write Dagster's messages to the file named in the run's configuration."""
    handler = logging.FileHandler(context.logger_config["fichier"], encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.Logger("ppgd.construction", level=logging.DEBUG)
    logger.addHandler(handler)
    return logger
