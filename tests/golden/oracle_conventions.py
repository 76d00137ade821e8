"""Conventions, their follow-up and the yearly tables, from the truth of the flow: plain Python, no SQL."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import Any

from pipeline.periods import Periode
from pipeline.sample.fichiers_flux import FICHIER_REFUSE, HABITUDES
from pipeline.sample.geographie import BAILLEURS, CODE_DEPARTEMENT, CODE_EPCI
from tests.golden.oracle import CADENCES, ENSEMBLE
from tests.golden.oracle_flux import EN_ASSIETTE, EXCLU, NON_ORIENTE, ORIENTE, SOUSTRAIT, SOUSTRAITS, Flux
from tests.golden.oracle_mesures import Key
from tests.golden.oracle_parametres import NON_RENSEIGNE

Z = Fraction(196, 100)
MESURES_DU_BILAN = (
    "mises_a_disposition",
    "proposes",
    "attribues",
    "baux",
    "refus",
    "rendus",
    *(f"soustraits_{name}" for name in SOUSTRAITS.values()),
    "exclus",
)


def promise(rate: Decimal, base: int) -> int:
    """Règle F5.

    >>> [promise(Decimal(rate), 143) for rate in ("30", "17.5", "2.5", "50")]
    [43, 25, 4, 72]
    """
    return int((rate * base / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def foresee(held: int, known: int, left: int) -> tuple[int, int, int]:
    """Give the number at the year's end at the same pace, and what a Poisson count makes likely, 95 %.

    Each number to come K is tried: it is likely when (K − expected)² ≤ z² × ratio × (held + K).

    >>> foresee(20, 91, 274), foresee(0, 91, 274), foresee(20, 366, 0)
    ((80, 55, 117), (0, 0, 11), (20, 20, 20))
    """
    ratio = Fraction(left, known)
    expected = held * ratio

    def likely(coming: int) -> bool:
        return (coming - expected) ** 2 <= Z * Z * ratio * (held + coming)

    least = next(coming for coming in count() if likely(coming))
    most = next(coming for coming in count(least) if not likely(coming + 1))
    return held + int(expected + Fraction(1, 2)), held + least, held + most


@dataclass(frozen=True)
class Suivi:
    """What the tables of the flow must say."""

    flux: Flux

    @cached_property
    def couvertures(self) -> Mapping[tuple[int, str], tuple[Fraction, date]]:
        """What each bailleur delivered of a year: its share, its last day."""
        sirens = {item.fournisseur: item.siren for item in BAILLEURS}
        quarters: dict[tuple[int, str], set[date]] = {}
        for habit in HABITUDES:
            for code in habit.periodes:
                if (habit.fournisseur, code) == FICHIER_REFUSE:
                    continue
                told = Periode.parse(code)
                quarter = Periode.de(told.premier_jour, "trimestre")
                while quarter.premier_jour <= told.dernier_jour:
                    held = quarters.setdefault((quarter.premier_jour.year, sirens[habit.fournisseur]), set())
                    held.add(quarter.dernier_jour)
                    quarter = quarter.suivante
        return {key: (Fraction(len(days), 4), max(days)) for key, days in quarters.items()}

    def bilan_synthetique(self) -> dict[Key, dict[str, Any]]:
        """Expected mart_bilan_synthetique_bailleur: its counts."""
        cells: dict[Key, Counter[str]] = {}

        def at(day: date, siren: str) -> Iterator[Counter[str]]:
            for cadence in CADENCES:
                yield cells.setdefault((Periode.de(day, cadence).code, CODE_EPCI, siren), Counter())

        for vacance in self.flux.vacances:
            mise = vacance.decisive
            for cell in at(vacance.jour, mise.ligne["siren"]):
                cell["nombre_disponibles"] += 1
                cell["nombre_premieres_locations"] += bool(mise.ligne["premiere"])
                cell["nombre_exclus"] += mise.nature == EXCLU
                cell["nombre_orientes"] += mise.nature == ORIENTE
                cell["nombre_non_orientes"] += mise.nature == NON_ORIENTE
                cell["assiette_realisee"] += mise.nature in EN_ASSIETTE
                if mise.nature == SOUSTRAIT:
                    cell[f"nombre_soustraits_{SOUSTRAITS[mise.ligne['motif_hors_flux']]}"] += 1
        for remise in self.flux.remises:
            stages = remise.stages()
            for cell in at(remise.premiere.jour, remise.premiere.ligne["siren"]):
                cell["nombre_remises"] += 1
                cell["nombre_attribuees"] += stages["attribues"] is not None
                cell["nombre_baux"] += stages["baux"] is not None
                cell["nombre_rendues"] += stages["rendus"] is not None
        names = {name for cell in cells.values() for name in cell} | {"nombre_soustraits_orcod"}
        return {
            key: {name: cell[name] for name in names} | self._engage(key[0], key[2])
            for key, cell in cells.items()
        }

    def _engage(self, periode: str, siren: str) -> dict[str, Any]:
        """What the conventions of the bailleur promise for a year: one assiette, the sum of the rates."""
        held = [row for row in self.flux.conventions if (str(row["annee"]), row["siren"]) == (periode, siren)]
        if not held:
            return dict.fromkeys(("assiette_previsionnelle", "taux_reserve_pct", "objectif"))
        (base,) = {row["assiette"] for row in held}
        return {
            "assiette_previsionnelle": base,
            "taux_reserve_pct": sum((row["taux"] for row in held), Decimal(0)),
            "objectif": sum(row["objectif"] for row in held),
        }

    def suivi(self) -> dict[Key, dict[str, Any]]:
        """Expected mart_suivi_conventions: every convention covers the department."""
        counts: dict[tuple[Any, ...], Counter[str]] = {}
        for remise in self.flux.remises:
            first = remise.premiere
            for organisme in (remise.organisme, ENSEMBLE):
                key = (first.jour.year, first.ligne["siren"], first.ligne["reservataire"], organisme)
                cell = counts.setdefault(key, Counter())
                cell["mises_a_disposition"] += 1
                cell.update(name for name, day in remise.stages().items() if day)
        promised: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in self.flux.conventions:
            for organisme in (row["organisme"] or NON_RENSEIGNE, ENSEMBLE):
                key = (row["annee"], row["siren"], row["reservataire"], organisme)
                promised.setdefault(key, []).append(row)
        return {
            (str(key[0]), CODE_EPCI, key[1], self._perimetre(key[0], key[1]), *key[2:]): self._follow(
                key, counts, promised.get(key, [])
            )
            for key in counts.keys() | promised.keys()
        }

    def _perimetre(self, year: int, siren: str) -> str:
        held = any((row["annee"], row["siren"]) == (year, siren) for row in self.flux.conventions)
        return CODE_DEPARTEMENT if held else CODE_EPCI

    def _follow(
        self, key: tuple[Any, ...], counts: Mapping[Key, Counter[str]], promised: list[dict[str, Any]]
    ) -> dict[str, Any]:
        year, siren, code, organisme = key
        covered = self.couvertures.get((year, siren))
        lost = organisme not in (ENSEMBLE, NON_RENSEIGNE) and counts.get((year, siren, code, NON_RENSEIGNE))
        cell = None if covered is None or lost else counts.get(key, Counter[str]())
        goal = sum(promise(row["taux"], row["assiette"]) for row in promised) if promised else None
        names = ("mises_a_disposition", "proposes", "attribues", "baux", "rendus")
        told = {name: None if cell is None else cell[name] for name in names}
        seen = (None,) * 3
        if covered and cell is not None:
            known = (covered[1] - date(year, 1, 1)).days + 1
            seen = foresee(cell["mises_a_disposition"], known, (date(year, 12, 31) - covered[1]).days)
        base = self._assiette(year, siren, promised)
        return {
            "taux_pct": sum((row["taux"] for row in promised), Decimal(0)) if promised else None,
            "objectif": goal,
            "objectif_realise": sum(promise(row["taux"], base) for row in promised)
            if promised and covered
            else None,
            "nombre_mises_a_disposition": told["mises_a_disposition"],
            "nombre_proposees": told["proposes"],
            "nombre_attribuees": told["attribues"],
            "nombre_baux": told["baux"],
            "nombre_rendues": told["rendus"],
            "part_baux": told["baux"] / goal if goal and told["baux"] is not None else None,
            "prevision": seen[0],
            "prevision_min": seen[1],
            "prevision_max": seen[2],
            "ecart_prevision": None if goal is None or seen[0] is None else seen[0] - goal,
            "arrete_au": covered[1] if covered else None,
            "completude": float(covered[0]) if covered else 0.0,
        }

    def _assiette(self, year: int, siren: str, promised: list[dict[str, Any]]) -> int:
        """Règle F7: first lettings count when the convention says so."""
        counted = all(row["premieres_comprises"] for row in promised)
        return sum(
            vacance.decisive.nature in EN_ASSIETTE and (counted or not vacance.decisive.ligne["premiere"])
            for vacance in self.flux.vacances
            if (vacance.jour.year, vacance.decisive.ligne["siren"]) == (year, siren)
        )

    def bilan_annuel(self) -> dict[Key, dict[str, Any]]:
        """Expected mart_bilan_flux_annuel."""
        cells: dict[Key, Counter[str]] = {}
        for day, name, (siren, code, *axes) in self.flux.events():
            cell = cells.setdefault((str(day.year), CODE_EPCI, siren, code, *axes), Counter())
            cell[f"nombre_{name}"] += 1
        measures = [f"nombre_{name}" for name in MESURES_DU_BILAN]
        return {key: {name: cell[name] for name in measures} for key, cell in cells.items()}

    def ecarts_bilan(self) -> dict[Key, dict[str, Any]]:
        """Expected mart_ecarts_bilan_flux: what the bailleur's own table says otherwise."""
        theirs: dict[Key, int] = {}
        renamed = {"mis_a_disposition": "mises_a_disposition"}
        table = self.flux.oracle.territoire.verite["bilan_flux"].to_dicts()
        measures = [name for name in MESURES_DU_BILAN if name != "refus"]
        for row in table:
            place = "qpv" if row["en_qpv"] == "OUI" else "hors_qpv"
            axes = (row["typologie"], row["financement"], place, row["commune"])
            built = row["periode_construction"] or NON_RENSEIGNE
            code = row["reservataire"] or "sans_reservataire"
            for name in measures:
                held = next((old for old, new in renamed.items() if new == name), name)
                theirs["2024", CODE_EPCI, row["siren"], code, *axes, built, f"nombre_{name}"] = row[held]
        ours = {
            (*key, name): value
            for key, cell in self.bilan_annuel().items()
            for name, value in cell.items()
            if key[0] == "2024" and key[2] == table[0]["siren"] and name != "nombre_refus"
        }
        return {
            key: {"valeur_bailleur": theirs.get(key, 0), "valeur_observatoire": ours.get(key, 0)}
            for key in ours.keys() | theirs.keys()
            if theirs.get(key, 0) != ours.get(key, 0)
        }
