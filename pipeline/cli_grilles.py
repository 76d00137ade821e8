"""ppgd grille: check a grid of cotation, try it on its cases, write its schema for editors."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import DONE, REFUSED
from pipeline.errors import MisuseError

_GUIDE = "docs/ecrire-sa-grille.md"
_GRID = "GRILLE.yml"

grilles = typer.Typer(no_args_is_help=True, help="Vérifie une grille de cotation, l'essaie sur des cas.")


@grilles.command()
def verifier(
    fichiers: Annotated[list[Path], typer.Argument(metavar=f"{_GRID}…", help="Une ou plusieurs grilles.")],
) -> None:
    """Dit tous les défauts d'une grille avec leur ligne, ou ce qu'elle contient (code 1 : à corriger)."""
    from pipeline.grilles.cas import SUFFIX
    from pipeline.grilles.grilles import examine_grilles
    from pipeline.terminal import say
    from pipeline.terminal_grilles import show_refused, show_verified_grids

    cases = [path for path in fichiers if path.name.endswith(SUFFIX)]
    grids = [path for path in fichiers if path not in cases]
    if not grids:
        raise MisuseError(
            "Aucune grille : ce sont des fichiers de cas.",
            remede=f"Pour les essayer : « ppgd grille tester {_GRID} ».",
        )
    _refuse_absent(grids)
    loaded, refused = examine_grilles(grids)
    show_verified_grids(loaded)
    for error in refused:
        show_refused(error)
    for path in cases:
        say(f"Ignoré : {path}, un fichier de cas. « ppgd grille tester » l'essaie.")
    raise typer.Exit(REFUSED if refused else DONE)


@grilles.command("tester")
def try_cases(
    fichier: Annotated[Path, typer.Argument(metavar=_GRID, help="La grille.")],
    cas: Annotated[
        Path | None,
        typer.Argument(metavar="CAS.yml", help="Ses cas (défaut : à côté, du même nom en .cas.yml)."),
    ] = None,
) -> None:
    """Cote des ménages décrits à la main et compare aux points attendus (code 1 : un cas est faux)."""
    from pipeline.grilles.cas import cases_beside, load_cases
    from pipeline.grilles.epreuve import run_cases
    from pipeline.grilles.grilles import load_grille
    from pipeline.grilles.problemes import GrilleRefuseeError
    from pipeline.terminal_grilles import show_refused, show_trial

    path = cas or cases_beside(fichier)
    _refuse_absent([fichier])
    _refuse_absent([path], f"Écrivez-y les cas de la grille : {_GUIDE} en montre.")
    try:
        loaded = load_grille(fichier)
        cases = load_cases(path, loaded.grille)
    except GrilleRefuseeError as error:
        show_refused(error)
        raise typer.Exit(REFUSED) from None
    trial = run_cases(loaded.grille, cases)
    show_trial(loaded.grille, cases, trial)
    raise typer.Exit(REFUSED if trial.faux else DONE)


@grilles.command()
def schema(
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Où l'écrire.")] = Path(),
) -> None:
    """Écrit grille.schema.json, avec quoi un éditeur complète et vérifie une grille pendant la frappe."""
    from pipeline.grilles.json_schema import write_schema
    from pipeline.terminal import say

    path = write_schema(sortie.expanduser())
    say(f"Schéma : {path}")
    say(f"Première ligne de vos grilles, à côté : # yaml-language-server: $schema={path.name}")


def _refuse_absent(paths: Iterable[Path], remedy: str = "Vérifiez son nom et son dossier.") -> None:
    absent = [str(path) for path in paths if not path.is_file()]
    if absent:
        raise MisuseError(f"Pas de fichier : {', '.join(absent)}.", remede=remedy)
