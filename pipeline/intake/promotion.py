"""Accepted copies into place and their lines into the register: all together, whatever is killed.

The transaction of the register is the point of no return. Before it nothing moved; after it the
register knows which copies are still to be moved, and the next start moves them.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.closures import Place
from pipeline.intake.register import Register
from pipeline.intake.register_lines import DepotRecord, Line, PurgeRecord
from pipeline.quality.anomalies import Repeated
from pipeline.quality.results import CheckResult

FOLDER = ".promotion"


@dataclass(frozen=True)
class Entry:
    """One decided delivery: its line, what was found, and its accepted copy (None when refused)."""

    record: DepotRecord
    checks: tuple[CheckResult, ...]
    anomalies: tuple[Repeated, ...]
    copy: Path | None
    target: Path


class Promotion:
    """Promotes the deliveries of a lot together; used under the build lock."""

    def __init__(self, entrepot: Path, register: Register) -> None:
        self._entrepot = entrepot
        self._folder = entrepot / FOLDER
        self._register = register

    def commit(self, entries: Sequence[Entry]) -> None:
        """Write every line and move every accepted copy, as one."""
        self.finish()
        self._folder.mkdir(parents=True)
        self._register.add_together([self._shelve(rank, entry) for rank, entry in enumerate(entries)])
        self.finish()

    def commit_purge(self, purge: PurgeRecord, closed: Sequence[Place], copies: Mapping[Path, Path]) -> None:
        """Write a purge and put each new copy in the place of the accepted one, as one."""
        self.finish()
        self._folder.mkdir(parents=True)
        moves = [self._move(rank, copy, target) for rank, (target, copy) in enumerate(sorted(copies.items()))]
        self._register.add_purge(purge, closed, moves)
        self.finish()

    def finish(self) -> None:
        """Move what a cut promotion had still to move; drop what it had not written in the register."""
        for shelved, target in self._register.moves_to_make():
            source, place = self._entrepot / shelved, self._entrepot / target
            if source.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                source.replace(place)
        self._register.forget_moves()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _shelve(self, rank: int, entry: Entry) -> Line:
        move = self._move(rank, entry.copy, entry.target) if entry.copy else None
        return Line(entry.record, entry.checks, move, entry.anomalies)

    def _move(self, rank: int, copy: Path, target: Path) -> tuple[str, str]:
        shelved = self._folder / f"{rank}.parquet"
        shutil.move(copy, shelved)
        return str(shelved.relative_to(self._entrepot)), str(target.relative_to(self._entrepot))
