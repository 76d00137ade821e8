"""The fictitious territory on disk: its mark, its truth, its deliveries; a second run changes nothing."""

import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipeline.feeds import EXPECTATIONS
from pipeline.sample.anomalies import assign_anomalies, equalise_resources
from pipeline.sample.baux import draw_baux
from pipeline.sample.commissions import (
    draw_candidatures,
    draw_propositions,
    tell_candidatures,
    tell_propositions,
)
from pipeline.sample.cotation import draw_scores, stop_scoring
from pipeline.sample.declarations import declare_leases
from pipeline.sample.demandes import draw_demandes
from pipeline.sample.desaccords import Sources, draw_disagreements
from pipeline.sample.fichiers_bailleurs import write_lease_files
from pipeline.sample.fichiers_commissions import write_commission_files
from pipeline.sample.fichiers_cotation import write_score_files
from pipeline.sample.fichiers_guichets import list_place_defects, write_activity_files
from pipeline.sample.fichiers_plan import tell_plan, write_plan_files
from pipeline.sample.fichiers_rpls import present_dwellings, write_stock_files
from pipeline.sample.fichiers_rpls_restreints import draw_occupation, write_restricted_files
from pipeline.sample.fichiers_sne import write_radiation_files
from pipeline.sample.fichiers_stock import draw_wishes, write_snapshot_files
from pipeline.sample.formats import Depot
from pipeline.sample.imhoweb import draw_imhoweb, tell_imhoweb, write_imhoweb_files
from pipeline.sample.incidents_stock import declare_incident_radiations, draw_incidents
from pipeline.sample.lieux_accueil import draw_activity
from pipeline.sample.parc import draw_parc
from pipeline.sample.partenaires import Histoire, Partenaires
from pipeline.sample.plan import Tables, draw_plan
from pipeline.sample.radiations import draw_radiations
from pipeline.sample.references_sne import write_reference_files
from pipeline.sample.registre_defauts import list_defects
from pipeline.sample.sne import declare_radiations
from pipeline.sample.stock import draw_stock
from pipeline.sample.tirages import open_stream
from pipeline.sample.verite import expected_deposits, tell_truth
from pipeline.sample.verite_stock import tell_stock

GRILLES = EXPECTATIONS / "grilles" / "territoire_fictif"
MARQUE = "ORIGINE-FICTIVE.json"
GRAINE = 974
MOST_DEPOTS = 136
"""The demonstration builds in a minute: it has no more deliveries."""
_EXTENSIONS = {".csv", ".xlsx"}
_DEPOT = "*/*/*/*"
_MONTRES = 5

Fingerprints = Mapping[str, list[str]]


@dataclass(frozen=True)
class Territoire:
    """Everything drawn for a seed: what happened, then what each partner says of it."""

    dwellings: pl.DataFrame
    demandes: pl.DataFrame
    baux: pl.DataFrame
    radiations: pl.DataFrame
    declarations: pl.DataFrame
    scores: pl.DataFrame
    incidents: pl.DataFrame
    stock: pl.DataFrame
    wishes: pl.DataFrame
    listed: pl.DataFrame
    occupation: pl.DataFrame
    candidatures: pl.DataFrame
    propositions: pl.DataFrame
    partenaires: Partenaires
    activite: pl.DataFrame
    plan: Tables

    @classmethod
    def draw(cls, seed: int) -> "Territoire":
        """Draw the territory: each subject has its own stream."""
        parc = draw_parc(open_stream(seed, "parc"))
        demandes = draw_demandes(open_stream(seed, "demandes"))
        baux = assign_anomalies(
            open_stream(seed, "anomalies"), draw_baux(open_stream(seed, "baux"), demandes, parc)
        )
        demandes = equalise_resources(demandes, baux)
        events = draw_radiations(open_stream(seed, "radiations"), demandes, baux)
        told = declare_radiations(open_stream(seed, "sne"), events, demandes, baux)
        incidents = draw_incidents(open_stream(seed, "incidents-stock"), demandes, told)
        radiations = declare_incident_radiations(
            open_stream(seed, "radiations-stock"), incidents, told, demandes, baux
        )
        said = _contradict(seed, parc, demandes, baux, incidents, radiations)
        scores = draw_scores(open_stream(seed, "cotation"), demandes, baux)
        scores = stop_scoring(open_stream(seed, "scores-anciens"), scores, baux)
        stock = draw_stock(open_stream(seed, "stock"), demandes, baux, said.radiations, incidents)
        candidatures = draw_candidatures(open_stream(seed, "candidatures"), demandes, baux, scores)
        wishes = draw_wishes(open_stream(seed, "souhaits"), demandes)
        return cls(
            dwellings=present_dwellings(open_stream(seed, "rpls"), parc),
            demandes=demandes,
            baux=baux,
            radiations=said.radiations,
            declarations=said.declarations,
            scores=scores,
            incidents=incidents,
            stock=stock,
            wishes=wishes,
            listed=draw_imhoweb(open_stream(seed, "imhoweb"), demandes, stock),
            occupation=said.occupation,
            candidatures=candidatures,
            propositions=draw_propositions(open_stream(seed, "propositions"), candidatures),
            partenaires=Partenaires.draw(
                seed, Histoire(parc, demandes, baux, said.declarations, candidatures, wishes)
            ),
            activite=draw_activity(open_stream(seed, "activite")),
            plan=draw_plan(open_stream(seed, "plan")),
        )

    @cached_property
    def verite(self) -> dict[str, pl.DataFrame]:
        """The truth tables, from the draws alone."""
        told = tell_truth(
            demandes=self.demandes,
            dwellings=self.dwellings,
            baux=self.baux,
            radiations=self.radiations,
            declarations=self.declarations,
            scores=self.scores,
        )
        return {
            **told,
            **tell_stock(self.stock, self.radiations, self.incidents),
            "imhoweb": tell_imhoweb(self.listed),
            "candidatures": tell_candidatures(self.candidatures),
            "propositions": tell_propositions(self.propositions),
            **self.partenaires.tell(),
            "frequentation": self.activite,
            **tell_plan(self.plan),
            "defauts": pl.concat(
                [
                    self._defects_of_demandes(),
                    self.partenaires.list_defects(),
                    list_place_defects(self.activite),
                ]
            ),
        }

    def _defects_of_demandes(self) -> pl.DataFrame:
        return list_defects(
            baux=self.baux,
            radiations=self.radiations,
            declarations=self.declarations,
            scores=self.scores,
            stock=self.stock,
            incidents=self.incidents,
        )

    def write_depots(self) -> list[Depot]:
        """Format every delivery, in the order of periods."""
        depots = [
            *write_stock_files(self.dwellings),
            *write_radiation_files(self.radiations),
            *write_snapshot_files(self.stock, self.radiations, self.wishes),
            *write_reference_files(),
            *write_imhoweb_files(self.listed),
            *write_restricted_files(self.occupation),
            *write_commission_files(self.candidatures, self.propositions),
            *write_lease_files(self.declarations),
            *write_score_files(self.scores, self.demandes),
            *self.partenaires.write_depots(),
            *write_activity_files(self.activite),
            *write_plan_files(self.plan),
        ]
        return sorted(depots, key=lambda depot: (depot.periode, depot.fichier))


def _contradict(
    seed: int,
    parc: pl.DataFrame,
    demandes: pl.DataFrame,
    baux: pl.DataFrame,
    incidents: pl.DataFrame,
    radiations: pl.DataFrame,
) -> Sources:
    """Draw what the bailleurs and the RPLS say, then what the sources dispute."""
    told = Sources(
        radiations=radiations,
        declarations=declare_leases(open_stream(seed, "declarations"), baux, demandes),
        occupation=draw_occupation(open_stream(seed, "occupation"), parc, baux),
    )
    return draw_disagreements(open_stream(seed, "desaccords"), told, incidents)


def write_territoire(donnees: Path, *, seed: int = GRAINE) -> None:
    """Write `raw/` and `verite/` of the fictitious territory; the same seed leaves identical files untouched.

    Raises ValueError when `raw/` holds deliveries that the fictitious mark does not know, by their content.
    """
    raw = donnees / "raw"
    present = _fingerprints_in(raw)
    _refuse_foreign_deliveries(raw, present)
    territoire = Territoire.draw(seed)
    verite = territoire.verite
    depots = territoire.write_depots()
    written = {depot.fichier: _fingerprint(depot.octets) for depot in depots}
    # A run cut here leaves old and new files: the mark knows both until the end.
    either = {name: [*present.get(name, []), *written.get(name, [])] for name in {*present, *written}}
    _write_if_changed(raw / MARQUE, _mark(seed, either))
    for name, table in {**verite, "depots": expected_deposits(depots)}.items():
        _write_if_changed(donnees / "verite" / f"{name}.parquet", _parquet(table))
    for depot in depots:
        _write_if_changed(raw / depot.fichier, depot.octets)
    for former in set(present) - set(written):
        (raw / former).unlink()
    _write_if_changed(raw / MARQUE, _mark(seed, written))
    _write_grids(donnees / "grilles")


def _write_grids(folder: Path) -> None:
    """Copy the fictitious grids; one already there may have been changed to try something, and stays."""
    for grid in sorted(GRILLES.glob("*.yml")):
        if not (folder / grid.name).exists():
            _write_if_changed(folder / grid.name, grid.read_bytes())


def _fingerprints_in(raw: Path) -> Fingerprints:
    """Return the deliveries present, by path below raw; hidden files are never deliveries."""
    files = {path.relative_to(raw): path for path in raw.glob(_DEPOT) if path.suffix.lower() in _EXTENSIONS}
    return {
        place.as_posix(): _fingerprint(path.read_bytes())
        for place, path in files.items()
        if not any(part.startswith(".") for part in place.parts)
    }


def _fingerprint(content: bytes) -> list[str]:
    return [sha256(content).hexdigest()]


def _refuse_foreign_deliveries(raw: Path, present: Fingerprints) -> None:
    """Refuse any delivery that the mark does not list, or whose content is no longer what it lists."""
    mark = raw / MARQUE
    listed: Fingerprints = (
        json.loads(mark.read_text(encoding="utf-8")).get("fichiers", {}) if mark.exists() else {}
    )
    foreign = sorted(name for name, found in present.items() if not set(found) <= set(listed.get(name, [])))
    if foreign:
        others = len(foreign) - _MONTRES
        shown = ", ".join(foreign[:_MONTRES]) + (f" et {others} autres" if others > 0 else "")
        raise ValueError(
            f"Le dossier {raw} contient des dépôts qui ne sont pas fictifs : {shown}. "
            "Choisissez un dossier vide pour le territoire fictif (--donnees DOSSIER)."
        )


def _mark(seed: int, fingerprints: Fingerprints) -> bytes:
    content = {
        "titre": "Données fictives",
        "avertissement": (
            "Territoire inventé sur la géographie de la CINOR : ménages, bailleurs, logements et points sont "
            "tirés au hasard. Aucun chiffre ne décrit une personne ni un organisme réels."
        ),
        "graine": seed,
        "fichiers": {name: sorted(set(fingerprints[name])) for name in sorted(fingerprints)},
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def _write_if_changed(path: Path, content: bytes) -> None:
    """Write whole or not at all, and not at all when nothing changes."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
