"""SYPLO and Péléhas beside the SNE, from the truth of both sides: plain Python, no SQL."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from pipeline.periods import Periode
from tests.golden.oracle import CADENCES, Oracle
from tests.golden.oracle_depots import describe_periods
from tests.golden.oracle_ecarts import HORS_TERRITOIRE
from tests.golden.oracle_histoires import ATTRIBUTION, supersede
from tests.golden.oracle_parametres import NON_RENSEIGNE

SYPLO, PELEHAS = "syplo", "pelehas"
EN_COURS, FINIE, SORTIE, RADIEE, ABSENTE = "en_cours", "finie", "sortie_du_vivier", "radiee", "absente"
DALO, RECONNUS = "DALO", {"ACTIF", "ACTREL"}

COLONNES = (
    "nombre_demandes_logiciel",
    "nombre_demandes_sne",
    "nombre_demandes_communes",
    "nombre_demandes_etat_inconnu",
    "nombre_demandes_label_sans_correspondance",
)

Row = Mapping[str, Any]
Cell = tuple[str, str, str]
"""A period, an EPCI, a software."""


@dataclass(frozen=True)
class Vue:
    """One household on the last day of a quarter, as each side tells it; `menage` None: never in the SNE."""

    periode: str
    logiciel: str
    menage: int | None
    etat_logiciel: str
    etat_sne: str
    code_epci: str
    label: str | None
    reconnue: bool | None
    date_mise_a_jour: date | None
    date_depot: date | None
    date_premier_depot: date | None
    date_fin_logiciel: date | None
    date_fin_sne: date | None

    @property
    def est_commune(self) -> bool:
        """Tell whether both sides hold it active."""
        return self.etat_logiciel == self.etat_sne == EN_COURS

    @property
    def natures(self) -> dict[str, bool]:
        """Tell each nature that the deliveries let tell: true when the household shows it."""
        told: dict[str, bool] = {}
        if self.logiciel == SYPLO and self.etat_sne == EN_COURS and self.reconnue:
            told["absente_du_logiciel"] = self.etat_logiciel == ABSENTE
        if self.etat_logiciel == EN_COURS:
            told["absente_du_sne"] = self.etat_sne == ABSENTE
            if self.etat_sne != ABSENTE:
                told["perimee_dans_le_logiciel"] = self.etat_sne == RADIEE
        if self.etat_sne == EN_COURS and self.etat_logiciel in {EN_COURS, FINIE}:
            told["finie_dans_le_logiciel"] = self.etat_logiciel == FINIE
        if self.est_commune:
            if self.reconnue is not None:
                told["label_different"] = (self.label == DALO) != self.reconnue
            if self.date_depot and self.date_premier_depot:
                told["date_depot_differente"] = self.date_depot != self.date_premier_depot
        return told

    def tell(self, nature: str) -> tuple[Any, ...]:
        """Give the row of fct_ecarts_interfaces, lines left out."""
        side = ("sne" if self.reconnue else "logiciel") if self.natures.get("label_different") else None
        written = astuple(self)
        return (*written[:3], nature, *written[3:6], DALO if side else None, side, *written[8:])


@dataclass(frozen=True)
class Interfaces:
    """Both sides of each quarter that both delivered."""

    oracle: Oracle

    @cached_property
    def vues(self) -> list[Vue]:
        """Every household that a side holds: in the file of the software, or active at the SNE."""
        return list(self._see())

    def list_all(self) -> Counter[tuple[Any, ...]]:
        """Expected fct_ecarts_interfaces."""
        return Counter(
            view.tell(nature) for view in self.vues for nature, shown in view.natures.items() if shown
        )

    def count(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """Expected mart_ecarts_interfaces: a half-year and a year are seen on their last day (règle A1)."""
        compared: Counter[tuple[str, ...]] = Counter()
        shown: Counter[tuple[str, ...]] = Counter()
        held: dict[Cell, Counter[str]] = {}
        for view in self.vues:
            if view.code_epci == HORS_TERRITOIRE:
                continue
            for periode in _ending_with(Periode.parse(view.periode)):
                cell = (periode.code, view.code_epci, view.logiciel)
                held.setdefault(cell, Counter()).update(_sides(view))
                for nature, found in view.natures.items():
                    compared[*cell, nature] += 1
                    shown[*cell, nature] += found
        return {
            key: {
                "nombre_ecarts": shown[key],
                "nombre_demandes_comparees": count,
                "part_ecarts": None if key[1] == NON_RENSEIGNE else shown[key] / count,
                **{name: held[key[:3]][name] for name in COLONNES},
                **self._metadata[key[2]][key[0]],
            }
            for key, count in compared.items()
        }

    def _read(self, table: str) -> list[dict[str, Any]]:
        return pl.read_parquet(self.oracle.verite / f"{table}.parquet").to_dicts()

    @cached_property
    def _metadata(self) -> dict[str, dict[str, Row]]:
        depots = self._read("depots")
        return {
            software: describe_periods(
                depots,
                ("sne/demandes", "sne/radiations", f"interfaces/{software}"),
                self.oracle.parametres.bascule,
            )
            for software in (SYPLO, PELEHAS)
        }

    @cached_property
    def _stock(self) -> dict[str, dict[int, Row]]:
        """The lines of each quarter's stock, associations included."""
        found: dict[str, dict[int, Row]] = {}
        for row in self.oracle.stocks.lignes:
            found.setdefault(row["periode"], {})[row["menage"]] = row
        return found

    @cached_property
    def _decisions(self) -> dict[int, Row]:
        return {row["menage"]: row for row in self.oracle.territoire.wishes.to_dicts()}

    @cached_property
    def _households(self) -> dict[int, Row]:
        return {row["menage"]: row for row in self.oracle.territoire.demandes.to_dicts()}

    def _see(self) -> Iterator[Vue]:
        lines = [row for row in self._read("interfaces") if row["vu"]]
        for cote, code in sorted({(row["cote"], row["periode"]) for row in lines}):
            here = [row for row in lines if (row["cote"], row["periode"]) == (cote, code)]
            software, quarter = cote.split("/")[1], Periode.parse(code)
            for row in here:
                yield self._view(software, quarter, row["menage"], row)
            told = {row["menage"] for row in here}
            for menage, line in self._stock[code].items():
                if line["actif"] and not line["est_association"] and menage not in told:
                    yield self._view(software, quarter, menage, None)

    def _view(self, software: str, quarter: Periode, menage: int | None, line: Row | None) -> Vue:
        etat_sne, ended = self._at_the_sne(menage, quarter)
        said = line or {}
        return Vue(
            periode=quarter.code,
            logiciel=software,
            menage=menage,
            etat_logiciel=self._in_the_software(software, line),
            etat_sne=etat_sne,
            code_epci=self._epci(menage, quarter),
            label=said.get("label_dit"),
            reconnue=self._is_recognised(menage, quarter),
            date_mise_a_jour=said.get("date_maj"),
            date_depot=said.get("depot_dit"),
            date_premier_depot=self.oracle.histoires.creations.get(menage),
            date_fin_logiciel=said.get("fin_dite") if software == PELEHAS else None,
            date_fin_sne=ended,
        )

    def _in_the_software(self, software: str, line: Row | None) -> str:
        """Say the state as the software writes it: SYPLO tells a rehousing from any other exit."""
        if line is None:
            return ABSENTE
        if line["fin_dite"] is None:
            return EN_COURS
        housed = self._households[line["menage"]]["destin"] == ATTRIBUTION
        return FINIE if housed or software == PELEHAS else SORTIE

    def _at_the_sne(self, menage: int | None, quarter: Periode) -> tuple[str, date | None]:
        """Active in the stock, or ended by a radiation still in force that day; else absent."""
        line = self._stock[quarter.code].get(menage)
        if line and line["actif"]:
            return EN_COURS, None
        radiations = self.oracle.histoires.radiations.get(menage, ())
        last = quarter.dernier_jour
        ended = [
            item.jour
            for item in radiations
            if item not in supersede(radiations)
            and item.jour <= last < (item.deradiation or item.retour or date.max)
        ]
        return (RADIEE, max(ended)) if ended else (ABSENTE, None)

    @cached_property
    def _quarters_of_decisions(self) -> set[str]:
        return {row["periode"] for row in self._read("depots") if row["flux"] == "sne/dalo"}

    def _is_recognised(self, menage: int | None, quarter: Periode) -> bool | None:
        """Tell whether the delivery of the quarter holds a DALO decision in force (règle R0.8).

        None when no decision was delivered that quarter: nothing can be told.
        """
        if quarter.code not in self._quarters_of_decisions:
            return None
        if menage not in self._stock[quarter.code]:
            return False
        decision = self._decisions[menage]
        return decision["statut_dalo"] in RECONNUS and decision["date_dalo"] <= quarter.dernier_jour

    def _epci(self, menage: int | None, quarter: Periode) -> str:
        """Règle A11: the first commune wished, as last told by that day; unknown to the SNE: none."""
        if menage not in self.oracle.histoires.absences:
            return NON_RENSEIGNE
        lines = [
            self._stock[code][menage]
            for code in sorted(self._stock)
            if code <= quarter.code and menage in self._stock[code]
        ]
        commune = lines[-1]["commune"] if lines else self._households[menage]["commune_souhaitee"]
        return self.oracle.parametres.epci_des_communes.get(commune, HORS_TERRITOIRE)


def _sides(view: Vue) -> dict[str, int]:
    held = view.etat_logiciel == EN_COURS
    other = view.label not in (None, DALO)
    return dict(
        zip(COLONNES, (held, view.etat_sne == EN_COURS, view.est_commune, 0, held and other), strict=True)
    )


def _ending_with(quarter: Periode) -> Iterator[Periode]:
    for cadence in CADENCES:
        periode = Periode.de(quarter.dernier_jour, cadence)
        if periode.dernier_jour == quarter.dernier_jour:
            yield periode
