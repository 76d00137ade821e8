"""RPLS au 1er janvier 2019, La Réunion et Pays de la Loire: the published counts are found again."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.publication.consultation import query_observatoire
from pipeline.settings import Settings

CINOR = "249740119"
LOGEMENTS, LOGEMENTS_CINOR, COMMUNES_MORTES, LOGEMENTS_COMMUNES_MORTES = 308_280, 27_273, 12, 522
PART_QPV_CINOR = Decimal("0.467")

pytestmark = pytest.mark.reel


def _cells(source: Path) -> list[dict[str, str]]:
    with (source / "rpls" / "rpls2019_cells_974_pdl.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
