"""The territory's parameters as the seeds hold them: the oracle shares nothing else with dbt."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

NON_RENSEIGNE = "non_renseigne"
PERIMETRE_IDENTIQUE = "I"
ORDRE_DES_BLOCS = ("priorites_nationales", "priorites_locales", "historique")


@dataclass(frozen=True)
class Tranche:
    """Fixed bounds of points: borne_min ≤ points < borne_max, ends open (règle C11)."""

    code: str
    borne_min: Decimal | None
    borne_max: Decimal | None

    def contains(self, points: Decimal) -> bool:
        """Tell whether the points fall in it."""
        above = self.borne_min is None or points >= self.borne_min
        return above and (self.borne_max is None or points < self.borne_max)


@dataclass(frozen=True)
class Parametres:
    """Communes, thresholds, blocs, tranches and QPV lists."""

    epci_des_communes: Mapping[str, str]
    seuils: Mapping[tuple[str, int], Decimal]
    blocs: Mapping[str, str]
    tranches: tuple[Tranche, ...]
    generations: Mapping[str, int]
    successeurs: Mapping[str, frozenset[str]]
    bascule: date

    @classmethod
    def lire(cls, seeds: Path) -> "Parametres":
        """Read the seeds of the dbt project."""
        bridge: dict[str, set[str]] = {}
        for row in _rows(seeds / "referentiels/passage_qpv.csv"):
            bridge.setdefault(row["code_qpv_2015"], set()).add(row["code_qpv_2024"])
        overseas = next(
            row
            for row in _rows(seeds / "referentiels/cartes_qpv.csv")
            if (row["generation"], row["portee"]) == ("2024", "outre_mer")
        )
        return cls(
            epci_des_communes={
                row["code_commune"]: row["code_epci"] for row in _rows(seeds / "referentiels/communes.csv")
            },
            seuils={
                (row["code_epci"], int(row["annee"])): Decimal(row["seuil_eur_uc"])
                for row in _rows(seeds / "parametres/seuils_q1.csv")
            },
            blocs={row["critere"]: row["bloc"] for row in _rows(seeds / "parametres/blocs_criteres.csv")},
            tranches=tuple(
                Tranche(row["tranche_points"], _number(row["borne_min"]), _number(row["borne_max"]))
                for row in _rows(seeds / "parametres/tranches_points.csv")
            ),
            generations={
                row["code_qpv"]: int(row["generation"])
                for row in _rows(seeds / "referentiels/quartiers_prioritaires.csv")
            },
            successeurs={old: frozenset(new) for old, new in bridge.items()},
            bascule=date.fromisoformat(overseas["valide_du"]),
        )

    def seuil_q1(self, code_epci: str, year: int) -> Decimal | None:
        """Règle D2: the threshold of the year, else last year's."""
        return self.seuils.get((code_epci, year)) or self.seuils.get((code_epci, year - 1))

    def locate_code(self, code: str | None, signed: date) -> str | None:
        """Règles E3, E4, E5: a code of the map in force, or one whose successors all agree; else None."""
        generation = self.generations.get(code or "")
        if code is None or generation is None:
            return None
        if generation == (2024 if signed >= self.bascule else 2015):
            return "qpv"
        if generation == 2015:
            successors = self.successeurs.get(code, frozenset())
            inside = {bool(successor) for successor in successors}
            return ("qpv" if inside == {True} else "hors_qpv") if len(inside) == 1 else None
        # A code of 2024 is worth something on the map of 2015 only where the perimeter did not change.
        kept = any(code in successors for successors in self.successeurs.values())
        return "qpv" if kept and code.endswith(PERIMETRE_IDENTIQUE) else None

    def tranche(self, points: Decimal) -> str:
        """Return the tranche of a score."""
        return next(tranche.code for tranche in self.tranches if tranche.contains(points))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
