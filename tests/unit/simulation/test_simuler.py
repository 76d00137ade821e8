"""ppgd simuler: what is asked wrongly is told with the next step; what is asked well is shown and written."""

import re

import duckdb
import pytest

from pipeline import cli
from pipeline.errors import MisuseError
from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.grilles import load_grille
from pipeline.simulation.choix import Champ, Variation
from tests.golden.simulation.publication import EPCI, JOUR, publish
from tests.unit.grilles.essais import BON

EXEMPLES = EXPECTATIONS / "grilles"
CINOR, LYON = EXEMPLES / "exemple_cinor_fictive.yml", EXEMPLES / "exemple_lyon_fictive.yml"
GRILLE = load_grille(EXEMPLES / "exemple_creha_fictive.yml").grille


@pytest.fixture
def simuler(monkeypatch, capsys, tmp_path):
    """Run ppgd simuler on a data root; returns (exit code, what a person reads)."""

    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PPGD_DONNEES", "")  # the verb sets it: it is put back after the test
        monkeypatch.setattr(
            "sys.argv", ["ppgd", "--donnees", str(tmp_path / "d"), "simuler", *map(str, arguments)]
        )
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        else:
            code = 0
        shown = capsys.readouterr()
        return code, re.sub(r"\s+", " ", shown.out + shown.err)

    return run


@pytest.fixture
def publiee(tmp_path):
    row = {"demande_id": "a", "code_epci": EPCI, "date_faits": JOUR, "taille_menage": 2}
    return publish(tmp_path / "d", [row], points={"a": 5})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("critere=DALLO points=0..50 pas=10", "Vouliez-vous dire « DALO » ?"),
        ("critere=zzz points=0..50 pas=10", "« zzz » n'est pas un critère"),
        ("critere=DALO points=50..0 pas=10", "n'est pas une suite de points"),
        ("critere=DALO points=0..50 pas=0", "n'est pas une suite de points"),
        ("critere=DALO points=0..nan pas=1", "n'est pas une suite de points"),
        ("critere=DALO points=0..1,001 pas=1", "n'est pas une suite de points"),
        ("critere=DALO points=0..20000 pas=1000", "n'est pas une suite de points"),
        ("critere=DALO points=0..50 pas=0.01", "5001 valeurs à essayer, 51 au plus"),
        ("critere=DALO points=0..50", "--varier veut « critere », « points » et « pas »"),
        ("critere=ANCIENNETE points=0..50 pas=10", "donne ses points par tranches"),
    ],
)
def test_a_variation_that_cannot_be_drawn_says_what_to_write(words, told):
    with pytest.raises(MisuseError) as caught:
        Variation.parse([words], GRILLE)
    assert told in str(caught.value)
    assert caught.value.remede


def test_a_variation_is_read_whatever_the_case_and_changes_that_criterion_only():
    variation = Variation.parse(["critere=dalo", "points=0..50 pas=12,5"], GRILLE)
    assert [float(value) for value in variation.valeurs] == [0, 12.5, 25, 37.5, 50]
    grids = variation.grids(GRILLE)
    assert len({grid.grille_version for grid in grids}) == 5
    for before, after in zip(GRILLE.criteres, grids[-1].criteres, strict=True):
        assert (before == after) == (before.code != "DALO" or before.bareme.points == 50)


@pytest.mark.parametrize(
    "text", ["", "stocks", "stock:2024", "attributions", "attributions:", "attributions:2024-S3"]
)
def test_a_population_that_does_not_exist_says_what_to_write(text):
    with pytest.raises(MisuseError) as caught:
        Champ.parse(text)
    assert caught.value.remede == "Écrivez « --sur stock » ou « --sur attributions:2024-S2 »."


def test_nothing_published_is_said(simuler):
    code, shown = simuler(CINOR)
    assert code == cli.MISUSE
    assert "Rien n'est encore publié ici. → Lancez « ppgd construire »." in shown


def test_a_release_without_facts_is_to_be_made_again(simuler, publiee):
    with duckdb.connect(publiee.observatoire) as con:
        con.execute("drop table marts.fct_faits_demandes")
    code, shown = simuler(CINOR)
    assert code == cli.MISUSE
    assert "La publication n'a pas fct_faits_demandes : elle est d'avant. → Relancez" in shown


@pytest.mark.usefixtures("publiee")
def test_an_epci_or_a_period_without_households_is_said(simuler):
    code, shown = simuler(LYON)
    assert code == cli.MISUSE
    assert f"dans l'EPCI 200046977. → Corrigez « code_epci » dans la grille. EPCI publiés : {EPCI}." in shown
    code, shown = simuler(CINOR, "--sur", "attributions:2019")
    assert code == cli.MISUSE
    assert f"Aucune attribution de 2019 dans l'EPCI {EPCI}. → Prenez une autre période" in shown
    code, shown = simuler(CINOR, "--contre", LYON)
    assert code == cli.MISUSE
    assert "Deux grilles d'EPCI différents" in shown


@pytest.mark.usefixtures("publiee")
def test_a_grid_in_error_is_refused_as_verifier_does(simuler, tmp_path):
    path = tmp_path / "fausse.yml"
    path.write_text(BON.replace("points: 5", "points: cinq"), encoding="utf-8")
    code, shown = simuler(path)
    assert code == cli.REFUSED
    assert "points : « cinq » n'est pas un nombre." in shown
    assert simuler(CINOR, "--contre", path)[0] == cli.REFUSED
    assert simuler(tmp_path / "absente.yml")[0] == cli.MISUSE


@pytest.mark.usefixtures("publiee")
def test_a_simulation_is_shown_and_written_and_the_words_of_varier_need_no_quotes(simuler, tmp_path):
    words = ["--varier", "critere=mutation", "points=0..200", "pas=100"]
    code, shown = simuler(CINOR, *words, "--sortie", tmp_path / "sortie")
    assert code == cli.DONE
    assert "ménages en attente au 31/12/2024" in shown
    assert "Si MUTATION donnait d'autres points" in shown
    assert "« s » : secret statistique, moins de 11 ménages" in shown
    assert sorted(path.suffix for path in (tmp_path / "sortie").iterdir()) == [".html", ".parquet"]
    assert simuler(CINOR, "points=0..200")[0] == cli.MISUSE
    assert simuler(CINOR, LYON)[0] == cli.MISUSE
