"""What one build carries from asset to asset: its settings, the open door, who is told, what was done."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from pipeline.acceptation import Decision, Door
from pipeline.grilles.dossier import write_queries
from pipeline.grilles.grilles import GrilleChargee
from pipeline.grilles.modele import STATUTS
from pipeline.judges import IN_PLACE, Judges
from pipeline.lock import build_lock
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.publication.releases import Release

OnEvent = Callable[[str, str], None]
START, DEPOT, TABLES, PUBLICATION = "Démarrage", "Dépôt", "Tables", "Publication"


def tell_nobody(_stage: str, _detail: str) -> None:
    """Follow a build that no terminal watches."""


@dataclass
class BuildSession:
    """One build, from the lock to the release; `seconds` holds the duration of each stage.

    `coming` holds the decisions of a build that runs every asset: whatever waits is judged from the start.
    """

    settings: Settings
    door: Door
    on_event: OnEvent = tell_nobody
    force: bool = False
    judges: Judges = IN_PLACE
    coming: Iterator[list[Decision]] | None = None
    grids: Sequence[GrilleChargee] = ()
    decisions: list[Decision] = field(default_factory=list)
    release: "Release | None" = None
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(
        cls,
        settings: Settings,
        on_event: OnEvent = tell_nobody,
        *,
        force: bool = False,
        judges: Judges = IN_PLACE,
        whole: bool = False,
    ) -> Generator["BuildSession"]:
        """Take the build lock, read the grids, open the door.

        Raises BuildFailedError while another build runs, GrilleRefuseeError when a grid cannot be used.
        """
        with build_lock(settings), Door.open(settings) as door:
            grids = write_queries(settings)
            if grids:
                on_event(START, _told_grids(grids))
            door.recover()
            coming = door.decide_each(door.waiting_groups(), judges) if whole else None
            yield cls(settings, door, on_event, force, judges, coming, grids)

    @contextmanager
    def timed(self, stage: str) -> Generator[None]:
        """Add the time spent to a stage."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start

    def decide_waiting(self, feed_key: str) -> list[Decision]:
        """Decide on each waiting delivery of a feed, with its lot; return those of the feed in this build."""
        with self.timed(DEPOT):
            for decided in self.coming or self._decide_alone(feed_key):
                self.decisions += decided
                for decision in decided:
                    self.on_event(DEPOT, f"{decision.delivery.label} : {_told(decision)}")
        return [decision for decision in self.decisions if decision.delivery.feed_key == feed_key]

    def _decide_alone(self, feed_key: str) -> Iterator[list[Decision]]:
        groups = self.door.waiting_groups()
        chosen = [group for group in groups if any(delivery.feed_key == feed_key for delivery in group)]
        return self.door.decide_each(chosen, self.judges)


def _told_grids(grids: Sequence[GrilleChargee]) -> str:
    versions = ", ".join(f"{each.grille.grille_version} ({STATUTS[each.grille.statut]})" for each in grids)
    return f"grilles de cotation : {versions}"


def _told(decision: Decision) -> str:
    record = decision.record
    if decision.is_refused:
        return f"refusé. {' ; '.join(record.motifs)}"
    rows = f"{record.lignes_acceptees:,} lignes acceptées sur {record.lignes_lues:,}".replace(",", "\u202f")
    return f"{rows}, avec réserves" if record.decision == "accepte_avec_reserves" else rows
