"""The table of facts and the vocabulary of the grids are one: names, types, words."""

import yaml

from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.settings import ROOT

KEYS = ("demande_id", "code_epci", "date_faits")
FOLDER = ROOT / "dbt_project" / "models" / "intermediate" / "demandes"


def test_the_table_of_facts_has_the_vocabulary_for_columns():
    (model,) = yaml.safe_load((FOLDER / "_int_demandes__faits_models.yml").read_text(encoding="utf-8"))[
        "models"
    ]
    columns = [(item["name"], item["data_type"], item["description"]) for item in model["columns"]]
    facts = [(fait.nom, fait.type_sql, fait.dit) for fait in load_vocabulaire().values()]
    assert [name for name, _, _ in columns[: len(KEYS)]] == list(KEYS)
    assert columns[len(KEYS) :] == facts
    # Le contrat fait refuser par dbt une table qui n'aurait pas exactement ces colonnes et ces types.
    assert model["config"]["contract"]["enforced"]


def test_a_fact_without_source_is_always_empty_in_the_table():
    sql = (FOLDER / "int_demandes__faits.sql").read_text(encoding="utf-8")
    for fait in load_vocabulaire().values():
        empty = f"cast(null as {fait.type_sql}) as {fait.nom}\n"
        assert (empty in sql.replace(",\n", "\n")) == (not fait.est_disponible), fait.nom
