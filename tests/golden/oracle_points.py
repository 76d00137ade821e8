"""How the points spread over the households waiting and housed, from the truth of the scores: no SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import Any

import polars as pl

from tests.golden.oracle import ENSEMBLE, GRILLE_VERSION, Oracle
from tests.golden.oracle_cotation import percentile_disc
from tests.golden.oracle_mesures import Key, measure_delays
from tests.golden.oracle_parametres import NON_RENSEIGNE
from tests.golden.oracle_stock import covered_periods


@dataclass(frozen=True)
class Menage:
    """A household waiting on the last day of a period, its modality on each axis, its score that day."""

    periode: str
    code_epci: str
    menage: int
    profil: dict[str, str]
    points: Decimal | None
    date_points: date | None
    commune: str

    @property
    def version(self) -> str:
        """The version of its grid: the fictitious territory has one."""
        return NON_RENSEIGNE if self.points is None else GRILLE_VERSION


@dataclass
class Concernes:
    """The households a criterion concerns: points of those waiting, delays of those housed."""

    points: list[Decimal] = field(default_factory=list)
    delais: list[int | None] = field(default_factory=list)

    def measures(self, waiting: int, housed: int) -> dict[str, Any]:
        """Give the measures, among so many households waiting and housed that are scored."""
        total = sum(self.points, Decimal(0))
        return {
            "nombre_demandes": len(self.points),
            "part_demandes": len(self.points) / waiting if waiting else None,
            "points_somme": total if self.points else None,
            "points_moyens": float(total) / len(self.points) if self.points else None,
            "points_min": min(self.points, default=None),
            "points_max": max(self.points, default=None),
            "part_attributions": len(self.delais) / housed if housed else None,
            **measure_delays(self.delais),
        }


@cache
def waiting_households(oracle: Oracle) -> tuple[Menage, ...]:
    """Give the households of the indicators, as the profile of the stock describes them."""
    return tuple(_describe_waiting(oracle))


def _describe_waiting(oracle: Oracle) -> Iterator[Menage]:
    for periode, _ in covered_periods(oracle.stocks):
        day = periode.dernier_jour
        for code_epci, rows in oracle.stocks.par_jour.get(day, {}).items():
            if code_epci not in set(oracle.parametres.epci_des_communes.values()):
                continue
            for row in rows:
                score = oracle.cotation.last(row["menage"], day)
                yield Menage(
                    periode.code,
                    code_epci,
                    row["menage"],
                    oracle.profile(periode, row, oracle.histoires.creations.get(row["menage"])),
                    score.points if score else None,
                    score.jour if score else None,
                    row["commune"],
                )


def distribution(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_distribution_points: one version of grid, so that its points are those of the whole."""
    cells: dict[Key, list[Decimal | None]] = defaultdict(list)
    for household in waiting_households(oracle):
        for version in (household.version, ENSEMBLE):
            for axis, modality in household.profil.items():
                cells[household.periode, household.code_epci, version, axis, modality].append(
                    household.points
                )
    return {
        key: {
            "nombre_demandes": len(points),
            "part_demandes": len(points) / len(cells[*key[:3], ENSEMBLE, ENSEMBLE]),
            **_describe(sorted(point for point in points if point is not None)),
        }
        for key, points in cells.items()
    }


def profil_par_tranche(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_profil_par_tranche."""
    counts: Counter[Key] = Counter()
    for household in waiting_households(oracle):
        for tranche in (household.profil["tranche_points"], ENSEMBLE):
            for axis in household.profil.keys() - {"tranche_points"}:
                modality = household.profil[axis]
                counts[household.periode, household.code_epci, tranche, axis, modality] += 1
    return {
        key: {"nombre_demandes": count, "part_demandes": count / counts[*key[:3], ENSEMBLE, ENSEMBLE]}
        for key, count in counts.items()
    }


def delais_par_tranche(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_delai_par_tranche_points."""
    limits = {item.code: (item.borne_min, item.borne_max) for item in oracle.parametres.tranches}
    cells: dict[Key, list[int | None]] = defaultdict(list)
    old: dict[Key, list[bool]] = defaultdict(list)
    for periode, attributions in oracle.par_periode.items():
        for held in attributions:
            score = oracle.cotation.last(held.menage, held.date_reference)
            tranche = NON_RENSEIGNE if score is None else oracle.parametres.tranche(score.points)
            axes = (held.code_bailleur, held.code_reservataire, tranche)
            axes = (*axes, held.localisation_qpv, held.type_demande)
            for combination in product(*((code, ENSEMBLE) for code in axes)):
                key = (periode.code, held.code_epci, *combination)
                cells[key].append(held.delai_jours)
                old[key] += [] if score is None else [score.is_old(held.date_reference)]
    return {
        key: measure_delays(days)
        | dict(zip(("points_min", "points_max"), limits.get(key[4], (None, None)), strict=True))
        | {"part_scores_anciens": sum(old[key]) / len(old[key]) if old[key] else None}
        for key, days in cells.items()
    }


def detail_criteres(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_detail_criteres."""
    points = points_by_criterion(oracle)
    cells: dict[Key, Concernes] = defaultdict(Concernes)
    waiting, housed = Counter[Key](), Counter[Key]()
    for held in waiting_households(oracle):
        if held.date_points is not None:
            for kind in (held.profil["type_demande"], ENSEMBLE):
                waiting[held.periode, held.code_epci, kind] += 1
                for criterion, given in points[held.menage, held.date_points].items():
                    cells[held.periode, held.code_epci, criterion, kind].points.append(given)
    for periode, lease in ((code, lease) for code, leases in oracle.par_periode.items() for lease in leases):
        score = oracle.cotation.last(lease.menage, lease.date_reference)
        if score is not None:
            for kind in (lease.type_demande, ENSEMBLE):
                housed[periode.code, lease.code_epci, kind] += 1
                for criterion in points[lease.menage, score.jour]:
                    cells[periode.code, lease.code_epci, criterion, kind].delais.append(lease.delai_jours)
    return {
        (periode, code_epci, GRILLE_VERSION, criterion, kind): {
            "bloc": oracle.parametres.blocs[criterion],
            **held.measures(waiting[periode, code_epci, kind], housed[periode, code_epci, kind]),
        }
        for (periode, code_epci, criterion, kind), held in cells.items()
    }


def points_by_criterion(oracle: Oracle) -> dict[tuple[int, date], dict[str, Decimal]]:
    """Give the points of each score, criterion by criterion; one that gives none concerns nobody."""
    points: dict[tuple[int, date], dict[str, Decimal]] = defaultdict(dict)
    for row in pl.read_parquet(oracle.verite / "scores.parquet").to_dicts():
        if row["points"]:
            points[row["menage"], row["date_points"]][row["critere"]] = row["points"]
    return points


def _describe(points: list[Decimal]) -> dict[str, Any]:
    return {
        "nombre_demandes_cotees": len(points),
        "points_moyens": float(sum(points, Decimal(0))) / len(points) if points else None,
        "points_medians": percentile_disc(points, 50) if points else None,
        "points_min": points[0] if points else None,
        "points_max": points[-1] if points else None,
    }
