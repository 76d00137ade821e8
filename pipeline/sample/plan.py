"""The plan as the EPCI follows it by hand: actions, accesses, places, trainings, progress, targets.

Organisations and figures are inventions; nobody is named. Each table is a frame of text, as it is delivered.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipeline.sample.geographie import BAILLEURS, CODE_EPCI, COMMUNES
from pipeline.sample.lieux_accueil import LIEUX, PILS

ACTIONS, ACCES, LIEUX_ACCUEIL = "plan/actions", "plan/acces_sne", "plan/lieux_accueil"
FORMATIONS, AVANCEMENT = "plan/formations", "plan/avancement_epci"
OBJECTIFS, RESIDENCES = "plan/objectifs_plh", "plan/residences"
EPCI_FICTIF = "EPCI (fictif)"
INTITULES = {
    "1.1": "Informer les demandeurs (fictif)",
    "2.1": "Enregistrer partout de même (fictif)",
    "3.1": "Former et labelliser les lieux (fictif)",
    "4.1": "Suivre les mutations (fictif)",
    "4.3": "Coter la demande (fictif)",
    "6.1": "Suivre les radiations (fictif)",
    "7.1": "Ouvrir des accès au SNE (fictif)",
    "8.1": "Échanger entre locataires (fictif)",
    "10.1": "Suivre les indicateurs (fictif)",
    "10.2": "Suivre la fréquentation (fictif)",
}
ETATS = ("A_LANCER", "EN_COURS", "REALISEE")
PRODUITS = {"PLAI": 60, "PLUS": 110, "PLS": 30}
ANNEE, RESIDENCES_PAR_BAILLEUR, VISITES_D_UN_LABEL = 2024, 4, 1000
AUTRES_EPCI = tuple(f"24000000{rang}" for rang in range(1, 8))

Tables = Mapping[str, Mapping[str, pl.DataFrame]]
"""The rows of each delivery, by feed then by period."""


def draw_plan(rng: np.random.Generator) -> Tables:
    """Draw every delivery of the plan."""
    progress = {numero: int(rng.integers(0, 5)) for numero in INTITULES}
    return {
        ACTIONS: {
            semestre: _actions(rng, progress, rang, semestre)
            for rang, semestre in enumerate(("2024-S1", "2024-S2"))
        },
        ACCES: {"2024": _accesses(rng)},
        LIEUX_ACCUEIL: {"2024": _places(rng)},
        FORMATIONS: {str(annee): _trainings(rng, annee) for annee in (2023, 2024)},
        AVANCEMENT: {"2024-S2": _progress(rng)},
        OBJECTIFS: {"2024": _targets(rng)},
        RESIDENCES: {"2024": _residences(rng)},
    }


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Give text: dates as the French write them, the unknown empty."""
    text = [{name: _text(cell) for name, cell in row.items()} for row in rows]
    return pl.DataFrame(text, schema=dict.fromkeys(rows[0], pl.String))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _actions(rng: np.random.Generator, progress: Mapping[str, int], rang: int, semestre: str) -> pl.DataFrame:
    """An action starts, then ends; from one half-year to the next it never goes back."""
    rows: list[dict[str, object]] = []
    for numero, titre in INTITULES.items():
        etat = ETATS[min((progress[numero] + rang) // 2, 2)]
        debut = date(2023, 1, 1) + timedelta(days=30 * progress[numero])
        budget = int(rng.integers(2, 40)) * 1000
        rows.append(
            {
                "numero_action": numero,
                "libelle_action": titre,
                "pilote": EPCI_FICTIF if progress[numero] else BAILLEURS[0].nom,
                "financeur": "État",
                "montant_prevu_eur": budget,
                "montant_engage_eur": int(budget * rng.uniform(0, 1)) if etat != "A_LANCER" else None,
                "date_debut": debut if etat != "A_LANCER" else None,
                "date_fin_prevue": date(2025, 12, 31),
                "date_fin": date(2024, 5, 15) if etat == "REALISEE" else None,
                "etat": etat,
                "moyens": f"Moyens de {semestre} (texte fictif)",
            }
        )
    return _frame(rows)


def _accesses(rng: np.random.Generator) -> pl.DataFrame:
    owners = [(f"Commune de {nom} (fictif)", "COMMUNE") for nom in COMMUNES.values()]
    owners += [(bailleur.nom, "BAILLEUR") for bailleur in BAILLEURS] + [(EPCI_FICTIF, "EPCI")]
    rows: list[dict[str, object]] = []
    for rang, (organisme, famille) in enumerate(owners, start=1):
        comptes = int(rng.integers(2, 20))
        enregistre = famille != "EPCI"
        rows.append(
            {
                "organisme": organisme,
                "type_organisme": famille,
                "profil": "ENREGISTREMENT" if enregistre else "GESTION",
                "code_guichet": f"FIC{rang:02}" if enregistre else None,
                "nombre_comptes": comptes,
                "nombre_comptes_actifs": int(rng.integers(0, comptes + 1)),
                "date_convention": date(2023, 1, 10) + timedelta(days=int(rng.integers(0, 300))),
            }
        )
    return _frame(rows)


def _places(rng: np.random.Generator) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "code_lieu": lieu.code,
            "libelle_lieu": lieu.libelle,
            "type_lieu": lieu.type_lieu,
            "gestionnaire": f"Commune de {COMMUNES[lieu.commune]} (fictif)",
            "adresse": f"{lieu.rang} rue de l'Exemple {lieu.type_lieu} (fictif)",
            "code_commune": lieu.commune,
            "horaires": "du lundi au vendredi, le matin",
            "heures_par_semaine": int(rng.integers(8, 36)),
            "date_ouverture": date(lieu.ouvert, 1, 15),
            "date_fermeture": date(2023, 12, 31) if lieu.code == "PILS-05" else None,
            "est_labellise": "OUI" if lieu.visites > VISITES_D_UN_LABEL else "NON",
            "date_label": date(2023, 9, 1) if lieu.visites > VISITES_D_UN_LABEL else None,
        }
        for lieu in LIEUX
    ]
    return _frame(rows)


def _trainings(rng: np.random.Generator, annee: int) -> pl.DataFrame:
    """Every place sends some of its staff to one session a year; one forgets to count them."""
    rows: list[dict[str, object]] = []
    for rang, lieu in enumerate(lieu for lieu in LIEUX if lieu.ouvert <= annee):
        agents = int(rng.integers(1, 7))
        inscrits = int(rng.integers(1, agents + 1))
        session = date(annee, 2 + 3 * (rang % 3), 12)
        rows.append(
            {
                "id_session": f"F-{annee}-{rang % 3 + 1}",
                "date_session": session,
                "code_lieu": lieu.code,
                "type_formation": "INITIALE" if lieu.type_lieu == PILS else "COTATION",
                "organisme_formateur": "Organisme fictif",
                "duree_heures": "6,5",
                "nombre_inscrits": inscrits,
                "nombre_participants": int(rng.integers(0, inscrits + 1)) if rang else None,
                "nombre_agents": agents,
                "date_validite": date(annee + 2, 12, 31),
                "noms_participants": "FICTIF Un, FICTIF Deux",
            }
        )
    return _frame(rows)


def _progress(rng: np.random.Generator) -> pl.DataFrame:
    """Each EPCI is at one step: nothing yet, a draft, a test, in force."""
    rows: list[dict[str, object]] = []
    for rang, code in enumerate((CODE_EPCI, *AUTRES_EPCI), start=1):
        etape = int(rng.integers(0, 4))
        debut = date(2024, 1, 1) + timedelta(days=int(rng.integers(0, 90)))
        rows.append(
            {
                "code_epci": code,
                "libelle_epci": f"EPCI fictif {rang}",
                "etat_travaux": ("NON_ENGAGES", "EN_COURS", "EN_COURS", "ACHEVES")[etape],
                "accompagnement": ("AUCUN", "AGENCE", "BUREAU_ETUDES", "GESTIONNAIRE")[etape],
                "etat_grille": ("ABSENTE", "PROJET", "VALIDEE", "DELIBEREE")[etape],
                "date_debut_test": debut if etape > 1 else None,
                "date_fin_test": debut + timedelta(days=180) if etape > 1 else None,
                "perimetre_test": "TERRITOIRE" if etape > 1 else "AUCUN",
                "date_lancement": date(2025, 1, 1) if etape == len(ETATS) else None,
            }
        )
    return _frame(rows)


def _targets(rng: np.random.Generator) -> pl.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "code_epci": CODE_EPCI,
            "code_commune": commune,
            "annee": annee,
            "produit": produit,
            "nombre_objectif": (vise := int(volume * rng.uniform(0.5, 1.5))),
            "nombre_realise": int(vise * rng.uniform(0, 1.3)) if annee == ANNEE else None,
            "source": "PLH 2024-2029 (fictif)",
        }
        for commune in COMMUNES
        for annee in (ANNEE, ANNEE + 1)
        for produit, volume in PRODUITS.items()
    ]
    return _frame(rows)


def _residences(rng: np.random.Generator) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for bailleur in BAILLEURS:
        for rang in range(1, RESIDENCES_PAR_BAILLEUR + 1):
            logements = int(rng.integers(12, 160))
            rows.append(
                {
                    "siren_bailleur": bailleur.siren,
                    "code_residence": f"R{rang:03}",
                    "libelle_residence": f"Résidence fictive {bailleur.fournisseur} {rang}",
                    "code_commune": list(COMMUNES)[int(rng.integers(0, len(COMMUNES)))],
                    "annee_construction": int(rng.integers(1955, 2023)),
                    "nombre_logements": logements,
                    "nombre_logements_pmr": int(logements * rng.uniform(0, 0.2)),
                    "a_ascenseur": "OUI" if rng.random() < 1 / 2 else "NON",
                    "note_environnement": int(rng.integers(1, 6)) if rang < RESIDENCES_PAR_BAILLEUR else None,
                    "note_cadre_de_vie": int(rng.integers(1, 6)) if rang < RESIDENCES_PAR_BAILLEUR else None,
                    "note_services": int(rng.integers(1, 6)) if rang < RESIDENCES_PAR_BAILLEUR else None,
                    "date_evaluation": date(2024, 5, 14) if rang < RESIDENCES_PAR_BAILLEUR else None,
                }
            )
    return _frame(rows)
