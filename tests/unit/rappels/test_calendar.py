"""The calendar and the contacts: what is expected when, and every problem told at once."""

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import MisuseError
from pipeline.feeds import load_feeds
from pipeline.rappels.calendar import load_calendar
from pipeline.rappels.contacts import load_contacts
from pipeline.settings import ROOT, Settings

FLUX = {"bailleurs/attributions", "guichets/activite_gadls", "guichets/activite_pils"}
CINOR = """
attendus:
  - {flux: bailleurs/attributions, fournisseurs: [a], cadence: trimestrielle, delai_jours: 20,
     depuis: 2025-T1}
  - {flux: guichets/activite_gadls, fournisseurs: [m], cadence: semestrielle, delai_jours: 30,
     depuis: 2025-S1}
  - {flux: guichets/activite_pils, fournisseurs: [cinor], cadence: annuelle, delai_jours: 5, depuis: 2025}
"""


@pytest.fixture
def calendrier(tmp_path: Path):
    def write(text: str):
        path = tmp_path / "calendrier.yml"
        path.write_text(text, encoding="utf-8")
        return load_calendar(path, FLUX)

    return write


def test_cadences_of_the_plan(calendrier):
    """CINOR 10.1: quarterly, half-yearly, yearly. 2025-T4 + 20 days, 2025-S2 + 30 days, 2025 + 5 days."""
    expected = calendrier(CINOR).expected(date(2026, 1, 10))
    assert [(one.flux.rpartition("_")[2], one.periode.code, one.echeance) for one in expected] == [
        ("bailleurs/attributions", "2025-T1", date(2025, 4, 20)),
        ("bailleurs/attributions", "2025-T2", date(2025, 7, 20)),
        ("bailleurs/attributions", "2025-T3", date(2025, 10, 20)),
        ("bailleurs/attributions", "2025-T4", date(2026, 1, 20)),
        ("gadls", "2025-S1", date(2025, 7, 30)),
        ("gadls", "2025-S2", date(2026, 1, 30)),
        ("pils", "2025", date(2026, 1, 5)),
    ]


def test_a_delivery_is_listed_from_its_first_reminder_or_the_end_of_its_period(calendrier):
    calendar = calendrier(CINOR)
    assert [one.flux for one in calendar.expected(date(2025, 3, 31))] == []
    assert [one.periode.code for one in calendar.expected(date(2025, 4, 1))] == ["2025-T1"]
    yearly = [one for one in calendar.expected(date(2025, 12, 21)) if "pils" in one.flux]
    assert [one.periode.code for one in yearly] == ["2025"]
    assert not [one for one in calendar.expected(date(2025, 12, 20)) if "pils" in one.flux]


def test_the_last_period_ends_the_list(calendrier):
    ended = CINOR.replace("depuis: 2025-T1", "depuis: 2025-T1, jusqu_a: 2025-T2")
    bailleurs = [one for one in calendrier(ended).expected(date(2030, 1, 1)) if "bailleurs" in one.flux]
    assert [one.periode.code for one in bailleurs] == ["2025-T1", "2025-T2"]


def test_without_a_file_nothing_is_expected(tmp_path):
    assert load_calendar(tmp_path / "calendrier.yml", FLUX).expected(date(2030, 1, 1)) == []


def test_every_problem_is_told_at_once(calendrier):
    with pytest.raises(MisuseError) as error:
        calendrier("""
attendus:
  - {flux: bailleurs/attribution, fournisseurs: alize, cadence: mensuelle, delai_jours: -1, depuis: 2025-T5}
  - {flux: bailleurs/attributions, fournisseurs: [oui, 12], delai_jours: true, rappel: x}
  - {flux: guichets/activite_pils, fournisseurs: [a], cadence: annuelle, delai_jours: 5, depuis: 2025-T1}
  - {flux: bailleurs/attributions, fournisseurs: [b, B], cadence: annuelle, delai_jours: 5, depuis: 2025}
  - {flux: guichets/activite_pils, fournisseurs: [c], cadence: annuelle, delai_jours: 5, depuis: 2026,
     jusqu_a: 2025}
  - tout
""")
    told = str(error.value)
    for problem in (
        "entrée 1 : flux inconnu « bailleurs/attribution » ; vouliez-vous dire « bailleurs/attributions » ?",
        "entrée 1 : « fournisseurs » est une liste",
        "entrée 1 : cadence « mensuelle » inconnue",
        "entrée 1 : « delai_jours » est un nombre de jours",
        "entrée 1 : « depuis » : « 2025-T5 » n'est pas une période",
        "entrée 2 : « cadence » manque",
        "entrée 2 : « depuis » manque",
        "entrée 2 : « rappel » est inconnu",
        "entrée 2 : « delai_jours » est un nombre de jours",
        "entrée 2 : un fournisseur est un nom",
        "entrée 3 : « depuis » : 2025-T1 n'est pas une période annuelle",
        "bailleurs/attributions est attendu deux fois de b",
        "entrée 5 : « jusqu_a » vient avant « depuis »",
        "entrée 6 : attendu",
        "docs/rappels.md",
    ):
        assert problem in told


@pytest.mark.parametrize(
    "text", ["attendus: {", "attendus: x", "[]", "", "attendus: []\nautre: 1", "\x00", "a: b: c"]
)
def test_a_file_that_is_no_calendar_is_refused(calendrier, text):
    with pytest.raises(MisuseError, match=r"calendrier\.yml"):
        calendrier(text)


def test_the_calendar_of_the_guide_is_read(tmp_path):
    guide = (ROOT / "docs" / "rappels.md").read_text(encoding="utf-8")
    [block] = re.findall(r"(?m)^    attendus:\n(?:^    .*\n)+", guide)
    path = tmp_path / "calendrier.yml"
    path.write_text(re.sub(r"(?m)^    ", "", block), encoding="utf-8")
    assert load_calendar(path, load_feeds()).expected(date(2026, 12, 31))


@pytest.fixture
def contacts(tmp_path: Path):
    def read(text: str, name: str = "contacts.yml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return load_contacts(Settings(tmp_path / "donnees", contacts=str(path)))

    return read


def test_contacts_in_yaml_or_toml(contacts):
    expected = {"alize": ("a@alize.example",), "sidr": ("b@sidr.example", "c@sidr.example")}
    assert contacts("Alize: a@alize.example\nsidr: [b@sidr.example, c@sidr.example]\n") == expected
    toml = 'Alize = "a@alize.example"\nsidr = ["b@sidr.example", "c@sidr.example"]\n'
    assert contacts(toml, "contacts.toml") == expected


def test_wrong_addresses_are_told_together_and_never_quoted(contacts):
    with pytest.raises(MisuseError) as error:
        contacts(
            "a: secret@@x.example\nb: [ok@b.example, 'x@y.example\\nBcc: z@z.example']\nc: []\n"
            "d: [d@d.example, d@d.example]\nA: a@a.example\ne: 'é@e.example'\nf: [null]\n"
            'g: "x@g.example\\nBcc: z@z.example"\n'
        )
    told = str(error.value)
    for problem in (
        "a : l'adresse n° 1",
        "b : l'adresse n° 2",
        "c : aucune",
        "d : une adresse est écrite deux",
    ):
        assert problem in told
    for problem in ("A : ce fournisseur est déjà écrit", "e : l'adresse", "f : l'adresse", "g : l'adresse"):
        assert problem in told
    assert "@" not in told


@pytest.mark.parametrize("inside", [True, False])
def test_contacts_lie_neither_with_the_data_nor_with_the_project(tmp_path, inside):
    path = tmp_path / "donnees" / "contacts.yml" if inside else ROOT / "contacts.yml"
    with pytest.raises(MisuseError, match="les adresses n'y vont pas"):
        load_contacts(Settings(tmp_path / "donnees", contacts=str(path)))


def test_missing_contacts_are_told_with_an_example(tmp_path):
    with pytest.raises(MisuseError, match=r"Pas de fichier de contacts : .*alize"):
        load_contacts(Settings(tmp_path / "donnees", contacts=str(tmp_path / "absent.yml")))
