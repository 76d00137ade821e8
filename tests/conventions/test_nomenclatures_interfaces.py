"""The nomenclatures of SYPLO and Péléhas speak of codes that their schemas know."""

import csv
import json
from typing import Any

import pytest

from pipeline.settings import ROOT


def rows_of(seed: str, logiciel: str) -> list[dict[str, str]]:
    path = ROOT / "dbt_project" / "seeds" / "nomenclatures" / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["logiciel"] == logiciel]


def field(flux: str, name: str) -> dict[str, Any]:
    path = ROOT / "expectations" / flux / "schema.json"
    (found,) = [
        item for item in json.loads(path.read_text(encoding="utf-8"))["fields"] if item["name"] == name
    ]
    return found


@pytest.mark.parametrize("logiciel", ["syplo", "pelehas"])
def test_every_known_status_has_its_state(logiciel):
    states = {row["statut"]: row["etat"] for row in rows_of("statuts_interfaces", logiciel)}
    assert states.keys() == field(f"interfaces_{logiciel}", "statut")["codes"].keys()
    assert set(states.values()) <= {"en_cours", "finie", "sortie_du_vivier"}


@pytest.mark.parametrize("logiciel", ["syplo", "pelehas"])
def test_a_correspondence_joins_two_known_codes(logiciel):
    rows = rows_of("correspondances_labels", logiciel)
    assert rows
    assert {row["code_label"] for row in rows} <= field(f"interfaces_{logiciel}", "label")["codes"].keys()
    assert {row["statut_dalo"] for row in rows} <= set(
        field("sne_dalo", "STATUT_DALO")["constraints"]["enum"]
    )
