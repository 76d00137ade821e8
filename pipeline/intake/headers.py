"""Which delivered header is which column: synonyms, accents and case aside, all problems named at once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from pipeline.errors import DeliveryRefusedError
from pipeline.feeds import Column, Feed
from pipeline.intake.reasons import shown


def fold(text: str) -> str:
    """Reduce a header or a label to what two writings of it share.

    >>> fold("N° unique  (départemental)")
    'n_unique_departemental'
    """
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", flat.lower()).strip("_")


CONFIRMS = "confirme"
"""The column that our report adds: its rows are confirmed by who delivers them (see docs/anomalies.md)."""
FEWEST_TO_NAME = 2
"""Below two recognised columns the row may be data, not headers: its cells are not named."""


@dataclass(frozen=True)
class HeaderMap:
    """Rank of each recognised column in the file, and the headers nobody asked for.

    `confirms` is the rank of the column where rows are confirmed, when the file is our report sent back.
    """

    ranks: Mapping[str, int]
    unknown: tuple[str, ...]
    confirms: int | None = None


@dataclass(frozen=True)
class HeaderBook:
    """Every writing of every header of a feed, the user's own synonyms included."""

    feed: Feed
    own_synonyms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def columns_by_writing(self) -> dict[str, Column]:
        """Return the column meant by each folded writing; a name wins over a synonym."""
        by_name = {column.name: column for column in self.feed.columns}
        writings = {fold(word): column for column in self.feed.columns for word in column.header_synonyms}
        writings |= {fold(column.title): column for column in self.feed.columns}
        writings |= {fold(name): column for name, column in by_name.items()}
        return writings | {fold(word): by_name[name] for word, name in self.own_synonyms.items()}

    def score(self, cells: Sequence[str]) -> int:
        """Count the cells of a row that are known headers."""
        return len({column.name for cell in cells if (column := self.columns_by_writing.get(fold(cell)))})

    def refuse_file_of_another(self, headers: Sequence[str], feeds: Iterable[Feed]) -> None:
        """Raise DeliveryRefusedError when another feed knows all that this one does of the file, and more."""
        own = self.known_ranks(headers)
        if all(rank in own or not header.strip() for rank, header in enumerate(headers)):
            return
        books = [HeaderBook(feed) for feed in feeds if feed.key != self.feed.key]
        fitting = [book for book in books if own < book.known_ranks(headers) and book.is_whole(headers)]
        if not fitting:
            return
        meant = max(fitting, key=lambda book: len(book.known_ranks(headers))).feed.key
        raise DeliveryRefusedError(
            "autre_flux",
            f"Ce fichier n'est pas une livraison de {self.feed.key} : ses en-têtes sont ceux de {meant}.",
            remede=f"Déplacez-le dans raw/{meant}/<periode>/.",
        )

    def known_ranks(self, headers: Sequence[str]) -> set[int]:
        """Return where the known headers are."""
        return {rank for rank, header in enumerate(headers) if fold(header) in self.columns_by_writing}

    def is_whole(self, headers: Sequence[str]) -> bool:
        """Tell whether no mandatory column is missing."""
        written = {fold(header) for header in headers}
        present = {column.name for word, column in self.columns_by_writing.items() if word in written}
        return all(column.name in present for column in self.feed.columns if column.header_required)

    def map_headers(self, headers: Sequence[str]) -> HeaderMap:
        """Match each header; raises DeliveryRefusedError naming every missing or doubled column."""
        found = [(rank, self.columns_by_writing.get(fold(header))) for rank, header in enumerate(headers)]
        ranks = {column.name: rank for rank, column in found if column}
        others = [rank for rank, column in found if not column and headers[rank].strip()]
        confirms = next((rank for rank in others if fold(headers[rank]) == CONFIRMS), None)
        unknown = tuple(headers[rank] for rank in others if rank != confirms)
        doubled = [name for name, times in Counter(c.name for _, c in found if c).items() if times > 1]
        if doubled:
            raise DeliveryRefusedError(
                "entete_en_double",
                f"Plusieurs colonnes du fichier désignent {_listed(sorted(doubled))}.",
                remede="Gardez-en une seule, ou renommez les autres.",
            )
        self._refuse_missing(ranks, unknown)
        return HeaderMap(ranks, unknown, confirms)

    def _refuse_missing(self, ranks: Mapping[str, int], unknown: Sequence[str]) -> None:
        missing = [c.name for c in self.feed.columns if c.header_required and c.name not in ranks]
        if not missing:
            return
        folded = {fold(header): header for header in unknown}
        proposals = [
            f"« {shown(folded[near[0]])} » est peut-être {name}"
            for name in missing
            if (near := get_close_matches(fold(name), folded, n=1, cutoff=0.6))
        ]
        constat = f"Colonnes obligatoires absentes : {_listed(missing)}."
        if len(ranks) >= FEWEST_TO_NAME and unknown:
            constat += f" En-têtes non reconnus : {_listed(unknown)}."
        if len(ranks) >= FEWEST_TO_NAME and proposals:
            constat += f" {' ; '.join(proposals)}."
        remede = (
            f"Renommez l'en-tête, ou ajoutez-le à correspondances/{self.feed.name}.yml (clé « entetes »)."
        )
        code = "entete_introuvable" if not ranks else "entete_manquant"
        raise DeliveryRefusedError(code, constat, remede=remede)


def _listed(names: Sequence[str], most: int = 30) -> str:
    told = ", ".join(f"« {shown(name)} »" for name in names[:most])
    return told if len(names) <= most else f"{told} et {len(names) - most} autres"
