"""The only module where the calendar meets the door: what is expected, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acceptation import Door
from pipeline.errors import MisuseError
from pipeline.feeds import Feed
from pipeline.periods import Periode, parse_jour
from pipeline.rappels.calendar import load_calendar
from pipeline.rappels.situations import Situation, situate


@dataclass(frozen=True)
class Selection:
    """The feed and the period someone asked for; nothing asked keeps all."""

    flux: str | None
    periode: Periode | None

    @classmethod
    def of(cls, flux: str | None, periode: str | None, feeds: Mapping[str, Feed]) -> "Selection":
        """Check what was asked; raises MisuseError naming what is known."""
        if flux and flux not in feeds:
            raise MisuseError(
                f"Flux inconnu « {flux} ».", remede=f"Flux connus : {', '.join(sorted(feeds))}."
            )
        try:
            return cls(flux, Periode.parse(periode) if periode else None)
        except ValueError as error:
            raise MisuseError(str(error), remede="Donnez une période.") from error

    def keeps(self, flux: str, periode: str) -> bool:
        """Tell whether a delivery is of this feed, and of a period within this one."""
        in_period = self.periode is None or self.periode.contient(Periode.parse(periode))
        return self.flux in (None, flux) and in_period

    def among(self, situations: Sequence[Situation]) -> list[Situation]:
        """Return the expected deliveries it keeps."""
        return [
            situation
            for situation in situations
            if self.keeps(situation.expected.flux, situation.expected.periode.code)
        ]


def today() -> date:
    """Return the day it is here."""
    return datetime.now().astimezone().date()


def chosen_day(au: str | None) -> date:
    """Return the day asked for, else today."""
    return parse_jour(au) if au else today()


def expected_depots(door: Door, day: date) -> list[Situation]:
    """Say where each delivery of the calendar stands on a day; without a calendar, nothing is expected."""
    expected = load_calendar(door.settings.calendrier, door.feeds).expected(day)
    if not expected:
        return []
    waiting = {(delivery.feed_key, delivery.periode, delivery.fournisseur) for delivery in door.waiting()[0]}
    return situate(expected, door.register.records(), waiting, day)
