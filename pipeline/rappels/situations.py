"""Where each expected delivery stands: received, refused, waiting for a decision, or nothing yet."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.intake.register_lines import DepotRecord
from pipeline.periods import Periode
from pipeline.rappels.calendar import Expected

Place = tuple[str, str, str]


class State(StrEnum):
    """What became of an expected delivery."""

    RECEIVED = "recu"
    TO_JUDGE = "a_decider"
    REFUSED = "refuse"
    NOTHING = "attendu"


@dataclass(frozen=True)
class Situation:
    """An expected delivery on a given day; `record` is the decision that counts, if any."""

    expected: Expected
    state: State
    day: date
    record: DepotRecord | None = None

    @property
    def is_missing(self) -> bool:
        """Tell whether the provider still has something to send."""
        return self.state in (State.NOTHING, State.REFUSED)

    @property
    def is_late(self) -> bool:
        """Tell whether it is still missing after its due day."""
        return self.is_missing and self.day > self.expected.echeance

    @property
    def days_left(self) -> int:
        """Return the days until the due day, negative once it is past."""
        return (self.expected.echeance - self.day).days


def situate(
    expected: Sequence[Expected], records: Sequence[DepotRecord], waiting: Collection[Place], day: date
) -> list[Situation]:
    """Say where each expected delivery stands: an accepted one of a longer period covers it (règle B13)."""
    to_judge = {_key(*place) for place in waiting}
    last = {_key(record.flux, record.periode, record.fournisseur): record for record in records}
    accepted: dict[tuple[str, str], list[DepotRecord]] = defaultdict(list)
    for record in records:
        if record.en_vigueur:
            accepted[record.flux, record.fournisseur.casefold()].append(record)
    found = []
    for delivery in expected:
        key = _key(delivery.flux, delivery.periode.code, delivery.fournisseur)
        candidates = accepted[delivery.flux, delivery.fournisseur.casefold()]
        covering = next((record for record in candidates if _covers(record, delivery.periode)), None)
        if covering:
            found.append(Situation(delivery, State.RECEIVED, day, covering))
        elif key in to_judge:
            found.append(Situation(delivery, State.TO_JUDGE, day))
        elif key in last:
            found.append(Situation(delivery, State.REFUSED, day, last[key]))
        else:
            found.append(Situation(delivery, State.NOTHING, day))
    return found


def _key(flux: str, periode: str, fournisseur: str) -> Place:
    return flux, periode, fournisseur.casefold()


def _covers(record: DepotRecord, periode: Periode) -> bool:
    return Periode.parse(record.periode).contient(periode)
