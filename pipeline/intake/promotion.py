"""Accepted copies into place and their lines into the register: all together, whatever is killed.

The transaction of the register is the point of no return. Before it nothing moved; after it the
register knows which copies are still to be moved, and the next start moves them.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.intake.register import DepotRecord, Line, Register
from pipeline.quality.results import CheckResult

FOLDER = ".promotion"


@dataclass(frozen=True)
class Entry:
    """One decided delivery: its line, its checks, and its accepted copy (None when refused)."""

    record: DepotRecord
    checks: tuple[CheckResult, ...]
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
        if entry.copy is None:
            return Line(entry.record, entry.checks, None)
        shelved = entry.copy.replace(self._folder / f"{rank}.parquet")
        move = (str(shelved.relative_to(self._entrepot)), str(entry.target.relative_to(self._entrepot)))
        return Line(entry.record, entry.checks, move)
