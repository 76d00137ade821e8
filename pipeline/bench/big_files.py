"""A fictitious SNE delivery as big as one likes: the demonstration again, each row with its own key."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.feeds import load_feeds

FEED = "sne/demandes"
_TERRITORIES, _CENTS = 100, 100
_VARIED = ("REVENU_DEMANDEUR", "REVENU_MENSUEL_FOYER")
_LETTERS = {"utf-8": "F", "cp1252": "É"}


@dataclass(frozen=True)
class _Row:
    """A row of the model cut where each copy differs: keys, then two incomes."""

    month: str
    counter: str
    before: str
    incomes: tuple[str, ...]
    after: str


def write_big_delivery(model: Path, target: Path, size: int, encoding: str) -> None:
    """Write at least `size` bytes of distinct demandes drawn from a delivery of the demonstration.

    In cp1252 one column that the door drops holds an accent, so that the file is not UTF-8.
    """
    header, *lines = model.read_text(encoding="utf-8").splitlines()
    names = header.split(";")
    rows = [_cut(line.split(";"), names, encoding) for line in lines if line.count(";") == len(names) - 1]
    rows = [row for row in rows if row.month]
    with target.open("w", encoding=encoding, newline="") as file:
        file.write(header + "\r\n")
        copy = 0
        while file.tell() < size:
            file.writelines(_copies(rows, copy))
            copy += 1


def _cut(cells: list[str], names: list[str], encoding: str) -> _Row:
    number = cells[names.index("NUMERO_UNIQUE")]
    cells[names.index("NATIONALITE_DEMANDEUR")] = _LETTERS[encoding]
    first = names.index(_VARIED[0])
    after = first + len(_VARIED)
    usual = names.index("NUMERO_UNIQUE") == 1 and names[first:after] == list(_VARIED)
    assert usual, f"the columns of {load_feeds()[FEED].key} have moved"
    whole = len(number) == len("9740324000012G1104")
    return _Row(
        month=number[3:7] if whole else "",
        counter=number[13:],
        before=";".join(cells[2:first]),
        incomes=tuple(cell.split(",")[0] for cell in cells[first:after]),
        after=";".join(cells[after:]),
    )


def _copies(rows: list[_Row], copy: int) -> Iterator[str]:
    territory, shift = f"0{copy % _TERRITORIES:02d}", copy // _TERRITORIES * len(rows)
    for rank, row in enumerate(rows):
        cents = (rank * 7 + copy) % _CENTS
        incomes = ";".join(euros and f"{euros},{cents:02d}" for euros in row.incomes)
        key = f"{copy * len(rows) + rank};{territory}{row.month}{shift + rank:06d}{row.counter}"
        yield f"{key};{row.before};{incomes};{row.after}\r\n"
