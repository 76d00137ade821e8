"""Files as they should not come: each function gives the bytes of one hostile delivery."""

from collections.abc import Callable, Mapping, Sequence

from pipeline.settings import ROOT
from tests.hostile.classeurs import FEUILLE, avec_partie, classeur

MO = 1024**2


def exemple(feed: str) -> str:
    """The valid example of a feed, as its folder gives it."""
    return (ROOT / "expectations" / feed.replace("/", "_") / "exemple-valide.csv").read_text(encoding="utf-8")


def lignes(fois: int = 4) -> list[str]:
    """The header and the rows of a valid file of bailleurs/attributions: its example, under other keys."""
    header, *rows = exemple("bailleurs/attributions").splitlines()
    return [header, *(_autre_cle(row, rank) for rank in range(fois) for row in rows)]


def _autre_cle(row: str, rank: int) -> str:
    numero, siren, logement, *rest = row.split(";")
    numero = f"{numero[:10]}{rank}{numero[11:]}"
    return ";".join((numero, siren, f"{int(logement) + 1000 * rank:010d}", *rest))


def csv(rows: Sequence[str], encoding: str = "utf-8", newline: str = "\n") -> bytes:
    """Write lines as they are."""
    return (newline.join(rows) + newline).encode(encoding)


def avec(numero: int, change: Callable[[str], str], rows: Sequence[str] | None = None) -> bytes:
    """Write the valid file with one line changed, counted as an editor does."""
    rows = list(rows or lignes())
    rows[numero - 1] = change(rows[numero - 1])
    return csv(rows)


def cellule(colonne: str, valeur: str) -> Callable[[str], str]:
    """Change one cell of a line, by the name of its column."""
    rank = lignes()[0].split(";").index(colonne)

    def change(row: str) -> str:
        cells = row.split(";")
        cells[rank] = valeur
        return ";".join(cells)

    return change


def en_classeur(rows: Sequence[str], loin: Mapping[str, str] | None = None) -> bytes:
    """Write lines as a workbook."""
    return classeur((row.split(";") for row in rows), loin)


def avec_la_partie(nom: str, contenu: bytes) -> bytes:
    """Add or replace a part of a valid workbook."""
    return avec_partie(en_classeur(lignes()), nom, contenu)


def bombe(megaoctets: int) -> bytes:
    """A workbook whose sheet is nothing but zeros, a thousand times smaller once packed."""
    return avec_la_partie(FEUILLE, bytes(megaoctets * MO))


def taille_mentie() -> bytes:
    """A workbook whose archive declares its swollen sheet to be 1,000 bytes long."""
    return bombe(8).replace((8 * MO).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def cellule_au_loin() -> bytes:
    """A workbook with one more cell, the last that a sheet may have."""
    return en_classeur(lignes(), {"XFD1048576": "x"})


def tres_large() -> list[str]:
    """Lines of 10,000 cells more than awaited."""
    return [row + ";x" * 10_000 for row in lignes(1)[:3]]


def ligne_de_64_mo() -> bytes:
    """A file that has lost its line ends."""
    return csv([lignes()[0], "x" * (64 * MO)])


def coupe_dans_un_caractere() -> bytes:
    """A file cut within a letter of two bytes."""
    return csv(lignes()).rpartition("é".encode())[0] + "é".encode()[:1]


def encodages_meles() -> bytes:
    """Nine lines in UTF-8, the others in Windows-1252."""
    return csv(lignes()[:9]) + csv(lignes()[9:], "cp1252")


def guillemet_au_bout() -> bytes:
    """A quote opened in the very last cell."""
    return avec(49, cellule("commentaire", '"Ligne'))


def signes_de_commande() -> bytes:
    """A carriage return and a unit separator inside the cells of a row that also has quotes."""
    rows = avec(9, cellule("adresse", "1 rue\rFictive")).decode().split("\n")
    rows = avec(9, cellule("designataire", "Désignataire\x1ffictif"), rows).decode().split("\n")
    return avec(9, cellule("commentaire", '"Ligne fictive"'), rows)


def octet_etranger() -> bytes:
    """A file in Windows-1252 with a byte that means nothing there."""
    return csv(lignes(), "cp1252").replace(b"FICTIF", b"FIC\x81IF", 1)


def entetes_en_double() -> bytes:
    """Two columns of one name."""
    return avec(1, lambda row: row.replace("date_caleol", "date_bail"))


def entete_a_echappement() -> bytes:
    """One more header, which would colour the terminal."""
    header, *rows = lignes()
    return csv([f"{header};\x1b[31mX", *(f"{row};" for row in rows)])


def cle_deux_fois() -> bytes:
    """Two different rows of one key."""
    return csv([*lignes(), cellule("typologie", "T4")(lignes()[1])])
