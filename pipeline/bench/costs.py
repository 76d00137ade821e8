"""What a command costs: time, processor and memory of its process and of those it started."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pipeline.errors import BuildFailedError

_KILO, _MEGA = 1024, 1024**2
_LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of processor, megabytes of the biggest process."""

    wall: float
    cpu: float
    peak_mb: float


def measure(
    command: Sequence[str], environment: Mapping[str, str], accepted: Sequence[int] = (0,)
) -> tuple[Cost, str]:
    """Run a command to its end; returns its cost and what it said, raises BuildFailedError if it fails."""
    run = subprocess.run(  # noqa: S603 the commands are those of this room
        [sys.executable, "-I", "-S", str(_LAUNCHER), *command],
        env=os.environ | dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said, _, last = run.stdout.rpartition("\n")
    code, parts = json.loads(last)
    if code not in accepted:
        raise BuildFailedError(
            f"La mesure s'est arrêtée : « {' '.join(command)} » a rendu {code}.",
            remede="Lancez cette commande seule pour voir pourquoi.",
        )
    return Cost(*parts), said


def median_of(costs: Sequence[Cost], part: Callable[[Cost], float]) -> float:
    """Return the median of one part of the costs."""
    return median(part(cost) for cost in costs)


def describe_machine() -> str:
    """Say in a line what the measures ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _MEGA / _KILO
    return (
        f"{_processor()}, {os.cpu_count()} cœurs, {memory:.0f} Gio, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    names = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [line.split(":", 1)[1].strip() for line in names if line.startswith("model name")]
    return found[0] if found else platform.machine()
