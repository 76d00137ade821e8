"""The oracle of the restricted RPLS, on dwellings small enough to work out by hand."""

from datetime import date
from typing import Any

import pytest

from pipeline.periods import Periode
from tests.golden.oracle_depots import count_deposits
from tests.golden.oracle_logements import Rpls, describe_dwellings
from tests.golden.test_oracle import PARAMETRES, counted

DWELLING: dict[str, Any] = {
    "logement": 12,
    "identifiant": "0974000012",
    "siren": "900000001",
    "millesime": 2024,
    "rejet": False,
    "sans_identifiant": False,
    "vendu": False,
    "qpv": "",
    "contingent": "41",
    "commune": "97411",
    "annee_construction": 1976,
    "pieces": 6,
    "surface": 110,
    "financement": "LLS",
    "individuel": False,
    "mode": "1",
    "mois": 3,
    "loyer": 700.5,
}


@pytest.mark.parametrize(
    ("lines", "signed", "expected", "source"),
    [
        # The vintage of 2024 is on the map of 2015, in force overseas until 31 December 2024: outside.
        ([{}, {"millesime": 2025, "qpv": "QN97427I"}], date(2024, 12, 31), "hors_qpv", "rpls"),
        ([{}, {"millesime": 2025, "qpv": "QN97427I"}], date(2025, 1, 1), "qpv", "rpls"),
        # No vintage on that map, or silent, or another dwelling: the bailleur's code, QP974027.
        ([{}], date(2025, 1, 1), "qpv", "code_bailleur"),
        ([{"qpv": None}], date(2024, 3, 15), "qpv", "code_bailleur"),
        ([{"identifiant": "0974000013"}], date(2024, 3, 15), "qpv", "code_bailleur"),
        ([{"sans_identifiant": True}], date(2024, 3, 15), "qpv", "code_bailleur"),
        # Two vintages on one map: the last that answers.
        ([{"millesime": 2023, "qpv": "QP974027"}, {}], date(2024, 3, 15), "hors_qpv", "rpls"),
        ([{"millesime": 2023, "qpv": "QP974027"}, {"qpv": None}], date(2024, 3, 15), "qpv", "rpls"),
    ],
)
def test_localisation_of_the_rpls(lines, signed, expected, source):
    rpls = Rpls.lire([DWELLING | line for line in lines], [{"bail": 1, "identifiant": "0974000012"}])
    found = counted(bailleur_date_bail=signed, rpls=rpls)
    assert (found.localisation_qpv, found.source_qpv) == (expected, source)


@pytest.mark.parametrize(
    ("changes", "contingent", "expected"),
    [
        ({}, "41", ("PPRIOR", "bailleur")),
        ({"bailleur_reservataire": None}, "41", ("COLTER", "sne")),
        ({"bailleur_reservataire": None, "sne_reservataire": None}, "3", ("COLACT", "rpls")),
        ({"bailleur_reservataire": None, "sne_vu": False}, "7", ("AUCUN", "rpls")),
        ({"bailleur_reservataire": None, "sne_vu": False}, "8", ("non_renseigne", "non_renseigne")),
    ],
)
def test_reservataire(changes, contingent, expected):
    lines = [DWELLING | {"contingent": contingent}]
    found = counted(rpls=Rpls.lire(lines, [{"bail": 1, "identifiant": "0974000012"}]), **changes)
    assert (found.code_reservataire, found.source_reservataire) == expected


def test_dwellings():
    lines = [
        DWELLING,
        DWELLING | {"millesime": 2025, "mode": "2"},
        DWELLING | {"logement": 13, "rejet": True},
    ]
    sold = DWELLING | {"logement": 14, "vendu": True, "loyer": None}
    found = describe_dwellings([*lines, sold], PARAMETRES.epci_des_communes)
    # 12 in its last vintage, vacant since 15 March 2024; 14 by its buyer and by its seller; 13 never entered.
    assert {key[1]: row["est_sorti_du_parc"] for key, row in found.items()} == {
        "L000012": False,
        "L000014": False,
        "V000014": True,
    }
    last = found["900000001", "L000012"]
    assert (last["millesime"], last["montant_loyer_principal_eur"]) == (2025, None)
    assert last["date_depart_dernier_locataire"] == date(2024, 3, 15)
    assert (last["typologie"], last["periode_construction"]) == ("T6P", "1949_1976")
    assert (last["code_reservataire"], last["localisation_qpv"]) == ("COLTER", "hors_qpv")


def deposit(fournisseur: str, periode: str, decision: str) -> dict[str, Any]:
    return {"flux": "sne/demandes", "fournisseur": fournisseur, "periode": periode, "decision": decision}


def test_completeness():
    deposits = [deposit("a", "2024", "accepte"), deposit("b", "2024-T3", "accepte")]
    found = count_deposits([*deposits, deposit("b", "2024-T4", "refuse")])
    year, half = found["2024", "sne/demandes", "b"], found["2024-S2", "sne/demandes", "b"]
    # b: one quarter of the four of 2024, of the two of the half-year; the other is refused.
    assert (year["nombre_attendus"], year["nombre_recus"], year["completude"]) == (4, 1, 0.25)
    assert (half["completude"], half["nombre_refuses"]) == (0.5, 1)
    # a: a yearly delivery covers each of its quarters.
    assert found["2024-T1", "sne/demandes", "a"]["nombre_recus"] == 1
    assert {key[0] for key in found if Periode.parse(key[0]).cadence == "trimestre"} == {
        "2024-T1",
        "2024-T2",
        "2024-T3",
        "2024-T4",
    }
