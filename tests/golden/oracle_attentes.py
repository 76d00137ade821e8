"""The waiting curves of the fictitious territory, from the truth of each stay: no SQL."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, product
from typing import Any

from pipeline.periods import Periode
from tests.golden.oracle import ENSEMBLE, Oracle
from tests.golden.oracle_baux import tell_date, tell_type_demande
from tests.golden.oracle_courbes import AUTRE_SORTIE, CENSURE, LOGEE, Suivi, estimate, last_day
from tests.golden.oracle_histoires import ATTRIBUTION
from tests.golden.oracle_mesures import Key
from tests.golden.oracle_parametres import NON_RENSEIGNE
from tests.golden.oracle_stock import covered_periods

DELAIS = range(0, 61, 3)


@dataclass(frozen=True)
class Presence:
    """A household waiting, from its entry to its exit; `issue`: how it ended, once it did."""

    menage: int
    debut: date
    fin: date | None
    issue: str


def courbes_attente(oracle: Oracle) -> dict[Key, dict[str, Any]]:
    """Expected mart_courbes_attente."""
    cells: dict[Key, list[Suivi]] = defaultdict(list)
    for key, followed in Attentes(oracle).followed():
        for codes in product(*((code, ENSEMBLE) for code in key[2:])):
            cells[*key[:2], *codes].append(followed)
    return {
        (*key, delay): measures
        for key, every in cells.items()
        for delay, measures in zip(DELAIS, estimate(every, map(last_day, DELAIS)), strict=True)
    }


@dataclass(frozen=True)
class Attentes:
    """Where each household waits at the end of each quarter or leaves in it, and what is said of it."""

    oracle: Oracle

    @cached_property
    def stock(self) -> dict[tuple[int, Periode], str]:
        """The EPCI wished by each household waiting at the end of a quarter."""
        return {
            (row["menage"], quarter): code
            for quarter, by_epci in self.oracle.stocks.actifs.items()
            for code, rows in by_epci.items()
            for row in rows
        }

    @cached_property
    def exits(self) -> dict[tuple[int, Periode], str]:
        """The EPCI wished by each household that left in a quarter."""
        return {
            (row["menage"], Periode.parse(row["periode"])): row["code_epci"]
            for row in self.oracle.stocks.mouvements
            if row["mouvement"].startswith("sortie") and row["mouvement"] != "sortie_territoire"
        }

    @cached_property
    def late(self) -> dict[int, date]:
        """The first day of the quarter where a household first came in late (règle A9)."""
        rows = [row for row in self.oracle.stocks.mouvements if row["mouvement"] == "entree_tardive"]
        return {row["menage"]: Periode.parse(row["periode"]).premier_jour for row in reversed(rows)}

    @cached_property
    def read_on(self) -> dict[tuple[int, date], date]:
        """The day whose score counts for an exit by a lease: the CALEOL, else the lease (règle C1)."""
        return {
            (lease["menage"], lease["sne_date_radiation"]): read
            for lease in self.oracle.baux_vus
            if lease["sne_vu"]
            for signed in [tell_date(lease, self.oracle.histoires.creations.get(lease["menage"]))]
            if (read := (lease["bailleur_vu"] and lease["bailleur_date_caleol"]) or signed)
        }

    @cached_property
    def declared(self) -> dict[int, list[tuple[date, str]]]:
        """The type of each demande as stocks and radiations say it, day by day; the radiation wins."""
        said: dict[int, dict[date, str]] = defaultdict(dict)
        for row in self.oracle.stocks.lignes:
            day = Periode.parse(row["periode"]).dernier_jour
            said[row["menage"]][day] = tell_type_demande(row["mode_mutation"], row["mode_logement"])
        for row in self.oracle.radiations:
            if row["vu"]:
                kind = tell_type_demande(row["mode_mutation"], row["mode_logement"])
                said[row["menage"]][row["date_radiation"]] = kind
        return {household: sorted(days.items()) for household, days in said.items()}

    def followed(self) -> Iterator[tuple[Key, Suivi]]:
        """Yield what each window sees of each wait, with the window, the EPCI, the quartile and the type."""
        windows = [(periode, set(quarters)) for periode, quarters in covered_periods(self.oracle.stocks)]
        known = set(self.oracle.parametres.epci_des_communes.values())
        for presence in self.presences():
            places = list(self._places(presence))
            for periode, quarters in windows:
                here = [place for place in places if place[1] in quarters]
                for code_epci, run in groupby(here, key=lambda place: place[0]):
                    if code_epci in known:
                        yield from self._seen(presence, periode, code_epci, [quarter for _, quarter in run])

    def _seen(
        self, presence: Presence, periode: Periode, code_epci: str, quarters: Sequence[Periode]
    ) -> Iterator[tuple[Key, Suivi]]:
        filed = self.oracle.histoires.creations[presence.menage]
        end, issue = quarters[-1].dernier_jour, CENSURE
        if presence.fin is not None and presence.fin <= end:
            end, issue = presence.fin, presence.issue
        if end < filed:
            return
        start = max(presence.debut, quarters[0].premier_jour, filed)
        read = self.read_on.get((presence.menage, end), end) if issue == LOGEE else end
        score = self.oracle.cotation.last(presence.menage, read)
        bornes = self.oracle.bornes[periode]
        quartile = bornes.quartile(score.points) if score and bornes else NON_RENSEIGNE
        said = [kind for day, kind in self.declared[presence.menage] if day <= end]
        kind = said[-1] if said else self.declared[presence.menage][0][1]
        key = (periode.code, code_epci, quartile, kind)
        yield key, Suivi((start - filed).days - 1, (end - filed).days, issue)

    def presences(self) -> Iterator[Presence]:
        """Yield each stay of each household whose filing is known (règles A1, A5, A8, A9)."""
        for household, entered in self.oracle.histoires.entrees.items():
            absences = sorted(self.oracle.histoires.absences.get(household, ()), key=lambda item: item[0])
            late = self.late.get(household)
            start = entered if late is None or late in {back for _, back in absences} else late
            leases = {
                item.jour
                for item in self.oracle.histoires.radiations.get(household, ())
                if item.motif == ATTRIBUTION
            }
            for left, back in absences:
                if start is not None and left >= start:
                    yield Presence(household, start, left, LOGEE if left in leases else AUTRE_SORTIE)
                # Back in the quarter it left: from the day it left.
                start = back and max(back, left)
            if start is not None:
                yield Presence(household, start, None, CENSURE)

    def _places(self, presence: Presence) -> Iterator[tuple[str, Periode]]:
        """Yield the EPCI wished and each quarter of a stay, as said at its end or at the exit (règle A11)."""
        for quarter in self.oracle.stocks.actifs:
            if presence.debut <= quarter.dernier_jour:
                stays = presence.fin is None or presence.fin > quarter.dernier_jour
                if stays or presence.fin >= quarter.premier_jour:
                    code = (self.stock if stays else self.exits).get((presence.menage, quarter))
                    if code is not None:
                        yield code, quarter
