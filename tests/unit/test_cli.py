"""The verbs: exit codes, French messages with the next step, never a traceback."""

import re

import pytest

from pipeline import cli
from pipeline.settings import Settings


@pytest.fixture
def ppgd(monkeypatch, capsys, reglages):
    """Run a verb on an empty root; returns (exit code, what a person reads)."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["ppgd", *arguments, "--donnees", str(reglages.donnees)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        shown = capsys.readouterr()
        return int(stop.value.code or 0), re.sub(r"\s+", " ", shown.out + shown.err)

    return run


def test_an_empty_root_says_where_to_put_a_file(ppgd):
    code, shown = ppgd("depots")
    assert code == 0
    assert "Aucun dépôt. Placez un fichier dans raw/<source>/<table>/<periode>/<fournisseur>.csv" in shown


def test_a_query_before_the_first_release_says_what_to_run(ppgd):
    code, shown = ppgd("sql", "select 1")
    assert code == cli.MISUSE
    assert "→ Lancez « ppgd construire »." in shown


def test_an_unknown_feed_or_form_names_the_known_ones(ppgd):
    assert "bailleurs/attributions" in ppgd("depots", "--flux", "bailleurs/attribution")[1]
    assert ppgd("depots", "--flux", "x")[0] == cli.MISUSE


def test_the_demonstration_never_mixes_with_real_deliveries(ppgd, reglages):
    real = reglages.raw / "bailleurs" / "attributions" / "2024-T1" / "sidr.csv"
    real.parent.mkdir(parents=True)
    real.write_text("a;b\n", encoding="utf-8")
    code, shown = ppgd("demo")
    assert code == cli.MISUSE
    assert "→" in shown or "--donnees" in shown
    assert real.read_text(encoding="utf-8") == "a;b\n"
    assert not reglages.est_fictif


def test_without_a_key_nothing_is_read_and_the_verb_that_makes_one_is_named(ppgd, reglages, monkeypatch):
    monkeypatch.delenv("PPGD_CLE")
    monkeypatch.setenv("PPGD_CLE_FICHIER", str(reglages.donnees / "absente"))
    path = reglages.raw / "bailleurs" / "attributions" / "2024-T1" / "sidr.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a;b\n", encoding="utf-8")
    code, shown = ppgd("construire")
    assert code == cli.MISUSE
    assert "ppgd cle" in shown
    assert not list(reglages.entrepot.rglob("sidr.parquet"))


def test_the_key_is_made_once_and_never_shown(ppgd, reglages, monkeypatch):
    monkeypatch.delenv("PPGD_CLE")
    monkeypatch.setenv("PPGD_CLE_FICHIER", str(reglages.donnees / "cle"))
    reglages.donnees.mkdir()
    _, first = ppgd("cle")
    _, second = ppgd("cle")
    assert "Clé créée" in first
    assert "Clé déjà présente" in second
    assert (reglages.donnees / "cle").read_text(encoding="utf-8").strip() not in first + second


def test_an_unforeseen_error_shows_neither_traceback_nor_value(ppgd, monkeypatch):
    def fails(*_: object) -> Settings:
        raise RuntimeError("9740324000012G1104")

    monkeypatch.setattr(Settings, "load", fails)
    code, shown = ppgd("construire")
    assert code == cli.FAILURE
    assert "Erreur imprévue (RuntimeError)" in shown
    assert "9740324000012G1104" not in shown
    assert "Traceback" not in shown


def test_an_interruption_is_said_plainly(ppgd, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.construction.run_build", interrupted)
    code, shown = ppgd("construire", "--forcer")
    assert (code, "Interrompu. Ce qui est publié n'a pas changé." in shown) == (cli.FAILURE, True)
