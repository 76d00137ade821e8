"""A file checked before it is sent: same door, same report, and nothing kept — no key, no register."""

import re
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.acceptation import REPORTS
from pipeline.errors import DeliveryRefusedError, MisuseError
from pipeline.feeds import Feed, load_feeds
from pipeline.intake.correspondences import load_correspondences
from pipeline.intake.deliveries import EXTENSIONS, Delivery
from pipeline.intake.encodings import file_fingerprint
from pipeline.judgement import Case, Judge, Outcome
from pipeline.lock import taking_turns
from pipeline.periods import Cadence, Periode
from pipeline.rapport.names import DATA, REPORT_FILES
from pipeline.rapport.report import Report
from pipeline.settings import Settings

_PERIOD = re.compile(r"(?:19|20)\d{2}(?:-[TS][1-4])?")
_CADENCES: Mapping[str, Cadence] = {"trimestrielle": "trimestre", "semestrielle": "semestre"}
_FEWEST_HEADERS = 2
_WORKSPACE = ".travail"


@dataclass(frozen=True)
class Verified:
    """What a trial found, where its report is, and what was supposed of the file."""

    outcome: Outcome
    report: Report
    folder: Path
    data: str
    supposed: tuple[str, ...]


def verify_file(
    settings: Settings, path: Path, *, flux: str | None, periode: str | None, sortie: Path | None
) -> Verified:
    """Judge a file as the door would and write its report.

    Raises MisuseError on what is no file to check, an unknown feed or period, or a feed that the
    headers do not tell.
    """
    path = path.expanduser().absolute()
    _refuse_no_delivery(path)
    feeds = load_feeds()
    folder = _report_folder(settings, path, sortie)
    with _workspace(folder) as workspace:
        feed, supposed = _chosen_feed(settings, feeds, path, flux, workspace)
        chosen, also = _chosen_period(feed, path, periode)
        case = _case(Delivery(feed.key, chosen, path.stem, path), feed)
        judge = Judge(settings, feeds, on_trial=True)
        outcome, report = judge.judge_on_trial(case, workspace / "essai")
        _keep(outcome.folder, folder)
    data = (folder / DATA).read_text(encoding="utf-8")
    return Verified(outcome, report, folder, data, (*supposed, *also))


def _case(delivery: Delivery, feed: Feed) -> Case:
    """Make the case of a file that no register knows."""
    now, facts = datetime.now(UTC), delivery.path.stat()
    return Case(
        delivery=delivery,
        fingerprint=file_fingerprint(delivery.path),
        octets=facts.st_size,
        modified_ns=facts.st_mtime_ns,
        received=now,
        treated=now,
        rules_version=feed.version,
        previous_rows=None,
    )


def _refuse_no_delivery(path: Path) -> None:
    if not path.is_file():
        raise MisuseError(
            f"Fichier introuvable : {path}.", remede="Donnez le chemin d'un .csv ou d'un .xlsx."
        )
    if path.suffix.lower() not in EXTENSIONS:
        raise MisuseError(
            f"« {path.name} » n'est ni un .csv ni un .xlsx.",
            remede="Enregistrez le fichier dans un de ces formats, puis relancez.",
        )


def _chosen_feed(
    settings: Settings, feeds: Mapping[str, Feed], path: Path, flux: str | None, workspace: Path
) -> tuple[Feed, tuple[str, ...]]:
    """Return the feed named, else the one of the file's place, else the one its headers tell."""
    if flux is not None:
        if flux not in feeds:
            known = ", ".join(sorted(feeds))
            raise MisuseError(f"Flux inconnu « {flux} ».", remede=f"Flux connus : {known}.")
        return feeds[flux], ()
    if path.is_relative_to(settings.raw):
        placed = "/".join(path.relative_to(settings.raw).parts[:2])
        if placed in feeds:
            return feeds[placed], ()
    return _recognised_feed(settings, feeds, path, workspace)


def _recognised_feed(
    settings: Settings, feeds: Mapping[str, Feed], path: Path, workspace: Path
) -> tuple[Feed, tuple[str, ...]]:
    """Return the feed whose headers are those of the file; raises MisuseError naming the nearest ones."""
    from pipeline.intake.conform import read_table
    from pipeline.intake.headers import HeaderBook

    books = [
        HeaderBook(feed, load_correspondences(settings.correspondances, feed).headers)
        for feed in feeds.values()
    ]
    reading = workspace / "entetes"
    reading.mkdir()
    try:
        headers = read_table(path, reading, lambda row: max(book.score(row) for book in books)).headers
    except DeliveryRefusedError as refusal:
        remedy = f"{refusal.remede} Si le contenu est bon, nommez son flux par --flux."
        raise MisuseError(f"Flux non reconnu. {refusal.constat}", remede=remedy) from refusal
    scores = {book.feed.key: (book.is_whole(headers), book.score(headers)) for book in books}
    best, *others = sorted(scores, key=scores.__getitem__, reverse=True)
    near = [key for key in others if scores[key] >= scores[best]]
    if scores[best][1] < _FEWEST_HEADERS:
        raise MisuseError(
            "Flux non reconnu : aucun en-tête connu, ou presque.",
            remede=f"Nommez-le par --flux. Flux connus : {', '.join(sorted(feeds))}.",
        )
    if near:
        raise MisuseError(
            f"Flux ambigu : les en-têtes conviennent à {', '.join(sorted((best, *near)))}.",
            remede="Nommez le bon par --flux.",
        )
    runner_up = f" ; ensuite {others[0]}" if scores[others[0]][1] >= _FEWEST_HEADERS else ""
    return feeds[best], (f"Flux reconnu à ses en-têtes : {best}{runner_up}",)


def _chosen_period(feed: Feed, path: Path, periode: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the period named, else the one that the folder or the file names, else the last one ended."""
    if periode is not None:
        try:
            return Periode.parse(periode).code, ()
        except ValueError as error:
            raise MisuseError(str(error), remede="Donnez-la par --periode.") from error
    for text in (path.parent.name, *_PERIOD.findall(path.stem)):
        try:
            return Periode.parse(text).code, ()
        except ValueError:
            continue
    last = _last_ended(_CADENCES.get(feed.cadence, "annee"), datetime.now(UTC).date())
    return last, (f"Période supposée : {last} (dites-la par --periode)",)


def _last_ended(cadence: Cadence, today: date) -> str:
    """Return the last period of that cadence that is over.

    >>> _last_ended("trimestre", date(2025, 4, 2))
    '2025-T1'
    """
    months = {"annee": 12, "semestre": 6, "trimestre": 3}[cadence]
    year, rank = divmod(today.year * 12 + today.month - 1 - months, 12)
    return Periode.de(date(year, rank + 1, 1), cadence).code


def _report_folder(settings: Settings, path: Path, sortie: Path | None) -> Path:
    """Return where the report goes; in data/raw, nowhere but in the folder of reports."""
    if sortie is None and path.is_relative_to(settings.raw):
        return path.parent / REPORTS / path.stem
    folder = (sortie or path.with_name(f"{path.stem}-rapport")).expanduser().absolute()
    if folder.is_relative_to(settings.donnees) and REPORTS not in folder.parts:
        raise MisuseError(
            f"Un rapport cite des données personnelles : il ne va pas dans {folder}.",
            remede="Choisissez un dossier hors des données de l'observatoire (--sortie).",
        )
    return folder


@contextmanager
def _workspace(folder: Path) -> Generator[Path]:
    """Give a place to work beside the report, not in a shared one; what a killed trial left there goes."""
    with taking_turns(folder):
        place = folder / _WORKSPACE
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        try:
            yield place
        finally:
            shutil.rmtree(place)
            if not any(folder.iterdir()):
                folder.rmdir()


def _keep(made: Path, folder: Path) -> None:
    """Put the report, and the list of all rejects, where who checks will find them, each file whole."""
    from pipeline.intake.rejects import REJECTS, has_rejects

    for name in REPORT_FILES:
        (made / name).replace(folder / name)
    (folder / REJECTS).unlink(missing_ok=True)
    if has_rejects(made / REJECTS):
        (made / REJECTS).replace(folder / REJECTS)
