"""Deliveries for the tests: the valid example of a feed, whole or in part, put in its place."""

from pathlib import Path

from pipeline.acceptation import Door
from pipeline.construction import BuildReport, run_build
from pipeline.session import tell_nobody
from pipeline.settings import FICTION_MARK, ROOT, Settings


def exemple(feed: str) -> str:
    """The valid example of a feed, as its folder gives it."""
    return (ROOT / "expectations" / feed.replace("/", "_") / "exemple-valide.csv").read_text(encoding="utf-8")


def deposer(
    settings: Settings,
    feed: str,
    fournisseur: str,
    *,
    periode: str = "2025-T1",
    content: str | None = None,
    lines: slice = slice(None),
) -> Path:
    """Put a file in its place: this content, else the lines asked of the example."""
    header, *rows = (content or exemple(feed)).splitlines()
    path = settings.raw / feed / periode / f"{fournisseur}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows[lines]]) + "\n", encoding="utf-8")
    return path


def racine_fictive(folder: Path) -> Settings:
    """An empty data root said to be fictitious: it makes its key by itself."""
    settings = Settings.load(folder)
    settings.raw.mkdir(parents=True)
    (settings.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    return settings


def construire(settings: Settings) -> BuildReport:
    """Build in this process, as `ppgd construire` does."""
    with Door.open(settings) as door:
        waiting, _ = door.waiting()
    return run_build(settings, waiting, on_event=tell_nobody)
