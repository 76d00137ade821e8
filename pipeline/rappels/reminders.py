"""Which reminder is due: at most one per delivery, of the latest step; steps missed before are not sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.rappels.calendar import STEPS, Expected
from pipeline.rappels.situations import Situation
from pipeline.rappels.wording import step_name


@dataclass(frozen=True)
class Reminder:
    """The mail to write to a provider about one delivery, at one step."""

    situation: Situation
    step: int

    @property
    def expected(self) -> Expected:
        """Return the delivery it is about."""
        return self.situation.expected

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Return what tells it from any other, however the provider's name is written."""
        expected = self.expected
        return expected.flux, expected.periode.code, expected.fournisseur.casefold(), self.step

    @property
    def label(self) -> str:
        """Return how messages call it: the delivery, then the step."""
        return f"{self.expected.label}, {step_name(self.step)}"


def latest_step(echeance: date, day: date) -> int | None:
    """Return the last step that is due on a day.

    >>> latest_step(date(2025, 4, 20), date(2025, 4, 16)), latest_step(date(2025, 4, 20), date(2025, 4, 17))
    (-15, -3)
    """
    due = [step for step in STEPS if echeance + timedelta(days=step) <= day]
    return due[-1] if due else None


def due_reminders(situations: Iterable[Situation]) -> list[Reminder]:
    """Return the reminder due for each delivery still missing: none once accepted or to be decided."""
    return [
        Reminder(situation, step)
        for situation in situations
        if situation.is_missing
        and (step := latest_step(situation.expected.echeance, situation.day)) is not None
    ]
