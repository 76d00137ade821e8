"""What moved among the figures already published, and which deliveries may have moved it."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.construction import BuildReport
from pipeline.publication.releases import DATABASE, publish_release
from pipeline.publication.revisions import NO_DEPOSIT, changed_depots, read_revisions
from pipeline.settings import Settings
from pipeline.terminal import show_report
from tests.unit.publication.conftest import Rebuild

ENTREES = "e" * 64
BAUX, RADIATIONS = "bailleurs/attributions", "sne/radiations"
REGISTER = Path("registre", "depots", "actuel", "registre.parquet")
COLUMNS = (
    "periode, cle, mesure, nature_revision, ancienne_valeur, nouvelle_valeur, ecart, ecart_relatif, "
    "depots_en_cause"
)
COMPLETUDE = "ALTER TABLE marts.mart_delais ADD COLUMN completude DOUBLE DEFAULT 1"
OPEN_HALF = "UPDATE marts.mart_delais SET completude = 0.5 WHERE periode = '2024-S2'"


def publish(settings: Settings, build: Path, **feeds_of: frozenset[str]) -> Path:
    release = publish_release(settings, build, input_fingerprint=ENTREES, feeds_of=feeds_of)
    return release.folder / DATABASE


def revisions(database: Path) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(f"SELECT {COLUMNS} FROM marts.mart_revisions ORDER BY ALL").fetchall()


def send(settings: Settings, places: list[tuple[str, str, str]]) -> None:
    """Put in force other bytes for these places; the other deliveries stay as they were."""
    path = str(settings.entrepot / REGISTER)
    kept = duckdb.execute("FROM read_parquet($1)", [path]).fetchall()
    kept = [row for row in kept if row[1:4] not in places]
    sent = [(rank, *place, f"b{rank}", "accepte", True) for rank, place in enumerate(places, 100)]
    names = ("depot_id", "flux", "periode", "fournisseur", "empreinte", "decision", "en_vigueur")
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in kept + sent])
    pq.write_table(table, path)


def test_the_first_release_revises_nothing(reglages, construction):
    assert revisions(publish(reglages, construction)) == []


def test_each_kind_of_revision_has_its_numbers(reglages, construction, rebuild: Rebuild):
    """12 → 15: +3, that is 3 ÷ 12 = 0.25. Unknown → 2: no difference. A line gone: its four numbers."""
    publish(reglages, rebuild(COMPLETUDE, OPEN_HALF))
    moved = (
        "UPDATE marts.mart_delais SET nombre = 15 WHERE periode = '2024-T3'",
        "UPDATE marts.mart_delais SET delai = 2 WHERE periode = '2024-T4'",
        "UPDATE marts.mart_delais SET nombre = -6 WHERE periode = '2024-S2'",
        "INSERT INTO marts.mart_delais VALUES ('2024-T3', '200', 1, 0, 4, true, '', DATE '2024-09-30', 1)",
        "INSERT INTO marts.mart_delais VALUES ('2025-T1', '200', 1, 0, 4, true, '', DATE '2025-03-31', 1)",
    )
    found = revisions(publish(reglages, rebuild(COMPLETUDE, *moved)))
    cinor = "code_epci=249740119"
    assert found == [
        ("2024-S2", cinor, "nombre", "completee", -3, -6, -3, -1, NO_DEPOSIT),
        ("2024-T3", "code_epci=200", "delai", "apparue", None, 4, None, None, NO_DEPOSIT),
        ("2024-T3", "code_epci=200", "nombre", "apparue", None, 1, None, None, NO_DEPOSIT),
        ("2024-T3", "code_epci=200", "part", "apparue", None, 0, None, None, NO_DEPOSIT),
        ("2024-T3", cinor, "nombre", "corrigee", 12, 15, 3, 0.25, NO_DEPOSIT),
        ("2024-T4", cinor, "delai", "corrigee", None, 2, None, None, NO_DEPOSIT),
    ]


def test_a_line_that_goes_is_told(reglages, construction, rebuild: Rebuild):
    publish(reglages, construction)
    gone = rebuild("DELETE FROM marts.mart_delais WHERE periode = '2024-T3'")
    assert [row[2:6] for row in revisions(publish(reglages, gone))] == [
        ("delai", "disparue", 16.5, None),
        ("nombre", "disparue", 12, None),
        ("part", "disparue", 0.25, None),
    ]


@pytest.mark.parametrize(
    ("feeds", "sent", "cause"),
    [
        ({}, [(BAUX, "2024-T3", "sidr")], f"{BAUX} 2024-T3 sidr"),
        ({"mart_delais": frozenset({BAUX})}, [(BAUX, "2024-T3", "sidr")], f"{BAUX} 2024-T3 sidr"),
        ({}, [(BAUX, "2024-S2", "sidr"), (RADIATIONS, "2025-T1", "gip-sne")], f"{BAUX} 2024-S2 sidr"),
        ({"mart_delais": frozenset({RADIATIONS})}, [(BAUX, "2024-T3", "sidr")], NO_DEPOSIT),
        ({}, [(RADIATIONS, "2025-T1", "gip-sne")], f"{RADIATIONS} 2025-T1 gip-sne"),
    ],
    ids=["toutes", "lue", "de la période d'abord", "non lue", "d'une autre période"],
)
def test_the_cause_is_a_delivery_that_the_mart_reads(reglages, construction, rebuild, feeds, sent, cause):
    publish(reglages, construction, **feeds)
    send(reglages, sent)
    build = rebuild("UPDATE marts.mart_delais SET nombre = 13 WHERE periode = '2024-T3'")
    assert [row[-1] for row in revisions(publish(reglages, build, **feeds))] == [cause]


def test_only_what_changed_counts_as_a_delivery():
    before = [("f", "2024", "x", "a"), ("f", "2024", "y", "b"), ("f", "2024", "z", "c")]
    now = [("f", "2024", "x", "a"), ("f", "2024", "y", "d"), ("f", "2025", "x", "e")]
    assert changed_depots(before, now) == [
        ("f", "2024", "y", "d"),
        ("f", "2024", "z", "c"),
        ("f", "2025", "x", "e"),
    ]


def test_the_largest_are_those_published_as_complete_then_by_their_change(reglages, rebuild, construction):
    """-3 → -6 is -100 %, but its half-year was open; 12 → 15 is +25 %; 16,5 → 17 is +3 %."""
    publish(reglages, rebuild(COMPLETUDE, OPEN_HALF))
    moved = (
        "UPDATE marts.mart_delais SET nombre = 15, delai = 17 WHERE periode = '2024-T3'",
        "UPDATE marts.mart_delais SET nombre = -6 WHERE periode = '2024-S2'",
    )
    found = read_revisions(publish(reglages, rebuild(COMPLETUDE, *moved)), most=2)
    assert (found.moved, found.corrected) == (3, 2)
    place = "mart_delais 2024-T3 (code_epci=249740119)"
    assert found.largest == (
        f"{place}, nombre : 12 → 15. {NO_DEPOSIT}",
        f"{place}, delai : 16,5 → 17. {NO_DEPOSIT}",
    )


def test_a_mart_whose_key_changed_is_not_compared(reglages, construction, rebuild):
    publish(reglages, construction)
    other = rebuild(
        "DROP TABLE marts.mart_delais",
        "CREATE TABLE marts.mart_delais "
        "(periode VARCHAR, lieu VARCHAR, nombre BIGINT, PRIMARY KEY (periode, lieu))",
        "INSERT INTO marts.mart_delais VALUES ('2024-T3', 'ici', 3)",
    )
    assert revisions(publish(reglages, other)) == []


def test_a_number_in_the_key_is_a_place_and_never_a_total(reglages, construction, rebuild):
    """A curve has a row per month: 0.1 at the third month becomes 0.2."""
    curve = (
        "CREATE TABLE marts.mart_courbe (periode VARCHAR, code_epci VARCHAR, quartile VARCHAR, "
        "delai_mois BIGINT, part DOUBLE, PRIMARY KEY (periode, code_epci, quartile, delai_mois))"
    )
    rows = "INSERT INTO marts.mart_courbe VALUES ('2024', 'E', 'ensemble', 3, {})"
    publish(reglages, rebuild(curve, rows.format(0.1)))
    database = publish(reglages, rebuild(curve, rows.format(0.2)))
    assert [row[1:6] for row in revisions(database)] == [
        ("code_epci=E, quartile=ensemble, delai_mois=3", "part", "corrigee", 0.1, 0.2)
    ]
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("SELECT est_ensemble FROM marts.mart_revisions").fetchall() == [(False,)]


def test_the_build_prints_the_largest(reglages, rebuild, construction, capsys):
    publish(reglages, construction)
    assert "Révisions" not in said_of(reglages, construction, capsys)
    told = said_of(reglages, rebuild("UPDATE marts.mart_delais SET nombre = 15 WHERE nombre = 12"), capsys)
    assert "Révisions : 1 valeur déjà publiée a changé, dont 1 était donnée comme complète." in told
    assert "mart_delais 2024-T3 (code_epci=249740119), nombre : 12 → 15." in told
    assert 'ppgd sql "from mart_revisions"' in told


def said_of(settings: Settings, build: Path, capsys: pytest.CaptureFixture[str]) -> str:
    release = publish_release(settings, build, input_fingerprint=ENTREES)
    show_report(settings, BuildReport((), release, {}, Path("journal.log")))
    return " ".join(capsys.readouterr().out.split())
