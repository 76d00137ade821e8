"""RPLS au 1er janvier 2019, the whole country: 5,089,834 dwellings through the ordinary door, one file.

Départements are sums of communes: the mart has the commune as an axis, and no département, which is not a
PPGD's territory. EPCI are those of the latest official geography (règle A21): some have changed since 2019.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import duckdb
import pytest

from pipeline.settings import Settings
from tests.reel.rpls2019 import prepare

LOGEMENTS, DEPARTEMENTS = 5_089_834, 101
EPCI_INCHANGES, EPCI_CHANGES, EPCI_DISPARUS, EPCI_NOUVEAUX = 1_202, 37, 20, 14
MEMOIRE_MO = 3_072
AGREGATS = {
    ("nbpiece_aggrege", "moins de 2 pièces"): ("typologie", ("T1", "T2")),
    ("nbpiece_aggrege", "3 et 4 pièces"): ("typologie", ("T3", "T4")),
    ("nbpiece_aggrege", "5 pièces et plus"): ("typologie", ("T5", "T6P")),
    ("typeconst", "Logements collectifs"): ("type_construction", ("C",)),
    ("typeconst", "Logements individuels"): ("type_construction", ("I",)),
    ("dpeenergie_aggrege", "DPE énergie classe A, B ou C"): ("etiquette_energie", ("A", "B", "C")),
    ("dpeenergie_aggrege", "DPE énergie classe D"): ("etiquette_energie", ("D",)),
    ("dpeenergie_aggrege", "DPE énergie classe E, F ou G"): ("etiquette_energie", ("E", "F", "G")),
    ("dpeenergie_aggrege", "DPE énergie inconnu"): ("etiquette_energie", ("non_renseigne",)),
}

pytestmark = pytest.mark.reel


@pytest.fixture(scope="module")
def france(donnees_reelles: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The country, read and built by the command in its own process; gigabytes removed at the end."""
    root = tmp_path_factory.mktemp("france")
    settings = prepare(donnees_reelles, "rpls2019_cells_france.parquet", root)
    size = sum(path.stat().st_size for path in settings.raw.rglob("*.csv"))
    start = perf_counter()
    command = [sys.executable, "-c", "from pipeline.cli import run; run()", "construire"]
    with subprocess.Popen([*command, "--donnees", str(root)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, stages = perf_counter() - start, re.search(r"Démarrage .* s\.", told)
    cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    print(f"\nFrance : {size / 1e6:,.0f} Mo déposés, {seconds:.0f} s ({cpu:.0f} s de processeur)")
    print(f"  {memory:,.0f} Mo pour le plus gros processus. {stages[0] if stages else ''}")
    assert process.returncode == 0, told
    assert memory < MEMOIRE_MO
    yield settings
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def tables(france: Settings, donnees_reelles: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """`parc`, the mart for 2019, and `publie`, the published figures of the whole stock."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{france.observatoire}' AS o (READ_ONLY)")
        connection.execute(
            "CREATE TABLE parc AS SELECT code_epci, localisation_qpv, axe, modalite, nombre_logements AS n "
            "FROM o.marts.mart_parc_par_profil WHERE periode = '2019'"
        )
        source = donnees_reelles / "rpls" / "rpls2019_indicateurs.parquet"
        connection.execute(
            "CREATE TABLE publie AS SELECT TypeZone AS zone, CodeZone AS code, Zone AS nom, "
            "Variable AS variable, Indicateur AS indicateur, CAST(Valeur AS BIGINT) AS n "
            f"FROM '{source}' WHERE SousEnsemble = 'Ensemble du parc' AND Valeur = floor(Valeur)"
        )
        yield connection


def _epci(tables: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Return (name, published, found) of each EPCI of 2019 or of today; None where it does not exist."""
    return tables.execute("""
        SELECT nom, publie.n, parc.n
        FROM (FROM publie WHERE zone = 'Epci' AND variable = 'parc_hlm') AS publie
        FULL JOIN (FROM parc WHERE axe = 'ensemble' AND localisation_qpv = 'ensemble') AS parc
        ON publie.code = parc.code_epci ORDER BY nom
    """).fetchall()


def test_every_dwelling_of_the_country_is_counted_once(tables):
    query = "SELECT sum(n) FROM parc WHERE axe = 'ensemble' AND localisation_qpv"
    whole = tables.execute(f"{query} = 'ensemble'").fetchone()[0]
    parts = tables.execute(f"{query} <> 'ensemble'").fetchone()[0]
    print(f"\nLogements au 1er janvier 2019 : {whole:,} (publié : {LOGEMENTS:,})")
    assert whole == parts == LOGEMENTS


def test_every_departement_has_its_published_stock_in_and_out_of_qpv(tables):
    found = tables.execute("""
        WITH communes AS (
            SELECT if(modalite < '97', left(modalite, 2), left(modalite, 3)) AS code, localisation_qpv, n
            FROM parc WHERE axe = 'commune'
        ),
        lignes AS (
            SELECT code, CASE WHEN variable = 'parc_hlm' THEN 'ensemble'
                WHEN indicateur = 'En QPV' THEN 'qpv' ELSE 'hors_qpv' END AS localisation_qpv, n
            FROM publie WHERE zone = 'Départements' AND variable IN ('parc_hlm', 'qpv')
        )
        SELECT code, localisation_qpv, coalesce(max(lignes.n), 0), coalesce(sum(communes.n), 0)
        FROM lignes FULL JOIN communes USING (code, localisation_qpv) GROUP BY ALL
    """).fetchall()
    wrong = [row for row in found if row[2] != row[3]]
    print(f"\nDépartements, en QPV et hors QPV : {len(found)} chiffres, {len(wrong)} en écart")
    assert len({row[0] for row in found}) == DEPARTEMENTS
    assert wrong == []


def test_every_epci_that_has_not_changed_has_its_published_stock(tables):
    rows = _epci(tables)
    same = [row for row in rows if row[1] == row[2]]
    gone, new = [row for row in rows if row[2] is None], [row for row in rows if row[1] is None]
    changed = [row for row in rows if None not in row[1:] and row[1] != row[2]]
    print(f"\nEPCI : {len(same)} retrouvés ; périmètre changé depuis 2019 :")
    print(f"  {len(changed)} à communes échangées, {len(gone)} disparus, {len(new)} nouveaux ou sans EPCI")
    for name, published, found in changed:
        print(f"  {name} : {found:,} (publié : {published:,}, communes de 2019)")
    assert (len(same), len(changed)) == (EPCI_INCHANGES, EPCI_CHANGES)
    assert (len(gone), len(new)) == (EPCI_DISPARUS, EPCI_NOUVEAUX + 1)
    assert sum(row[2] or 0 for row in rows) == LOGEMENTS


def test_rooms_types_and_energy_labels_of_the_same_epci_are_found_again(tables):
    counts = {
        (code, axis, modality): n
        for code, axis, modality, n in tables.execute(
            "SELECT code_epci, axe, modalite, n FROM parc WHERE localisation_qpv = 'ensemble'"
        ).fetchall()
    }
    published = {
        (code, variable, label): n
        for code, variable, label, n in tables.execute(
            "SELECT code, variable, indicateur, n FROM publie WHERE zone = 'Epci'"
        ).fetchall()
    }
    same = {
        code
        for code, variable, label in published
        if variable == "parc_hlm"
        and counts.get((code, "ensemble", "ensemble")) == published[code, variable, label]
    }
    wrong = [
        (code, label, published.get((code, variable, label), 0), found)
        for (variable, label), (axis, modalities) in AGREGATS.items()
        for code in same
        if (found := sum(counts.get((code, axis, modality), 0) for modality in modalities))
        != published.get((code, variable, label), 0)
    ]
    compared = len(same) * len(AGREGATS)
    print(f"\nPièces, type et DPE de {len(same)} EPCI : {compared:,} chiffres, {len(wrong)} en écart")
    assert len(same) == EPCI_INCHANGES
    assert wrong == []
