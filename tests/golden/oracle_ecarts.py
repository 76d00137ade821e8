"""The disagreements between the sources, listed from the truth: plain Python, no SQL."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pipeline.periods import Periode
from pipeline.sample.verite import LIGNES_GARDEES
from tests.golden.oracle import CADENCES, Oracle
from tests.golden.oracle_baux import (
    name_reservataire,
    tell_commune,
    tell_date,
    tell_lease_day,
    tell_locations,
    tell_resources,
)
from tests.golden.oracle_histoires import ATTRIBUTION, Radiation, supersede
from tests.golden.oracle_logements import tell_typologie
from tests.golden.oracle_parametres import NON_RENSEIGNE
from tests.golden.oracle_ressources import rank_resources

HORS_TERRITOIRE = "hors_territoire"

Lease = Mapping[str, Any]


@dataclass(frozen=True)
class Ecart:
    """A disagreement about a household: its nature, the EPCI and the day where it counts."""

    nature: str
    menage: int
    code_epci: str
    jour: date


@dataclass(frozen=True)
class Desaccords:
    """Every disagreement of the territory, associations and dwellings of elsewhere included."""

    oracle: Oracle

    def list_all(self) -> Iterator[Ecart]:
        """Yield what fct_ecarts_attributions must hold, one row each."""
        yield from self._of_leases()
        yield from self._of_rivals()
        for household, radiations in self.oracle.histoires.radiations.items():
            superseded = supersede(radiations)
            for radiation in radiations:
                yield from self._of_radiation(household, radiation, corrected=radiation in superseded)

    def count(self) -> dict[tuple[str, str, str], int]:
        """Expected mart_ecarts_attributions: those of the territory, in each period."""
        territory = set(self.oracle.parametres.epci_des_communes.values())
        return dict(
            Counter(
                (Periode.de(ecart.jour, cadence).code, ecart.code_epci, ecart.nature)
                for ecart in self.list_all()
                for cadence in CADENCES
                if ecart.code_epci in territory
            )
        )

    @cached_property
    def _told(self) -> dict[tuple[int, date], Lease]:
        """The lease each attribution of the SNE speaks of."""
        return {
            (lease["menage"], lease["sne_date_radiation"]): lease
            for lease in self.oracle.baux_vus
            if lease["sne_vu"]
        }

    @cached_property
    def _waiting(self) -> set[tuple[int, str]]:
        """The households that the SNE holds active on the last day of each quarter, associations included."""
        return {(row["menage"], row["periode"]) for row in self.oracle.stocks.lignes if row["actif"]}

    @cached_property
    def _said_of_radiations(self) -> dict[tuple[int, date], str]:
        """The commune of the dwelling in each attribution of the SNE."""
        rows = self.oracle.territoire.verite["radiations"].filter("vu").to_dicts()
        return {
            (row["menage"], row["date_radiation"]): row["commune"]
            for row in rows
            if row["motif"] == ATTRIBUTION
        }

    @cached_property
    def _wishes(self) -> dict[int, str]:
        return dict(self.oracle.territoire.demandes.select("menage", "commune_souhaitee").iter_rows())

    def _epci(self, commune: str) -> str:
        return self.oracle.parametres.epci_des_communes.get(commune, HORS_TERRITOIRE)

    def _of_leases(self) -> Iterator[Ecart]:
        for lease in self.oracle.baux_vus:
            filed = self.oracle.histoires.creations.get(lease["menage"])
            signed = tell_date(lease, filed)
            code_epci = self._epci(tell_commune(lease))
            if signed is None:
                # Règle B1: no date at all; placed at the CALEOL, else at the end of its delivery.
                told = lease["bailleur_date_caleol"] or Periode.parse(lease["bailleur_periode"]).dernier_jour
                yield Ecart("bail_sans_date", lease["menage"], code_epci, told)
                continue
            natures = {
                **self._on_sources(lease, filed),
                **self._on_dwelling(lease, signed),
                **self._on_demande(lease, signed, code_epci),
            }
            for nature, disagrees in natures.items():
                if disagrees:
                    yield Ecart(nature, lease["menage"], code_epci, signed)

    def _on_sources(self, lease: Lease, filed: date | None) -> dict[str, bool]:
        """Bailleur against SNE; a source that says nothing disagrees with no one."""
        lease_day, recorded = tell_lease_day(lease, filed), lease["sne_date_radiation"]
        told = lease["sne_delai_attribution"] if lease["sne_vu"] else None
        return {
            "date_attribution": lease_day is not None and lease["sne_vu"] and lease_day != recorded,
            "date_bail_inutilisable": lease["bailleur_vu"] and lease_day is None,
            "logement": _differ(lease, "logement"),
            "commune": _differ(lease, "commune"),
            "bailleur": _differ(lease, "siren"),
            "reservataire": _differ(lease, "reservataire"),
            "delai_sne": told is not None and filed is not None and told != (recorded - filed).days,
            "sans_radiation_sne": not lease["sne_vu"],
            "sans_bail_bailleur": not lease["bailleur_vu"],
        }

    def _on_dwelling(self, lease: Lease, signed: date) -> dict[str, bool]:
        """What the RPLS and the maps say, beside the partners."""
        rpls, parametres = self.oracle.rpls, self.oracle.parametres
        locations = tell_locations(lease, signed, parametres, rpls)
        code = lease["bailleur_code_qpv"] if lease["bailleur_vu"] else None
        source = "bailleur" if lease["bailleur_vu"] else "sne"
        dwelling = rpls.last_line(lease[f"{source}_logement"])
        named = rpls.reservataire(lease["bail"])
        sizes = {lease[f"{said}_pieces"] for said in ("bailleur", "sne") if lease[f"{said}_vu"]}
        if dwelling:
            sizes.add(dwelling["pieces"])
        return {
            "commune_rpls": dwelling is not None and dwelling["commune"] != tell_commune(lease),
            "reservataire_rpls": named not in (None, name_reservataire(lease, rpls)[0]),
            "typologie": len({tell_typologie(rooms) for rooms in sizes if rooms is not None}) > 1,
            "localisation_qpv": len(set(locations.values())) > 1,
            "code_qpv_inconnu": code is not None and "code_bailleur" not in locations,
        }

    def _on_demande(self, lease: Lease, signed: date, code_epci: str) -> dict[str, bool]:
        """What the SNE holds of the demande, and its resources beside the bailleur's flag."""
        household, histoires = lease["menage"], self.oracle.histoires
        undone = {item.jour for item in histoires.radiations.get(household, ()) if item.est_annulee}
        quarter = Periode.de(signed, "trimestre").code
        flag = lease["bailleur_premier_quartile"] if lease["bailleur_vu"] else None
        quartile = rank_resources(
            tell_resources(lease, histoires.lignes.get(household)),
            self.oracle.parametres.seuil_q1(code_epci, signed.year),
            self.oracle.stocks.bornes_ressources(code_epci, signed.year),
        )
        return {
            "premier_quartile": flag not in (None, quartile == "R1") and quartile != NON_RENSEIGNE,
            "premier_depot_remis_a_zero": household in histoires.remises_a_zero,
            "radiation_annulee_bail_signe": lease["sne_vu"] and lease["sne_date_radiation"] in undone,
            # Règle A13: the lease counts, the stock stays the SNE's.
            "bail_demande_en_cours": lease["bailleur_vu"] and (household, quarter) in self._waiting,
        }

    def _of_rivals(self) -> Iterator[Ecart]:
        """Règle B4: the other bailleur's lease of the same months is listed."""
        for row in self.oracle.territoire.declarations.to_dicts():
            if row["est_rival"] and row["entre"] and row["rejet"] in LIGNES_GARDEES:
                yield Ecart("bail_concurrent", row["menage"], self._epci(row["commune"]), row["bail_declare"])

    def _of_radiation(self, household: int, radiation: Radiation, *, corrected: bool) -> Iterator[Ecart]:
        """Règles A4 and B5: still in the stock of its delivery, corrected by another, or come to nothing."""
        attributed = radiation.motif == ATTRIBUTION
        lease = None if corrected or not attributed else self._told.get((household, radiation.jour))
        if radiation.en_stock:
            nature = "attribution_en_stock" if attributed else "radiation_en_stock"
            filed = self.oracle.histoires.creations.get(household)
            signed = tell_date(lease, filed) if lease else None
            commune = tell_commune(lease) if lease else self._wishes[household]
            yield Ecart(nature, household, self._epci(commune), signed or radiation.jour)
        if attributed and (corrected or (radiation.est_annulee and lease is None)):
            nature = "radiation_concurrente" if corrected else "radiation_annulee"
            commune = self._said_of_radiations[household, radiation.jour]
            yield Ecart(nature, household, self._epci(commune), radiation.jour)


def _differ(lease: Lease, field: str) -> bool:
    said = {lease[f"{source}_{field}"] for source in ("bailleur", "sne") if lease[f"{source}_vu"]}
    return len(said - {None}) > 1
