"""A delivered table and every way of writing it: separator, encoding, line ends, quotes, order, format."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.feeds import Feed
from tests.hostile.classeurs import classeur

SEPARATEURS = (";", ",", "\t", "|")
ENCODAGES = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
FINS_DE_LIGNE = ("\n", "\r\n", "\r")
TITRE = "Extraction fictive"


@dataclass(frozen=True)
class Tableau:
    """The headers and the rows of a delivery of a feed."""

    feed: Feed
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(f"<{self.feed.name}, {len(self.rows)} lignes>")

    @classmethod
    def exemple(cls, feed: Feed) -> "Tableau":
        """Read the valid example of a feed."""
        text = (feed.folder / "exemple-valide.csv").read_text(encoding="utf-8")
        headers, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        return cls(feed, tuple(headers), tuple(map(tuple, rows)))

    def avec(self, row: int, column: int, cell: str) -> "Tableau":
        """Change one cell."""
        rows = [list(cells) for cells in self.rows]
        rows[row][column] = cell
        return replace(self, rows=tuple(map(tuple, rows)))

    def plus(self, header: str, cells: Sequence[str]) -> "Tableau":
        """Add a column at the right."""
        rows = tuple((*row, cell) for row, cell in zip(self.rows, cells, strict=True))
        return replace(self, headers=(*self.headers, header), rows=rows)

    def dans_l_ordre(self, columns: Sequence[int], rows: Sequence[int]) -> "Tableau":
        """Put columns and rows in another order."""
        return replace(
            self,
            headers=tuple(self.headers[rank] for rank in columns),
            rows=tuple(tuple(self.rows[row][rank] for rank in columns) for row in rows),
        )


@dataclass(frozen=True)
class Ecriture:
    """How a table is written; `blank_after` gives the rows followed by a blank one."""

    extension: str = "csv"
    separator: str = ";"
    encoding: str = "utf-8"
    newline: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    titles: int = 0
    blank_after: frozenset[int] = field(default_factory=frozenset)
    ends_with_newline: bool = True

    def ecrire(self, tableau: Tableau) -> tuple[bytes, list[int]]:
        """Return the bytes, and the line where each row of the table begins."""
        width = len(tableau.headers)
        records = [[TITRE, *[""] * (width - 1)] for _ in range(self.titles)]
        records.append(list(tableau.headers))
        places = []
        for rank, row in enumerate(tableau.rows):
            places.append(len(records))
            records.append(list(row))
            if rank in self.blank_after:
                records.append([""] * width)
        if self.extension == "xlsx":
            return classeur(records), [place + 1 for place in places]
        return self._csv(records, places)

    def _csv(self, records: Sequence[Sequence[str]], places: Sequence[int]) -> tuple[bytes, list[int]]:
        written, starts, line = [], [], 1
        for record in records:
            text = io.StringIO(newline="")
            writer = csv.writer(
                text, delimiter=self.separator, lineterminator=self.newline, quoting=self.quoting
            )
            writer.writerow(record)
            starts.append(line)
            line += text.getvalue().count(self.newline)
            written.append(text.getvalue())
        whole = "".join(written)
        whole = whole if self.ends_with_newline else whole.removesuffix(self.newline)
        try:
            content = whole.encode(self.encoding)
        except UnicodeEncodeError:
            content = whole.encode()
        return content, [starts[place] for place in places]
