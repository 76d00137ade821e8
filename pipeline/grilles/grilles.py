"""Loads grids: one file, or the versions of several EPCI together; all problems are told at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from pipeline.grilles import coherence
from pipeline.grilles.disponibilite import warn_unavailable
from pipeline.grilles.lecture import GrilleReader
from pipeline.grilles.modele import Grille
from pipeline.grilles.problemes import GrilleRefuseeError, Probleme, Recueil
from pipeline.grilles.vocabulaire import Vocabulaire, load_vocabulaire
from pipeline.grilles.yaml_situe import Carte, Noeud, parse_yaml, read_yaml


@dataclass(frozen=True)
class GrilleChargee:
    """A grid that can be used, where it came from, what to know of it, the lines of its first keys."""

    chemin: Path
    grille: Grille
    avertissements: tuple[Probleme, ...]
    lignes: Mapping[str, int]


def load_grille(path: Path, vocabulaire: Vocabulaire | None = None) -> GrilleChargee:
    """Read a grid, or refuse it with every problem found."""
    return _loaded(path, read_yaml(path), vocabulaire)


def parse_grille(content: str, path: Path, vocabulaire: Vocabulaire | None = None) -> GrilleChargee:
    """Read a grid already in memory; `path` names it."""
    return _loaded(path, parse_yaml(content.encode(), path), vocabulaire)


def _loaded(path: Path, root: Noeud, vocabulaire: Vocabulaire | None) -> GrilleChargee:
    recueil = Recueil()
    facts = load_vocabulaire() if vocabulaire is None else vocabulaire
    read = GrilleReader(facts, recueil).read(root)
    coherence.check(read, recueil)
    if recueil.problemes:
        raise GrilleRefuseeError(str(path), recueil.problemes)
    grille = read.complete()
    warn_unavailable(grille, facts, recueil)
    lines = {key.valeur: key.ligne for key, _ in root.entrees} if isinstance(root, Carte) else {}
    return GrilleChargee(path, grille, tuple(recueil.avertissements), lines)


def load_grilles(paths: Iterable[Path], vocabulaire: Vocabulaire | None = None) -> list[GrilleChargee]:
    """Read several grids and check that no demande has two grids in force the same day."""
    loaded, refused = examine_grilles(paths, vocabulaire)
    if refused:
        raise _together(refused)
    return loaded


def examine_grilles(
    paths: Iterable[Path], vocabulaire: Vocabulaire | None = None
) -> tuple[list[GrilleChargee], list[GrilleRefuseeError]]:
    """Read several grids; return those that can be used, and each refusal, conflicts included."""
    loaded: list[GrilleChargee] = []
    refused: list[GrilleRefuseeError] = []
    for path in paths:
        try:
            loaded.append(load_grille(path, vocabulaire))
        except GrilleRefuseeError as error:
            refused.append(error)
    conflicts = _conflicts(loaded)
    names = {error.fichier for error in conflicts}
    return [each for each in loaded if str(each.chemin) not in names], [*refused, *conflicts]


def _conflicts(loaded: Sequence[GrilleChargee]) -> list[GrilleRefuseeError]:
    """Tell the pairs of one EPCI that share a name, or a day in force for the same demandes."""
    told = []
    for first, second in combinations(loaded, 2):
        one, other = first.grille, second.grille
        if one.code_epci != other.code_epci or not _same_demandes(one, other):
            continue
        if one.grille_version == other.grille_version:
            told.append(
                _conflict(
                    second,
                    ("version",),
                    f"{one.grille_version} est déjà dans {first.chemin.name}.",
                    "Changez la version.",
                )
            )
        elif one.statut == other.statut == "en_vigueur" and (day := _shared_day(one, other)):
            told.append(
                _conflict(
                    second,
                    ("valide_du",),
                    f"{one.code_epci} a deux grilles en vigueur le {day} : celle-ci et {first.chemin.name}.",
                    "Fermez la plus ancienne par « valide_au », la veille.",
                )
            )
    return told


def _same_demandes(one: Grille, other: Grille) -> bool:
    return "toutes" in {one.demandes, other.demandes} or one.demandes == other.demandes


def _shared_day(one: Grille, other: Grille) -> date | None:
    start = max(one.valide_du, other.valide_du)
    end = min(one.valide_au or date.max, other.valide_au or date.max)
    return start if start <= end else None


def _conflict(loaded: GrilleChargee, path: tuple[str, ...], found: str, remedy: str) -> GrilleRefuseeError:
    return GrilleRefuseeError(str(loaded.chemin), [Probleme(loaded.lignes[path[-1]], path, found, remedy)])


def _together(refused: Sequence[GrilleRefuseeError]) -> GrilleRefuseeError:
    """Make one refusal of several files: each keeps its own text."""
    if len(refused) == 1:
        return refused[0]
    error = GrilleRefuseeError("", [item for each in refused for item in each.problemes])
    error.constat = "\n".join(each.constat for each in refused)
    error.args = (error.constat,)
    return error
