"""A fictitious delivery of leases as long as one likes: the valid example again, each row right or wrong."""

import csv
from itertools import cycle
from pathlib import Path

from pipeline.feeds import load_feeds

FEED = "bailleurs/attributions"
_NO_DAY = "32/13/2024"


def write_leases(target: Path, rows: int, *, good: bool) -> None:
    """Write so many leases, each of its own demande and dwelling; unless `good`, none has a day."""
    model = load_feeds()[FEED].folder / "exemple-valide.csv"
    with model.open(encoding="utf-8", newline="") as file:
        examples = list(csv.DictReader(file, delimiter=";"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(examples[0]), delimiter=";")
        writer.writeheader()
        for rank, example in zip(range(rows), cycle(examples), strict=False):
            own = {"numero_unique": f"9740323{rank:06d}G1104", "logement": f"{rank:010d}"}
            writer.writerow(example | own | ({} if good else {"date_bail": _NO_DAY}))
