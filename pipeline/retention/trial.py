"""The purge tried aside: the tables built on the copies must give the marts of before, to the last row."""

import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.dbt_runs import OnNode, build_file
from pipeline.errors import BuildFailedError
from pipeline.kept_tables import copy_tables
from pipeline.publication.snapshot import describe_tables, open_build
from pipeline.retention.unlinking import Links
from pipeline.settings import FICTION_MARK, Settings
from pipeline.transformation import build_tables

_FOLDER = "purge"


@dataclass(frozen=True)
class Trial:
    """A private data root that holds the copies, and by links every other accepted file."""

    real: Settings
    settings: Settings
    copies: Mapping[Path, Path]

    @classmethod
    @contextmanager
    def open(cls, settings: Settings, links: Links) -> Generator["Trial"]:
        """Write the copies where the links are cut; everything goes with the trial."""
        root = settings.travail / _FOLDER
        shutil.rmtree(root, ignore_errors=True)
        trial = replace(settings, donnees=root)
        try:
            trial.raw.mkdir(parents=True, mode=0o700)
            if settings.est_fictif:
                (trial.raw / FICTION_MARK).touch()
            copies = {file.path: trial.entrepot / _place(settings, file.path) for file in links.rows}
            for path in settings.entrepot.glob("*/*/*/*.parquet"):
                place = trial.entrepot / _place(settings, path)
                place.parent.mkdir(parents=True, exist_ok=True)
                if path not in copies:
                    place.symlink_to(path)
            for file in links.rows:
                links.cut(file, copies[file.path])
            yield cls(settings, trial, copies)
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def check_same_marts(self, before: Path, on_node: OnNode | None = None) -> Path:
        """Build the tables on the copies; raises BuildFailedError naming every mart that moved."""
        copy_tables(self.real, self.settings)
        build_tables(self.settings, on_node=on_node)
        after = build_file(self.settings)
        expected, found = _marts(before), _marts(after)
        if moved := sorted(name for name in expected | found if expected.get(name) != found.get(name)):
            raise BuildFailedError(
                f"La purge changerait des indicateurs : {', '.join(moved)}. Rien n'a été purgé.",
                remede="Signalez-le : un modèle dépend de la valeur d'un pseudonyme.",
            )
        return after

    def follow_the_moves(self) -> None:
        """Point to the copies where they now are, so that the build of the trial can still be read."""
        for target, copy in self.copies.items():
            copy.symlink_to(target)


def _place(settings: Settings, path: Path) -> Path:
    return path.relative_to(settings.entrepot)


def _marts(build: Path) -> dict[str, str]:
    with open_build(build) as connection:
        return {table.nom: table.empreinte for table in describe_tables(connection) if table.is_mart}
