"""The fictitious territory beside what is published: which figures are far, and why.

Nothing here says that the fiction is true: it says where a reader must not take it for the territory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import Settings

PROCHE = 0.10
_DEMANDE = "SELECT valeur FROM demande WHERE indicateur = '{}' AND territoire = '{}' AND date_ou_annee = '{}'"
_PARC = "SELECT {} FROM parc WHERE code = '249740119' AND annee = 2025"
_PROFIL = (
    "SELECT 100.0 * sum(nombre_demandes) FILTER ({}) / sum(nombre_demandes) "
    "FROM mart_demandes_actives_par_profil WHERE periode = '2024' AND axe = '{}'"
)
_TYPE = (
    "SELECT 100 * part_logements FROM mart_parc_par_profil WHERE periode = '2025' "
    "AND localisation_qpv = 'ensemble' AND axe = 'type_construction' AND modalite = '{}'"
)
_ATTRIBUTIONS = (
    "FROM mart_attributions_par_reservataire WHERE periode = '2024' "
    "AND code_bailleur = 'ensemble' AND code_reservataire = 'ensemble'"
)
_BILAN = "FROM mart_mouvements_demandes WHERE periode = '2024'"
_REUNION = "La Réunion"


@dataclass(frozen=True)
class Comparaison:
    """A figure read twice: in the published files, and in the marts of the fictitious territory."""

    nom: str
    territoire: str
    publie: str
    fictif: str
    pourquoi: str = ""


def _ratio(above: str, below: str, factor: int = 100) -> str:
    return f"SELECT {factor}.0 * ({above}) / ({below})"


COMPARAISONS = (
    Comparaison(
        "logements au 1/1/2025",
        "CINOR 2025",
        _PARC.format("nb_logements_sociaux"),
        "SELECT nombre_logements FROM mart_parc_par_qpv "
        "WHERE periode = '2025' AND localisation_qpv = 'ensemble'",
    ),
    Comparaison(
        "% en QPV",
        "CINOR 2025",
        _PARC.format("part_qpv_pct"),
        "SELECT 100 * part_logements FROM mart_parc_par_qpv "
        "WHERE periode = '2025' AND localisation_qpv = 'qpv'",
    ),
    Comparaison("% individuel", "CINOR 2025", _PARC.format("part_individuel_pct"), _TYPE.format("I")),
    Comparaison("% collectif", "CINOR 2025", _PARC.format("part_collectif_pct"), _TYPE.format("C")),
    Comparaison(
        "tension",
        "CINOR 2024, supérieure à",
        _DEMANDE.format("tension", "CINOR", "2024"),
        "SELECT tension FROM mart_tension WHERE periode = '2024' AND axe = 'ensemble'",
    ),
    Comparaison(
        "délai moyen d'attribution (mois)",
        "La Réunion 2023",
        _DEMANDE.format("délai moyen d''attribution", _REUNION, "2023"),
        f"SELECT delai_attribution_moyen_mois {_ATTRIBUTIONS}",
    ),
    Comparaison(
        "délai moyen (mois)",
        "La Réunion 2025, un bailleur",
        _DEMANDE.format("délai moyen", _REUNION, "2025"),
        f"SELECT delai_attribution_moyen_mois {_ATTRIBUTIONS}",
        "chiffre d'un seul bailleur ; le territoire est calé sur les 16 mois de l'île",
    ),
    Comparaison(
        "délai moyen d'attribution (jours)",
        "France 2022",
        _DEMANDE.format("délai moyen des attributaires", "France", "2022"),
        f"SELECT 30.4375 * delai_attribution_moyen_mois {_ATTRIBUTIONS}",
    ),
    Comparaison(
        "ancienneté moyenne des demandes (jours)",
        "France 2022",
        _DEMANDE.format("ancienneté moyenne des demandes en attente", "France", "2022"),
        "SELECT 30.4375 * anciennete_moyenne_mois FROM mart_demandes_actives_par_profil "
        "WHERE periode = '2024' AND axe = 'ensemble'",
        "aucun chiffre local : les attentes sont tirées pour tenir le délai et le stock, pas l'ancienneté",
    ),
    Comparaison(
        "% de demandeurs de moins de 30 ans",
        "La Réunion 2023",
        _DEMANDE.format("part demandeurs < 30 ans", _REUNION, "2023"),
        _PROFIL.format("WHERE modalite = 'moins_de_30'", "tranche_age"),
        "âge à la fin de la période (règle R0.3), deux ans après le dépôt en moyenne ; âges non calés",
    ),
    Comparaison(
        "% de ménages de 1 ou 2 personnes",
        "La Réunion 2023",
        _DEMANDE.format("part ménages 1 ou 2 personnes", _REUNION, "2023"),
        _PROFIL.format("WHERE modalite IN ('1', '2')", "taille_menage"),
    ),
    Comparaison(
        "% demandant un T1 ou un T2",
        "La Réunion 2023",
        _DEMANDE.format("part demande T1-T2", _REUNION, "2023"),
        _PROFIL.format("WHERE modalite IN ('T1', 'T2')", "typologie_recherchee"),
    ),
    Comparaison(
        "% de mutations dans la demande",
        "La Réunion 2025",
        _DEMANDE.format("part mutations dans la demande", _REUNION, "2025"),
        _PROFIL.format("WHERE modalite = 'mutation'", "type_demande"),
    ),
    Comparaison(
        "nouvelles demandes pour 100 en cours",
        "La Réunion 2024",
        _ratio(
            _DEMANDE.format("nouvelles demandes", _REUNION, "2024"),
            _DEMANDE.format("demandes en cours", _REUNION, "2025-01-01"),
        ),
        f"SELECT 100.0 * nombre_nouvelles / nombre_demandes_fin {_BILAN}",
    ),
    Comparaison(
        "attributions pour 100 demandes en cours",
        "La Réunion 2024, moins de",
        _ratio(
            _DEMANDE.format("attributions", _REUNION, "2024"),
            _DEMANDE.format("demandes en cours", _REUNION, "2025-01-01"),
        ),
        "SELECT 100 / tension FROM mart_tension WHERE periode = '2024' AND axe = 'ensemble'",
        "l'île est plus tendue que la CINOR : le TCO et la CIVIS sont au-dessus",
    ),
    Comparaison(
        "hausse des demandes en cours (%)",
        "La Réunion 2024",
        _ratio(
            _DEMANDE.format("demandes en cours", _REUNION, "2025-01-01"),
            _DEMANDE.format("demandes en cours", _REUNION, "2023-12-31"),
        )
        + " - 100",
        f"SELECT 100.0 * nombre_demandes_fin / nombre_demandes_debut - 100 {_BILAN}",
        "le territoire est calé sur le niveau (15 000 demandes), pas sur la hausse",
    ),
    Comparaison(
        "% du 1er quartile hors QPV",
        "France 2019",
        _DEMANDE.format("taux hors QPV 1er quartile", "France (EPCI LEC)", "2019"),
        "SELECT 100.0 * nombre_q1_hors_qpv / (SELECT nombre_attributions FROM mart_attributions_par_qpv "
        "WHERE periode = '2024' AND localisation_qpv = 'hors_qpv' AND axe = 'ensemble' "
        "AND code_bailleur = 'ensemble' AND code_reservataire = 'ensemble') "
        f"{_ATTRIBUTIONS}",
        "cinq ans d'écart : 18 % dès 2021 en France",
    ),
)
SANS_EQUIVALENT = (
    "vacance, mobilité, loyers : aucune table ne les publie encore",
    "seuils du 1er quartile publiés : Ain, Aisne et Allier seulement ; ceux du territoire sont fictifs",
    "densité pour 100 résidences principales : la population n'est pas livrée",
)

pytestmark = pytest.mark.reel


@pytest.fixture(scope="module")
def chiffres(observatoire_fictif: Settings, donnees_reelles: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables beside the marts of the fictitious territory."""
    with duckdb.connect() as connection:
        for table, name in (("demande", "demande_attributions_publiees"), ("parc", "dreal_rpls_parc")):
            path = donnees_reelles / "publie" / f"{name}.csv"
            connection.execute(f"CREATE TABLE {table} AS FROM read_csv('{path}')")
        connection.execute(f"ATTACH '{observatoire_fictif.observatoire}' AS fictif (READ_ONLY)")
        connection.execute("SET search_path = 'memory.main,fictif.marts'")
        yield connection


def _read(chiffres: duckdb.DuckDBPyConnection, query: str) -> float:
    (row,) = chiffres.execute(query).fetchall()
    return float(row[0])


def test_figures_are_near_the_published_ones_or_their_distance_is_explained(chiffres):
    print("\n| chiffre | publié | | fictif | écart | |\n|---|---|---|---|---|---|")
    far = set()
    for item in COMPARAISONS:
        published, found = _read(chiffres, item.publie), _read(chiffres, item.fictif)
        distance = found / published - 1
        if abs(distance) > PROCHE:
            far.add(item.nom)
        verdict = f"loin : {item.pourquoi}" if item.pourquoi else "proche"
        figures = f"{published:,.1f} | {found:,.1f} | {distance:+.0%}"
        print(f"| {item.nom} | {item.territoire} | {figures} | {verdict} |")
    print(*(f"Sans équivalent : {reason}" for reason in SANS_EQUIVALENT), sep="\n")
    assert far == {item.nom for item in COMPARAISONS if item.pourquoi}
