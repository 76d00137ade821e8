"""The reminders of one observatory: what would be sent on a day, and sending it."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.acceptation import Door
from pipeline.errors import MisuseError
from pipeline.feeds import Feed
from pipeline.follow_up import expected_depots, today
from pipeline.lock import sending_lock
from pipeline.rappels.contacts import load_contacts
from pipeline.rappels.journal import Journal
from pipeline.rappels.reminders import due_reminders
from pipeline.rappels.sending import (
    Plan,
    Report,
    Sender,
    Templates,
    plan_reminders,
    settle_uncertain,
)
from pipeline.rappels.server import MailServer
from pipeline.rappels.situations import Situation
from pipeline.settings import Settings


def simulate_reminders(settings: Settings, day: date) -> tuple[Plan, Sequence[Situation], Mapping[str, Feed]]:
    """Say what would be sent on a day; sends nothing."""
    _check_calendar(settings)
    with Door.open(settings) as door, Journal.open(settings.rappels) as journal:
        situations = expected_depots(door, day)
        plan = plan_reminders(due_reminders(situations), journal, load_contacts(settings))
    return plan, situations, door.feeds


def send_due_reminders(
    settings: Settings,
    day: date,
    *,
    left: Sequence[str] = (),
    lost: Sequence[str] = (),
) -> Report:
    """Send what is due on a day, with the blank templates of each feed, one sending at a time.

    Raises MisuseError before anything is sent.
    """
    _check_calendar(settings)
    if day > today():
        raise MisuseError(
            f"Le {day:%d/%m/%Y} est à venir.", remede="Pour voir ce qui partira : « ppgd rappels --simuler »."
        )
    if settings.est_fictif:
        raise MisuseError(
            "Ces données sont fictives : aucun rappel ne part.", remede="Regardez avec « --simuler »."
        )
    server, contacts = MailServer.load(settings), load_contacts(settings)
    with (
        sending_lock(settings),
        Journal.open(settings.rappels) as journal,
        TemporaryDirectory(prefix="ppgd-modeles-") as folder,
    ):
        journal.settle_interrupted()
        settle_uncertain(journal, left, left=True)
        settle_uncertain(journal, lost, left=False)
        with Door.open(settings) as door:
            reminders, feeds = due_reminders(expected_depots(door, day)), door.feeds
        return Sender(server, contacts, journal, feeds, templates_in(Path(folder))).send(reminders)


def templates_in(folder: Path) -> Templates:
    """Write the blank templates of a feed in a folder the first time they are asked for."""

    @cache
    def written(key: str) -> Sequence[Path]:
        from pipeline.modeles import write_templates

        return write_templates(key, folder)

    return lambda feed: written(feed.key)


def _check_calendar(settings: Settings) -> None:
    if not settings.calendrier.exists():
        raise MisuseError(
            f"Pas de calendrier : {settings.calendrier}.", remede="Écrivez-le ; docs/rappels.md en montre un."
        )
