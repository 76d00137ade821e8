"""The oracle of the stock, on histories small enough to work out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipeline.periods import Periode
from tests.golden.oracle_baux import Attribution, count_attribution
from tests.golden.oracle_histoires import Histoires, supersede
from tests.golden.oracle_ressources import rank_resources, ressources_uc
from tests.golden.oracle_stock import Stocks, count_movements, describe_profile, measure_tension
from tests.golden.test_oracle import BAIL, DEPOT, PARAMETRES


def event(day: date, motif: str, creation: date | None = None, *, vu: bool = True) -> dict[str, Any]:
    told = {"periode": Periode.de(day, "trimestre").code, "date_creation": creation, "vu": vu}
    return {"menage": 1, "date_radiation": day, "motif": motif, **told}


JANVIER_5, MARS_1, JUIN_1 = date(2024, 1, 5), date(2024, 3, 1), date(2024, 6, 1)


@pytest.mark.parametrize(
    ("events", "absences", "filed"),
    [
        ([event(JANVIER_5, "RADREN", DEPOT)], ((JANVIER_5, None),), DEPOT),
        # Reactivated, its filing date reset: it came back, and keeps the earlier date.
        (
            [event(JANVIER_5, "RADREN", DEPOT), event(MARS_1, "", MARS_1)],
            ((JANVIER_5, MARS_1),),
            DEPOT,
        ),
        # Told late, out of order, and twice.
        (
            [event(JUIN_1, "RADATT"), event(MARS_1, ""), event(JANVIER_5, "RADREN")] * 2,
            ((JANVIER_5, MARS_1), (JUIN_1, None)),
            None,
        ),
        ([event(JANVIER_5, "RADREN", DEPOT, vu=False)], None, None),
    ],
)
def test_histories(events, absences, filed):
    histoires = Histoires.lire(events)
    assert (histoires.absences.get(1), histoires.creations.get(1)) == (absences, filed)


T4_2023, T1_2024, T2_2024, T3_2024 = "2023-T4", "2024-T1", "2024-T2", "2024-T3"


def stock_line(periode: str, menage: int = 1, **changes: Any) -> dict[str, Any]:
    said = {"menage": menage, "periode": periode, "date_creation": DEPOT, "actif": True} | changes
    return {"est_association": False, "code_epci": "249740119"} | said


@pytest.mark.parametrize(
    ("events", "quarters", "absences"),
    [
        # Radiated on 5 January, and in the stock of the same delivery: the stock, but for an attribution.
        (["RADREN"], [T4_2023, T1_2024, T2_2024], ((JANVIER_5, date(2024, 1, 1)),)),
        (["RADATT"], [T4_2023, T1_2024], ((JANVIER_5, None),)),
        # Back in the second quarter, no one said when: its first day.
        (["RADREN"], [T4_2023, T2_2024], ((JANVIER_5, date(2024, 4, 1)),)),
        # Absent of one stock without a radiation; then gone for good.
        ([], [T4_2023, T2_2024], ((date(2024, 1, 1), date(2024, 4, 1)),)),
        ([], [T4_2023], ((date(2024, 1, 1), None),)),
        ([], [T1_2024, T2_2024], ()),
    ],
)
def test_what_the_stock_says_of_an_end(events, quarters, absences):
    another = [stock_line(quarter, menage=2) for quarter in (T4_2023, T1_2024, T2_2024)]
    lines = [*another, *(stock_line(quarter) for quarter in quarters)]
    histoires = Histoires.lire([event(JANVIER_5, motif, DEPOT) for motif in events], lines)
    assert histoires.absences[1] == absences
    assert histoires.absences[2] == ()


def test_an_attribution_corrected_by_another():
    """3 July is delivered again as 13 June; 3 February 2025, 235 days after 13 June, is another one."""
    juin_13, juillet_3, fevrier_3 = date(2024, 6, 13), date(2024, 7, 3), date(2025, 2, 3)
    told = [event(juillet_3, "RADATT"), event(juin_13, "RADATT") | {"periode": "2024-T4"}]
    histoires = Histoires.lire([*told, event(fevrier_3, "RADATT")])
    assert {item.jour for item in supersede(histoires.radiations[1])} == {juillet_3}
    assert histoires.absences[1] == ((juin_13, None), (fevrier_3, None))


def test_what_undid_a_radiation():
    lines = [stock_line(T1_2024), stock_line(T2_2024)]
    (kept,) = Histoires.lire([event(JANVIER_5, "RADATT")], lines[:1]).radiations[1]
    assert (kept.en_stock, kept.est_annulee) == (True, False)
    (back,) = Histoires.lire([event(JANVIER_5, "RADATT")], lines).radiations[1]
    assert (back.retour, back.est_annulee) == (date(2024, 1, 1), True)
    # A déradiation of 1 March: the stock of 31 March is right.
    (undone,) = Histoires.lire([event(JANVIER_5, "RADREN"), event(MARS_1, "")], lines).radiations[1]
    assert (undone.en_stock, undone.deradiation) == (False, MARS_1)


def test_a_filing_date_restarted():
    radiated = event(JUIN_1, "RADATT", MARS_1)
    assert Histoires.lire([radiated], [stock_line(T4_2023)]).remises_a_zero == {1}
    # The stock of the third quarter, which comes after, gives the first date again.
    assert Histoires.lire([radiated], [stock_line(T4_2023), stock_line(T3_2024)]).remises_a_zero == set()


def test_last_day_of_a_period():
    histoires = Histoires({}, {1: ((JANVIER_5, MARS_1), (JUIN_1, None))})
    days = [histoires.last_day(1, Periode.parse(code)) for code in (T1_2024, T2_2024, "2024")]
    # Back on the last day of the first quarter; gone on 1 June on the last day of the others.
    assert days == [date(2024, 3, 31), JUIN_1, JUIN_1]


def test_away_all_along_a_period():
    histoires = Histoires({}, {1: ((JANVIER_5, JUIN_1),)})
    away = [code for code in (T1_2024, T2_2024, "2024") if histoires.is_away(1, Periode.parse(code))]
    assert away == []
    histoires = Histoires({}, {1: ((JANVIER_5, date(2024, 7, 1)),)})
    # In the first quarter it left, in the third it came back: away in the second alone.
    away = [code for code in (T1_2024, T2_2024, T3_2024) if histoires.is_away(1, Periode.parse(code))]
    assert away == [T2_2024]


def resources(income: str, menage: int) -> dict[str, Any]:
    return stock_line(T4_2023, menage, revenu=Decimal(income), unites=Decimal("1.50"))


def test_quartiles_of_resources_above_the_threshold():
    incomes = ("300.00", "900.00", "1200.00", "1500.00")
    stocks = Stocks([resources(income, rank) for rank, income in enumerate(incomes)], [])
    bornes = stocks.bornes_ressources("249740119", 2024)
    assert bornes is not None
    # 12 × 900 ÷ 1.5 = 7 200 and 12 × 1 200 ÷ 1.5 = 9 600: ranks 2 and 3 of 4.
    assert (bornes.p50, bornes.p75) == (7_200, 9_600)
    ranked = [
        rank_resources(ressources_uc(Decimal(n), Decimal(1)), Decimal(6732), bornes)
        for n in (561, 600, 700, 801)
    ]
    # 6 732 is the threshold; 7 200 ≤ p50; 8 400 ≤ p75; 9 612 above.
    assert ranked == ["R1", "R2", "R3", "R4"]
    # No stock on 31 December 2022: the first delivered.
    assert stocks.bornes_ressources("249740119", 2023) == bornes
    # D1: without SNE nor bailleur, the stock's line.
    silent = {"sne_revenu": None, "bailleur_ressources_uc": None}
    histoires = Histoires({1: DEPOT}, {}, {1: resources("1200.00", 1)})
    found = count_attribution(BAIL | silent, histoires, PARAMETRES, stocks.bornes_ressources)
    assert found is not None
    assert found.quartile_ressources == "R3"


def movement(periode: str, kind: str, motif: str | None = None) -> dict[str, Any]:
    return {"periode": periode, "code_epci": "249740119", "mouvement": kind, "motif": motif}


def test_balance_of_movements():
    lines = [
        *(stock_line(T4_2023, menage) for menage in (1, 2)),
        stock_line(T4_2023, 3, actif=False),
        *(stock_line(T1_2024, menage) for menage in (1, 4, 5)),
    ]
    moves = [
        movement(T4_2023, "nouvelle"),
        movement(T1_2024, "nouvelle"),
        movement(T1_2024, "entree_tardive"),
        movement(T1_2024, "sortie", "IRRSEJ"),
    ]
    found = count_movements(Stocks(lines, moves), Histoires({1: date(2023, 2, 28)}, {}), ["249740119"])
    first, quarter, year = (found[code, "249740119"] for code in (T4_2023, T1_2024, "2024"))
    assert (first["nombre_demandes_debut"], first["nombre_demandes_fin"]) == (None, 2)
    # 2 + 1 new + 1 late − 1 out = 3; the anniversary of 28 February 2023 is a renewal.
    assert (quarter["nombre_demandes_debut"], quarter["nombre_demandes_fin"]) == (2, 3)
    assert (quarter["nombre_sorties_irrecevabilite"], quarter["nombre_renouvellements_deduits"]) == (1, 1)
    assert (first["nombre_renouvellements_deduits"], year["nombre_nouvelles"]) == (None, 1)
    # The year is not over: no stock on its last day.
    assert (year["nombre_demandes_debut"], year["nombre_demandes_fin"]) == (2, None)


def test_profile():
    said: dict[str, Any] = {
        "mode_mutation": None,
        "mode_logement": "HLM",
        "taille": 6,
        "age": 30,
        "statut": None,
    }
    row = stock_line(T1_2024) | said | {"pieces_souhaitees": 6}
    # 1 April 2021 to 31 March 2024: 365 × 2 + 366 − 1 = 1 095 days, 1 095 ÷ 30.4375 = 35.98 months.
    profile = describe_profile(row, date(2024, 3, 31), date(2021, 4, 1), "R1")
    assert profile == {
        "ensemble": "ensemble",
        "type_demande": "mutation",
        "taille_menage": "6_et_plus",
        "tranche_age": "30_44",
        "tranche_anciennete": "2_3_ans",
        "quartile_ressources": "R1",
        "mode_logement_actuel": "HLM",
        "statut_professionnel": "non_renseigne",
        "typologie_recherchee": "T6P",
    }


def served(day: date) -> Attribution:
    histoires = Histoires({1: DEPOT}, {})
    dates = {"bailleur_date_bail": day, "sne_date_radiation": day}
    found = count_attribution(BAIL | dates, histoires, PARAMETRES)
    assert found is not None
    return found


def test_tension():
    quarters = ("2023-T2", "2023-T3", T4_2023, T1_2024)
    said = {"commune": "97411", "pieces_souhaitees": 7}
    stocks = Stocks([stock_line(quarter, menage) | said for quarter in quarters for menage in (1, 2, 3)], [])
    # Twelve months to 31 March 2024 open on 1 April 2023: two leases of a T3 in Sainte-Marie, one too early.
    leases = [served(day) for day in (date(2023, 3, 31), date(2023, 4, 1), date(2024, 3, 31))]
    found = measure_tension(stocks, leases, ["249740119"])
    here = {key[2:]: row for key, row in found.items() if key[0] == T1_2024}
    # 3 waiting ÷ 2 served; no one served in Saint-Denis, no one waiting in Sainte-Marie.
    assert here["ensemble", "ensemble"] == {
        "nombre_demandes_actives": 3,
        "nombre_attributions_12_mois": 2,
        "tension": 1.5,
    }
    assert (here["commune", "97411"]["tension"], here["commune", "97418"]["tension"]) == (None, 0)
    assert set(here) == {
        ("ensemble", "ensemble"),
        ("commune", "97411"),
        ("commune", "97418"),
        ("typologie", "T6P"),
        ("typologie", "T3"),
    }
    # On 31 December 2023, three quarters only are in.
    assert found[T4_2023, "249740119", "ensemble", "ensemble"]["nombre_attributions_12_mois"] is None
