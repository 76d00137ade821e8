"""What the property tests draw: tables of every feed, changed, then written or broken in some way."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from pipeline.feeds import Column, load_feeds
from pipeline.intake.headers import HeaderBook, fold
from tests.hostile.classeurs import FEUILLE, avec_partie
from tests.hostile.ecritures import ENCODAGES, FINS_DE_LIGNE, SEPARATEURS, Ecriture, Tableau

FLUX = sorted(load_feeds().values(), key=lambda feed: feed.name)
EXEMPLES = [Tableau.exemple(feed) for feed in FLUX]

LISIBLES = (
    *(
        "",
        " ",
        "NR",
        "'",
        "0",
        "-1",
        "+33",
        "-0",
        "--",
        "1.234.567,89",
        "1E+05",
        "1e400",
        "NaN",
        "9" * 32 + ",999999",
    ),
    *("=cmd|' /C calc'!A0", "@SOMME(A1)", "-2+3", "31/02/2025", "00/00/0000", "2025-13-01", "01/01/99999"),
    *("29/02/2023", "31/12/9999", "9,74E+17", "0x1F", "OUI", "Total", "sous-total", 'a"b', "a;b", "a,b|c"),
    *("é" * 300, "État – « prioritaires »", "œ€…", "x" * 5000),
)
HOSTILES = (
    *LISIBLES,
    *('"', '""', '";"', '"a', "\n", "a\nb", "a\rb", "\t", "\x0b", "\x0c", "\x1a", "\x1b[31m", "\x1f", "\x85"),
    *("\u2028", "\u200b", "\ufeff", "e\u0301", "٢٠٢٤", "９", "🏠", "\0", "x" * 140_000),
)
OCTETS = (
    b"\0",
    b'"',
    b"\x81",
    b"\xc3",
    b"\xe9",
    b"\xff\xfe",
    b"PK\x03\x04",
    b";" * 2000,
    b"\n\n",
    b"\r",
    b"\x1f",
)


def un_rang(length: int) -> st.SearchStrategy[int]:
    """Draw a rank of a sequence."""
    return st.integers(0, max(length - 1, 0))


@st.composite
def tableaux(draw: st.DrawFn, cells: tuple[str, ...] = LISIBLES) -> Tableau:
    """Draw the example of a feed with up to three cells changed."""
    tableau = draw(st.sampled_from(EXEMPLES))
    for _ in range(draw(st.integers(0, 3))):
        row, column = draw(un_rang(len(tableau.rows))), draw(un_rang(len(tableau.headers)))
        tableau = tableau.avec(row, column, draw(st.sampled_from(cells)))
    return tableau


@st.composite
def ecritures(draw: st.DrawFn, rows: int = 12) -> Ecriture:
    """Draw a way of writing."""
    return Ecriture(
        extension=draw(st.sampled_from(("csv", "csv", "csv", "xlsx"))),
        separator=draw(st.sampled_from(SEPARATEURS)),
        encoding=draw(st.sampled_from(ENCODAGES)),
        newline=draw(st.sampled_from(FINS_DE_LIGNE)),
        quoting=draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
        titles=draw(st.integers(0, 3)),
        blank_after=draw(st.frozensets(un_rang(rows), max_size=2)),
        ends_with_newline=draw(st.booleans()),
    )


@st.composite
def recopies(draw: st.DrawFn) -> tuple[Tableau, Tableau, Ecriture]:
    """Draw a table, the same with synonyms and in another order, and a way of writing the latter."""
    tableau = draw(tableaux())
    headers = tuple(draw(st.sampled_from(_noms(tableau, header))) for header in tableau.headers)
    columns = draw(st.permutations(range(len(headers))))
    rows = draw(st.permutations(range(len(tableau.rows))))
    return tableau, replace(tableau, headers=headers).dans_l_ordre(columns, rows), draw(ecritures(len(rows)))


@st.composite
def ecrits(draw: st.DrawFn) -> tuple[Tableau, Ecriture]:
    """Draw a table and a way of writing it."""
    tableau = draw(tableaux())
    return tableau, draw(ecritures(len(tableau.rows)))


def _noms(tableau: Tableau, header: str) -> list[str]:
    """Every writing of a header that the feed knows, the header first."""
    known = HeaderBook(tableau.feed).columns_by_writing
    column = known[fold(header)]
    words = (column.title, *column.header_synonyms, header.lower(), header.upper())
    return [header, *(word for word in words if known.get(fold(word)) == column)]


@st.composite
def reperes(draw: st.DrawFn) -> tuple[Tableau, int, str, Ecriture]:
    """Draw a table with one marked cell that its column cannot read, its row and its mark, and a writing.

    Where a feed takes any word, the mark is a missing value. Another column holds texts over several
    lines, as a comment does.
    """
    tableau = draw(st.sampled_from(EXEMPLES))
    row = draw(un_rang(len(tableau.rows)))
    columns, mark = _illisibles(tableau), f"repère {draw(st.integers(1000, 9999))}"
    if not columns:
        columns, mark = _obligatoires(tableau), ""
    texts = st.sampled_from(("", "ligne fictive", "sur\ndeux lignes", "sur\ntrois\nlignes; ou plus"))
    notes = [draw(texts) for _ in tableau.rows]
    tableau = tableau.avec(row, draw(st.sampled_from(columns)), mark).plus("notes libres", notes)
    writing = draw(ecritures(len(tableau.rows)))
    return (
        tableau,
        row,
        mark,
        replace(writing, newline=writing.newline.replace("\r\n", "\n").replace("\r", "\n")),
    )


def _illisibles(tableau: Tableau) -> list[int]:
    """Where a word that is not awaited is a fault."""
    return [rank for rank, column in enumerate(tableau.feed.columns) if _refuses_words(column)]


def _obligatoires(tableau: Tableau) -> list[int]:
    return [rank for rank, column in enumerate(tableau.feed.columns) if column.required]


def _refuses_words(column: Column) -> bool:
    return column.treatment != "ecarter" and (
        column.type != "string" or column.closed_list or column.pattern is not None
    )


@st.composite
def octets_abimes(draw: st.DrawFn) -> tuple[Tableau, str, bytes]:
    """Draw a file of a feed, broken in its cells, its lines, then its bytes."""
    tableau = draw(tableaux(HOSTILES))
    writing = draw(ecritures(len(tableau.rows)))
    if writing.extension == "xlsx" or draw(st.booleans()):
        content, _ = writing.ecrire(tableau)
    else:
        content = _naive(tableau, writing)
    if content.startswith(b"PK") and draw(st.booleans()):
        part = draw(st.sampled_from((FEUILLE, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml")))
        return tableau, writing.extension, _repacked(draw, content, part)
    return tableau, writing.extension, _broken(draw, content)


def _broken(draw: st.DrawFn, content: bytes) -> bytes:
    for _ in range(draw(st.integers(0, 2))):
        content = draw(st.sampled_from(_DEGATS))(draw, content)
    return content


def _repacked(draw: st.DrawFn, workbook: bytes, name: str) -> bytes:
    """Break one part of a workbook, in an archive that stays sound."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        part = archive.read(name)
    return avec_partie(workbook, name, _broken(draw, part))


def _naive(tableau: Tableau, writing: Ecriture) -> bytes:
    lines = [writing.separator.join(cells) for cells in (tableau.headers, *tableau.rows)]
    return writing.newline.join(lines).encode(writing.encoding, "replace")


def _flip(draw: st.DrawFn, content: bytes) -> bytes:
    broken = bytearray(content)
    for _ in range(draw(st.integers(1, 8))):
        if broken:
            broken[draw(un_rang(len(broken)))] = draw(st.integers(0, 255))
    return bytes(broken)


def _cut(draw: st.DrawFn, content: bytes) -> bytes:
    return content[: draw(st.integers(0, len(content)))]


def _remove(draw: st.DrawFn, content: bytes) -> bytes:
    start = draw(un_rang(len(content)))
    return content[:start] + content[start + draw(st.integers(1, 200)) :]


def _insert(draw: st.DrawFn, content: bytes) -> bytes:
    start = draw(un_rang(len(content)))
    return content[:start] + draw(st.sampled_from(OCTETS)) + content[start:]


def _twice(_: st.DrawFn, content: bytes) -> bytes:
    return content * 2


def _shuffle(draw: st.DrawFn, content: bytes) -> bytes:
    if content.startswith(b"PK"):
        return content
    return b"".join(draw(st.permutations(content.splitlines(keepends=True))))


_DEGATS: tuple[Callable[[st.DrawFn, bytes], bytes], ...] = (_flip, _cut, _remove, _insert, _twice, _shuffle)
