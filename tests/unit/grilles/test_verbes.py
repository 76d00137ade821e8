"""ppgd grille: exit codes, all that is wrong with its line, what a grid holds, how its cases went."""

import json
import re
import shutil

import pytest

from pipeline import cli
from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.json_schema import SCHEMA
from tests.unit.grilles.essais import BON

EXEMPLES = EXPECTATIONS / "grilles"
CREHA, LYON = EXEMPLES / "exemple_creha_fictive.yml", EXEMPLES / "exemple_lyon_fictive.yml"


@pytest.fixture
def grille(monkeypatch, capsys):
    """Run a verb of ppgd grille; returns (exit code, what a person reads)."""

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["ppgd", "grille", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), re.sub(r"\s+", " ", shown.out + shown.err)

    return run


@pytest.fixture
def written(tmp_path):
    """Write a file, by default a grid that is accepted."""

    def write(content=BON, name="essai.yml"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_good_grid_says_what_it_holds_and_that_it_is_fictitious(grille):
    code, shown = grille("verifier", CREHA)
    assert code == cli.DONE
    assert "EXEMPLE_CREHA_FICTIVE/1 : grille acceptée" in shown
    assert "EPCI 999999999, toutes les demandes, en projet, à partir du 01/01/2023" in shown
    assert "Grille fictive" in shown
    assert "priorites_locales 7 50 0 1" in shown
    assert "grille 17 194 0 1" in shown
    assert "DISTANCE : Critère non disponible : aucun dépôt ne donne distance_domicile_travail_km." in shown


def test_every_problem_of_every_file_is_told_with_its_line(grille, written):
    bad = written(BON.replace("points: 5", "points: cinq").replace("statut: projet\n", ""))
    code, shown = grille("verifier", bad, LYON)
    assert code == cli.REFUSED
    assert "essai.yml : 2 problèmes." in shown
    assert "ligne 1 : La clé « statut » manque. → Écrivez-la." in shown
    assert (
        "ligne 13, blocs › priorites_locales › criteres › A › points : « cinq » n'est pas un nombre." in shown
    )
    assert "EXEMPLE_LYON_FICTIVE/1 : grille acceptée" in shown


def test_two_grids_in_force_the_same_day_conflict(grille, written):
    first = written(BON.replace("projet", "en_vigueur"))
    second = written(BON.replace("projet", "en_vigueur").replace('"1"', '"2"'), "autre.yml")
    code, shown = grille("verifier", first, second)
    assert code == cli.REFUSED
    told = "ligne 5, valide_du : 249740119 a deux grilles en vigueur le 2024-01-01 : celle-ci et essai.yml."
    assert told in shown
    twin = written(BON, "jumelle.yml")
    assert "ligne 2, version : ESSAI_FICTIF/1 est déjà dans essai.yml." in grille("verifier", first, twin)[1]
    assert "ESSAI_FICTIF/1 : grille acceptée" in shown
    assert "ESSAI_FICTIF/2 : grille acceptée" not in shown


def test_the_examples_stand_together_and_their_cases_are_left_aside(grille):
    code, shown = grille("verifier", *sorted(EXEMPLES.glob("exemple_*.yml")))
    assert code == cli.DONE
    assert shown.count("grille acceptée") == len(list(EXEMPLES.glob("exemple_*_fictive.yml")))
    assert "exemple_lyon_fictive.cas.yml, un fichier de cas. « ppgd grille tester » l'essaie." in shown
    assert grille("verifier", EXEMPLES / "exemple_lyon_fictive.cas.yml")[0] == cli.MISUSE


@pytest.mark.parametrize("verb", ["verifier", "tester"])
def test_a_file_that_is_not_there_is_a_misuse(grille, tmp_path, verb):
    code, shown = grille(verb, tmp_path / "absente.yml")
    assert code == cli.MISUSE
    assert "absente.yml. → Vérifiez son nom" in shown


def test_the_cases_beside_a_grid_are_tried(grille):
    code, shown = grille("tester", LYON)
    assert code == cli.DONE
    assert "EXEMPLE_LYON_FICTIVE/1 : 4 cas" in shown
    assert "Exemple de calcul publié par la Métropole de Lyon 35 35 0 juste" in shown
    assert "Grille fictive" in shown
    assert "Tout est juste." in shown


def test_a_case_that_differs_shows_both_sums(grille, written):
    text = (EXEMPLES / "exemple_lyon_fictive.cas.yml").read_text(encoding="utf-8")
    wrong = text.replace("total: 35", "total: 40").replace("PARENT_ISOLE: 5", "PARENT_ISOLE: 10")
    code, shown = grille("tester", LYON, written(wrong, "faux.cas.yml"))
    assert code == cli.REFUSED
    assert "Exemple de calcul publié par la Métropole de Lyon 40 35 −5 faux PARENT_ISOLE −5" in shown
    assert "obtenu EXPULSION 20 + PARENT_ISOLE 5 + TAUX_EFFORT 10 = 35" in shown
    assert "PARENT_ISOLE attendu 10, obtenu 5" in shown
    assert "1 cas sur 4 diffère." in shown


def test_a_household_that_the_grid_does_not_score_is_explained(grille, written):
    cases = "cas:\n  Une mutation:\n    faits: {type_demande: mutation}\n    total: 20\n"
    code, shown = grille("tester", LYON, written(cases, "faux.cas.yml"))
    assert code == cli.REFUSED
    assert "Une mutation 20 aucun faux" in shown
    assert "la grille cote les demandes hors mutation, et type_demande est mutation" in shown
    assert "Aucun cas ne fait compter : EXPULSION, PARENT_ISOLE, TAUX_EFFORT." in shown


def test_a_name_in_brackets_is_shown_as_written(grille, written):
    cases = 'cas:\n  "[red]Un ménage[/x]":\n    faits: {est_dalo: oui}\n    total: 6\n'
    assert "[red]Un ménage[/x] 6 5 −1" in grille("tester", written(), written(cases, "essai.cas.yml"))[1]


def test_a_bad_grid_or_bad_cases_are_refused_with_their_lines(grille, written):
    cases = written("cas:\n  Un:\n    faits: {est_dallo: oui}\n    total: 5\n", "essai.cas.yml")
    code, shown = grille("tester", written())
    assert code == cli.REFUSED
    assert f"Cas refusés, {cases} : 1 problème." in shown
    assert "ligne 3, Un › faits › est_dallo : « est_dallo » n'est pas un fait connu." in shown
    assert "→ Le plus proche : est_dalo." in shown
    code, shown = grille("tester", written(BON.replace("points: 5", "points: cinq")))
    assert (code, "Grille refusée" in shown) == (cli.REFUSED, True)


def test_a_grid_without_cases_says_where_to_write_them(grille, written):
    code, shown = grille("tester", written())
    assert code == cli.MISUSE
    assert "essai.cas.yml. → Écrivez-y les cas de la grille : docs/ecrire-sa-grille.md en montre." in shown


def test_the_schema_is_written_beside_ones_grids(grille, tmp_path):
    code, shown = grille("schema", "--sortie", tmp_path / "mes grilles")
    made = tmp_path / "mes grilles" / "grille.schema.json"
    assert code == cli.DONE
    assert "# yaml-language-server: $schema=grille.schema.json" in shown
    assert json.loads(made.read_text(encoding="utf-8")) == json.loads(SCHEMA.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(EXEMPLES.glob("exemple_*_fictive.yml")), ids=lambda path: path.stem)
def test_an_editor_finds_the_schema_of_an_example(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.name}"
    assert SCHEMA.parent == path.parent


def test_nothing_is_read_of_a_data_root(grille, tmp_path, monkeypatch):
    monkeypatch.setenv("PPGD_DONNEES", str(tmp_path / "absent"))
    for name in (LYON.name, "exemple_lyon_fictive.cas.yml"):
        shutil.copy(EXEMPLES / name, tmp_path)
    assert grille("tester", tmp_path / LYON.name)[0] == cli.DONE
    assert not (tmp_path / "absent").exists()
