"""Files made to exhaust, and grids that do not stand together."""

import time
from pathlib import Path

import pytest

from pipeline.grilles.grilles import load_grille, load_grilles
from pipeline.grilles.problemes import GrilleRefuseeError
from tests.unit.grilles.essais import BON, refusal


def test_an_alias_is_refused_with_its_anchor():
    content = BON.replace("libelle: Essai fictif", "libelle: &a Essai fictif").replace(
        "source: Essai", "source: *a"
    )
    assert [text[:21] for text in refusal(content)] == ["ligne 3 : Ancre YAML ", "ligne 8 : Alias YAML "]


def test_a_bomb_answers_at_once():
    levels = "".join(f"a{rank}: &a{rank} [{', '.join([f'*a{rank - 1}'] * 9)}]\n" for rank in range(1, 30))
    began = time.perf_counter()
    told = refusal("a0: &a0 lol\n" + levels)
    assert time.perf_counter() - began < 1
    assert len(told) > 50


@pytest.mark.parametrize(
    "content",
    ["[" * 50_000, "a: " + "{a: " * 20_000, "- " * 30_000 + "x", "[" + "1, " * 300_000 + "]", "? " * 20_000],
    ids=["listes", "cartes", "tirets", "large", "clés"],
)
def test_a_deep_or_wide_file_answers_at_once(content):
    began = time.perf_counter()
    assert len(refusal(content)) >= 1
    assert time.perf_counter() - began < 2


def test_ten_megabytes_answer_at_once(tmp_path):
    path = tmp_path / "grosse.yml"
    path.write_text(BON + "# remplissage\n" * 700_000, encoding="utf-8")
    began = time.perf_counter()
    with pytest.raises(GrilleRefuseeError, match=r"ligne 1 : Le fichier dépasse 1 Mo\."):
        load_grille(path)
    assert time.perf_counter() - began < 0.2


def test_a_file_in_another_encoding(tmp_path):
    path = tmp_path / "latin.yml"
    path.write_bytes(BON.encode("cp1252"))
    with pytest.raises(GrilleRefuseeError, match=r"ligne 13 : Le fichier n'est pas en UTF-8\."):
        load_grille(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(GrilleRefuseeError, match=r"Le fichier ne s'ouvre pas \(FileNotFoundError\)"):
        load_grille(tmp_path / "absente.yml")


@pytest.fixture
def two_versions(tmp_path):
    """Write two grids in force of one EPCI, the second changed as asked."""

    def write(**changes: str) -> list[Path]:
        first, second = tmp_path / "un.yml", tmp_path / "deux.yml"
        in_force = BON.replace("projet", "en_vigueur")
        first.write_text(in_force, encoding="utf-8")
        for old, new in changes.values():
            in_force = in_force.replace(old, new)
        second.write_text(in_force, encoding="utf-8")
        return [first, second]

    return write


def test_two_versions_in_force_the_same_day(two_versions):
    paths = two_versions(version=('"1"', '"2"'), debut=("2024-01-01", "2024-07-01"))
    with pytest.raises(
        GrilleRefuseeError, match=r"249740119 a deux grilles en vigueur le 2024-07-01 : celle-ci et un\.yml\."
    ):
        load_grilles(paths)


def test_the_same_version_twice(two_versions):
    with pytest.raises(
        GrilleRefuseeError, match=r"ESSAI_FICTIF/1 est déjà dans un\.yml\. Changez la version\."
    ):
        load_grilles(two_versions())


def test_a_version_in_test_stands_beside_the_one_in_force(two_versions):
    assert len(load_grilles(two_versions(version=('"1"', '"2"'), statut=("en_vigueur", "test")))) == 2


def test_mutations_may_have_their_own_grid(two_versions):
    apart = ("statut:", "demandes: mutation\nstatut:")
    with pytest.raises(GrilleRefuseeError, match="deux grilles en vigueur"):
        load_grilles(two_versions(version=('"1"', '"2"'), demandes=apart))


def test_every_bad_file_is_told(tmp_path):
    paths = [tmp_path / "un.yml", tmp_path / "deux.yml"]
    for path in paths:
        path.write_text(BON.replace("points: 5", "points: cinq"), encoding="utf-8")
    with pytest.raises(GrilleRefuseeError) as caught:
        load_grilles(paths)
    assert "un.yml : 1 problème" in str(caught.value)
    assert "deux.yml : 1 problème" in str(caught.value)


def test_a_key_made_to_colour_or_flood_the_screen_is_shown_flat():
    told = refusal(BON.replace("fictive: oui", f'fictive: oui\n"\\e[31m{"x" * 5_000}": 1'))
    assert len(told) == 1
    assert "\x1b" not in told[0]
    assert len(told[0]) < 400
