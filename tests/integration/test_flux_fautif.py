"""What is wrong in a convention at the door: the line is refused, or the value set aside and told."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.feeds import load_feeds
from pipeline.intake.conform import Conformer
from pipeline.intake.correspondences import Correspondences
from pipeline.intake.deliveries import Delivery
from pipeline.intake.pseudonyms import Pseudonymiser

FLUX = "bailleurs/conventions_reservation"
REFUSEES = {
    "taux_absent": {"taux_pct": ""},
    "taux_de_3000": {"taux_pct": "3000"},
    "taux_negatif": {"taux_pct": "-5"},
    "reservataire_inconnu": {"reservataire": "VOISIN"},
    "reservataire_absent": {"reservataire": ""},
    "perimetre_inconnu": {"type_perimetre": "REGION"},
}
ECARTEES = {
    "objectif": {"objectif": "-3"},
    "soustraits_npnru": {"soustraits_npnru": "beaucoup"},
    "assiette_previsionnelle": {"assiette_previsionnelle": "-12"},
}


@pytest.fixture
def conform(tmp_path: Path):
    """Change the first line of the example, pass the door, and give what entered with the faults told."""
    feed = load_feeds()[FLUX]

    def pass_door(**changes: str):
        with (feed.folder / "exemple-valide.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        rows[0] |= changes
        path = tmp_path / "alize.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        conformer = Conformer(Pseudonymiser(b"cle des essais, 32 octets au moins"), tmp_path)
        conformed = conformer.conform_delivery(
            feed,
            Delivery(FLUX, "2025", "alize", path),
            received=date(2025, 12, 31),
            correspondences=Correspondences({}, {}),
            footer={},
        )
        return pl.read_parquet(conformed.parquet), conformed, len(rows)

    return pass_door


@pytest.mark.parametrize("faute", REFUSEES)
def test_a_convention_that_promises_nothing_readable_is_refused(faute, conform):
    entered, conformed, rows = conform(**REFUSEES[faute])
    assert (entered.height, conformed.rows_rejected) == (rows - 1, 1)
    assert 2 not in entered["ligne"].to_list()
    assert conformed.faults


@pytest.mark.parametrize("colonne", ECARTEES)
def test_an_impossible_number_is_set_aside_never_summed(colonne, conform):
    entered, conformed, rows = conform(**ECARTEES[colonne])
    assert (entered.height, conformed.rows_rejected) == (rows, 0)
    assert entered.filter(pl.col("ligne") == 2)[colonne].to_list() == [None]
    assert conformed.faults
