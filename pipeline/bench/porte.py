"""The measures of the door, each set beside its target, on a data root of their own."""

import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from pipeline.bench.big_files import FEED, write_big_delivery
from pipeline.bench.changed_files import OTHER_ROWS, SAME_ROWS, change_delivery
from pipeline.bench.checked_files import FEED as CONTROLLED
from pipeline.bench.checked_files import write_leases
from pipeline.bench.costs import Cost, measure, median_of
from pipeline.errors import MisuseError
from pipeline.parsed_models import parse_models
from pipeline.settings import Settings

Follow = Callable[[str], None]
_PPGD = (sys.executable, "-m", "pipeline")
_READ = (sys.executable, "-m", "pipeline.bench.reading")
_BUILT = {"model", "seed", "test", "snapshot"}
_DONE, _REFUSED = 0, 1
_FIXED_SECONDS, _SECONDS_PER_NODE, _MOST_SECONDS = 8, 0.04, 20
_MOST_MEGABYTES = 1536
_DELIVERED = (
    ("bailleurs/attributions", SAME_ROWS),
    ("bailleurs/mises_a_disposition", OTHER_ROWS),
    ("bailleurs/attributions", OTHER_ROWS),
)
_CHECKED_ROWS, _CHECK_SECONDS, _CHECK_MEGABYTES = 100_000, 8, 600
RATIOS = {"utf-8": 1.5, "cp1252": 1.8}


@dataclass(frozen=True)
class Measure:
    """A figure beside its target; without target, it is only told. `cpu` is what it took of processor."""

    name: str
    unit: str
    found: float
    target: float | None = None
    cpu: float | None = None

    @property
    def verdict(self) -> str:
        """Say whether the target is held."""
        if self.target is None:
            return ""
        return "tenu" if self.found <= self.target else "manqué"


@dataclass(frozen=True)
class Bench:
    """A data root built from the demonstration, and how many times each measure is made."""

    root: Path
    times: int
    megabytes: int
    follow: Follow

    @classmethod
    @contextmanager
    def open(cls, times: int, megabytes: int, follow: Follow) -> Generator["Bench"]:
        """Build the demonstration in a temporary folder, removed at the end."""
        if times < 1 or megabytes < 1:
            raise MisuseError("Il faut au moins une répétition et un mégaoctet.", remede="Voyez --help.")
        with TemporaryDirectory(prefix="bench-porte-") as folder:
            bench = cls(Path(folder), times, megabytes, follow)
            follow("Territoire fictif…")
            bench.run([*_PPGD, "demo"], accepted=(_DONE, _REFUSED))
            yield bench

    def run(self, command: Sequence[str], accepted: Sequence[int] = (_DONE,)) -> tuple[Cost, str]:
        """Measure a command on this root."""
        environment = {
            "PPGD_DONNEES": str(self.root / "donnees"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
        }
        return measure(command, environment, accepted)

    def commands(self) -> list[Measure]:
        """Measure the short commands, and a build with nothing new."""
        query = "from mart_attributions_par_qpv limit 10"
        asked = (
            ("`ppgd --help`", ("--help",), 0.4),
            ("`ppgd depots`", ("depots",), 0.8),
            ("`ppgd sql`", ("sql", query), 0.8),
            ("`ppgd construire`, rien de nouveau", ("construire",), 5),
        )
        measures = []
        for name, arguments, target in asked:
            self.follow(f"{name}…")
            costs = [self.run([*_PPGD, *arguments], accepted=(_DONE, _REFUSED))[0] for _ in range(self.times)]
            measures.append(_timed(name, costs, target))
        return measures

    def one_delivery(self) -> list[Measure]:
        """Measure a build for one delivery, sent again or with other rows; then a whole one."""
        nodes = self._nodes()
        allowed = _FIXED_SECONDS + _SECONDS_PER_NODE * nodes
        measures = []
        for feed, kind in _DELIVERED:
            costs = []
            for time in range(self.times):
                self.follow(f"Un dépôt nouveau ({feed}, {kind}), {time + 1} sur {self.times}…")
                change_delivery(self._last(feed), kind)
                costs.append(self.run([*_PPGD, "construire"], accepted=(_DONE, _REFUSED))[0])
            name = f"un dépôt nouveau, {feed}, {kind}"
            measures.append(_timed(name, costs, _MOST_SECONDS))
            measures.append(_timed(f"{name} : 8 s + 40 ms × {nodes} nœuds dbt", costs, allowed))
        self.follow("Toutes les tables…")
        whole = [
            self.run([*_PPGD, "construire", "--forcer"], accepted=(_DONE, _REFUSED))[0]
            for _ in range(self.times)
        ]
        return [*measures, _timed("`ppgd construire --forcer`, toutes les tables refaites", whole, None)]

    def _last(self, feed: str) -> Path:
        """Return the largest delivery of the last period."""
        *_, last = sorted((self.root / "donnees" / "raw" / feed).glob("[0-9]*"))
        return max(last.glob("*.csv"), key=lambda path: path.stat().st_size)

    def _nodes(self) -> int:
        manifest = parse_models(Settings.load(self.root / "donnees"))
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
        return sum(node["resource_type"] in _BUILT for node in nodes)

    def checks(self) -> list[Measure]:
        """Measure `ppgd verifier` on a long file, all its rows right, then all wrong."""
        measures = []
        for kind, good in (("justes", True), ("fautives", False)):
            path = self.root / kind / "2025-T1" / "bailleur.csv"
            write_leases(path, _CHECKED_ROWS, good=good)
            command = [*_PPGD, "verifier", str(path), "--flux", CONTROLLED]
            name = f"`ppgd verifier`, {_CHECKED_ROWS:,} lignes {kind}".replace(",000", "\u202f000")
            self.follow(f"{name}…")
            costs = [self.run(command, accepted=(_DONE, _REFUSED))[0] for _ in range(self.times)]
            measures.append(_timed(name, costs, _CHECK_SECONDS))
            peak = max(cost.peak_mb for cost in costs)
            measures.append(Measure(f"{name}, mémoire", "Mo", peak, _CHECK_MEGABYTES))
        return measures

    def big_delivery(self, encoding: str) -> list[Measure]:
        """Measure the door beside DuckDB on the same big file, in turn, each alone in its process."""
        self.follow(f"Fichier SNE de {self.megabytes} Mo, {encoding}…")
        path = self.root / f"sne-{encoding}.csv"
        write_big_delivery(self._model(), path, self.megabytes * 10**6, encoding)
        pairs = []
        for time in range(self.times):
            self.follow(f"Lecture {encoding}, {time + 1} sur {self.times}…")
            (ours, rows), (theirs, same) = self._read("porte", path), self._read("duckdb", path)
            if rows != same:
                raise RuntimeError(f"the door reads {rows} rows and DuckDB {same}")
            pairs.append((ours, theirs))
        measures = self._compare(encoding, rows, pairs)
        if encoding == "utf-8":
            suite, _ = self._read("controles", self.root / "conforme.parquet")
            measures.append(_timed(f"contrôles de la suite sur {rows} lignes, une fois", [suite], None))
            measures.append(Measure("contrôles de la suite, mémoire", "Mo", suite.peak_mb))
        path.unlink()
        return measures

    def _model(self) -> Path:
        return max((self.root / "donnees" / "raw" / FEED).glob("*/*.csv"))

    def _read(self, reading: str, path: Path) -> tuple[Cost, int]:
        cost, said = self.run([*_READ, reading, str(path), str(self.root)])
        return cost, int(said)

    def _compare(self, encoding: str, rows: int, pairs: Sequence[tuple[Cost, Cost]]) -> list[Measure]:
        ratio = median(ours.cpu / theirs.cpu for ours, theirs in pairs)
        ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        name = f"SNE {self.megabytes} Mo {encoding} ({rows:,} lignes)".replace(",", "\u202f")
        return [
            Measure(f"{name}, processeur, porte ÷ DuckDB", "×", ratio, RATIOS[encoding]),
            _timed(f"{name}, porte", ours, None),
            _timed(f"{name}, DuckDB", theirs, None),
            Measure(f"{name}, mémoire", "Mo", max(cost.peak_mb for cost in ours), _MOST_MEGABYTES),
        ]


def _timed(name: str, costs: Sequence[Cost], target: float | None) -> Measure:
    wall, cpu = median_of(costs, lambda cost: cost.wall), median_of(costs, lambda cost: cost.cpu)
    return Measure(name, "s", wall, target, cpu)


def run_bench(times: int, megabytes: int, follow: Follow) -> list[Measure]:
    """Make every measure, the short ones first."""
    with Bench.open(times, megabytes, follow) as bench:
        measures = [*bench.commands(), *bench.one_delivery(), *bench.checks()]
        for encoding in RATIOS:
            measures += bench.big_delivery(encoding)
    return measures
