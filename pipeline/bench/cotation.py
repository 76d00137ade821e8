"""The measures of cotation: grids scored beside a plain reading of the same columns, and one simulation."""

import resource
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.bench.big_demandes import facts_read, grids_of, write_facts, write_release
from pipeline.bench.costs import Cost
from pipeline.bench.porte import Follow, Measure
from pipeline.errors import MisuseError
from pipeline.grilles.compilation import totals_sql
from pipeline.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_EPCI, _CRITERIA = 400, 40
_RATIO, _SECONDS = 4.5, 2
_ONE_EPCI = 40_000
_MEGA = 1024


def run_bench(times: int, demandes: int, follow: Follow) -> list[Measure]:
    """Make every measure in a temporary folder, removed at the end."""
    if times < 1 or demandes < 1:
        raise MisuseError("Il faut au moins une répétition et une demande.", remede="Voyez --help.")
    with TemporaryDirectory(prefix="bench-cotation-") as folder:
        return [*_scoring(Path(folder), times, demandes, follow), *_simulation(Path(folder), times, follow)]


def _scoring(folder: Path, times: int, demandes: int, follow: Follow) -> list[Measure]:
    import duckdb

    follow(f"{demandes} demandes fictives, {_EPCI} grilles…")
    grids = list(grids_of(_EPCI))
    columns = ("demande_id", "code_epci", "date_faits", *facts_read(grids[0]))
    plain = f"select {', '.join(f'bit_xor(hash({name}))' for name in columns)} from int_demandes__faits"
    scored = f"create or replace temp table scores as {totals_sql(grids)}"
    with duckdb.connect(str(folder / "faits.duckdb")) as connection:
        write_facts(connection, demandes, _EPCI)
        connection.execute("checkpoint")
        _cost(connection, plain)
        pairs = []
        for time in range(times):
            follow(f"Lecture, puis cotation, {time + 1} sur {times}…")
            pairs.append((_cost(connection, plain), _cost(connection, scored)))
        [(rows,)] = connection.execute("select count(*) from scores").fetchall()
    if rows != demandes:
        raise RuntimeError(f"{rows} scores for {demandes} demandes")
    name = f"{_told(demandes)} demandes × {_CRITERIA} critères, {_EPCI} grilles"
    ratio = median(ours.cpu / theirs.cpu for theirs, ours in pairs)
    return [
        Measure(f"{name}, processeur, cotation ÷ lecture", "×", ratio, _RATIO),
        _timed(f"{name} : scores, blocs et masques", [ours for _, ours in pairs]),
        _timed(f"{name} : lecture des {len(columns)} mêmes colonnes", [theirs for theirs, _ in pairs]),
    ]


def _simulation(folder: Path, times: int, follow: Follow) -> list[Measure]:
    """Measure a changed grid against the one before, on one EPCI, once everything is imported."""
    from pipeline.simulation.note import write_files
    from pipeline.simulation.simulation import GrilleLue, simulate

    settings = Settings(donnees=folder / "donnees")
    before, after = (GrilleLue(grille, "mesure") for grille in grids_of(2, one_epci=True))
    write_release(settings.observatoire, _ONE_EPCI)
    costs = []
    for time in range(times + 1):
        follow(f"Simulation, {time} sur {times}…")
        cost = _elapsed(lambda: write_files(simulate(settings, after, before, "stock"), folder))
        costs.append(cost)
    name = f"simuler une grille changée, {_told(_ONE_EPCI)} demandes d'un EPCI"
    return [_timed(name, costs[1:], _SECONDS)]


def _told(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _cost(connection: "DuckDBPyConnection", sql: str) -> Cost:
    return _elapsed(lambda: connection.execute(sql))


def _elapsed(work: Callable[[], object]) -> Cost:
    before, start = resource.getrusage(resource.RUSAGE_SELF), perf_counter()
    work()
    wall, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, after.ru_maxrss / _MEGA)


def _timed(name: str, costs: list[Cost], target: float | None = None) -> Measure:
    return Measure(name, "s", median(cost.wall for cost in costs), target, median(cost.cpu for cost in costs))
