"""The releases that are kept, and the one that someone asks for: by its name, or by a day."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.publication.manifest import STORE

if TYPE_CHECKING:
    from pipeline.settings import Settings

DATABASE = "observatoire.duckdb"
INSTANT = "%Y%m%dT%H%M%SZ"
_RELEASE = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_MOST_NAMED = 8


def release_folders(store: Path) -> list[Path]:
    """Return the folder of each whole release, in no order."""
    return [path for path in store.iterdir() if _RELEASE.fullmatch(path.name)]


def find_release(settings: "Settings", asked: str) -> Path:
    """Return the folder of the release of that name, or of the last one published by that day (UTC).

    Raises MisuseError, naming what is kept, when there is none.
    """
    store = settings.marts / STORE
    kept = sorted(path.name for path in release_folders(store)) if store.exists() else []
    day = _day(asked)
    found = [name for name in kept if (name[:8] <= f"{day:%Y%m%d}" if day else name == asked)]
    if not found:
        named = ", ".join(kept[-_MOST_NAMED:]) or "aucune"
        raise MisuseError(
            f"Aucune publication gardée le {day:%d/%m/%Y} ni avant."
            if day
            else f"Publication « {asked} » inconnue.",
            remede=f"Publications gardées : {named}. Donnez l'une d'elles, ou un jour : AAAA-MM-JJ.",
        )
    return store / found[-1]


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None
