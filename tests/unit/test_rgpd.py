"""The sheet says the durations that apply; every setting is documented."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime

from pipeline.errors import trace_without_values, where_from
from pipeline.intake.register import Register
from pipeline.intake.register_lines import PurgeRecord
from pipeline.retention.expiry import months_before
from pipeline.retention.record import write_record
from pipeline.settings import ROOT, SETTINGS_FILE, Settings


def test_the_sheet_is_filled_from_this_root(reglages):
    reglages.donnees.mkdir(parents=True)
    (reglages.donnees / SETTINGS_FILE).write_text("demandes_conservees_mois = 7\n", encoding="utf-8")
    sheet = write_record(Settings.load(reglages.donnees))
    assert "| Lien d'une demande avec une personne | 7 mois après sa fin |" in sheet
    assert "Origine des données : réelle" in sheet
    assert (
        "| `sne/demandes` | DEMANDE, NUMERO_UNIQUE, DATE_NAISS_DEMANDEUR | NATIONALITE_DEMANDEUR |" in sheet
    )
    assert "Aucune purge à ce jour." in sheet
    assert "{" not in sheet


def test_the_sheet_keeps_the_journal_of_the_purges_and_says_when_there_is_no_key(reglages, monkeypatch):
    monkeypatch.delenv("PPGD_CLE")
    monkeypatch.setenv("PPGD_CLE_FICHIER", str(reglages.donnees / "absente"))
    purge = PurgeRecord(date(2025, 6, 30), date(2024, 6, 30), datetime(2025, 7, 1, tzinfo=UTC), 3, 12, 2, "p")
    with Register.open(reglages.registre) as register:
        register.add_purge(purge, [("sne/dalo", "2024-T4", "gip-sne")], [])
        assert register.purges() == [purge]
    sheet = write_record(replace(reglages))
    assert "| 01/07/2025 | 30/06/2025 | 30/06/2024 | 3 | 12 | 2 |" in sheet
    assert "pas encore de clé" in sheet


def test_every_setting_is_documented():
    names = ("installer.md", "parametres.md", "rappels.md")
    text = "\n".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in names)
    settings = [item.name for item in fields(Settings) if item.name != "donnees"]
    assert [name for name in settings if f"| `{name}` |" not in text] == []


def test_a_month_earlier_is_never_a_day_that_is_not():
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2025, 1, 15), 13) == date(2023, 12, 15)


def test_a_trace_names_kinds_and_places_and_quotes_nothing():
    try:
        try:
            int("ZQXKWJ")
        except ValueError as cause:
            raise RuntimeError("ZQXKWJ") from cause
    except RuntimeError as error:
        trace = "\n".join(trace_without_values(error))
        kind = where_from(error)
    assert kind == "RuntimeError"
    assert "builtins.RuntimeError" in trace
    assert "builtins.ValueError" in trace
    assert "test_rgpd.py" in trace
    assert "ZQXKWJ" not in trace
