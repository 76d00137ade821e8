"""The table of facts and the vocabulary of the grids are one: names, types, words."""

import yaml

from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.settings import ROOT

KEYS = ("demande_id", "code_epci", "date_faits")
MODELS = ROOT / "dbt_project" / "models"
FOLDER, PUBLISHED = (
    MODELS / "intermediate" / "demandes",
    MODELS / "marts" / "coeur" / "fct_faits_demandes.yml",
)


def test_the_table_of_facts_has_the_vocabulary_for_columns():
    (model,) = yaml.safe_load(PUBLISHED.read_text(encoding="utf-8"))["models"]
    columns = [(item["name"], item["data_type"], item["description"]) for item in model["columns"]]
    facts = [(fait.nom, fait.type_sql, fait.dit) for fait in load_vocabulaire().values()]
    assert [name for name, _, _ in columns[: len(KEYS)]] == list(KEYS)
    assert columns[len(KEYS) :] == facts
    # Le contrat des tables publiées fait refuser par dbt d'autres colonnes et d'autres types.


def test_a_fact_without_source_is_always_empty_in_the_table():
    sql = (FOLDER / "int_demandes__faits.sql").read_text(encoding="utf-8")
    for fait in load_vocabulaire().values():
        empty = f"cast(null as {fait.type_sql}) as {fait.nom}\n"
        assert (empty in sql.replace(",\n", "\n")) == (not fait.est_disponible), fait.nom
