"""One simulation, from what is asked to its tables."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import MisuseError
from pipeline.grilles.disponibilite import unavailable_criteria
from pipeline.grilles.grilles import load_grille
from pipeline.grilles.modele import Grille
from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.simulation.base import Publication, open_release, read_population
from pipeline.simulation.choix import DECLAREE, Champ, Variation
from pipeline.simulation.mesures import Lecteur
from pipeline.simulation.series import score_households, write_series
from pipeline.simulation.tableaux import Tableau

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from pipeline.settings import Settings


@dataclass(frozen=True)
class GrilleLue:
    """A grid and the SHA-256 of its file."""

    grille: Grille
    empreinte: str

    @classmethod
    def read(cls, path: Path) -> "GrilleLue":
        """Read a grid; raises GrilleRefuseeError with every problem."""
        if not path.is_file():
            raise MisuseError(f"Pas de fichier : {path}.", remede="Vérifiez son nom et son dossier.")
        return cls(load_grille(path).grille, hashlib.sha256(path.read_bytes()).hexdigest())


@dataclass(frozen=True)
class Simulation:
    """What was asked, where the figures come from, the tables."""

    grille: GrilleLue
    contre: GrilleLue | None
    champ: Champ
    publication: Publication
    dernier_jour: date
    versions_declarees: tuple[str, ...]
    non_disponibles: tuple[str, ...]
    variation: Variation | None
    seuil: int
    tableaux: tuple[Tableau, ...]

    @property
    def est_fictive(self) -> bool:
        """Tell whether a grid or the data are fictitious."""
        grids = [self.grille, *([self.contre] if self.contre else [])]
        return self.publication.est_fictive or any(each.grille.fictive for each in grids)

    def tableau(self, code: str) -> Tableau:
        """Return a table by its code."""
        return next(each for each in self.tableaux if each.code == code)


def simulate(
    settings: "Settings", grille: GrilleLue, contre: GrilleLue | None, sur: str, varier: Sequence[str] = ()
) -> Simulation:
    """Score both sides on the last release; raises MisuseError on what cannot be simulated."""
    champ = Champ.parse(sur)
    variation = Variation.parse(varier, grille.grille) if varier else None
    if contre and contre.grille.code_epci != grille.grille.code_epci:
        raise MisuseError(
            f"Deux grilles d'EPCI différents : {grille.grille.code_epci} et {contre.grille.code_epci}.",
            remede="Comparez deux grilles d'un EPCI, ou aux points déclarés : « --contre declaree ».",
        )
    with open_release(settings) as (connection, publication):
        last = _score(connection, grille.grille, contre.grille if contre else None, champ, variation)
        versions = connection.execute(
            "select distinct version_declaree from vus where version_declaree is not null order by 1"
        ).fetchall()
        missing = unavailable_criteria(grille.grille, load_vocabulaire())
        tables = Lecteur(connection, settings.seuil_secret).tables(grille.grille, variation, missing)
    return Simulation(
        grille,
        contre,
        champ,
        publication,
        last,
        () if contre else tuple(name for (name,) in versions),
        missing,
        variation,
        settings.seuil_secret,
        tuple(tables),
    )


def _score(
    connection: "DuckDBPyConnection",
    grille: Grille,
    contre: Grille | None,
    champ: Champ,
    variation: Variation | None,
) -> date:
    """Write every series; return the last day looked at."""
    grids = [grille, *([contre] if contre else [])]
    facts = [
        fact for each in grids for critere in each.criteres for fact in (*critere.faits, "pieces_certifiees")
    ]
    last = read_population(connection, grille.code_epci, champ, facts)
    score_households(connection, grille, contre)
    if variation:
        rank = [critere.code for critere in grille.criteres].index(variation.critere)
        connection.execute(f"create temp table critere_varie as select {rank} as rang")
    write_series(connection, grille, variation.grids(grille) if variation else [])
    return last


def contre_of(text: str) -> GrilleLue | None:
    """Return the grid to compare with; None for the points that were declared."""
    return None if text == DECLAREE else GrilleLue.read(Path(text))
