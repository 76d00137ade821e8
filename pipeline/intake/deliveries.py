"""What lies in data/raw: each file is a delivery of a feed, a period and a provider, or is misplaced."""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pipeline.feeds import Feed
from pipeline.periods import Periode
from pipeline.settings import FICTION_MARK, Settings

EXTENSIONS = (".csv", ".xlsx")
_NOT_DELIVERIES = {"README.md", FICTION_MARK}
_DEPTH = 4
_PROVIDER = re.compile(r"[^\W_](?:[\w.,'’()&+-]| (?! ))*(?<! )")
_LONGEST_PROVIDER = 80


@dataclass(frozen=True, order=True)
class Delivery:
    """A file in its place: `<source>/<table>/<periode>/<fournisseur>.csv|xlsx`."""

    feed_key: str
    periode: str
    fournisseur: str
    path: Path

    @property
    def label(self) -> str:
        """Return how messages call it: feed, period, provider."""
        return f"{self.feed_key} {self.periode} {self.fournisseur}"


@dataclass(frozen=True, order=True)
class Misplaced:
    """A file that is no delivery, and what to do with it."""

    path: str
    reason: str


def discover_deliveries(
    settings: Settings, feeds: Mapping[str, Feed]
) -> tuple[list[Delivery], list[Misplaced]]:
    """Sort the files under data/raw, oldest first, so that the last arrived replaces."""
    placed: list[tuple[int, Delivery]] = []
    misplaced: list[Misplaced] = []
    for path in _visible_files(settings.raw):
        place = path.relative_to(settings.raw)
        if len(place.parts) == 1 and place.name in _NOT_DELIVERIES:
            continue
        if reason := _misplacement(place, feeds) or _unfitness(path):
            misplaced.append(Misplaced(_printable(place), reason))
        else:
            source, table, periode, _ = place.parts
            delivery = Delivery(f"{source}/{table}", periode, _provider(path), path)
            placed.append((path.stat().st_mtime_ns, delivery))
    deliveries, others = _under_one_name([delivery for _, delivery in sorted(placed)])
    misplaced += [Misplaced(_printable(path.relative_to(settings.raw)), reason) for path, reason in others]
    return deliveries, sorted(misplaced)


def _under_one_name(deliveries: Sequence[Delivery]) -> tuple[list[Delivery], list[tuple[Path, str]]]:
    """Set apart the files whose provider is another one's but for the case: they would count twice."""
    names: dict[tuple[str, str, str], str] = {}
    kept, others = [], []
    for delivery in deliveries:
        name = delivery.fournisseur
        first = names.setdefault((delivery.feed_key, delivery.periode, name.casefold()), name)
        if name == first:
            kept.append(delivery)
        else:
            reason = f"Même fournisseur que « {first} », à la casse près. Donnez-lui le même nom."
            others.append((delivery.path, reason))
    return kept, others


def _visible_files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if Path(folder, name).is_symlink()]
        seen = (name for name in sorted((*names, *links)) if not name.startswith((".", "~$")))
        yield from (Path(folder, name) for name in seen)


def _provider(path: Path) -> str:
    return unicodedata.normalize("NFC", path.stem)


def _printable(place: Path) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(place))


def _unfitness(path: Path) -> str | None:
    """Tell why a file in the right place cannot be read from there, or named as a provider."""
    if path.is_symlink() or not path.is_file():
        return "Ce n'est pas un fichier, mais un lien ou autre chose. Copiez le fichier lui-même."
    provider = _provider(path)
    if len(provider) > _LONGEST_PROVIDER or not _PROVIDER.fullmatch(provider):
        return (
            "Le nom du fichier est celui du fournisseur : lettres, chiffres, tirets et espaces simples, "
            f"au plus {_LONGEST_PROVIDER} caractères. Renommez le fichier."
        )
    return None


def _misplacement(place: Path, feeds: Mapping[str, Feed]) -> str | None:
    if len(place.parts) != _DEPTH:
        return "Attendu : <source>/<table>/<periode>/<fournisseur>.csv ou .xlsx. Déplacez le fichier."
    source, table, periode, name = place.parts
    key = f"{source}/{table}"
    if key not in feeds:
        near = get_close_matches(key, feeds, n=1)
        hint = f"Vouliez-vous dire « {near[0]} » ?" if near else f"Flux connus : {', '.join(sorted(feeds))}."
        return f"Flux inconnu « {key} ». {hint}"
    try:
        Periode.parse(periode)
    except ValueError as error:
        return f"{error} Renommez le dossier."
    if Path(name).suffix.lower() not in EXTENSIONS:
        return "Seuls les fichiers .csv et .xlsx sont lus. Enregistrez le fichier dans un de ces formats."
    return None


def accepted_path(settings: Settings, delivery: Delivery) -> Path:
    """Return where the accepted copy of a delivery lives."""
    return settings.entrepot / delivery.feed_key / delivery.periode / f"{delivery.fournisseur}.parquet"
