"""The marts expected of the fictitious territory, from its truth and the parameters: no SQL.

Each mart is a mapping from its key (in the order of its key columns) to its measures.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.periods import Periode
from pipeline.sample.territoire import Territoire
from tests.golden.oracle_baux import Attribution, count_attribution
from tests.golden.oracle_cotation import Bornes, Classement, Cotation, classify
from tests.golden.oracle_histoires import Histoires
from tests.golden.oracle_logements import Rpls
from tests.golden.oracle_mesures import Key, Measures, measure_delays, measure_seniority, with_share
from tests.golden.oracle_parametres import NON_RENSEIGNE, Parametres
from tests.golden.oracle_stock import (
    Stocks,
    class_resources,
    count_movements,
    covered_periods,
    describe_profile,
    measure_tension,
)

ENSEMBLE = "ensemble"
GRILLE_VERSION = "EXEMPLE_CINOR_FICTIF/1"
CADENCES = ("trimestre", "semestre", "annee")


@dataclass(frozen=True, eq=False)
class Oracle:
    """The truth of one fictitious territory, and what the marts must say of it."""

    verite: Path
    seeds: Path
    territoire: Territoire

    def verite_de(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a table of the truth."""
        return pl.read_parquet(self.verite / f"{name}.parquet").to_dicts()

    @cached_property
    def parametres(self) -> Parametres:
        """The territory's parameters."""
        return Parametres.lire(self.seeds)

    @cached_property
    def histoires(self) -> Histoires:
        """What the radiations and the stocks say of each household."""
        return Histoires.lire(self.radiations, self.stocks.lignes)

    @cached_property
    def radiations(self) -> list[dict[str, Any]]:
        """Every radiation and déradiation, delivery by delivery."""
        return self.verite_de("radiations")

    @cached_property
    def stocks(self) -> Stocks:
        """The households waiting at each quarter's end, and the movements between."""
        return Stocks(self.verite_de("stock"), self.verite_de("mouvements"))

    @cached_property
    def cotation(self) -> Cotation:
        """Every score."""
        return Cotation.lire(self.verite_de("scores"), self.parametres)

    @cached_property
    def adresses(self) -> dict[tuple[str, int], str]:
        """Where each household lives, as Imhoweb's list of the quarter says."""
        return {
            (row["periode"], row["menage"]): "qpv" if row["adresse_en_qpv"] else "hors_qpv"
            for row in self.verite_de("imhoweb")
            if row["adresse_en_qpv"] is not None
        }

    @cached_property
    def rpls(self) -> Rpls:
        """What the restricted RPLS says of the dwellings let."""
        return Rpls.lire(self.territoire.occupation.to_dicts(), self.territoire.baux.to_dicts())

    @cached_property
    def baux_vus(self) -> list[dict[str, Any]]:
        """The leases that a source at least delivers (règles A13, B3)."""
        leases = self.verite_de("attributions")
        return [lease for lease in leases if lease["bailleur_vu"] or lease["sne_vu"]]

    @cached_property
    def attributions(self) -> list[Attribution]:
        """Every attribution counted in the territory's marts."""
        counted = (
            count_attribution(
                lease, self.histoires, self.parametres, self.stocks.bornes_ressources, self.rpls
            )
            for lease in self.baux_vus
        )
        return [attribution for attribution in counted if attribution is not None]

    @cached_property
    def par_periode(self) -> dict[Periode, list[Attribution]]:
        """The attributions of each period, all from leases, never from shorter periods (règle B12)."""
        periods: dict[Periode, list[Attribution]] = defaultdict(list)
        for attribution in self.attributions:
            for cadence in CADENCES:
                periods[Periode.de(attribution.date_attribution, cadence)].append(attribution)
        return dict(periods)

    @cached_property
    def bornes(self) -> dict[Periode, Bornes | None]:
        """The bounds of each period."""
        return {periode: self.cotation.bornes(periode, self.histoires) for periode in self.par_periode}

    @property
    def _epci(self) -> list[str]:
        return sorted(set(self.parametres.epci_des_communes.values()))

    def _classed(self) -> Iterator[tuple[Periode, Attribution, Classement]]:
        for periode, attributions in self.par_periode.items():
            for attribution in attributions:
                score = self.cotation.last(attribution.menage, attribution.date_reference)
                yield periode, attribution, classify(score, self.bornes[periode], self.parametres)

    def delai_par_quartile_cotation(self) -> dict[Key, Measures]:
        """Expected mart_delai_par_quartile_cotation."""
        cells: dict[Key, list[int | None]] = defaultdict(list)
        limits: dict[Key, Bornes | None] = {}
        old: dict[Key, list[bool]] = defaultdict(list)
        for periode, attribution, classement in self._classed():
            axes = (attribution.localisation_qpv, attribution.type_demande)
            score = self.cotation.last(attribution.menage, attribution.date_reference)
            for key in _keys(periode, attribution, (classement.quartile_cotation, *axes)):
                cells[key].append(attribution.delai_jours)
                limits[key] = self.bornes[periode]
                old[key] += [] if score is None else [score.is_old(attribution.date_reference)]
        return {
            key: measure_delays(days)
            | _limits(limits[key], key[4])
            # Règle C1: among the attributions that are scored.
            | {"part_scores_anciens": sum(old[key]) / len(old[key]) if old[key] else None}
            for key, days in cells.items()
        }

    def attributions_par_qpv(self) -> dict[Key, Measures]:
        """Expected mart_attributions_par_qpv."""
        cells: dict[Key, list[int | None]] = defaultdict(list)
        for periode, attribution, classement in self._classed():
            axes = {
                ENSEMBLE: ENSEMBLE,
                "tranche_points": classement.tranche_points,
                "quartile_cotation": classement.quartile_cotation,
                "quartile_ressources": attribution.quartile_ressources,
                "sous_groupe": classement.sous_groupe,
            }
            for key in _keys(periode, attribution, (attribution.localisation_qpv,)):
                for axis, modality in axes.items():
                    cells[*key, axis, modality].append(attribution.delai_jours)
        # Règle E6: the modalities of a localisation and an axis sum to one.
        return with_share(cells, lambda key: (*key[:-2], ENSEMBLE, ENSEMBLE))

    def attributions_par_reservataire(self) -> dict[Key, Measures]:
        """Expected mart_attributions_par_reservataire."""
        cells: dict[Key, list[int | None]] = defaultdict(list)
        inside: dict[Key, int] = defaultdict(int)
        modest: dict[Key, int] = defaultdict(int)
        for periode, attributions in self.par_periode.items():
            for attribution in attributions:
                for key in _keys(periode, attribution, ()):
                    cells[key].append(attribution.delai_jours)
                    inside[key] += attribution.localisation_qpv == "qpv"
                    outside = attribution.localisation_qpv == "hors_qpv"
                    modest[key] += outside and attribution.quartile_ressources == "R1"
        shares = with_share(cells, lambda key: (*key[:-1], ENSEMBLE))
        return {
            key: {**measures, "nombre_en_qpv": inside[key], "nombre_q1_hors_qpv": modest[key]}
            for key, measures in shares.items()
        }

    def bornes_quartile_cotation(self) -> dict[Key, Measures]:
        """Expected mart_bornes_quartile_cotation: an empty class keeps its row."""
        (code_epci,) = set(self.parametres.epci_des_communes.values())
        expected: dict[Key, Measures] = {}
        for periode, bornes in self.bornes.items():
            if bornes is None:
                continue
            for quartile, held in bornes.classes.items():
                expected[periode.code, code_epci, GRILLE_VERSION, quartile] = {
                    "points_min": held[0] if held else None,
                    "points_max": held[-1] if held else None,
                    "nombre_demandes": len(held),
                    "part_demandes": len(held) / len(bornes.points),
                    "part_scores_anciens": bornes.part_anciens(quartile),
                    "est_moins_de_quatre_valeurs": len(set(bornes.points)) < len(bornes.classes),
                }
        return expected

    def mouvements_demandes(self) -> dict[Key, Measures]:
        """Expected mart_mouvements_demandes."""
        return dict(count_movements(self.stocks, self.histoires, self._epci))

    def demandes_actives_par_profil(self) -> dict[Key, Measures]:
        """Expected mart_demandes_actives_par_profil: the stock of the last day of each period."""
        cells: dict[Key, list[int | None]] = defaultdict(list)
        for periode, _ in covered_periods(self.stocks):
            day = periode.dernier_jour
            for code_epci in self._epci:
                for row in self.stocks.par_jour.get(day, {}).get(code_epci, ()):
                    filed = self.histoires.creations.get(row["menage"])
                    days = None if filed is None else (day - filed).days
                    for axis, modality in self.profile(periode, row, filed).items():
                        cells[periode.code, code_epci, axis, modality].append(days)
        return {key: measure_seniority(days) for key, days in cells.items()}

    def tension(self) -> dict[Key, Measures]:
        """Expected mart_tension."""
        return dict(measure_tension(self.stocks, self.attributions, self._epci))

    def profile(self, periode: Periode, row: Mapping[str, Any], filed: date | None) -> dict[str, str]:
        """Règles C1 and C2 for the stock: the last score on the period's last day."""
        day = periode.dernier_jour
        score = self.cotation.last(row["menage"], day)
        classement = classify(score, self.bornes[periode], self.parametres)
        resources = class_resources(row, day.year, self.stocks, self.parametres)
        return {
            **describe_profile(row, day, filed, resources),
            "localisation_qpv": self.adresses.get((row["periode"], row["menage"]), NON_RENSEIGNE),
            "quartile_cotation": classement.quartile_cotation,
            "tranche_points": classement.tranche_points,
            "sous_groupe": classement.sous_groupe,
        }

    def parc_par_qpv(self) -> dict[Key, Measures]:
        """Expected mart_parc_par_qpv."""
        counts: dict[Key, int] = defaultdict(int)
        for dwelling in self.verite_de("logements"):
            if dwelling["vu"]:
                code_epci = self.parametres.epci_des_communes[dwelling["commune"]]
                for localisation in (dwelling["localisation_qpv"], ENSEMBLE):
                    counts[dwelling["periode"], code_epci, localisation] += 1
        return {
            key: {"nombre_logements": count, "part_logements": count / counts[*key[:2], ENSEMBLE]}
            for key, count in counts.items()
        }


def _keys(periode: Periode, attribution: Attribution, axes: Sequence[str]) -> Iterator[Key]:
    """Yield every combination where bailleur, réservataire and each axis are themselves or `ensemble`."""
    codes = (attribution.code_bailleur, attribution.code_reservataire, *axes)
    for combination in product(*((code, ENSEMBLE) for code in codes)):
        yield (periode.code, attribution.code_epci, *combination)


def _limits(bornes: Bornes | None, quartile: str) -> dict[str, Any]:
    """Give the least and greatest points of a class, or of all, in the reference population (règle C6)."""
    held = (bornes.classes | {ENSEMBLE: bornes.points}).get(quartile, ()) if bornes else ()
    return {"points_min": held[0] if held else None, "points_max": held[-1] if held else None}
