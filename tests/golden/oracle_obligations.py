"""The obligations of a year before each lease, from the truth: no SQL, and « how many more » by trying.

A yes, a no or an unknown (None) to two questions: is the lease concerned, does it fulfil the obligation?
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import count, product
from pathlib import Path
from typing import Any

from pipeline.periods import Periode
from pipeline.sample.verite import LIGNES_GARDEES
from tests.golden.oracle import ENSEMBLE, Oracle
from tests.golden.oracle_baux import Attribution
from tests.golden.oracle_histoires import DERADIATION, JOURS_DE_RAPPROCHEMENT
from tests.golden.oracle_mesures import Key
from tests.golden.oracle_parametres import NON_RENSEIGNE

HORS_QPV, EN_QPV, PRIORITAIRES = "Q1_HORS_QPV", "Q2_Q4_EN_QPV", "PUBLICS_PRIORITAIRES"
LOI, CONVENTION = "loi", "convention"
PROGRAMMES = {"NPNRU", "ORCOD"}
RELOGE, INSALUBRITE = "RELOGE", "RHI-BOURG"
RECONNUS = {"ACTIF", "ACTREL"}
LOTS_COMPLETS = {"2023-T4", "2024-T2", "2024-T4"}
"""The deliveries of the SNE that hold the motives and the DALO decisions."""

Row = Mapping[str, Any]
Answer = bool | None


@dataclass(frozen=True)
class Examen:
    """A lease before an obligation."""

    concernee: Answer
    remplie: Answer
    par_relogement: bool = False


def missing(numerator: int, denominator: int, target: Fraction) -> int | None:
    """Règle D8: try one more, then two, until the rate is reached; never at 100 %.

    >>> [missing(*case) for case in ((2, 10, Fraction(1, 4)), (0, 3, Fraction(1, 4)), (3, 4, Fraction(1)))]
    [1, 1, None]
    """
    if target >= 1:
        return None
    return next(more for more in count() if numerator + more >= target * (denominator + more))


def measure(exams: Iterable[Examen]) -> dict[str, Any]:
    """Règle D7: the rate, and what it becomes when every unknown is answered, one way then the other."""
    held = list(exams)
    inside = [exam for exam in held if exam.concernee]
    unknown = [exam for exam in held if exam.concernee is None]
    met = sum(exam.remplie is True for exam in inside)
    # The worst: whoever may fail is concerned and fails. The best: whoever may succeed is, and does.
    failing = [exam for exam in unknown if not exam.remplie]
    succeeding = [exam for exam in unknown if exam.remplie is not False]
    best = sum(exam.remplie is not False for exam in inside) + len(succeeding)
    return {
        "numerateur": met,
        "denominateur": len(inside),
        "taux": _share(met, len(inside)),
        "taux_minimal": _share(met, len(inside) + len(failing)),
        "taux_maximal": _share(best, len(inside) + len(succeeding)),
        "nombre_relogements": sum(exam.par_relogement for exam in inside),
        "nombre_situations_inconnues": sum(exam.remplie is None for exam in inside),
        "nombre_qpv_inconnu": len(unknown),
    }


def obligations(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_obligations."""
    cells: dict[Key, list[Examen]] = defaultdict(list)
    for held, exams in _examined(oracle):
        for obligation, exam in exams.items():
            for codes in product((held.code_bailleur, ENSEMBLE), (held.code_reservataire, ENSEMBLE)):
                cells[f"{held.date_attribution.year}", held.code_epci, *codes, obligation].append(exam)
    return {
        (*key, source): {
            **measure(cells[key]),
            "taux_vise": target,
            "nombre_vise": None,
            "nombre_manquant": None if target is None else missing(*_counts(cells[key]), Fraction(target)),
            "est_seuil_provisoire": key[4] != PRIORITAIRES
            and (key[1], int(key[0])) not in oracle.parametres.seuils,
        }
        for key, source, target in _aimed(oracle.seeds, cells)
    }


def _aimed(seeds: Path, cells: Mapping[Key, list[Examen]]) -> Iterator[tuple[Key, str, Any]]:
    """Yield the targets: the law's for every cell, the convention's for every réservataire together."""
    legal = {
        (row["obligation"], row["code_reservataire"]): Fraction(row["taux"])
        for row in _rows(seeds / "nomenclatures" / "obligations_attribution.csv")
    }
    for key in list(cells):
        yield key, LOI, legal.get((key[4], key[3]))
    for row in _rows(seeds / "parametres" / "objectifs.csv"):
        key = (row["annee"], row["code_epci"], row["code_bailleur"], ENSEMBLE, row["type_objectif"])
        yield key, CONVENTION, Fraction(row["taux"])


def _counts(exams: Iterable[Examen]) -> tuple[int, int]:
    found = measure(exams)
    return found["numerateur"], found["denominateur"]


def _examined(oracle: Oracle) -> Iterator[tuple[Attribution, dict[str, Examen]]]:
    rehoused, priority = Relogements.lire(oracle), Priorites.lire(oracle)
    for held in oracle.attributions:
        inside = None if held.localisation_qpv == NON_RENSEIGNE else held.localisation_qpv == "qpv"
        modest = None if held.quartile_ressources == NON_RENSEIGNE else held.quartile_ressources == "R1"
        moved = rehoused.concerns(held)
        exams = {
            HORS_QPV: Examen(_not(inside), moved or modest, moved and not modest),
            EN_QPV: Examen(inside, _not(modest)),
            PRIORITAIRES: Examen(concernee=True, remplie=priority.concerns(held)),
        }
        yield held, {name: exam for name, exam in exams.items() if exam.concernee is not False}


@dataclass(frozen=True)
class Relogements:
    """Who was rehoused by the NPNRU or an ORCOD, by the porteur's file and by the bailleur's (règle D6)."""

    jours: Mapping[int, list[date]]
    baux: frozenset[int]

    @classmethod
    def lire(cls, oracle: Oracle) -> "Relogements":
        """Read the last state of each household that a line delivers."""
        last: dict[int, Row] = {}
        for row in sorted(oracle.verite_de("relogements"), key=lambda row: row["periode"]):
            if row["vu"]:
                last[row["dossier"]] = row
        days: dict[int, list[date]] = defaultdict(list)
        for row in last.values():
            if row["etat"] == RELOGE and row["operation"] != INSALUBRITE:
                days[row["menage"]].append(row["date_relogement"])
        told: dict[int, Row] = {}
        for row in sorted(oracle.territoire.declarations.to_dicts(), key=lambda row: row["livraison"]):
            if row["entre"] and not row["est_rival"] and row["rejet"] in LIGNES_GARDEES:
                told[row["bail"]] = row
        said = (bail for bail, row in told.items() if row["motif_hors_flux"] in PROGRAMMES)
        return cls(days, frozenset(said))

    def concerns(self, held: Attribution) -> bool:
        """Tell whether the lease rehouses a household of such an operation."""
        near = (abs((held.date_attribution - day).days) for day in self.jours.get(held.menage, ()))
        return held.bail in self.baux or any(days <= JOURS_DE_RAPPROCHEMENT for days in near)


@dataclass(frozen=True)
class Priorites:
    """What makes a household a priority: its DALO decision, its motives, and what a delivery holds (D10)."""

    motifs: frozenset[str]
    voeux: Mapping[int, Row]
    declarations: Mapping[int, Mapping[date, str]]
    radiations: Mapping[int, date]

    @classmethod
    def lire(cls, oracle: Oracle) -> "Priorites":
        """Read the days the SNE writes of each household, and the delivery that writes them."""
        told: dict[int, dict[date, str]] = defaultdict(dict)
        for row in oracle.stocks.lignes:
            told[row["menage"]][Periode.parse(row["periode"]).dernier_jour] = row["periode"]
        for row in oracle.verite_de("radiations"):
            if row["vu"] and row["motif"] != DERADIATION:
                before = told[row["menage"]].get(row["date_radiation"], "")
                told[row["menage"]][row["date_radiation"]] = max(before, row["periode"])
        people = oracle.territoire.demandes.select("menage", "motif_demande")
        seeds = _rows(oracle.seeds / "nomenclatures" / "motifs_prioritaires.csv")
        return cls(
            motifs=frozenset(row["motif_demande"] for row in seeds),
            voeux={
                row["menage"]: row for row in oracle.territoire.wishes.join(people, on="menage").to_dicts()
            },
            declarations=told,
            radiations={row["bail"]: row["sne_date_radiation"] for row in oracle.baux_vus if row["sne_vu"]},
        )

    def concerns(self, held: Attribution) -> Answer:
        """Tell whether the household is a priority on the day of its lease; None when no one knows."""
        told = self.declarations.get(held.menage, {})
        wishes = self.voeux[held.menage]
        # A decision enters with a whole lot that lists the household, once it is taken.
        heard = any(
            lot in LOTS_COMPLETS and wishes["date_dalo"] <= Periode.parse(lot).dernier_jour
            for lot in told.values()
        )
        if heard and wishes["statut_dalo"] in RECONNUS and wishes["date_dalo"] <= held.date_attribution:
            return True
        if not told:
            return None
        day = self.radiations.get(held.bail, held.date_attribution)
        lot = told[max((said for said in told if said <= day), default=min(told))]
        names = ("motif_demande", "motif_2", "motif_3") if lot in LOTS_COMPLETS else ("motif_demande",)
        if self.motifs & {wishes[name] for name in names}:
            return True
        return False if lot in LOTS_COMPLETS else None


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
