"""RPLS au 1er janvier 2019, La Réunion et Pays de la Loire: the published counts are found again.

The cells (commune × année × DPE × pièces × type × QPV → n) are written as the open file of 2018-2019
(41 columns, `;`, ISO-8859-1, one row per dwelling), and go through the ordinary door and the whole job.
"""

import csv
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.publication.consultation import query_observatoire
from pipeline.settings import Settings

_EN_TETE_2018 = (
    "DROIT;DEPCOM;CODEPOSTAL;libcom;NUMVOIE;INDREP;TYPVOIE;NOMVOIE;NUMAPPT;NUMBOITE;ESC;COULOIR;"
    "ETAGE;COMPLIDENT;ENTREE;BAT;IMMEU;COMPLGEO;LIEUDIT;QPV;TYPECONST;NBPIECE;SURFHAB;CONSTRUCT;"
    "LOCAT;PATRIMOINE;ORIGINE;FINAN;FINANAUTRE;CONV;NUMCONV;DATCONV;NEWLOGT;CUS;DPEDATE;DPEENERGIE;"
    "DPESERRE;SRU_EXPIR;SRU_ALINEA;CODSEGPATRIM;LIBSEGPATRIM"
)
ENTETE_2018 = _EN_TETE_2018.split(";")
CINOR = "249740119"
LOGEMENTS, LOGEMENTS_CINOR, COMMUNES_MORTES, LOGEMENTS_COMMUNES_MORTES = 308_280, 27_273, 12, 522
PART_QPV_CINOR = Decimal("0.467")

pytestmark = pytest.mark.reel


def _cells(source: Path) -> list[dict[str, str]]:
    with (source / "rpls" / "rpls2019_cells_974_pdl.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _dwelling(cell: dict[str, str], commune: str) -> list[str]:
    known = {
        "DEPCOM": cell["DEPCOM"],
        "libcom": commune,
        "CONSTRUCT": cell["construct"],
        "DPEENERGIE": cell["dpeenergie"].replace("Inconnu", ""),
        "DPESERRE": cell["dpeserre"].replace("Inconnu", ""),
        "NBPIECE": cell["nbpiece"][0],
        "TYPECONST": {"Logements collectifs": "C", "Logements individuels": "I"}[cell["typeconst"]],
        "QPV": {"En QPV": "1", "Hors QPV": "2"}[cell["qpv"]],
    }
    return [known.get(name, "") for name in ENTETE_2018]


def _write_open_file(source: Path, target: Path) -> None:
    with (source / "geo" / "communes_cog2025.csv").open(encoding="utf-8", newline="") as file:
        names = {row["DEPCOM"]: row["NOM_DEPCOM"] for row in csv.DictReader(file)}
    target.parent.mkdir(parents=True)
    with target.open("w", encoding="iso-8859-1", newline="", errors="replace") as file:
        rows = csv.writer(file, delimiter=";", lineterminator="\r\n")
        rows.writerow(ENTETE_2018)
        for cell in _cells(source):
            rows.writerows([_dwelling(cell, names.get(cell["DEPCOM"], ""))] * int(cell["n"]))


@pytest.fixture(scope="module")
def observatoire_reel(donnees_reelles: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The whole job over the real dwellings, the official communes and the passage table."""
    from pipeline.acceptation import Door
    from pipeline.construction import run_build
    from pipeline.session import tell_nobody

    settings = Settings.load(tmp_path_factory.mktemp("reel"))
    for table, name in (("communes", "communes_cog2025"), ("passage", "table_passage_com_historique_2025")):
        target = settings.raw / "parametres" / table / "2025" / "insee.csv"
        target.parent.mkdir(parents=True)
        shutil.copyfile(donnees_reelles / "geo" / f"{name}.csv", target)
    _write_open_file(donnees_reelles, settings.raw / "rpls" / "logements_ouverts" / "2019" / "sdes.csv")
    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    assert (len(waiting), misplaced) == (3, [])
    report = run_build(settings, waiting, on_event=tell_nobody)
    assert not report.refused
    return settings


def _count(settings: Settings, where: str) -> int:
    query = f"select sum(nombre_logements) from mart_parc_par_qpv where periode = '2019' and {where}"
    return int(query_observatoire(settings, query).rows[0][0])


def test_every_dwelling_is_counted_once(observatoire_reel):
    total = _count(observatoire_reel, "localisation_qpv = 'ensemble'")
    parts = _count(observatoire_reel, "localisation_qpv <> 'ensemble'")
    print(f"\nLogements au 1er janvier 2019 : {total:,} (publié : {LOGEMENTS:,})")
    assert total == parts == LOGEMENTS


def test_cinor_has_its_published_stock_and_share_in_qpv(observatoire_reel):
    total = _count(observatoire_reel, f"code_epci = '{CINOR}' and localisation_qpv = 'ensemble'")
    in_qpv = _count(observatoire_reel, f"code_epci = '{CINOR}' and localisation_qpv = 'qpv'")
    share = Decimal(in_qpv) / total
    print(f"CINOR : {total:,} logements (publié : {LOGEMENTS_CINOR:,})")
    print(f"CINOR : {share:.1%} en QPV (publié : {PART_QPV_CINOR:.1%})")
    assert total == LOGEMENTS_CINOR
    assert round(share, 3) == PART_QPV_CINOR


def test_dwellings_of_dead_communes_are_in_their_new_commune(observatoire_reel, donnees_reelles):
    with (donnees_reelles / "geo" / "communes_cog2025.csv").open(encoding="utf-8", newline="") as file:
        epci_of = {row["DEPCOM"]: row["EPCI"] for row in csv.DictReader(file)}
    with (donnees_reelles / "geo" / "table_passage_com_historique_2025.csv").open(newline="") as file:
        now = {row["DEPCOM_HIST"]: row["DEPCOM"] for row in csv.DictReader(file)}
    dead: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for cell in _cells(donnees_reelles):
        expected[epci_of[now[cell["DEPCOM"]]]] += int(cell["n"])
        if cell["DEPCOM"] not in epci_of:
            dead[cell["DEPCOM"]] += int(cell["n"])
    print(f"Communes disparues : {len(dead)}, {sum(dead.values())} logements recodés")
    assert (len(dead), sum(dead.values())) == (COMMUNES_MORTES, LOGEMENTS_COMMUNES_MORTES)
    query = (
        "select code_epci, nombre_logements from mart_parc_par_qpv "
        "where periode = '2019' and localisation_qpv = 'ensemble'"
    )
    found = {epci: int(count) for epci, count in query_observatoire(observatoire_reel, query).rows}
    assert found == dict(expected)
