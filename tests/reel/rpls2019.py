"""RPLS au 1er janvier 2019: the public cells written back as the open file, one row per dwelling.

A cell is commune × année × DPE × pièces × type × QPV → n. The file has the 41 headers of 2018-2019,
`;` and ISO-8859-1.
"""

import shutil
from pathlib import Path

import duckdb

from pipeline.settings import Settings

_EN_TETE_2018 = (
    "DROIT;DEPCOM;CODEPOSTAL;libcom;NUMVOIE;INDREP;TYPVOIE;NOMVOIE;NUMAPPT;NUMBOITE;ESC;COULOIR;"
    "ETAGE;COMPLIDENT;ENTREE;BAT;IMMEU;COMPLGEO;LIEUDIT;QPV;TYPECONST;NBPIECE;SURFHAB;CONSTRUCT;"
    "LOCAT;PATRIMOINE;ORIGINE;FINAN;FINANAUTRE;CONV;NUMCONV;DATCONV;NEWLOGT;CUS;DPEDATE;DPEENERGIE;"
    "DPESERRE;SRU_EXPIR;SRU_ALINEA;CODSEGPATRIM;LIBSEGPATRIM"
)
ENTETE_2018 = _EN_TETE_2018.split(";")
TYPES = {"Logements collectifs": "C", "Logements individuels": "I"}
QPV = {"En QPV": "1", "Hors QPV": "2"}
_AT_ONCE = 20_000


def prepare(donnees: Path, cells: str, root: Path) -> Settings:
    """Return a data root where the communes, the passage table and the dwellings of the cells wait."""
    settings = Settings.load(root)
    for table, name in (("communes", "communes_cog2025"), ("passage", "table_passage_com_historique_2025")):
        target = settings.raw / "parametres" / table / "2025" / "insee.csv"
        target.parent.mkdir(parents=True)
        shutil.copyfile(donnees / "geo" / f"{name}.csv", target)
    target = settings.raw / "rpls" / "logements_ouverts" / "2019" / "sdes.csv"
    target.parent.mkdir(parents=True)
    write_open_file(donnees / "rpls" / cells, target)
    return settings


def write_open_file(cells: Path, target: Path) -> None:
    """Write each dwelling of the cells as one row."""
    source = f"'{cells}'"
    if cells.suffix == ".csv":
        source = f"read_csv({source}, types = {{'DEPCOM': 'VARCHAR'}})"
    names = "DEPCOM, construct, dpeenergie, dpeserre, nbpiece, typeconst, qpv, n"
    rows = duckdb.sql(f"SELECT {names} FROM {source}")
    with target.open("w", encoding="iso-8859-1", newline="") as file:
        file.write(_EN_TETE_2018 + "\r\n")
        while batch := rows.fetchmany(_AT_ONCE):
            file.writelines((";".join(_dwelling(cell)) + "\r\n") * cell[-1] for cell in batch)


def _dwelling(cell: tuple) -> list[str]:
    commune, built, energy, gas, rooms, kind, qpv, _ = cell
    known = {
        "DEPCOM": commune,
        "libcom": "Commune désignée par son code",
        "CONSTRUCT": str(built),
        "DPEENERGIE": energy.replace("Inconnu", ""),
        "DPESERRE": gas.replace("Inconnu", ""),
        "NBPIECE": str(rooms)[0],
        "TYPECONST": TYPES[kind],
        "QPV": QPV[qpv],
    }
    return [known.get(name, "") for name in ENTETE_2018]
