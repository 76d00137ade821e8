"""The figures of a simulation: a set worked out by hand, then draws beside the oracle."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import duckdb
import pytest

from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.simulation.note import write_files, write_note
from pipeline.simulation.simulation import GrilleLue, Simulation, simulate
from pipeline.simulation.tableaux import SECRET
from tests.golden.grilles.comparaison import written
from tests.golden.grilles.tirages import draw_demande, draw_grid
from tests.golden.simulation import oracle
from tests.golden.simulation.publication import EPCI, JOUR, publish

GRILLE = {
    "grille": "ESSAI_FICTIF", "version": "1", "libelle": "Essai", "code_epci": EPCI,
    "valide_du": date(2030, 1, 1), "statut": "projet", "fictive": "oui", "source": "Essai",
    "blocs": {
        "priorites_nationales": {"criteres": {
            "DALO": {"libelle": "DALO", "points": 50, "si": {"est_dalo": "oui"}},
        }},
        "priorites_locales": {"criteres": {
            "MUTATION": {"libelle": "Mutation", "points": 30, "si": {"type_demande": "mutation"}},
            "FAMILLE": {"libelle": "Famille", "points": 10, "si": {"taille_menage": {"au_moins": 4}}},
        }},
    },
}  # fmt: skip
# Six ménages, f sans points déclarés. Avant : points déclarés ; après : DALO 50, mutation 30, famille 10.
#          a    b    c    d    e    f
# avant   40   30   20   10   10    —     rangs 1 2 3 4 4
# après   10   50   30   30    0   40     rangs, sans f : 4 1 2 2 5
# Gagnent b (2→1), c (3→2), d (4→2) ; perdent a (1→4), e (4→5) ; f n'est pas comparé.
# p25, p50, p75 de cinq scores : le 2e, le 3e, le 4e. Avant 10, 20, 30 : a C4, b C3, c C2, d C1, e C1.
# Après (0, 10, 30, 30, 50) : 10, 30, 30 : a C1, b C4, c C2, d C2, e C1. Changent a, b, d : 3.
MENAGES = [
    {"demande_id": "a", "type_demande": "hors_mutation", "est_dalo": False, "taille_menage": 4},
    {"demande_id": "b", "type_demande": "hors_mutation", "est_dalo": True, "taille_menage": 1},
    {"demande_id": "c", "type_demande": "mutation", "est_dalo": False, "taille_menage": 2},
    {"demande_id": "d", "type_demande": "mutation", "est_dalo": None, "taille_menage": 3},
    {"demande_id": "e", "type_demande": "hors_mutation", "est_dalo": False, "taille_menage": None},
    {"demande_id": "f", "type_demande": "mutation", "est_dalo": False, "taille_menage": 5},
]
DECLARES = {"a": 40, "b": 30, "c": 20, "d": 10, "e": 10}
# K1, le bail à a : premier avant (40 contre 30), non après (10 contre 50). K2, à c : pas avant
# (20 contre 40), mais après (30 contre 10).
# K3, à b, contre f que rien ne cote avant : un seul comparé, écartée.
CANDIDATS = [
    ("K1", "L1", "a", EPCI, JOUR, 1, True, 40),
    ("K1", "L1", "b", EPCI, JOUR, 2, False, 30),
    ("K2", "L2", "a", EPCI, JOUR, 1, False, 40),
    ("K2", "L2", "c", EPCI, JOUR, 2, True, 20),
    ("K3", "L3", "b", EPCI, JOUR, 1, True, 30),
    ("K3", "L3", "f", EPCI, JOUR, 2, False, None),
]


def lue(folder: Path, grille: dict, name: str = "essai.yml") -> GrilleLue:
    path = folder / name
    path.write_text(written(grille), encoding="utf-8")
    return GrilleLue.read(path)


def values(simulation: Simulation, code: str) -> dict:
    """Return the figures of a table by axis and value."""
    tableau = simulation.tableau(code)
    return {
        (line.axe, line.modalite): dict(zip(tableau.colonnes, line.valeurs, strict=True))
        for line in tableau.lignes
    }


@pytest.fixture
def par_la_main(tmp_path):
    rows = [{"code_epci": EPCI, "date_faits": JOUR, **row} for row in MENAGES]
    return publish(tmp_path / "d", rows, points=DECLARES, candidats=CANDIDATS), lue(tmp_path, GRILLE)


def test_the_set_worked_out_by_hand(par_la_main):
    found = simulate(*par_la_main, None, "stock", ["critere=mutation points=0..60 pas=30"])
    told = values(found, "ensemble")
    assert told["menages", "ensemble"] == {"avant": 6, "apres": 6}
    assert told["cotes", "ensemble"] == {"avant": 5, "apres": 6}
    assert told["compares", "ensemble"]["apres"] == 5
    assert told["changent_rang", "ensemble"]["apres"] == 5
    assert told["changent_quartile", "ensemble"]["apres"] == 3
    # Ex aequo : avant d et e à 10 ; après c et d à 30.
    assert told["ex_aequo", "ensemble"] == {"avant": 2, "apres": 2}
    groups = values(found, "groupes")
    assert [*groups["ensemble", "ensemble"].values()] == [3, 2, 0, 1, 6, 1]
    assert [*groups["type_demande", "mutation"].values()][:5] == [2, 0, 0, 1, 3]
    assert [*groups["dalo", "non_renseigne"].values()][:5] == [1, 0, 0, 0, 1]
    assert [*groups["taille_menage", "non_renseigne"].values()][:5] == [0, 1, 0, 0, 1]
    assert values(found, "quartiles")["quartile_cotation", "C1"] == {
        "c1": 1,
        "c2": 1,
        "c3": 0,
        "c4": 0,
        "ensemble": 2,
    }
    # Sans la mutation (six ménages cotés) : a 10, b 50, c 0, d 0, e 0, f 10. Rangs avant 5 1 3 3 6 2, après
    # 2 1 4 4 4 2 : b et f gardent le leur. Quartiles (bornes : 2e, 3e, 5e),
    # avant 10, 30, 40 : a1 b4 c2 d2 e1 f3 ; après
    # 0, 0, 10 : a3 b4 c1 d1 e1 f3. Changent a, c, d.
    assert values(found, "criteres")["critere", "MUTATION"] == {
        "comptent": 3, "changent_rang": 4, "changent_quartile": 3,
    }  # fmt: skip
    assert values(found, "commissions")["candidat", "bail_signe"] == {
        "commissions": 2, "premiers_avant": 1, "premiers_apres": 1,
        "restent": 0, "cessent": 1, "deviennent": 1,
    }  # fmt: skip
    # Rangs avant : 1 2 3 4 4. À 0 point : a 10, b 50, c 0, d 0, e 0, rangs 2 1 3 3 3 : c garde le sien.
    # À 60 : a 10, b 50, c 60, d 60, e 0, rangs 4 3 1 1 5 ; bornes (2e, 3e, 4e)
    # 10, 50, 60 : c et d sont en C3, personne en C4.
    varied = values(found, "sensibilite")
    assert [varied["MUTATION", value]["changent_rang"] for value in ("0", "30", "60")] == [4, 5, 5]
    assert [varied["MUTATION", value]["concernes_en_c4"] for value in ("0", "30", "60")] == [0, 0, 0]
    # K2 : c passe devant a dès 30 points, non à 0. K1 : b devant a, toujours.
    assert [varied["MUTATION", value]["premiers"] for value in ("0", "30", "60")] == [0, 1, 1]


def test_a_grid_against_itself_changes_nothing(par_la_main):
    settings, grille = par_la_main
    found = simulate(settings, grille, grille, "stock", ["critere=DALO points=50..50 pas=1"])
    told = values(found, "ensemble")
    assert told["changent_rang", "ensemble"]["apres"] == told["changent_quartile", "ensemble"]["apres"] == 0
    for line in values(found, "groupes").values():
        assert (line["gagnent"], line["perdent"]) == (0, 0)
    assert values(found, "sensibilite")["DALO", "50"]["changent_rang"] == 0
    for line in values(found, "commissions").values():
        assert (line["cessent"], line["deviennent"]) == (0, 0)


def test_those_housed_in_a_period_are_seen_on_the_day_of_their_commission(tmp_path):
    seance = date(2024, 9, 10)
    rows = [
        {
            "demande_id": "a",
            "code_epci": EPCI,
            "date_faits": seance,
            "type_demande": "mutation",
            "est_dalo": False,
        },
        {
            "demande_id": "a",
            "code_epci": EPCI,
            "date_faits": JOUR,
            "type_demande": "mutation",
            "est_dalo": True,
        },
        {"demande_id": "b", "code_epci": EPCI, "date_faits": date(2024, 10, 1), "est_dalo": True},
    ]
    housed = [("a", EPCI, date(2024, 10, 2), seance, 20), ("b", EPCI, date(2024, 10, 1), None, 10)]
    settings = publish(tmp_path / "d", rows, attributions=housed)
    found = simulate(settings, lue(tmp_path, GRILLE), None, "attributions:2024-S2")
    # Avant : a 20, b 10. Après, à la séance : a 30 (mutation, pas encore DALO), b 50. Ils s'échangent.
    assert values(found, "ensemble")["changent_rang", "ensemble"]["apres"] == 2
    assert values(found, "groupes")["dalo", "dalo"]["gagnent"] == 1


@pytest.mark.parametrize("seed", range(6))
def test_drawn_grids_and_households_equal_the_oracle(tmp_path, seed):
    rng = Random(seed)
    words = load_vocabulaire()
    types = {name: fait.type for name, fait in words.items()}
    missing = {name for name, fait in words.items() if not fait.est_disponible}
    grille, contre = draw_grid(rng, EPCI), draw_grid(rng, EPCI) | {"version": "autre"}
    rows = [draw_demande(rng, rank, EPCI) | {"date_faits": JOUR} for rank in range(80)]
    identities = [row["demande_id"] for row in rows]
    candidats = [
        (
            f"K{rank // 3}",
            "L",
            rng.choice(identities),
            EPCI,
            JOUR,
            rank % 3 + 1,
            rank % 3 == rank // 3 % 3,
            None,
        )
        for rank in range(60)
    ]
    settings = publish(tmp_path / "d", rows, candidats=candidats)
    found = simulate(settings, lue(tmp_path, grille), lue(tmp_path, contre, "contre.yml"), "stock")

    before = oracle.scores(contre, rows, types, missing)
    after = oracle.scores(grille, rows, types, missing)
    place, quartile = oracle.moves(before, after)
    told = values(found, "ensemble")
    assert told["changent_rang", "ensemble"]["apres"] == place
    assert told["changent_quartile", "ensemble"]["apres"] == quartile
    assert told["ex_aequo", "ensemble"]["apres"] == oracle.tied(before, after)
    distribution = values(found, "distribution").values()
    assert [sum(line[side] for line in distribution) for side in ("avant", "apres")] == [len(rows)] * 2
    for (axis, value), line in values(found, "groupes").items():
        if axis == "type_demande":
            wanted = None if value == "non_renseigne" else value
            members = [row["demande_id"] for row in rows if row["type_demande"] == wanted]
            assert [*line.values()][:4] == oracle.outcomes(before, after, members)
    scored = {who: points for who, points in after.items() if points is not None}
    for (_, code), line in values(found, "criteres").items():
        if line["changent_rang"] is not None:
            left = oracle.scores(oracle.without(grille, code), rows, types, missing)
            assert (line["changent_rang"], line["changent_quartile"]) == oracle.moves(scored, left), code
    commissions = defaultdict(list)
    for commission, _, who, _, _, rank, lease, _ in candidats:
        commissions[commission].append(
            {"avant": before[who], "apres": after[who], "rang_1": rank == 1, "bail_signe": lease}
        )
    for (_, code), line in values(found, "commissions").items():
        assert [line["restent"], line["cessent"], line["deviennent"]] == oracle.first(commissions, code)


def test_small_counts_are_secret_everywhere(par_la_main, tmp_path):
    settings, grille = par_la_main
    found = simulate(
        replace(settings, seuil_secret=11), grille, None, "stock", ["critere=DALO points=0..9 pas=9"]
    )
    for tableau in found.tableaux:
        for line in tableau.lignes:
            for name, value in zip(tableau.colonnes, line.valeurs, strict=True):
                if line.axe != "scores_distincts":
                    assert value in (SECRET, None, 0), (tableau.code, name)
    _, figures = write_files(found, tmp_path / "sortie")
    shown = duckdb.execute(
        f"select count(*) from '{figures}' where est_secret and valeur is not null"
    ).fetchone()
    assert shown == (0,)


def test_the_same_run_gives_the_same_bytes_and_no_household(par_la_main, tmp_path):
    settings, grille = par_la_main
    runs = [
        [
            path.read_bytes()
            for path in write_files(simulate(settings, grille, None, "stock"), tmp_path / name)
        ]
        for name in ("un", "deux")
    ]
    assert runs[0] == runs[1]
    note = runs[0][0].decode()
    assert grille.empreinte in note
    assert "P1, arrêtée au 31/01/2025" in note
    assert "http" not in note
    assert "<script" not in note
    columns = duckdb.execute(f"describe from '{next((tmp_path / 'un').glob('*.parquet'))}'").fetchall()
    assert [name for name, *_ in columns] == ["tableau", "axe", "modalite", "mesure", "valeur", "est_secret"]
    assert write_note(simulate(settings, grille, None, "stock")) == note
