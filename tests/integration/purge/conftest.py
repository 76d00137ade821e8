"""A small root, what it held, and the same one purged: built once for the tests of the purge."""

from pathlib import Path

import pytest

from pipeline.retention import purge as purge_module
from pipeline.retention.purge import PurgeReport
from pipeline.settings import FICTION_MARK, Settings
from tests.confidentialite.purges import OTHERS, SNE, Before, build, copy_of, deliver, purger


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small fictitious root with one release; its examples hold exits before and after the limit."""
    settings = Settings.load(tmp_path_factory.mktemp("purge") / "donnees")
    for feed in SNE:
        deliver(settings, feed, "gip-sne")
    for feed in OTHERS:
        deliver(settings, feed, "alize")
    (settings.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    assert build(settings) == ()
    return settings


@pytest.fixture(scope="session")
def before(built: Settings) -> Before:
    return Before.of(built)


@pytest.fixture(scope="session")
def purged(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, PurgeReport]:
    """A copy of that root, purged."""
    settings = copy_of(built, tmp_path_factory.mktemp("purgee"))
    return settings, purger(settings)


@pytest.fixture
def root(built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of that root, to purge; its tables stand as built, they are not built again first."""
    monkeypatch.setattr(purge_module, "build_tables", lambda _: None)
    return copy_of(built, tmp_path)
