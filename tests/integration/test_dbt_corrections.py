"""What comes late corrects what was published: the figures move, and mart_revisions says by which delivery.

Three publications of the small deliveries: before, then after each pair of corrections.
"""

from typing import Any

import pytest

from pipeline.dbt_runs import build_file
from pipeline.parsed_models import parse_models
from pipeline.publication.consultation import query_observatoire
from pipeline.publication.lineage import feeds_of_marts
from pipeline.publication.releases import publish_release
from pipeline.settings import Settings
from pipeline.transformation import build_tables
from tests.golden.dbt.depots_a_la_main import CORRECTIONS, deliver

SEUILS, STOCK = "parametres/seuils_q1 2025 analyste", "sne/demandes 2024-T1 gip-sne"
RETARD, CARTE = "bailleurs/attributions 2024-T3 alize", "parametres/qpv 2025 analyste"
RESERVATAIRES, DELAIS = "mart_attributions_par_reservataire", "mart_delai_par_reservataire"
MOUVEMENTS = "mart_mouvements_demandes"
OBLIGATION = """
    select numerateur, denominateur, nombre_manquant, nombre_qpv_inconnu, est_seuil_provisoire
    from mart_obligations
    where
        periode = '2025' and code_bailleur = 'ensemble' and code_reservataire = 'ensemble'
        and obligation = 'Q1_HORS_QPV' and source_objectif = 'loi'
"""


def publish(settings: Settings, mark: str) -> str:
    build_tables(settings)
    feeds = feeds_of_marts(parse_models(settings))
    release = publish_release(settings, build_file(settings), input_fingerprint=mark, feeds_of=feeds)
    return release.publication_id


@pytest.fixture(scope="module")
def publications(avec_stock: Settings) -> tuple[Settings, list[str]]:
    """The root, and its publications from the first to the last."""
    published = [publish(avec_stock, "avant")]
    for deliveries in CORRECTIONS:
        deliver(avec_stock, deliveries)
        published.append(publish(avec_stock, f"après {len(published)}"))
    return avec_stock, published


def revisions(settings: Settings, publication: str, mart: str, periode: str) -> list[tuple[Any, ...]]:
    query = f"""
        select mesure, ancienne_valeur, nouvelle_valeur, depots_en_cause from mart_revisions
        where est_ensemble and indicateur = '{mart}' and periode = '{periode}' order by all
    """
    return list(query_observatoire(settings, query, publication).rows)


def test_a_threshold_of_june_applies_from_january(publications):
    """6 800 € is above the 6 732 of 2024, below the 6 900 of 2025: 0 of 1, then 1 of 1 since 1 February.

    0 of 1 at 25 %: (0.25 − 0) ÷ 0.75 = 1/3, one more is needed (1/2); 1 of 1: none.
    """
    settings, (before, june, _) = publications
    assert query_observatoire(settings, OBLIGATION, before).rows == ((0, 1, 1, 1, True),)
    assert query_observatoire(settings, OBLIGATION, june).rows == ((1, 1, 0, 1, False),)
    found = revisions(settings, june, RESERVATAIRES, "2025-T1")
    assert found == [("nombre_q1_hors_qpv", 0, 1, SEUILS)]


def test_a_demande_reactivated_returns_without_being_new(publications):
    """4 lapsed on 15/01; the corrected stock of 31/03 holds it: the exit stays, it is back (règles A4, A5).

    In the stocks of both ends, filed on a 1 January: a renewal is deduced.
    """
    settings, (_, june, _) = publications
    found = revisions(settings, june, MOUVEMENTS, "2024-T1")
    assert found == [
        ("nombre_demandes_fin", 2, 3, STOCK),
        ("nombre_reactivees", 0, 1, STOCK),
        ("nombre_renouvellements_deduits", 0, 1, STOCK),
    ]


def test_a_lease_two_quarters_late_counts_at_its_date(publications):
    """Leases of 2024: 1, 2 and 5, then 12, delivered with 2024-T3 and signed on 25/03/2024 (règle B8)."""
    settings, (_, before, late) = publications
    query = f"""
        select periode, nombre_attributions from {DELAIS}
        where
            code_bailleur = 'ensemble' and code_reservataire = 'ensemble' and type_demande = 'ensemble'
            and periode in ('2024-T1', '2024') order by periode
    """
    known = [dict(query_observatoire(settings, query, name).rows) for name in (before, late)]
    assert known == [{"2024": 3, "2024-T1": 3}, {"2024": 4, "2024-T1": 4}]
    assert revisions(settings, late, DELAIS, "2024") == [("nombre_attributions", 3, 4, RETARD)]
    [(*moved, causes)] = revisions(settings, late, DELAIS, "2024-T1")
    assert (moved, RETARD in causes) == (["nombre_attributions", 3, 4], True)


def test_a_changed_map_of_the_qpv_places_a_lease(publications):
    """The quartier of lease 11 is on no list: unknown; added to the map of 2024, the lease is in QPV (E4)."""
    settings, (_, before, after) = publications
    assert query_observatoire(settings, OBLIGATION, before).rows == ((1, 1, 0, 1, False),)
    assert query_observatoire(settings, OBLIGATION, after).rows == ((1, 1, 0, 0, False),)
    assert revisions(settings, after, RESERVATAIRES, "2025-T1") == [("nombre_en_qpv", 0, 1, CARTE)]
