"""Both estimators of the waiting curves, by hand, then beside lifelines and statsmodels.

The mart equals `estimate` on the whole territory (test_verite_cotation); here `estimate` equals them.
"""

import warnings

import numpy as np
import pytest

from tests.golden.oracle_courbes import AUTRE_SORTIE, CENSURE, LOGEE, Suivi, estimate

ISSUES = (CENSURE, LOGEE, AUTRE_SORTIE)
CHOISIS = (
    Suivi(-1, 5, LOGEE),
    Suivi(-1, 5, AUTRE_SORTIE),
    Suivi(-1, 10, LOGEE),
    Suivi(4, 10, LOGEE),
    Suivi(4, 12, CENSURE),
    Suivi(9, 10, AUTRE_SORTIE),
    Suivi(-1, 12, LOGEE),
    Suivi(-1, 20, CENSURE),
    Suivi(9, 25, LOGEE),
    Suivi(-1, 25, AUTRE_SORTIE),
)


def drawn(seed: int, *, ties: bool, late: bool = True) -> list[Suivi]:
    """Draw waits; without `ties`, no two households leave on the same day."""
    rng = np.random.default_rng(seed)
    fins = rng.integers(1, 60, 80) if ties else rng.permutation(np.arange(1, 400))[:80]
    debuts = [int(rng.integers(-1, fin)) if late and rng.random() < 0.6 else -1 for fin in fins]
    issues = [ISSUES[rank] for rank in rng.choice(3, 80, p=[0.4, 0.35, 0.25])]
    # Somebody is there all along: the curve goes on to its end.
    return [Suivi(-1, int(fins.max()) + 1, CENSURE)] + [
        Suivi(*held) for held in zip(debuts, map(int, fins), issues, strict=True)
    ]


def test_both_estimators_by_hand():
    """Day 5: 8 at risk (6 since their filing, 2 since day 4), one housed, one gone: F = 1/8, S = 6/8.

    Day 10: 8 − 2 + 2 who entered on day 9 = 8, two housed, one gone: F = 1/8 + 6/8 × 2/8 = 5/16,
    S = 6/8 × 5/8 = 15/32; gone: 1/8 + 6/8 × 1/8. Day 12: 5, the one censored that day included:
    F = 5/16 + 15/32 ÷ 5 = 13/32. Kaplan-Meier: 7/8 × 6/8 × 4/5 = 21/40. Day 24: the two of day 25.
    """
    day_5, day_10, day_12, day_24 = estimate(CHOISIS, (5, 10, 12, 24))
    assert [row["nombre_a_risque"] for row in (day_5, day_10, day_12, day_24)] == [8, 8, 5, 2]
    assert [row["incidence_attribution"] for row in (day_5, day_10, day_12)] == [1 / 8, 5 / 16, 13 / 32]
    assert day_10["incidence_autres_sorties"] == 1 / 8 + 6 / 8 / 8
    assert day_12["kaplan_meier_attente"] == pytest.approx(21 / 40)
    assert (day_24["nombre_attributions"], day_24["nombre_autres_sorties"]) == (4, 2)
    assert day_24["nombre_censures"] == 2


@pytest.mark.parametrize("every", [CHOISIS, drawn(1, ties=True), drawn(2, ties=True)])
def test_kaplan_meier_equals_lifelines_and_statsmodels(every):
    """Both take (entry, exit]; lifelines counts an entry of the day itself: it is moved half a day later."""
    from lifelines import KaplanMeierFitter
    from statsmodels.duration.survfunc import SurvfuncRight

    fins, housed, debuts = _columns(every)
    fitted = KaplanMeierFitter().fit(fins, housed == 1, entry=debuts + 0.5)
    curve = SurvfuncRight(fins, (housed == 1).astype(int), entry=debuts)
    days = [int(day) for day in curve.surv_times[:-1]]
    for day, found in zip(days, estimate(every, days), strict=True):
        rank = days.index(day)
        assert found["nombre_a_risque"] == curve.n_risk[rank]
        assert found["kaplan_meier_attente"] == pytest.approx(curve.surv_prob[rank], abs=1e-12)
        assert found["kaplan_meier_attente"] == pytest.approx(fitted.predict(day), abs=1e-12)
        low, high = fitted.confidence_interval_.loc[:day].iloc[-1]
        assert (found["kaplan_meier_attente_min"], found["kaplan_meier_attente_max"]) == pytest.approx(
            (low, high), abs=1e-9
        )


@pytest.mark.parametrize("every", [CHOISIS, drawn(3, ties=True), drawn(4, ties=True), drawn(5, ties=False)])
def test_incidence_equals_lifelines(every):
    """lifelines parts ties by 0.0001 day: censored last, they change no incidence, only its variance."""
    fitted = _aalen_johansen(every, variance=False)
    days = sorted({held.fin for held in every if held.issue != CENSURE})[:-1]
    for day, found in zip(days, estimate(every, days), strict=True):
        expected = fitted.cumulative_density_.loc[: day + 0.1].iloc[-1, 0]
        assert found["incidence_attribution"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", [6, 7])
def test_the_interval_of_the_incidence_equals_lifelines(seed):
    every = drawn(seed, ties=False)
    fitted = _aalen_johansen(every, variance=True)
    days = sorted({held.fin for held in every if held.issue == LOGEE})
    assert len(days) > 20
    for day, found in zip(days, estimate(every, days), strict=True):
        high_low = fitted.confidence_interval_.loc[: day + 0.1].iloc[-1]
        bounds = (found["incidence_attribution_min"], found["incidence_attribution_max"])
        assert bounds == pytest.approx(tuple(sorted(high_low)), abs=1e-9)


def test_incidence_with_ties_equals_statsmodels():
    """statsmodels has no delayed entry in this estimator: every household is followed from its filing."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    every = drawn(8, ties=True, late=False)
    fins, outcomes, _ = _columns(every)
    curve = CumIncidenceRight(fins, outcomes.astype(int))
    days = [int(day) for day in curve.times[:-1]]
    found = list(estimate(every, days))
    for rank, name in enumerate(("incidence_attribution", "incidence_autres_sorties")):
        assert [row[name] for row in found] == pytest.approx(list(curve.cinc[rank][:-1]), abs=1e-12)


def test_nothing_is_told_after_everybody_left_or_where_nobody_is_followed():
    every = [Suivi(-1, 3, LOGEE), Suivi(5, 9, LOGEE)]
    on_the_day, emptied, after = estimate(every, (3, 4, 7))
    assert (on_the_day["incidence_attribution"], on_the_day["kaplan_meier_attente"]) == (1, 0)
    assert (emptied["nombre_a_risque"], emptied["incidence_attribution"]) == (0, None)
    assert (after["nombre_a_risque"], after["incidence_attribution"]) == (1, None)


def _columns(every):
    fins = np.array([held.fin for held in every], dtype=float)
    outcomes = np.array([ISSUES.index(held.issue) for held in every])
    return fins, outcomes, np.array([held.debut for held in every], dtype=float)


def _aalen_johansen(every, *, variance):
    from lifelines import AalenJohansenFitter

    fins, outcomes, debuts = _columns(every)
    last = fins + np.where(outcomes == 0, 0.25, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = AalenJohansenFitter(calculate_variance=variance, seed=0)
        return fitter.fit(last, outcomes, event_of_interest=1, entry=debuts + 0.5)
