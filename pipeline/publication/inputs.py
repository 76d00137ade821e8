"""What the tables are computed from; light, because `ppgd` asks it before anything else."""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__
from pipeline.intake.register import Register
from pipeline.settings import ROOT, Settings

DBT_PROJECT = ROOT / "dbt_project"
REGISTER_SOURCE = "registre"
_ENGINES = ("dbt-core", "dbt-duckdb", "duckdb")
_DBT_SUFFIXES = {".sql", ".yml", ".csv", ".md"}
_DBT_OUTPUTS = {"target", "logs"}


def input_fingerprint(settings: Settings) -> str:
    """Return a SHA-256 over all a build depends on: rules, deliveries, register."""
    digest = hashlib.sha256(rules_fingerprint(settings).encode())
    for line in (*_accepted_files(settings), *_register_state(settings)):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def rules_fingerprint(settings: Settings, project: Path = DBT_PROJECT) -> str:
    """Return a SHA-256 over what says how to compute: models, settings, versions."""
    versions = (__version__, *map(version, _ENGINES))
    told = repr((versions, dbt_variables(settings), dbt_fingerprint(project)))
    return hashlib.sha256(told.encode()).hexdigest()


def source_states(settings: Settings) -> dict[str, str]:
    """Return for each source of dbt (`sne.demandes`) what changes when its files do.

    The register is written anew by every build: its contents count, not the time of its files.
    """
    states: dict[str, list[str]] = defaultdict(list)
    for place, path in _parquet_files(settings):
        is_register = place.parts[0] == REGISTER_SOURCE
        told = hashlib.sha256(path.read_bytes()).hexdigest() if is_register else _file_state(place, path)
        states[".".join(place.parts[:2])].append(told)
    return {source: "\n".join(told) for source, told in states.items()}


def dbt_variables(settings: Settings) -> str:
    """Return the settings that models read, as the JSON that dbt takes."""
    return json.dumps(
        {
            "origine_fictive": settings.est_fictif,
            "seuil_q1_inclus": settings.seuil_q1_inclus,
            "qpv_vide_hors_qpv": list(settings.qpv_vide_hors_qpv),
            "criteres_de_mutation": list(settings.criteres_de_mutation),
            "ordre_reservataires": list(settings.ordre_reservataires),
        }
    )


def dbt_fingerprint(project: Path = DBT_PROJECT) -> str:
    """Return a SHA-256 over the models, properties, seeds and macros of the dbt project."""
    digest = hashlib.sha256()
    for path in sorted(_dbt_sources(project)):
        digest.update(f"{path.relative_to(project)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _dbt_sources(project: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(project):
        folders[:] = [name for name in folders if name not in _DBT_OUTPUTS and not name.startswith(".")]
        visible = (name for name in names if not name.startswith("."))
        yield from (Path(folder, name) for name in visible if Path(name).suffix in _DBT_SUFFIXES)


def _parquet_files(settings: Settings) -> Iterator[tuple[Path, Path]]:
    """Yield the place and path of each Parquet that dbt reads."""
    for path in sorted(settings.entrepot.glob("*/*/*/*.parquet")):
        place = path.relative_to(settings.entrepot)
        if not place.parts[0].startswith("."):
            yield place, path


def _accepted_files(settings: Settings) -> Iterator[str]:
    for place, path in _parquet_files(settings):
        if place.parts[0] != REGISTER_SOURCE:
            yield _file_state(place, path)


def _file_state(place: Path, path: Path) -> str:
    """Return path, size and time of an accepted Parquet: it is replaced whole, never edited."""
    facts = path.stat()
    return f"{place} {facts.st_size} {facts.st_mtime_ns}"


def _register_state(settings: Settings) -> Iterator[str]:
    """Yield what the register says of each delivery; refusals are published too."""
    if not settings.registre.exists():
        return
    with Register.open(settings.registre) as register:
        for record in register.records():
            place = (record.flux, record.periode, record.fournisseur, record.empreinte)
            yield repr((*place, record.decision, record.motifs, record.en_vigueur))
        for purge in register.purges():
            yield repr(purge)
