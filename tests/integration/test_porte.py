"""The door: acceptance is a state of the delivery; a refusal changes nothing that was there."""

import os
from pathlib import Path

import polars as pl
import pytest

from pipeline.acceptation import Decision, Door
from pipeline.errors import MisuseError
from pipeline.intake.deliveries import accepted_path
from pipeline.settings import ROOT, Settings

EXEMPLE = ROOT / "expectations" / "bailleurs_attributions" / "exemple-valide.csv"
DEPOT = "bailleurs/attributions/2024-T1/sidr.csv"


def deposer(settings: Settings, content: str | bytes, place: str = DEPOT) -> Path:
    path = settings.raw / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def decider(settings: Settings) -> list[Decision]:
    with Door.open(settings) as door:
        return [decision for decided in door.decide_each(door.waiting_groups()) for decision in decided]


def registre(settings: Settings) -> list[tuple[str, str, bool]]:
    with Door.open(settings) as door:
        return [(record.fichier, record.decision, record.en_vigueur) for record in door.register.records()]


def lignes_acceptees(settings: Settings, place: str = DEPOT) -> int:
    source, table, periode, name = place.split("/")
    path = settings.entrepot / source / table / periode / f"{Path(name).stem}.parquet"
    return pl.read_parquet(path, columns=["ligne"]).height


@pytest.fixture
def exemple() -> str:
    return EXEMPLE.read_text(encoding="utf-8")


@pytest.fixture
def autre_entete(exemple: str) -> str:
    return exemple.replace("code_commune", "lieu_dit", 1)


def test_a_valid_delivery_enters_and_the_same_file_twice_costs_nothing(reglages, exemple):
    path = deposer(reglages, exemple)
    (decision,) = decider(reglages)
    assert decision.record.decision == "accepte", decision.record.motifs
    assert decision.record.lignes_acceptees == exemple.count("\n") - 1 == lignes_acceptees(reglages)
    assert decider(reglages) == []
    os.utime(path)
    assert decider(reglages) == []
    assert len(registre(reglages)) == 1


def test_the_raw_file_is_never_touched(reglages, exemple):
    path = deposer(reglages, exemple)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    decider(reglages)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_corrected_file_replaces_and_both_stay_on_record(reglages, exemple):
    """Règle B9."""
    deposer(reglages, exemple)
    decider(reglages)
    deposer(reglages, "\n".join(exemple.splitlines()[:-1]) + "\n")
    decider(reglages)
    assert registre(reglages) == [(DEPOT, "accepte", False), (DEPOT, "accepte", True)]
    assert lignes_acceptees(reglages) == exemple.count("\n") - 2


def test_a_refused_correction_leaves_the_accepted_one(reglages, exemple, autre_entete):
    deposer(reglages, exemple)
    decider(reglages)
    before = accepted_path(reglages, depot_de(reglages)).read_bytes()
    deposer(reglages, autre_entete)
    (decision,) = decider(reglages)
    assert decision.is_refused
    assert "« code_commune »" in decision.record.motifs[0]
    assert registre(reglages) == [(DEPOT, "accepte", True), (DEPOT, "refuse", False)]
    assert accepted_path(reglages, depot_de(reglages)).read_bytes() == before
    assert decider(reglages) == []


def depot_de(settings: Settings):
    with Door.open(settings) as door:
        from pipeline.intake.deliveries import discover_deliveries

        return discover_deliveries(settings, door.feeds)[0][0]


def test_coming_back_to_the_first_bytes_is_a_new_decision(reglages, exemple, autre_entete):
    for content in (exemple, autre_entete, exemple):
        deposer(reglages, content)
        decider(reglages)
    assert [line[1:] for line in registre(reglages)] == [
        ("accepte", False),
        ("refuse", False),
        ("accepte", True),
    ]


def test_csv_and_xlsx_of_one_delivery_the_last_arrived_counts(reglages, exemple):
    import xlsxwriter

    first = deposer(reglages, exemple)
    os.utime(first, (1, 1))
    second = first.with_suffix(".xlsx")
    book = xlsxwriter.Workbook(second)
    sheet = book.add_worksheet()
    for row, line in enumerate(exemple.splitlines()[:-2]):
        sheet.write_row(row, 0, line.split(";"))
    book.close()
    decider(reglages)
    assert [line[1:] for line in registre(reglages)] == [("accepte", False), ("accepte", True)]
    assert lignes_acceptees(reglages) == exemple.count("\n") - 3


def test_own_synonyms_make_a_refused_file_enter(reglages, autre_entete):
    deposer(reglages, autre_entete)
    assert decider(reglages)[0].is_refused
    reglages.correspondances.mkdir()
    own = reglages.correspondances / "bailleurs_attributions.yml"
    own.write_text("entetes:\n  lieu_dit: code_commune\n", encoding="utf-8")
    assert not decider(reglages)[0].is_refused


def test_own_synonyms_that_name_nothing_known_are_a_misuse(reglages, exemple):
    deposer(reglages, exemple)
    reglages.correspondances.mkdir()
    own = reglages.correspondances / "bailleurs_attributions.yml"
    own.write_text("entetes: {x: inconnue}\ncodes: {reservataire: {CTG: PREFET}}\n", encoding="utf-8")
    with pytest.raises(MisuseError, match="inconnue, reservataire = PREFET"):
        decider(reglages)


def test_too_many_faulty_rows_refuse_the_file_and_name_the_codes(reglages, exemple):
    deposer(reglages, exemple.replace(";PPRIOR;", ";PREFET X;").replace(";COLACT;", ";PREFET X;"))
    (decision,) = decider(reglages)
    assert decision.is_refused
    motifs = " ".join(decision.record.motifs)
    assert "Trop de lignes en défaut" in motifs
    assert "« PREFET X »" in motifs
    rejets = reglages.raw / "bailleurs/attributions/2024-T1/.depots/sidr/rejets.csv"
    assert rejets.read_text(encoding="utf-8-sig").count("code_inconnu") >= 3


def test_a_row_without_numero_unique_is_rejected_and_counted(reglages, exemple):
    """Règle B7: 41 rows, one without its number: 1 rejected (2.4 %, under the 5 % of a refusal), 40 enter."""
    header, first, *_ = exemple.splitlines()
    number, rest = first.split(";", 1)
    rows = [f"{number[:9]}{rank:04d}{number[13:]};{rest}" for rank in range(1, 41)]
    deposer(reglages, "\n".join([header, *rows, f";{rest}"]) + "\n")
    (decision,) = decider(reglages)
    assert (decision.record.decision, decision.record.lignes_rejetees) == ("accepte_avec_reserves", 1)
    assert lignes_acceptees(reglages) == 40


def test_the_rejects_folder_is_never_a_delivery(reglages, exemple):
    deposer(reglages, exemple.replace(";PPRIOR;", ";PREFET X;"))
    decider(reglages)
    with Door.open(reglages) as door:
        assert door.waiting() == ([], [])


def test_a_corrected_delivery_leaves_no_old_rejects(reglages, exemple):
    deposer(reglages, exemple.replace(";PPRIOR;", ";PREFET X;"))
    decider(reglages)
    deposer(reglages, exemple)
    decider(reglages)
    assert not list(reglages.raw.rglob("rejets.csv"))


def test_another_key_is_refused(reglages, exemple, monkeypatch):
    deposer(reglages, exemple)
    decider(reglages)
    monkeypatch.setenv("PPGD_CLE", "une-autre-cle-de-test-0123456789abcdef")
    deposer(reglages, exemple + "\n")
    with pytest.raises(MisuseError, match="n'est pas celle du registre"):
        decider(reglages)


def test_misplaced_files_are_named_with_what_to_do(reglages, exemple):
    for place in (
        "sidr.csv",
        "bailleurs/attribution/2024-T1/sidr.csv",
        "bailleurs/attributions/2024-T5/sidr.csv",
        "bailleurs/attributions/2024-T1/sidr.pdf",
    ):
        deposer(reglages, exemple, place)
    with Door.open(reglages) as door:
        waiting, misplaced = door.waiting()
    assert waiting == []
    reasons = {stray.path: stray.reason for stray in misplaced}
    assert "« bailleurs/attributions » ?" in reasons["bailleurs/attribution/2024-T1/sidr.csv"]
    assert "2024-T5" in reasons["bailleurs/attributions/2024-T5/sidr.csv"]
    assert ".xlsx" in reasons["bailleurs/attributions/2024-T1/sidr.pdf"]
    assert len(misplaced) == 4


def test_no_personal_value_leaves_the_raw_folder(reglages, exemple):
    tag = "ZORGLUB"
    deposer(reglages, exemple.replace("FICTIF", tag).replace(";PPRIOR;", f";{tag};"))
    decider(reglages)
    assert tag.encode() in (reglages.raw / DEPOT).read_bytes()
    for path in reglages.entrepot.rglob("*"):
        if path.is_file():
            assert tag.encode() not in path.read_bytes(), path
