"""The delivered files: real headers, the habits of each bailleur, obviously invented persons."""

import io
import re
import zipfile

import fastexcel
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.headers import HeaderBook
from pipeline.sample.fichiers_rpls import ENTETES_2018, ENTETES_2023
from pipeline.sample.geographie import BAILLEURS
from pipeline.sample.habitudes import ENTETE_INCONNU, HABITUDES, habit_of
from pipeline.sample.territoire import MOST_DEPOTS

NUMERO_UNIQUE = re.compile(r"^(?:0\d{2}|02[AB]|111|97\d)(?:0[1-9]|1[0-2])\d{2}\d{6}[A-Z0-9]{5}$")


def first_line(content: bytes, encoding: str, separator: str = ";") -> list[str]:
    return content.decode(encoding).splitlines()[0].split(separator)


def test_numbers_have_the_official_form_and_an_invented_counter(territoire):
    numbers = territoire.demandes["numero_unique"]
    assert numbers.is_unique().all()
    assert all(NUMERO_UNIQUE.match(number) for number in numbers)
    assert numbers.str.starts_with("974").all()
    assert numbers.str.slice(13, 3).unique().to_list() == ["FIC"]


def test_bailleurs_are_invented():
    assert [bailleur.nom.startswith("Bailleur fictif ") for bailleur in BAILLEURS] == [True] * 7
    assert {bailleur.siren[:8] for bailleur in BAILLEURS} == {"90000000"}


@pytest.mark.parametrize("habit", HABITUDES, ids=lambda habit: f"{habit.fournisseur}-{habit.depuis}")
def test_headers_mean_the_columns_they_stand_for(habit):
    book = HeaderBook(load_feeds()["bailleurs/attributions"])
    found = book.map_headers(list(habit.entetes.values()))
    expected = {column: rank for rank, column in enumerate(habit.entetes) if column != "agence"}
    assert dict(found.ranks) == expected
    assert ENTETE_INCONNU not in habit.entetes.values()


def test_every_habit_writes_a_delivery_that_enters(depots):
    entered = [
        depot
        for depot in depots.values()
        if depot.flux == "bailleurs/attributions" and depot.decision == "accepte"
    ]
    starts = {habit_of(depot.fournisseur, depot.periode).depuis + depot.fournisseur for depot in entered}
    assert starts == {habit.depuis + habit.fournisseur for habit in HABITUDES}


def test_the_demonstration_stays_small(depots):
    assert len(depots) <= MOST_DEPOTS


def test_open_rpls_headers_are_the_real_ones(depots):
    known = HeaderBook(load_feeds()["rpls/logements_ouverts"])
    oldest = depots["rpls/logements_ouverts/2023/sdes.csv"].octets
    assert first_line(oldest, "iso-8859-1") == list(ENTETES_2018)
    assert len(ENTETES_2018) == 41
    assert "É".encode("iso-8859-1") in oldest
    for millesime in (2024, 2025):
        headers = first_line(depots[f"rpls/logements_ouverts/{millesime}/sdes.csv"].octets, "utf-8")
        assert headers == list(ENTETES_2023)
        assert len(headers) == 73
        assert known.map_headers(headers).unknown == ()


def test_sne_headers_are_the_schema_s_in_upper_case(depots):
    columns = [column.name for column in load_feeds()["sne/radiations"].columns]
    for periode, encoding in (("2023-T4", "cp1252"), ("2024-T1", "utf-8-sig"), ("2025-T1", "utf-8")):
        assert first_line(depots[f"sne/radiations/{periode}/gip-sne.csv"].octets, encoding) == columns


def test_score_lists_change_headers_and_separator(depots):
    firsts = {
        periode: depots[f"cotation/points/{periode}/imhoweb.csv"].octets.splitlines()[0]
        for periode in ("2023-T4", "2024-T1", "2024-T3")
    }
    assert firsts["2023-T4"].startswith(b"\xef\xbb\xbfnumero_unique;")
    assert b";n_unique;" in firsts["2024-T1"]
    assert firsts["2024-T3"].startswith(b"nud,")
    assert b",TOTAL," not in depots["cotation/points/2024-T3/imhoweb.csv"].octets
    assert b",TOTAL," in depots["cotation/points/2024-T4/imhoweb.csv"].octets


def test_workbook_has_titles_a_total_mixed_dates_and_numbers_for_codes(depots):
    content = depots["bailleurs/attributions/2024-T1/dodo.xlsx"].octets
    sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None, skip_rows=0).to_polars()
    rows = sheet.rows()
    headers = next(row for row in rows if row[0] == "Numéro unique")
    assert rows.index(headers) == 3
    assert rows[-1][0] == "Total"
    dates = [row[headers.index("Date du bail")] for row in rows[4:-1]]
    assert {str(date)[2] == "/" for date in dates} == {True, False}
    assert all(str(row[0]).startswith("'974") for row in rows[4:-1])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>97411</v>" in xml


def test_each_csv_bailleur_has_its_habits(depots):
    def file(name: str, periode: str = "2023-T4") -> bytes:
        return depots[f"bailleurs/attributions/{periode}/{name}.csv"].octets

    assert file("alize").startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        file("bassin-bleu").decode("utf-8")
    assert " 00:00:00;" in file("bassin-bleu").decode("cp1252")
    assert re.search(rb",\d{4}-\d{2}-\d{2},", file("cap-corail"))
    assert re.search("974\u00a0\\d{4}\u00a0\\d{6}\u00a0fic0", file("ecume").decode("cp1252"))
    assert file("filaos").decode().splitlines()[2].startswith("Siren;")
    assert b"siren" in file("goyavier").splitlines()[0]
    assert b"siren" not in file("goyavier", "2024-T1").splitlines()[0]
    assert ENTETE_INCONNU.encode() in file("goyavier", "2024-T4")
    assert file("alize", "2024-T1").splitlines()[0] != file("alize").splitlines()[0]


def test_persons_are_obviously_invented(depots):
    lines = depots["bailleurs/attributions/2023-T4/alize.csv"].octets.decode("utf-8-sig").splitlines()[1:]
    assert all("FICTIF" in line and "0692 00 00 00" in line for line in lines if line.startswith("974"))
