"""What every test may use: an empty data root with its key, and no key or root from the machine."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from pipeline.__main__ import OBJECTS_BEFORE_A_LOOK
from pipeline.settings import Settings

gc.set_threshold(OBJECTS_BEFORE_A_LOOK)  # as ppgd itself does

CLE = "cle-de-test-sans-valeur-0123456789abcdef"
TOGETHER = {
    "tests/golden/test_verite": "territoire",
    "tests/reel/test_publie": "territoire",
    "tests/integration/purge/": "purge",
    "tests/integration/test_dbt_": "baux",
    "tests/integration/test_metropole_stock": "metropole",
    "tests/integration/test_territoire_metropole": "metropole",
}


class SharedRoots(LoadFileScheduling):
    """Gives each file to one process; to the same one, all the files that share a data root built once."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((root for start, root in TOGETHER.items() if file.startswith(start)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedRoots:
    """Build each shared root once, whatever the number of processes."""
    return SharedRoots(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_machine_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PPGD_DONNEES", "PPGD_CLE_FICHIER", "PPGD_TRACE"):
            patch.delenv(name, raising=False)
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("PPGD_CLE", CLE)
        yield


@pytest.fixture
def reglages(tmp_path: Path) -> Settings:
    """Settings of an empty data root."""
    return Settings.load(tmp_path / "donnees")


@pytest.fixture(scope="session")
def observatoire_fictif(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The fictitious territory, drawn and built once by the real job."""
    from pipeline.acceptation import Door
    from pipeline.construction import run_build
    from pipeline.judges import judges_for
    from pipeline.sample.territoire import write_territoire
    from pipeline.session import tell_nobody

    settings = Settings.load(tmp_path_factory.mktemp("fictif"))
    write_territoire(settings.donnees)
    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    assert misplaced == []
    with judges_for(len(waiting)) as judges:
        run_build(settings, waiting, on_event=tell_nobody, judges=judges)
    return settings
