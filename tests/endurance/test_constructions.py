"""Built delivery after delivery or all at once, the tables are the same."""

from pathlib import Path

import pytest

from pipeline.acceptation import Door
from pipeline.construction import run_build
from pipeline.feeds import load_feeds
from pipeline.session import TABLES
from pipeline.settings import Settings
from tests.depots import deposer, racine_fictive

pytestmark = pytest.mark.endurance


def construire(settings: Settings, *, force: bool = False) -> tuple[dict[str, str], int]:
    """Build; return the fingerprint of each table and how many nodes were run."""
    nodes = []

    def follow(stage: str, detail: str) -> None:
        if stage == TABLES:
            nodes.append(int(detail.rsplit(" ", 1)[1]))

    with Door.open(settings) as door:
        waiting, _ = door.waiting()
    report = run_build(settings, waiting, on_event=follow, force=force)
    assert not report.refused
    tables = {table["nom"]: table["empreinte"] for table in report.release.manifest["tables"]}
    del tables["mart_revisions"]  # it tells what moved since the release before: there lies the difference
    return tables, nodes[-1]


def test_one_feed_after_another_gives_the_tables_of_a_build_from_nothing(tmp_path: Path) -> None:
    """Deliver every example but its last row; then whole, one feed at a time."""
    settings = racine_fictive(tmp_path / "donnees")
    feeds = [feed.key for feed in load_feeds().values() if feed.source != "parametres"]
    for feed in feeds:
        deposer(settings, feed, "essai", lines=slice(-1))
    tables, everything = construire(settings)
    for feed in feeds:
        deposer(settings, feed, "essai")
        before, (tables, run) = tables, construire(settings)
        assert run < everything, feed
        assert tables != before, feed
    assert construire(settings, force=True) == (tables, everything)
