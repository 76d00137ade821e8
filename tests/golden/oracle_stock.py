"""The stock and its movements as the rules read them: plain Python, from the truth of each quarter's end.

Associations are counted apart (règle A17); the EPCI is that of the first commune wished (règle A11).
"""

from calendar import isleap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle_baux import Attribution, tell_type_demande
from tests.golden.oracle_histoires import Histoires
from tests.golden.oracle_logements import tell_typologie
from tests.golden.oracle_parametres import NON_RENSEIGNE, Parametres
from tests.golden.oracle_ressources import BornesRessources, rank_resources, ressources_uc

ENSEMBLE, HORS_TERRITOIRE = "ensemble", ""
JOURS_PAR_MOIS = 30.4375
PLUS_GRAND_MENAGE, TRIMESTRES_PAR_AN = 6, 4
AGES = ((30, "moins_de_30"), (45, "30_44"), (60, "45_59"), (75, "60_74"))
ANCIENNETES = ((12, "moins_1_an"), (24, "1_2_ans"), (36, "2_3_ans"), (60, "3_5_ans"))
TERMES = {
    "nouvelle": "nombre_nouvelles",
    "reactivee": "nombre_reactivees",
    "entree_tardive": "nombre_entrees_tardives",
    "entree_territoire": "nombre_entrees_territoire",
    "sortie_sans_motif": "nombre_sorties_sans_motif",
    "sortie_territoire": "nombre_sorties_territoire",
}
SORTIES = {
    "RADATT": "nombre_sorties_attribution",
    "RADABA": "nombre_sorties_abandon",
    "RADIRR": "nombre_sorties_irrecevabilite",
    "IRRSEJ": "nombre_sorties_irrecevabilite",
    "IRRRES": "nombre_sorties_irrecevabilite",
    "RADCON": "nombre_sorties_contact",
    "RADREN": "nombre_sorties_non_renouvellement",
}
COLONNES_DE_FLUX = (*TERMES.values(), *dict.fromkeys(SORTIES.values()))

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Stocks:
    """The households waiting at each quarter's end, and the movements between."""

    lignes: Sequence[Row]
    mouvements: Sequence[Row]

    @cached_property
    def actifs(self) -> dict[Periode, dict[str, list[Row]]]:
        """The active households of each quarter's end, by EPCI (none: outside the territory)."""
        found: dict[Periode, dict[str, list[Row]]] = {}
        for row in self.lignes:
            here = found.setdefault(Periode.parse(row["periode"]), defaultdict(list))
            if row["actif"] and not row["est_association"]:
                here[row["code_epci"] or HORS_TERRITOIRE].append(row)
        return dict(sorted(found.items(), key=lambda item: item[0].dernier_jour))

    @cached_property
    def par_jour(self) -> dict[date, dict[str, list[Row]]]:
        """The same by the day of the stock."""
        return {periode.dernier_jour: rows for periode, rows in self.actifs.items()}

    @cached_property
    def bornes_par_jour(self) -> dict[tuple[str, date], BornesRessources | None]:
        """The bounds of resources of each EPCI in each stock."""
        return {
            (code_epci, day): BornesRessources.de(rows)
            for day, by_epci in self.par_jour.items()
            for code_epci, rows in by_epci.items()
        }

    def bornes_ressources(self, code_epci: str, year: int) -> BornesRessources | None:
        """Règle D4: the stock of 31 December before, else the first delivered."""
        before = date(year - 1, 12, 31)
        first = min(self.par_jour, default=before)
        return self.bornes_par_jour.get((code_epci, before if before in self.par_jour else first))


def covered_periods(stocks: Stocks) -> Iterator[tuple[Periode, list[Periode]]]:
    """Yield each quarter, half-year and year with the quarters delivered in it."""
    found: dict[Periode, list[Periode]] = defaultdict(list)
    for quarter in stocks.actifs:
        for cadence in ("trimestre", "semestre", "annee"):
            found[Periode.de(quarter.premier_jour, cadence)].append(quarter)
    yield from found.items()


def count_movements(stocks: Stocks, histoires: Histoires, epci: Iterable[str]) -> dict[tuple[str, ...], Row]:
    """Expected mart_mouvements_demandes (règles A10, A15): flows are sums of quarters, ends are stocks."""
    flows: dict[tuple[Periode, str], Counter[str]] = defaultdict(Counter)
    for row in stocks.mouvements:
        name = SORTIES[row["motif"]] if row["mouvement"] == "sortie" else TERMES[row["mouvement"]]
        flows[Periode.parse(row["periode"]), row["code_epci"]][name] += 1
    expected: dict[tuple[str, ...], Row] = {}
    for code_epci in epci:
        renewed = dict(_renewals(stocks, histoires, code_epci))
        for periode, quarters in covered_periods(stocks):
            opening = stocks.par_jour.get(_day_before(periode))
            closing = stocks.par_jour.get(periode.dernier_jour)
            deduced = [renewed[quarter] for quarter in quarters if quarter in renewed]
            expected[periode.code, code_epci] = {
                "nombre_demandes_debut": None if opening is None else len(opening[code_epci]),
                "nombre_demandes_fin": None if closing is None else len(closing[code_epci]),
                "nombre_renouvellements_deduits": sum(deduced) if deduced else None,
                **{
                    name: sum(flows[quarter, code_epci][name] for quarter in quarters)
                    for name in COLONNES_DE_FLUX
                },
            }
    return expected


def _day_before(periode: Periode) -> date:
    return date.fromordinal(periode.premier_jour.toordinal() - 1)


def _renewals(stocks: Stocks, histoires: Histoires, code_epci: str) -> Iterator[tuple[Periode, int]]:
    """Règle R0.5: waiting at both ends with a filing anniversary between, counted where it is at the last."""
    quarters = list(stocks.actifs)
    for before, quarter in pairwise(quarters):
        there = {row["menage"] for rows in stocks.actifs[before].values() for row in rows}
        both = there & {row["menage"] for row in stocks.actifs[quarter][code_epci]}
        filings = (histoires.creations.get(household) for household in both)
        yield quarter, sum(filed is not None and _has_anniversary(filed, quarter) for filed in filings)


def _has_anniversary(filed: date, quarter: Periode) -> bool:
    """Tell whether a yearly anniversary falls in the quarter; 29 February is kept on the 28th."""
    year = quarter.dernier_jour.year
    no_leap_day = (filed.month, filed.day) == (2, 29) and not isleap(year)
    anniversary = date(year, filed.month, 28 if no_leap_day else filed.day)
    return year > filed.year and quarter.premier_jour <= anniversary <= quarter.dernier_jour


def describe_profile(row: Row, day: date, filed: date | None, quartile: str) -> dict[str, str]:
    """Give the modality of each axis for one active household (regles.md G), scores apart."""
    months = None if filed is None else (day - filed).days / JOURS_PAR_MOIS
    size = row["taille"]
    return {
        ENSEMBLE: ENSEMBLE,
        "type_demande": tell_type_demande(row["mode_mutation"], row["mode_logement"]),
        "taille_menage": "6_et_plus" if size >= PLUS_GRAND_MENAGE else str(size),
        "tranche_age": _class_of(row["age"], AGES, "75_et_plus"),
        "tranche_anciennete": _class_of(months, ANCIENNETES, "5_ans_et_plus"),
        "quartile_ressources": quartile,
        "mode_logement_actuel": row["mode_logement"] or NON_RENSEIGNE,
        "statut_professionnel": row["statut"] or NON_RENSEIGNE,
        "typologie_recherchee": tell_typologie(row["pieces_souhaitees"]),
    }


def _class_of(value: float | None, classes: Sequence[tuple[int, str]], last: str) -> str:
    """Return the first class whose upper bound is above the value: the lower bound is included."""
    if value is None:
        return NON_RENSEIGNE
    return next((name for bound, name in classes if value < bound), last)


def class_resources(row: Row, year: int, stocks: Stocks, parametres: Parametres) -> str:
    """Règles D2 to D5 in the stock: the threshold of the first wish's EPCI, then p50 and p75."""
    return rank_resources(
        ressources_uc(row["revenu"], row["unites"]),
        parametres.seuil_q1(row["code_epci"], year),
        stocks.bornes_ressources(row["code_epci"], year),
    )


def measure_tension(
    stocks: Stocks, attributions: Sequence[Attribution], epci: Iterable[str]
) -> dict[tuple[str, ...], Row]:
    """Expected mart_tension (règle F4): households waiting ÷ attributions of twelve months."""
    expected: dict[tuple[str, ...], Row] = {}
    for code_epci in epci:
        for periode, _ in covered_periods(stocks):
            day = periode.dernier_jour
            if day not in stocks.par_jour:
                continue
            window = Periode.de(date(day.year - 1, day.month, 1), "trimestre").suivante.premier_jour
            waiting = Counter(
                modality
                for row in stocks.par_jour[day][code_epci]
                for modality in _places(row["commune"], tell_typologie(row["pieces_souhaitees"]))
            )
            served = Counter(
                modality
                for lease in attributions
                if lease.code_epci == code_epci and window <= lease.date_attribution <= day
                for modality in _places(lease.commune, lease.typologie)
            )
            known = sum(window <= quarter.premier_jour <= day for quarter in stocks.actifs)
            complete = known == TRIMESTRES_PAR_AN
            for key in waiting.keys() | served.keys():
                expected[periode.code, code_epci, *key] = {
                    "nombre_demandes_actives": waiting[key],
                    "nombre_attributions_12_mois": served[key] if complete else None,
                    "tension": waiting[key] / served[key] if complete and served[key] else None,
                }
    return expected


def _places(commune: str, typologie: str) -> tuple[tuple[str, str], ...]:
    return (ENSEMBLE, ENSEMBLE), ("commune", commune), ("typologie", typologie)
