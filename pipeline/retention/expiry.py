"""What is past its duration on a day: ended demandes, raw files, rejects, journals."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.acceptation import REPORTS, Door
from pipeline.errors import MisuseError
from pipeline.intake.closures import Closures, concerns_demandes
from pipeline.intake.deliveries import Delivery, discover_deliveries
from pipeline.periods import Periode, parse_jour


def months_before(day: date, months: int) -> date:
    """Return the same day that many months earlier, or the last of its month.

    >>> months_before(date(2025, 3, 31), 1)
    datetime.date(2025, 2, 28)
    """
    year, rank = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, rank + 1, min(day.day, calendar.monthrange(year, rank + 1)[1]))


def parse_day(text: str) -> date:
    """Read a day written AAAA-MM-JJ; raises MisuseError on anything else or on a day to come."""
    day = parse_jour(text)
    if day > datetime.now(UTC).date():
        raise MisuseError(f"Le {day:%d/%m/%Y} est à venir.", remede="Donnez un jour passé, ou aujourd'hui.")
    return day


@dataclass(frozen=True)
class Expired:
    """Files past their duration: raw ones to be deleted by hand or on demand, the others by the purge."""

    bruts: tuple[Path, ...]
    rejets: tuple[Path, ...]
    journaux: tuple[Path, ...]


def find_expired(door: Door, au: date, closures: Closures) -> Expired:
    """List the files past their duration on a day, those of closed deliveries included."""
    settings = door.settings
    present, _ = discover_deliveries(settings, door.feeds)
    about = [delivery for delivery in present if concerns_demandes(door.feeds[delivery.feed_key])]

    def is_closed(delivery: Delivery) -> bool:
        return closures.hold(door.feeds[delivery.feed_key], delivery.periode, delivery.fournisseur)

    oldest_end = months_before(au, settings.bruts_conserves_mois)
    bruts = [
        delivery.path
        for delivery in about
        if is_closed(delivery) or Periode.parse(delivery.periode).dernier_jour <= oldest_end
    ]
    closed_reports = {
        delivery.path.parent / REPORTS / delivery.fournisseur for delivery in about if is_closed(delivery)
    }
    oldest_report = months_before(au, settings.rejets_conserves_mois)
    rejets = [
        path
        for path in settings.raw.rglob("*")
        if REPORTS in path.relative_to(settings.raw).parts
        and path.is_file()
        and (path.parent in closed_reports or _written_on(path) <= oldest_report)
    ]
    journaux = _older(settings.journaux, months_before(au, settings.journaux_conserves_mois))
    return Expired(tuple(sorted(bruts)), tuple(sorted(rejets)), tuple(journaux))


def delete_files(paths: tuple[Path, ...]) -> None:
    """Delete files; one already gone is no fault, and a folder of rejects left empty goes too."""
    for path in paths:
        path.unlink(missing_ok=True)
        if REPORTS in path.parts:
            _remove_empty(path.parent)


def _remove_empty(folder: Path) -> None:
    while folder.name and not any(folder.iterdir()):
        folder.rmdir()
        if folder.name == REPORTS:
            return
        folder = folder.parent


def _older(folder: Path, oldest: date) -> Iterator[Path]:
    return (path for path in sorted(folder.glob("*.log")) if _written_on(path) <= oldest)


def _written_on(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
