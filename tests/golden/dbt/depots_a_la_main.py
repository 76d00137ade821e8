"""Small deliveries written by hand, as the door accepts them: leases, scores, dwellings.

A household is a number. What the marts must say of them is worked out in the tests that read them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.feeds import load_feeds
from pipeline.grilles.dossier import write_queries
from pipeline.intake.register import Register
from pipeline.intake.register_lines import DepotRecord, Line
from pipeline.intake.snapshot import write_register_snapshot
from pipeline.intake.storage import arrow_schema, write_empty_parquet
from pipeline.settings import FICTION_MARK, Settings

CINOR = "249740119"
RECU = date(2024, 4, 20)
FEEDS = load_feeds()
Row = Mapping[str, Any]
Deliveries = dict[tuple[str, str, str], tuple[Row, ...]]

RADIATIONS: tuple[Row, ...] = (
    {"demande_id": 1, "TYPE_DEMANDEUR": "D", "DATE_CREATION": date(2022, 10, 31), "MODE_MUTATION": "OUI",
     "DATE_RADIATION": date(2024, 3, 5), "MOTIF_RADIATION": "RADATT", "COMMUNE_LOGEMENT_ATTRIB": "97411",
     "SIREN_RADIATION": "900000001", "TYPE_RESERVATAIRE": "COLTER", "NUMERORPLS": "0974000001", "NB_QPV": 1,
     "REVENU_MENSUEL_FOYER": Decimal("500.00"), "UNITE_CONSO": Decimal("1.00")},
    {"demande_id": 2, "TYPE_DEMANDEUR": "D", "DATE_CREATION": date(2023, 1, 1), "MODE_LOGEMENT_ACTUEL": "LP",
     "DATE_RADIATION": date(2024, 2, 10), "MOTIF_RADIATION": "RADATT", "COMMUNE_LOGEMENT_ATTRIB": "97418",
     "SIREN_RADIATION": "900000002", "TYPE_RESERVATAIRE": "COLTER", "NB_QPV": 0,
     "REVENU_MENSUEL_FOYER": Decimal("1000.00"), "UNITE_CONSO": Decimal("1.00")},
    {"demande_id": 3, "TYPE_DEMANDEUR": "A", "DATE_CREATION": date(2023, 1, 1),
     "DATE_RADIATION": date(2024, 2, 10), "MOTIF_RADIATION": "RADATT", "COMMUNE_LOGEMENT_ATTRIB": "97411"},
    {"demande_id": 4, "TYPE_DEMANDEUR": "D", "DATE_CREATION": date(2023, 1, 1),
     "DATE_RADIATION": date(2024, 1, 15), "MOTIF_RADIATION": "RADREN"},
)  # fmt: skip
BAUX: tuple[Row, ...] = (
    {"demande_id": 1, "siren_bailleur": "900000001", "logement": "0974000001", "code_commune": "97411",
     "date_bail": date(2024, 3, 1), "date_caleol": date(2024, 2, 20), "reservataire": "COLACT",
     "code_qpv": "QP974027"},
    {"demande_id": 5, "siren_bailleur": "900000001", "logement": "0974000005", "code_commune": "97420",
     "date_bail": date(2024, 3, 20), "reservataire": "COLACT", "en_qpv": False,
     "ressources_uc_annuelles_eur": Decimal("6000.00")},
    {"demande_id": 7, "siren_bailleur": "900000001", "logement": "0974000007", "code_commune": "97415",
     "date_bail": date(2024, 3, 20), "reservataire": "COLACT", "en_qpv": False},
)  # fmt: skip
SCORES = {
    1: {"DALO": 50, "MUTATION": 10, "TOTAL": 60},
    2: {"ANCIENNETE": 5},
    4: {"SUROCC": 10},
    6: {"HANDICAP": 20},
}
POINTS: tuple[Row, ...] = tuple(
    {"demande_id": menage, "code_epci": CINOR, "grille": "EXEMPLE_CINOR_FICTIF", "version": "1",
     "date_points": date(2024, 1, 5), "critere": critere, "points": Decimal(points)}
    for menage, criteres in SCORES.items()
    for critere, points in criteres.items()
)  # fmt: skip
LOGEMENTS: tuple[Row, ...] = (
    {"DEPCOM": "97411", "QPV_CODE": "1"},
    {"DEPCOM": "97411", "QPV_CODE": "2"},
    {"DEPCOM": "97411", "QPV_CODE": "2"},
    {"DEPCOM": "97415", "QPV_CODE": "1"},
)
DEPOTS: Deliveries = {
    ("sne/radiations", "2024-T1", "gip-sne"): RADIATIONS,
    ("bailleurs/attributions", "2024-T1", "alize"): BAUX,
    ("cotation/points", "2024-T1", "imhoweb"): POINTS,
    ("rpls/logements_ouverts", "2024", "sdes"): LOGEMENTS,
}
# 8 leaves without a word, 6 is new, 9 was filed before the first stock that lacks it.
STOCKS: Deliveries = {
    ("sne/demandes", "2023-T4", "gip-sne"): tuple(
        {"demande_id": menage, "TYPE_DEMANDEUR": "D", "DATE_CREATION": date(2023, 1, 1),
         "COMMUNE_LOG_RECHERCHE": "97411"}
        for menage in (1, 2, 4, 8)
    ),
    ("sne/demandes", "2024-T1", "gip-sne"): tuple(
        {"demande_id": menage, "TYPE_DEMANDEUR": "D", "DATE_CREATION": creation,
         "COMMUNE_LOG_RECHERCHE": "97418"}
        for menage, creation in ((6, date(2024, 2, 1)), (9, date(2023, 5, 1)))
    ),
}  # fmt: skip
# What is published before, then what corrects it: 4 is back, 10 and 11 of 2025, 12 two quarters late.
QPV_AJOUTE = "QN97499N"
AVANT: Deliveries = {
    **STOCKS,
    ("bailleurs/attributions", "2025-T1", "alize"): (
        {"demande_id": 10, "siren_bailleur": "900000001", "logement": "0974000010", "code_commune": "97411",
         "date_bail": date(2025, 2, 1), "en_qpv": False, "recu_le": date(2025, 4, 20),
         "ressources_uc_annuelles_eur": Decimal("6800.00")},
        {"demande_id": 11, "siren_bailleur": "900000001", "logement": "0974000011", "code_commune": "97411",
         "date_bail": date(2025, 2, 1), "code_qpv": QPV_AJOUTE, "recu_le": date(2025, 4, 20),
         "ressources_uc_annuelles_eur": Decimal("20000.00")},
    ),
}  # fmt: skip
CORRECTIONS: tuple[Deliveries, ...] = (
    {
        ("parametres/seuils_q1", "2025", "analyste"): (
            {"code_epci": CINOR, "annee": 2025, "seuil_eur_uc": Decimal("6900.00"), "source": "Arrêté 2025"},
        ),
        ("sne/demandes", "2024-T1", "gip-sne"): (
            *STOCKS["sne/demandes", "2024-T1", "gip-sne"],
            {"demande_id": 4, "TYPE_DEMANDEUR": "D", "DATE_CREATION": date(2023, 1, 1),
             "COMMUNE_LOG_RECHERCHE": "97411"},
        ),
    },
    {
        ("bailleurs/attributions", "2024-T3", "alize"): (
            {"demande_id": 12, "siren_bailleur": "900000001", "logement": "0974000012",
             "code_commune": "97411", "date_bail": date(2024, 3, 25), "en_qpv": False,
             "recu_le": date(2024, 10, 20)},
        ),
        ("parametres/qpv", "2025", "analyste"): (
            {"code_qpv": QPV_AJOUTE, "generation": "2024", "libelle_qpv": "Ajouté", "code_commune": "97411",
             "source": "Décret 2025"},
        ),
    },
)  # fmt: skip
REFUSE = ("bailleurs/attributions", "2024-T1", "ecume")


def write_delivery(entrepot: Path, key: tuple[str, str, str], rows: tuple[Row, ...]) -> None:
    """Write an accepted delivery: a household is a number, absent columns are empty."""
    flux, periode, fournisseur = key
    schema = arrow_schema(FEEDS[flux])
    common: Row = {"periode": periode, "fournisseur": fournisseur, "recu_le": RECU}
    table = [
        {name: {**common, "ligne": line, **row}.get(name) for name in schema.names}
        | ({"demande_id": UUID(int=row["demande_id"]).bytes} if "demande_id" in row else {})
        for line, row in enumerate(rows, start=2)
    ]
    path = entrepot / flux / periode / f"{fournisseur}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(table, schema=schema), path)


def record_of(key: tuple[str, str, str], *, accepted: bool) -> DepotRecord:
    """Return a line of the register for a delivery."""
    received = datetime(RECU.year, RECU.month, RECU.day, tzinfo=UTC)
    return DepotRecord(
        *key, fichier="/".join(key) + ".csv", empreinte="0" * 64, octets=1, modifie_ns=0, recu_le=received,
        traite_le=received, lignes_lues=1, lignes_acceptees=1, lignes_rejetees=0, lignes_ignorees=0,
        decision="accepte" if accepted else "refuse", motifs=(), version_schema="1", version_code="1",
        en_vigueur=accepted,
    )  # fmt: skip


def deliver(settings: Settings, deliveries: Deliveries) -> None:
    """Put more deliveries in force; one of a place that had another replaces it (règle B9)."""
    with Register.open(settings.registre) as register:
        for key, rows in deliveries.items():
            write_delivery(settings.entrepot, key, rows)
            record = replace(record_of(key, accepted=True), empreinte=f"{len(rows):064d}")
            register.add_together([Line(record, (), None)])
        write_register_snapshot(register, settings.entrepot)


def prepare(root: Path, *, delivered: bool, fictitious: bool) -> Settings:
    """Return the settings of a data root whose entrepôt is ready for dbt."""
    settings = Settings(donnees=root)
    settings.raw.mkdir(parents=True)
    if fictitious:
        (settings.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    for feed in FEEDS.values():
        write_empty_parquet(settings.entrepot, feed)
    with Register.open(settings.registre) as register:
        if delivered:
            for key, rows in DEPOTS.items():
                write_delivery(settings.entrepot, key, rows)
                register.add_together([Line(record_of(key, accepted=True), (), None)])
            register.add_together([Line(record_of(REFUSE, accepted=False), (), None)])
        write_register_snapshot(register, settings.entrepot)
    write_queries(settings)
    return settings
