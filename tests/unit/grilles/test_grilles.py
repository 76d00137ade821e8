"""Example grids are accepted, say what they are, and the schema given to editors is the reader's own."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from pipeline.feeds import EXPECTATIONS, load_feeds
from pipeline.grilles.compilation import criteria_sql, totals_sql
from pipeline.grilles.grilles import load_grille, load_grilles, parse_grille
from pipeline.grilles.json_schema import SCHEMA, schema_text
from pipeline.grilles.modele import Compare, Mesure, Parmi, Toutes, UneDe
from pipeline.grilles.vocabulaire import load_vocabulaire

EXEMPLES = sorted((EXPECTATIONS / "grilles").glob("exemple_*_fictive.yml"))


@pytest.mark.parametrize("path", EXEMPLES, ids=lambda path: path.stem)
def test_an_example_is_accepted_and_says_it_is_fictitious(path):
    grille = load_grille(path).grille
    assert grille.fictive
    assert "fictive" in path.stem
    assert "FICTI" in grille.code
    assert "fictif" in f"{grille.libelle} {grille.source}".lower()


def test_examples_stand_together():
    assert len(load_grilles(EXEMPLES)) == len(EXEMPLES)


def test_expectations_of_grids_are_no_feed():
    assert not any("grille" in feed.name for feed in load_feeds().values())


def test_the_published_schema_is_the_one_generated():
    remedy = "lancez « ppgd grille schema --sortie expectations/grilles »"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), remedy


@pytest.mark.parametrize("path", EXEMPLES, ids=lambda path: path.stem)
def test_an_editor_accepts_the_examples(path):
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    errors = list(jsonschema.Draft7Validator(_of_texts(json.loads(schema_text()))).iter_errors(loaded))
    assert errors == []


def _of_texts(schema):
    """Loosen the types: BaseLoader keeps every scalar a text, as the reader does."""
    if isinstance(schema, list):
        return [_of_texts(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in ("number", "integer"):
        return {"type": "string", "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$"}
    return {key: _of_texts(value) for key, value in schema.items()}


def test_the_schema_refuses_what_the_reader_refuses():
    validator = jsonschema.Draft7Validator(json.loads(schema_text()))
    bad = yaml.safe_load(Path(EXEMPLES[0]).read_text(encoding="utf-8"))
    bad["blocs"]["priorites_locales"]["criteres"]["MUTATION"]["si"] = {"mutation": "oui"}
    bad["plafon"] = 3
    told = " ".join(error.message for error in validator.iter_errors(bad))
    assert "mutation" in told
    assert "plafon" in told


def test_a_grid_reads_as_it_is_written():
    grille = load_grille(EXPECTATIONS / "grilles" / "exemple_creha_fictive.yml").grille
    assert (grille.grille_version, grille.valide_du) == ("EXEMPLE_CREHA_FICTIVE/1", date(2023, 1, 1))
    criteria = {critere.code: critere for critere in grille.criteres}
    assert criteria["HEBERGE"].si == UneDe(
        (Parmi("mode_logement_actuel", ("SH", "RHVS", "HOT", "CDEFCM")), Parmi("motifs", ("01",)))
    )
    assert criteria["SOUS_OCCUPATION"].si == Toutes(
        (
            Compare(Mesure("personnes_moins_pieces"), "au_plus", Decimal(-2)),
            Parmi("mode_logement_actuel", ("HLM",)),
        )
    )
    assert criteria["REFUS"].bareme.mesure == Mesure("dates_refus_proposition", 12)
    assert criteria["SANTE"].sauf_si_compte[0].code == "HANDICAP"
    assert criteria["HANDICAP"].certifie_par == "notification_mdph"


def test_an_unavailable_fact_is_said_and_the_grid_runs():
    told = [
        str(item)
        for item in load_grille(EXPECTATIONS / "grilles" / "exemple_creha_fictive.yml").avertissements
    ]
    assert any(
        "DISTANCE : Critère non disponible : aucun dépôt ne donne distance_domicile_travail_km" in text
        for text in told
    )
    assert any("certifie_par : Aucun dépôt ne donne les pièces certifiées" in text for text in told)


def test_a_hole_between_tranches_is_said():
    text = (
        Path(EXEMPLES[0])
        .read_text(encoding="utf-8")
        .replace("{de: 24, a: 36, points: 5}", "{de: 25, a: 36, points: 5}")
    )
    (warning,) = parse_grille(text, Path("trou.yml")).avertissements
    assert "Rien entre 24 et 25 : ces demandes n'auront pas de points." in str(warning)


def test_every_fact_says_what_it_is():
    for fait in load_vocabulaire().values():
        assert fait.dit.endswith("."), fait.nom
        assert fait.type in {"booleen", "texte", "liste", "entier", "nombre", "dates"}
        assert (fait.decimales > 0) == (fait.type == "nombre"), fait.nom


def test_no_grid_to_compile_is_refused():
    with pytest.raises(ValueError, match="no grid"):
        totals_sql([])


def test_the_criteria_of_grids_are_a_query():
    import duckdb

    rows = duckdb.sql(criteria_sql([load_grille(EXEMPLES[0]).grille])).fetchall()
    assert rows[0][:5] == (0, "249740119", "EXEMPLE_CINOR_FICTIF/1", "toutes", "en_vigueur")
    assert rows[0][5:7] == ("priorites_nationales", "DALO")
