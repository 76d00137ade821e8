"""A territory whose stock comes once a year, as the SNE delivers it: the balance closes (règle A10).

Nantes Métropole in 2024, five households wishing Nantes, one wishing Saint-Nazaire (CARENE):

    A  filed 15/01/2023, housed 20/02/2024             in the stock of 31/12/2023
    B  filed 01/03/2022, not renewed 01/04/2024        in the stock of 31/12/2023
    C  filed 10/10/2023, wishes Saint-Nazaire          in both stocks
    E  filed 05/06/2024                                in the stock of 31/12/2024
    F  filed 01/02/2024, gives up 01/09/2024           in no stock: new all the same (règle A7)

Nantes: début 2 (A, B) + nouvelles 2 (E, F) − attribution 1 − non-renouvellement 1 − abandon 1 = fin 1 (E).
"""

import shutil
from pathlib import Path

import pytest

from pipeline.acceptation import Door
from pipeline.construction import run_build
from pipeline.publication.consultation import query_observatoire
from pipeline.session import tell_nobody
from pipeline.settings import Settings

PARAMETRES = Path(__file__).parent / "depots_metropole" / "parametres"
NANTES, CARENE = "244400404", "244400644"
HEADER = (
    "DEMANDE;NUMERO_UNIQUE;TYPE_DEMANDEUR;DATE_CREATION;MODE_LOGEMENT_ACTUEL;MODE_MUTATION;TAILLE_MENAGE;"
    "UNITE_CONSO;REVENU_MENSUEL_FOYER;TYPE_LOGEMENT_RECHERCHE;COMMUNE_LOG_RECHERCHE"
)
A = "1;044012300000144001;D;15/01/2023;LP;NON;1;1,0;700,00;T2;44109"
B = "2;044032200000244001;D;01/03/2022;HLM;OUI;2;1,5;1200,00;T3;44109"
C = "3;044102300000344001;D;10/10/2023;CPE;NON;1;1,0;708,33;T1;44184"
E = "4;044062400000544001;D;05/06/2024;LP;NON;3;1,8;1500,00;T3;44109"
F = "5;044022400000644001;D;01/02/2024;LP;NON;1;1,0;900,00;T1;44109"
EXIT = "DATE_RADIATION;MOTIF_RADIATION;COMMUNE_LOGEMENT_ATTRIB;TYPE_RESERVATAIRE;SIREN_RADIATION;NB_QPV"
DEPOTS = {
    "sne/demandes/2023": [HEADER, A, B, C],
    "sne/demandes/2024": [HEADER, C, E],
    "sne/radiations/2024": [
        f"{HEADER};{EXIT}",
        f"{A};20/02/2024;RADATT;44109;COLTER;900000101;0",
        f"{B};01/04/2024;RADREN;;;;",
        f"{F};01/09/2024;RADABA;;;;",
    ],
}


@pytest.fixture(scope="module")
def annuel(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings.load(tmp_path_factory.mktemp("annuel"))
    shutil.copytree(PARAMETRES, settings.raw / "parametres")
    for place, lines in DEPOTS.items():
        path = settings.raw / place / "gip-sne.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with Door.open(settings) as door:
        waiting, _ = door.waiting()
    report = run_build(settings, waiting, on_event=tell_nobody)
    assert {decision.delivery.label: decision.record.motifs for decision in report.refused} == {}
    return settings


def test_the_balance_of_the_year_closes_for_each_epci(annuel):
    columns = (
        "nombre_demandes_debut, nombre_nouvelles, nombre_reactivees, nombre_entrees_tardives, "
        "nombre_sorties_attribution, nombre_sorties_non_renouvellement, nombre_sorties_abandon, "
        "nombre_sorties_sans_motif, nombre_demandes_fin"
    )
    query = (
        f"select code_epci, {columns} from mart_mouvements_demandes where periode = '2024' order by code_epci"
    )
    assert query_observatoire(annuel, query).rows == (
        (NANTES, 2, 2, 0, 0, 1, 1, 1, 0, 1),
        (CARENE, 1, 0, 0, 0, 0, 0, 0, 0, 1),
    )


def test_who_waits_at_the_end_of_the_year(annuel):
    query = (
        "select code_epci, modalite, nombre_demandes from mart_demandes_actives_par_profil "
        "where periode = '2024' and axe = 'taille_menage' order by all"
    )
    assert query_observatoire(annuel, query).rows == ((NANTES, "3", 1), (CARENE, "1", 1))


def test_the_abnormally_long_wait_is_that_of_the_department(annuel):
    """On 31/12/2023: B has waited 670 days, 22.01 months; the table says 24 (dal), so nobody is beyond."""
    query = (
        "select count(*) filter (where est_delai_anormalement_long), count(*) from fct_demandes "
        "where periode = '2023-T4' and est_active"
    )
    assert query_observatoire(annuel, query).rows == ((0, 3),)
    # On 31/03/2024: 01/03/2022 → 31/03/2024 = 761 days, 25.00 months > 24.
    query = (
        "select round(anciennete_mois, 2) from fct_demandes "
        "where periode = '2024-T1' and est_delai_anormalement_long"
    )
    assert [float(str(row[0])) for row in query_observatoire(annuel, query).rows] == [25.0]
