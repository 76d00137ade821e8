"""The oracle itself, on leases small enough to work out by hand: each result has its arithmetic beside it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipeline.periods import Periode
from pipeline.settings import ROOT
from tests.golden.oracle_baux import Attribution, count_attribution
from tests.golden.oracle_cotation import Bornes, Cotation, Score, classify
from tests.golden.oracle_histoires import Histoires
from tests.golden.oracle_logements import Rpls
from tests.golden.oracle_mesures import measure_delays
from tests.golden.oracle_parametres import Parametres

PARAMETRES = Parametres.lire(ROOT / "dbt_project" / "seeds")
BAIL: dict[str, Any] = {
    "bail": 1,
    "pieces": 3,
    "menage": 1,
    "est_association": False,
    "sne_vu": True,
    "sne_date_radiation": date(2024, 3, 20),
    "sne_delai_attribution": 444,
    "sne_siren": "900000001",
    "sne_commune": "97411",
    "sne_reservataire": "COLTER",
    "sne_nb_qpv": 0,
    "sne_mode_mutation": "NON",
    "sne_mode_logement": "HLM",
    "sne_revenu": Decimal("561.00"),
    "sne_unites": Decimal("1.00"),
    "bailleur_vu": True,
    "bailleur_date_bail": date(2024, 3, 15),
    "bailleur_date_caleol": date(2024, 2, 20),
    "bailleur_siren": "900000002",
    "bailleur_commune": "97418",
    "bailleur_reservataire": "PPRIOR",
    "bailleur_code_qpv": "QP974027",
    "bailleur_en_qpv": False,
    "bailleur_dit_non": True,
    "bailleur_ressources_uc": Decimal("9000.00"),
}
DEPOT = date(2023, 1, 1)


def counted(creation: date | None = DEPOT, rpls: Rpls | None = None, **changes: Any) -> Attribution:
    histoires = Histoires({1: creation} if creation else {}, {})
    attribution = count_attribution(BAIL | changes, histoires, PARAMETRES, rpls=rpls or Rpls())
    assert attribution is not None
    return attribution


def test_both_sources():
    found = counted()
    assert found.date_attribution == date(2024, 3, 15)
    # 1 January 2023 to 15 March 2024: 365 + 31 + 29 + 14 = 439 days.
    assert found.delai_jours == 439
    assert (found.code_epci, found.code_bailleur, found.code_reservataire) == (
        "249740119",
        "900000002",
        "PPRIOR",
    )
    assert (found.localisation_qpv, found.type_demande) == ("qpv", "hors_mutation")
    assert found.date_reference == date(2024, 2, 20)
    # 12 × 561 = 6 732 = the 2024 threshold × 1 UC: equality is in the first quartile.
    assert found.quartile_ressources == "R1"


@pytest.mark.parametrize(
    ("changes", "attribution", "days"),
    [
        # A bailleur's date before the filing, or a sentinel: the SNE's; 439 + 5 days.
        ({"bailleur_date_bail": date(2022, 12, 25)}, date(2024, 3, 20), 444),
        ({"bailleur_date_bail": None}, date(2024, 3, 20), 444),
        # Without SNE the bailleur's date; the filing date is known from another row of the demande.
        ({"sne_vu": False}, date(2024, 3, 15), 439),
        # No filing date: the SNE's own delay, else none.
        ({"creation": None}, date(2024, 3, 15), 444),
        ({"creation": None, "sne_delai_attribution": None}, date(2024, 3, 15), None),
        ({"creation": None, "sne_vu": False}, date(2024, 3, 15), None),
        # Filed after both dates: the SNE's date, and a negative delay left out.
        ({"creation": date(2024, 4, 1)}, date(2024, 3, 20), None),
        # Filed the same day: 0 days, kept.
        ({"creation": date(2024, 3, 15)}, date(2024, 3, 15), 0),
    ],
)
def test_dates_and_delays(changes, attribution, days):
    found = counted(**changes)
    assert (found.date_attribution, found.delai_jours) == (attribution, days)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bailleur_code_qpv": None}, "hors_qpv"),
        ({"bailleur_code_qpv": None, "bailleur_en_qpv": None}, "hors_qpv"),
        (
            {"bailleur_code_qpv": None, "bailleur_en_qpv": None, "bailleur_dit_non": False, "sne_nb_qpv": 2},
            "qpv",
        ),
        ({"bailleur_vu": False, "sne_nb_qpv": None}, "non_renseigne"),
        ({"bailleur_code_qpv": "QP974099"}, "hors_qpv"),
        # 2025: a code of the 2015 map whose successors are all in QPV, were they two (QP974032), is in QPV.
        ({"bailleur_date_bail": date(2025, 1, 1)}, "qpv"),
        ({"bailleur_date_bail": date(2025, 1, 1), "bailleur_code_qpv": "QP974032"}, "qpv"),
        ({"bailleur_date_bail": date(2025, 1, 1), "bailleur_code_qpv": "QN97450N"}, "qpv"),
        ({"bailleur_date_bail": date(2024, 12, 31), "bailleur_code_qpv": "QN97450N"}, "hors_qpv"),
    ],
)
def test_localisation(changes, expected):
    assert counted(**changes).localisation_qpv == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 12 × 561.01 = 6 732.12 > 6 732.
        ({"sne_revenu": Decimal("561.01")}, "R2_R4"),
        # 2025 has no threshold yet: 2024's; 2023's is 6 480.
        ({"bailleur_date_bail": date(2025, 2, 1)}, "R1"),
        ({"bailleur_date_bail": date(2023, 6, 1)}, "R2_R4"),
        ({"sne_revenu": Decimal("0.00")}, "R2_R4"),
        ({"sne_unites": Decimal("0.50"), "bailleur_ressources_uc": None}, "non_renseigne"),
        ({"sne_vu": False, "bailleur_ressources_uc": Decimal("6732.00")}, "R1"),
    ],
)
def test_resources(changes, expected):
    assert counted(**changes).quartile_ressources == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sne_mode_mutation": "I"}, "mutation"),
        ({"sne_mode_mutation": None}, "mutation"),
        ({"sne_mode_mutation": None, "sne_mode_logement": "LP"}, "hors_mutation"),
        ({"sne_mode_mutation": None, "sne_mode_logement": None}, "non_renseigne"),
        ({"sne_vu": False}, "non_renseigne"),
    ],
)
def test_type_demande(changes, expected):
    assert counted(**changes).type_demande == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"sne_vu": False, "bailleur_vu": False},
        {"est_association": True},
        {"bailleur_commune": "97415"},
        {"sne_vu": False, "bailleur_date_bail": None},
    ],
)
def test_what_is_not_an_attribution_of_the_territory(changes):
    assert count_attribution(BAIL | changes, Histoires({}, {}), PARAMETRES) is None


def line(menage: int, day: date, critere: str, points: int) -> dict[str, Any]:
    return {"menage": menage, "date_points": day, "critere": critere, "points": Decimal(points)}


JANVIER, JUIN = date(2024, 1, 31), date(2024, 6, 30)
COTATION = Cotation.lire(
    [
        line(1, JANVIER, "DALO", 50),
        line(1, JANVIER, "REFUS", -10),
        line(1, JUIN, "ANCIENNETE", 2),
        line(2, JANVIER, "ANCIENNETE", 0),
        line(3, JANVIER, "MUTATION", 10),
        line(4, JANVIER, "REFUS", -10),
    ],
    PARAMETRES,
)


def test_scores():
    first, last = COTATION.last(1, date(2024, 6, 29)), COTATION.last(1, JUIN)
    assert first is not None
    assert last is not None
    # 50 − 10 = 40 points, of national priority; then 2 points of seniority.
    assert (first.points, first.sous_groupe) == (Decimal(40), "priorites_nationales")
    assert (last.points, last.sous_groupe) == (Decimal(2), "historique")
    assert COTATION.last(1, date(2024, 1, 30)) is None
    none = COTATION.last(2, JUIN)
    assert none is not None
    assert none.sous_groupe == "aucun"


def test_bounds_and_classes():
    histoires = Histoires({}, {3: ((date(2024, 3, 31), None),), 4: ((date(2024, 4, 1), None),)})
    first = COTATION.bornes(Periode.parse("2024-T1"), histoires)
    second = COTATION.bornes(Periode.parse("2024-T2"), histoires)
    # First quarter: everyone. Second: 3 ended the day before it began, 4 on its first day.
    assert first is not None
    assert second is not None
    assert first.points == (Decimal(-10), Decimal(0), Decimal(10), Decimal(40))
    assert second.points == (Decimal(-10), Decimal(0), Decimal(2))
    # Of four, ranks 1, 2, 3; of three, ceil(0.75) = 1, ceil(1.5) = 2, ceil(2.25) = 3.
    assert (first.p25, first.p50, first.p75) == (Decimal(-10), Decimal(0), Decimal(10))
    assert (second.p25, second.p50, second.p75) == (Decimal(-10), Decimal(0), Decimal(2))
    classed = classify(COTATION.last(1, JANVIER), first, PARAMETRES)
    assert (classed.quartile_cotation, classed.tranche_points) == ("C4", "30_49")
    assert classify(None, first, PARAMETRES).quartile_cotation == "non_renseigne"


def test_equal_points_fall_together():
    bornes = Bornes.de([Decimal(5)] * 3 + [Decimal(20)])
    # p25 = p50 = p75 = 5: the fives are all in C1, C2 and C3 are empty.
    assert {quartile: len(held) for quartile, held in bornes.classes.items()} == {
        "C1": 3,
        "C2": 0,
        "C3": 0,
        "C4": 1,
    }


@pytest.mark.parametrize(
    ("scored", "day", "old"),
    [
        # Twelve months exactly are not more than twelve months.
        (date(2023, 6, 1), date(2024, 6, 1), False),
        (date(2023, 5, 31), date(2024, 6, 1), True),
        # Twelve months before 29 February 2024 is 28 February 2023.
        (date(2023, 2, 28), date(2024, 2, 29), False),
        (date(2023, 2, 27), date(2024, 2, 29), True),
    ],
)
def test_old_scores(scored, day, old):
    assert Score(scored, Decimal(0), "aucun").is_old(day) is old


def test_share_of_old_scores():
    cotation = Cotation.lire(
        [line(menage, date(2023, 6, 1), "ANCIENNETE", menage // 2) for menage in (1, 2, 3)], PARAMETRES
    )
    histoires = Histoires({}, {1: ((date(2024, 6, 1), None),)})
    bornes = cotation.bornes(Periode.parse("2024-T2"), histoires)
    assert bornes is not None
    # 0, 1 and 1 points: 1 leaves on 1 June 2024, twelve months after its score; 2 and 3 are seen on the 30th.
    assert [bornes.part_anciens(quartile) for quartile in ("C1", "C2", "C3")] == [0, 1, None]


def test_delays():
    found = measure_delays([30, None, 60, 90, 120])
    assert (found["nombre_attributions"], found["nombre_delais"]) == (5, 4)
    # (30 + 60 + 90 + 120) ÷ 4 = 75; median 75; P90: 90 + 0.7 × 30 = 111; all ÷ 30.4375.
    assert found["delai_attribution_moyen_mois"] == pytest.approx(75 / 30.4375)
    assert found["delai_attribution_median_mois"] == pytest.approx(75 / 30.4375)
    assert found["delai_attribution_p90_mois"] == pytest.approx(111 / 30.4375)
    assert measure_delays([None])["delai_attribution_moyen_mois"] is None
