"""The dbt project, parsed once for all: beside the project, where every data root finds it."""

import os
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.dbt_runs import check_run, dbt_folder, run_dbt
from pipeline.lock import taking_turns
from pipeline.publication.inputs import DBT_PROJECT, dbt_fingerprint

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

    from pipeline.settings import Settings

_ADAPTER = "dbt-duckdb"


def parse_models(settings: "Settings", project: Path = DBT_PROJECT) -> Path:
    """Return the manifest of the parsed project, in a folder named after what was parsed.

    Neither the data root nor its settings change what is parsed. When the project is read-only and was
    not parsed at its installation, the folder is under the working folder of this data root. Raises
    BuildFailedError when dbt cannot read the project.
    """
    name = f"{_ADAPTER}-{version(_ADAPTER)}-{dbt_fingerprint(project)[:16]}"
    parsed = project / "target" / name
    if not parsed.exists() and not os.access(project, os.W_OK):
        parsed = dbt_folder(settings) / name
    if not parsed.exists():
        with taking_turns(parsed.parent):
            if not parsed.exists():
                _parse(settings, project, parsed)
    return parsed / "manifest.json"


def _parse(settings: "Settings", project: Path, parsed: Path) -> None:
    """Parse aside, forget what was parsed before, put the folder in place whole."""
    aside = parsed.with_name("lecture")
    for former in (aside, *parsed.parent.glob(f"{_ADAPTER}-*")):
        shutil.rmtree(former, ignore_errors=True)
    command = ["parse", "--target-path", str(aside), "--no-partial-parse"]
    check_run(settings, run_dbt(settings, command, project))
    aside.rename(parsed)


def load_models(settings: "Settings", project: Path = DBT_PROJECT) -> "Manifest":
    """Return the parsed project as dbt takes it."""
    from dbt.constants import PARTIAL_PARSE_FILE_NAME
    from dbt.contracts.graph.manifest import Manifest

    parsed = parse_models(settings, project).with_name(PARTIAL_PARSE_FILE_NAME)
    models = Manifest.from_msgpack(parsed.read_bytes())
    models.build_flat_graph()
    return models


def write_static_page(settings: "Settings") -> Path:
    """Return dbt's page of every model, source and test of the last build, in one file."""
    folder = settings.travail / "definitions"
    command = ["docs", "generate", "--static", "--target-path", str(folder)]
    check_run(settings, run_dbt(settings, command, DBT_PROJECT))
    return folder / "static_index.html"
