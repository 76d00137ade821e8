"""The leases: which dwelling, on which day, after which commission, on whose contingent.

What is drawn here is what happened; what partners say of it comes later.
"""

import numpy as np
import polars as pl

from pipeline.sample.calendrier import delivery_rank
from pipeline.sample.demandes import ATTRIBUTION
from pipeline.sample.geographie import BAILLEURS, BASCULE_QPV
from pipeline.sample.parc import HORS_CARTE, MILLESIMES
from pipeline.sample.tirages import Days, Mask, Numbers, Ranks, day, draw_words, flag

RESERVATAIRES = {"AUCUN": 37, "PPRIOR": 20, "COLTER": 18, "COLACT": 17, "PFONCT": 5, "AUTRES": 3}
RESERVATAIRES_PRIORITAIRES = {"PPRIOR": 60, "AUCUN": 18, "COLTER": 12, "COLACT": 8, "PFONCT": 1, "AUTRES": 1}
SEUIL_MODESTE = 6_600.0
_PART_QPV_MODESTES, _PART_QPV_AUTRES = 0.59, 0.47
_LOYER_M2, _ECART_LOYER = 6.78, 0.9
_SAMEDI = 5


def draw_baux(rng: np.random.Generator, demandes: pl.DataFrame, parc: pl.DataFrame) -> pl.DataFrame:
    """Return one row per lease signed; `bail` is its rank, `date_radiation` the day the SNE records it."""
    served = demandes.filter(pl.col("destin") == ATTRIBUTION).select(
        "menage",
        "est_association",
        "date_depot",
        "date_fin",
        "pieces_souhaitees",
        "revenu",
        "unites",
        "DALO",
        "L441_1",
    )
    filed = served["date_depot"].to_numpy().astype("datetime64[D]")
    signed = _on_a_weekday(served["date_fin"].to_numpy().astype("datetime64[D]"), filed)
    modest = (12 * served["revenu"] <= SEUIL_MODESTE * served["unites"]).to_numpy()
    in_qpv = flag(rng, np.where(modest, _PART_QPV_MODESTES, _PART_QPV_AUTRES), served.height)
    rooms = _allotted_rooms(rng, served["pieces_souhaitees"].to_numpy())
    dwellings = parc[_match_dwellings(rng, rooms, in_qpv, signed, parc)]
    urgent = (served["DALO"] | served["L441_1"]).to_numpy()
    rents = dwellings["surface"].to_numpy() * np.maximum(
        rng.normal(_LOYER_M2, _ECART_LOYER, served.height), 3.0
    )
    baux = served.select("menage", "est_association", "date_depot").with_columns(
        dwellings.select("identifiant", "siren", "commune", "qpv_2015", "qpv_2024", "pieces", "financement"),
        loyer=pl.Series(np.round(rents, 2)),
        date_bail=pl.Series(signed),
        date_caleol=pl.Series(_commission_days(rng, signed, filed)),
        reservataire=pl.Series(_draw_reservataires(rng, urgent)),
        date_radiation=pl.Series(_radiation_days(rng, signed, filed)),
    )
    return (
        _with_deliveries(rng, baux.sort("date_bail", "menage"))
        .with_row_index("bail")
        .with_columns(pl.col("bail").cast(pl.Int64))
    )


def _on_a_weekday(days: Days, filed: Days) -> Days:
    """Bring weekend leases back to Friday, never before the filing."""
    weekday = (days.astype("int64") + 3) % 7
    back = np.where(weekday >= _SAMEDI, weekday - _SAMEDI + 1, 0).astype("timedelta64[D]")
    return np.maximum(days - back, filed)


def _commission_days(rng: np.random.Generator, signed: Days, filed: Days) -> Days:
    before = np.clip(np.round(rng.gamma(3.0, 9.0, len(signed))), 4, 120).astype("timedelta64[D]")
    return np.maximum(signed - before, filed)


def _radiation_days(rng: np.random.Generator, signed: Days, filed: Days) -> Days:
    """Draw the SNE's date: some days after the lease, sometimes before it."""
    after = np.clip(np.round(rng.exponential(9.0, len(signed))), 0, 60)
    early = flag(rng, 0.04, len(signed))
    lag = np.where(early, -rng.integers(1, 11, len(signed)), after).astype("timedelta64[D]")
    return np.maximum(signed + lag, filed)


def _allotted_rooms(rng: np.random.Generator, wished: Ranks) -> Ranks:
    return np.clip(wished + rng.choice((-1, 0, 1), size=len(wished), p=(0.12, 0.7, 0.18)), 1, 6)


def _match_dwellings(
    rng: np.random.Generator, rooms: Ranks, in_qpv: Mask, signed: Days, parc: pl.DataFrame
) -> Ranks:
    """Draw a dwelling for each lease, of the wanted size, in QPV or not on the map of its day, let once."""
    chosen = np.zeros(len(rooms), dtype=np.int64)
    free = (parc["dernier"] == MILLESIMES[-1]).to_numpy()
    sizes = parc["pieces"].to_numpy()
    after_switch = signed >= day(BASCULE_QPV)
    for switched, map_column, newest in (
        (False, "qpv_2015", MILLESIMES[0]),
        (True, "qpv_2024", MILLESIMES[-1]),
    ):
        inside = (parc[map_column] != HORS_CARTE).to_numpy()
        standing = (parc["premier"] <= newest).to_numpy()
        for size in range(1, 7):
            for wanted in (True, False):
                leases = np.flatnonzero((rooms == size) & (in_qpv == wanted) & (after_switch == switched))
                pool = np.flatnonzero(free & standing & (sizes == size) & (inside == wanted))
                taken = rng.choice(pool, size=len(leases), replace=False)
                chosen[leases] = taken
                free[taken] = False
    return chosen


def _draw_reservataires(rng: np.random.Generator, urgent: Mask) -> np.ndarray:
    ordinary = draw_words(rng, RESERVATAIRES, len(urgent))
    return np.where(urgent, draw_words(rng, RESERVATAIRES_PRIORITAIRES, len(urgent)), ordinary)


def _with_deliveries(rng: np.random.Generator, baux: pl.DataFrame) -> pl.DataFrame:
    """Add who sends what when: late bailleurs, later radiations."""
    suppliers = {bailleur.siren: bailleur.fournisseur for bailleur in BAILLEURS}
    late_sne: Numbers = rng.choice((0, 1, 2), size=baux.height, p=(0.92, 0.06, 0.02))
    late_bailleur = flag(rng, 0.025, baux.height).astype(np.int64)
    return baux.with_columns(
        fournisseur=pl.col("siren").replace_strict(suppliers),
        retard_sne=pl.Series(late_sne, dtype=pl.Int64),
        retard_bailleur=pl.Series(late_bailleur),
    ).with_columns(
        livraison_sne=delivery_rank("date_radiation", "retard_sne"),
        livraison_bailleur=delivery_rank("date_bail", "retard_bailleur"),
    )


def in_force_qpv(day_column: str) -> pl.Expr:
    """Give the dwelling's QPV code on the map in force that day, empty outside (règle E5)."""
    after = pl.col(day_column) >= BASCULE_QPV
    return pl.when(after).then(pl.col("qpv_2024")).otherwise(pl.col("qpv_2015"))
