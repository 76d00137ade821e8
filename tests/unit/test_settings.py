"""Settings: one frozen object, its file checked, the key file apart from the data."""

from dataclasses import FrozenInstanceError

import pytest

from pipeline.errors import MisuseError
from pipeline.settings import FICTION_MARK, ROOT, SETTINGS_FILE, Settings


def test_the_argument_wins_over_the_environment_and_both_over_the_default(tmp_path, monkeypatch):
    assert Settings.load().donnees == ROOT / "data"
    monkeypatch.setenv("PPGD_DONNEES", str(tmp_path / "b"))
    assert Settings.load().donnees == tmp_path / "b"
    assert Settings.load(tmp_path / "a").donnees == tmp_path / "a"


def test_choices_come_from_the_file_of_the_root(tmp_path):
    (tmp_path / SETTINGS_FILE).write_text(
        'seuil_q1_inclus = false\nqpv_vide_hors_qpv = ["sidr"]\n'
        'ordre_reservataire = ["sne", "rpls", "bailleur"]\n',
        encoding="utf-8",
    )
    settings = Settings.load(tmp_path)
    assert (settings.seuil_q1_inclus, settings.qpv_vide_hors_qpv) == (False, ("sidr",))
    assert settings.ordre_reservataire == ("sne", "rpls", "bailleur")
    with pytest.raises(FrozenInstanceError):
        settings.seuil_q1_inclus = True


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("seuil = 1", "seuil"),
        ('seuil_q1_inclus = "oui"', "seuil_q1_inclus"),
        ('ordre_reservataire = ["sne", "bailleur"]', "ordre_reservataire"),
        ('ordre_reservataire = ["sne", "bailleur", "bailleur"]', "ordre_reservataire"),
        ('ordre_reservataire = ["sne", "bailleur", "crous"]', "ordre_reservataire"),
        ("donnees = 'x'", "donnees"),
        ("a = ", "ne se lit pas"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_known(tmp_path, content, message):
    (tmp_path / SETTINGS_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(MisuseError, match=message):
        Settings.load(tmp_path)


def test_the_demonstration_has_its_own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = Settings.load(tmp_path / "donnees")
    assert settings.key_file == tmp_path / "config" / "ppgd" / "cle"
    settings.raw.mkdir(parents=True)
    (settings.raw / FICTION_MARK).write_text("{}")
    assert settings.est_fictif
    assert settings.key_file.name == "cle-demo"
    monkeypatch.setenv("PPGD_CLE_FICHIER", str(tmp_path / "ailleurs"))
    assert settings.key_file == tmp_path / "ailleurs"
