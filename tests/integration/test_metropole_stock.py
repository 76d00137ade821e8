"""Two EPCI of métropole: what waits, what moves, the dwellings, by hand (households: see `metropole`)."""

from itertools import product

from tests.golden.oracle_mesures import measure_seniority
from tests.integration.metropole import BEFORE, CARENE, DURING, ENSEMBLE, NANTES, assert_mart


def test_movements_close_in_each_epci(metropole):
    """Nantes: A, B, E, G − A, B attributed − G = E. CARENE: C + D, F − C attributed − D = F.

    E filed on 15/02/2022 has its anniversary in the quarter: one renewal. The first opening is unknown, and
    so is the end of a year or half-year whose last stock is not in.
    """
    nothing = dict.fromkeys(
        (
            "nombre_nouvelles",
            "nombre_reactivees",
            "nombre_entrees_tardives",
            "nombre_entrees_territoire",
            "nombre_sorties_attribution",
            "nombre_sorties_abandon",
            "nombre_sorties_irrecevabilite",
            "nombre_sorties_contact",
            "nombre_sorties_non_renouvellement",
            "nombre_sorties_sans_motif",
            "nombre_sorties_territoire",
        ),
        0,
    )
    start = nothing | {"nombre_demandes_debut": None, "nombre_renouvellements_deduits": None}
    nantes = nothing | {"nombre_sorties_attribution": 2, "nombre_sorties_sans_motif": 1}
    carene = nothing | {
        "nombre_nouvelles": 2,
        "nombre_sorties_attribution": 1,
        "nombre_sorties_non_renouvellement": 1,
    }
    expected = {}
    for periode in BEFORE:
        expected[periode, NANTES] = start | {"nombre_demandes_fin": 4}
        # C was filed on 10/10/2023.
        expected[periode, CARENE] = start | {"nombre_demandes_fin": 1, "nombre_nouvelles": 1}
    for periode in DURING:
        end = {"nombre_demandes_fin": 1 if periode == "2024-T1" else None}
        opened = {"nombre_demandes_debut": 4, "nombre_renouvellements_deduits": 1}
        expected[periode, NANTES] = nantes | end | opened
        expected[periode, CARENE] = (
            carene | end | {"nombre_demandes_debut": 1, "nombre_renouvellements_deduits": 0}
        )
    assert_mart(metropole, "mart_mouvements_demandes", "periode, code_epci", expected)


def test_households_waiting(metropole):
    """Days to 31/12/2023: A 350, B 670, E 684, G 184, C 82; to 31/03/2024: E 775, F 40; ÷ 30.4375."""
    old = {
        "type_demande": {"hors_mutation": "AEG", "mutation": "B"},
        "taille_menage": {"1": "AEG", "2": "B"},
        "tranche_age": {"30_44": "AE", "45_59": "B", "60_74": "G"},
        "tranche_anciennete": {"moins_1_an": "AG", "1_2_ans": "BE"},
        "quartile_ressources": {"R1": "A", "R2": "B", "R3": "E", "R4": "G"},
        "mode_logement_actuel": {"LP": "AEG", "HLM": "B"},
        "statut_professionnel": {"CDI": "ABE", "RET": "G"},
        "typologie_recherchee": {"T2": "AEG", "T3": "B"},
    }
    of_c = ("hors_mutation", "1", "moins_de_30", "moins_1_an", "R1", "CPE", "CDD", "T1")
    of_e = ("hors_mutation", "1", "30_44", "2_3_ans", "R3", "LP", "CDI", "T2")
    of_f = ("mutation", "3", "75_et_plus", "moins_1_an", "R4", "HLM", "RET", "T3")
    unknown = ("localisation_qpv", "quartile_cotation", "tranche_points", "sous_groupe")
    days = {"A": 350, "B": 670, "C": 82, "E": 684, "F": 40, "G": 184}
    cells = {}
    for periode in BEFORE:
        cells[periode, NANTES] = (old, "ABEG", days)
        cells[periode, CARENE] = (
            {axis: {said: "C"} for axis, said in zip(old, of_c, strict=True)},
            "C",
            days,
        )
    last = days | {"E": 775}
    for epci, profile, who in ((NANTES, of_e, "E"), (CARENE, of_f, "F")):
        cells["2024-T1", epci] = ({a: {said: who} for a, said in zip(old, profile, strict=True)}, who, last)
    expected = {}
    for key, (axes, everyone, since) in cells.items():
        whole = {axis: {"non_renseigne": everyone} for axis in unknown} | {ENSEMBLE: {ENSEMBLE: everyone}}
        for axis, modalities in (axes | whole).items():
            for modality, held in modalities.items():
                expected[*key, axis, modality] = measure_seniority(since[name] for name in held)
    assert_mart(metropole, "mart_demandes_actives_par_profil", "periode, code_epci, axe, modalite", expected)


def test_tension_waits_for_twelve_months(metropole):
    """The attributions of twelve months are unknown: two quarters of stock are in, of the four it takes."""
    waiting = {
        (NANTES, BEFORE): {ENSEMBLE: 4, "44109": 3, "44162": 1, "T2": 3, "T3": 1},
        (CARENE, BEFORE): {ENSEMBLE: 1, "44184": 1, "T1": 1},
        # B and the others of the quarter were lodged: no one waits where they live, of a size no one says.
        (NANTES, ("2024-T1",)): {ENSEMBLE: 1, "44109": 1, "44162": 0, "T2": 1, "non_renseigne": 0},
        (CARENE, ("2024-T1",)): {ENSEMBLE: 1, "44184": 1, "T3": 1, "non_renseigne": 0},
    }
    expected = {}
    for (epci, periodes), counts in waiting.items():
        for periode, (modality, count) in product(periodes, counts.items()):
            axis = "commune" if modality.startswith("44") else "typologie"
            expected[periode, epci, ENSEMBLE if modality == ENSEMBLE else axis, modality] = {
                "nombre_demandes_actives": count,
                "nombre_attributions_12_mois": None,
                "tension": None,
            }
    assert_mart(metropole, "mart_tension", "periode, code_epci, axe, modalite", expected)


def test_dwellings_in_and_out_of_the_quartiers(metropole):
    counts = {(NANTES, "qpv"): 1, (NANTES, "hors_qpv"): 2, (CARENE, "qpv"): 1, (CARENE, "non_renseigne"): 1}
    totals = {NANTES: 3, CARENE: 2}
    whole = {(epci, ENSEMBLE): total for epci, total in totals.items()}
    expected = {
        ("2024", *key): {"nombre_logements": count, "part_logements": count / totals[key[0]]}
        for key, count in (counts | whole).items()
    }
    assert_mart(metropole, "mart_parc_par_qpv", "periode, code_epci, localisation_qpv", expected)
