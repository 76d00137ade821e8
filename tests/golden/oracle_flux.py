"""The flow of dwellings as the rules read it, from the truth of the draws: plain Python, no SQL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from tests.golden.oracle import Oracle
from tests.golden.oracle_logements import PERIODES_DE_CONSTRUCTION, Row, tell_reservataire, tell_typologie
from tests.golden.oracle_parametres import NON_RENSEIGNE

JOURS_D_UNE_VACANCE = 183
SOUSTRAITS = {
    "MUTINT": "mutations_internes",
    "NPNRU": "npnru",
    "ORCOD": "orcod",
    "INSAL": "insalubrite",
    "VENTE": "ventes",
}
EXCLUS = ("DEFENSE", "SECURITE", "SANTE")
ORIENTE, NON_ORIENTE, SOUSTRAIT, EXCLU = "oriente", "non_oriente", "soustrait", "exclu"
EN_ASSIETTE = (ORIENTE, NON_ORIENTE)
SANS_RESERVATAIRE = "sans_reservataire"


@dataclass(frozen=True)
class Mise:
    """A handing over: the last line delivered that entered, as a rule reads it."""

    ligne: Row
    mise_id: str
    logement: str | None
    nature: str
    localisation: str
    typologie: str
    periode_construction: str

    @property
    def jour(self) -> date:
        """The day the dwelling is handed over."""
        return self.ligne["date_mise"]

    @property
    def bail(self) -> date | None:
        """The lease that counts: one signed before an earlier stage is a fault."""
        signed = self.ligne["date_bail"]
        before = [self.ligne[name] for name in ("date_mise", "date_proposition", "date_attribution")]
        return signed if signed and signed >= max(day for day in before if day) else None

    @property
    def axes(self) -> tuple[str, ...]:
        """What the bilan of 28 February tells of the dwelling."""
        return (
            self.typologie,
            self.ligne["financement"],
            self.localisation,
            self.ligne["commune"],
            self.periode_construction,
        )


@dataclass(frozen=True)
class Vacance:
    """A dwelling available once, however often it is handed over (règle F6)."""

    mises: tuple[Mise, ...]

    @property
    def jour(self) -> date:
        """The day that makes its year."""
        return self.mises[0].jour

    @property
    def decisive(self) -> Mise:
        """The last handing over that says where the dwelling goes."""
        told = [mise for mise in self.mises if mise.nature != NON_ORIENTE]
        return (told or self.mises)[-1]


@dataclass(frozen=True)
class Remise:
    """A vacancy handed to one organisme, once (règles F6, F10); None: that stage was not reached."""

    mises: tuple[Mise, ...]
    organisme: str

    @property
    def premiere(self) -> Mise:
        """The first of its handings over."""
        return self.mises[0]

    def stages(self) -> dict[str, date | None]:
        """Règle F10: whoever signs was allotted, whoever is allotted was proposed."""
        signed = [mise.bail for mise in self.mises]
        decided = [mise.ligne["date_attribution"] or mise.bail for mise in self.mises]
        proposed = [
            mise.ligne["date_proposition"] or (mise.jour if mise.ligne["nombre_proposes"] else None) or day
            for mise, day in zip(self.mises, decided, strict=True)
        ]
        back = [mise.ligne["date_retour"] for mise in self.mises]
        lease = _first(signed)
        return {
            "proposes": _first(proposed),
            "attribues": _first(decided),
            "baux": lease,
            "rendus": None if lease else max(filter(None, back), default=None),
        }


def _first(days: Iterable[date | None]) -> date | None:
    return min(filter(None, days), default=None)


@dataclass(frozen=True)
class Flux:
    """The flow of the territory."""

    oracle: Oracle

    @cached_property
    def mises(self) -> list[Mise]:
        """Every handing over that the observatory holds, at its last delivered state."""
        lines = self.oracle.territoire.partenaires.flux.to_dicts()
        last = {row["mise"]: row for row in lines if row["entre"] and not row["rejet"]}
        return [self._read(row) for row in last.values()]

    def _read(self, row: Row) -> Mise:
        written = not row["premiere"] or row["mise"] % 2 == 0
        return Mise(
            ligne=row,
            mise_id=f"{row['siren']}/MAD-{row['mise']:06d}",
            logement=row["identifiant"] if written else None,
            nature=_nature(row),
            localisation=self._locate(row, row["identifiant"] if written else None),
            typologie=tell_typologie(row["pieces"]),
            periode_construction=self._built(row, row["identifiant"] if written else None),
        )

    def _locate(self, row: Row, logement: str | None) -> str:
        """Règle E1: the RPLS on the map of that day, else the bailleur's code, else its no."""
        parametres = self.oracle.parametres
        found = self.oracle.rpls.locate_dwelling(logement or "", row["date_mise"], parametres.bascule)
        if found or not row["qpv"]:
            return found or "hors_qpv"
        return parametres.locate_code(row["qpv"], row["date_mise"]) or "qpv"

    def _built(self, row: Row, logement: str | None) -> str:
        line = self.oracle.rpls.last_line(logement or "")
        year = row["annee_construction"] or (line and line["annee_construction"])
        if year is None:
            return NON_RENSEIGNE
        return next((name for last, name in PERIODES_DE_CONSTRUCTION if year <= last), "2019_et_plus")

    @cached_property
    def vacances(self) -> list[Vacance]:
        """The dwellings available, each once."""
        known = [mise for mise in self.mises if mise.logement]
        order = sorted(known, key=lambda mise: (mise.logement or "", mise.jour, mise.mise_id))
        found = [Vacance((mise,)) for mise in self.mises if not mise.logement]
        for _, group in groupby(order, key=lambda mise: mise.logement):
            found += [Vacance(tuple(mises)) for mises in _cut(list(group))]
        return found

    @cached_property
    def remises(self) -> list[Remise]:
        """What each organisme received, a vacancy once."""
        handed: dict[tuple[Any, ...], list[Mise]] = defaultdict(list)
        for rank, vacance in enumerate(self.vacances):
            for mise in vacance.mises:
                if mise.nature == ORIENTE:
                    siren, code = mise.ligne["siren"], mise.ligne["reservataire"]
                    handed[rank, siren, code, self._organisme(mise)].append(mise)
        return [Remise(tuple(mises), key[-1]) for key, mises in handed.items()]

    def _organisme(self, mise: Mise) -> str:
        row = mise.ligne
        held = {
            convention["organisme"] or NON_RENSEIGNE
            for convention in self.conventions
            if (convention["annee"], convention["siren"], convention["reservataire"])
            == (mise.jour.year, row["siren"], row["reservataire"])
        }
        return row["organisme"] or (held.pop() if len(held) == 1 else NON_RENSEIGNE)

    @cached_property
    def conventions(self) -> list[dict[str, Any]]:
        """The conventions that entered."""
        table = self.oracle.territoire.verite["conventions"]
        return [row for row in table.to_dicts() if row["vu"]]

    def discordant(self, mise: Mise) -> bool:
        """Règle F1: the RPLS names someone else."""
        line = self.oracle.rpls.last_line(mise.logement or "")
        named = tell_reservataire(line["contingent"]) if line else None
        return mise.nature == ORIENTE and named is not None and named != mise.ligne["reservataire"]

    def events(self) -> Iterator[tuple[date, str, tuple[str, ...]]]:
        """Règle F10: every event at its own date: its measure, then the axes of the bilan."""
        for remise in self.remises:
            first = remise.premiere
            key = (first.ligne["siren"], first.ligne["reservataire"], *first.axes)
            yield first.jour, "mises_a_disposition", key
            for name, day in remise.stages().items():
                if day:
                    yield day, name, key
        for vacance in self.vacances:
            mise = vacance.decisive
            if mise.nature in (SOUSTRAIT, EXCLU):
                reason = SOUSTRAITS.get(mise.ligne["motif_hors_flux"])
                name = f"soustraits_{reason}" if reason else "exclus"
                yield vacance.jour, name, (mise.ligne["siren"], SANS_RESERVATAIRE, *mise.axes)
        yield from self._refusals()

    def _refusals(self) -> Iterator[tuple[date, str, tuple[str, ...]]]:
        by_dwelling: dict[str, list[Mise]] = defaultdict(list)
        for mise in self.mises:
            by_dwelling[mise.logement or ""].append(mise)
        for row in self.oracle.territoire.propositions.to_dicts():
            if row["etat"] != "REFUS":
                continue
            day = row["date_reponse"] or row["date_creation"]
            near = sorted(
                by_dwelling[row["identifiant"]],
                key=lambda mise, day=day: (mise.jour > day, abs((mise.jour - day).days), mise.mise_id),
            )
            axes = near[0].axes if near else self._described(row["identifiant"])
            where = (*axes[:3], row["commune"], axes[4])
            yield day, "refus", (row["siren"], row["reservataire"], *where)

    def _described(self, logement: str) -> tuple[str, ...]:
        line = self.oracle.rpls.last_line(logement)
        if line is None:
            return (NON_RENSEIGNE,) * 5
        built = self._built({"annee_construction": None}, logement)
        return (tell_typologie(line["pieces"]), NON_RENSEIGNE, NON_RENSEIGNE, "", built)


def _nature(row: Mapping[str, Any]) -> str:
    """Règle F7: hors flux without a motive is not subtracted."""
    if not row["en_flux"] and row["motif_hors_flux"] in SOUSTRAITS:
        return SOUSTRAIT
    if not row["en_flux"] and row["motif_hors_flux"] in EXCLUS:
        return EXCLU
    return ORIENTE if row["reservataire"] else NON_ORIENTE


def _cut(mises: list[Mise]) -> Iterator[list[Mise]]:
    """Règle F6: a lease, or more than 183 days, opens another vacancy."""
    held = [mises[0]]
    for before, mise in pairwise(mises):
        let = before.bail is not None and before.bail <= mise.jour
        if let or (mise.jour - before.jour).days > JOURS_D_UNE_VACANCE:
            yield held
            held = []
        held.append(mise)
    yield held
