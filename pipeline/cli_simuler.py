"""ppgd simuler: what a grid of cotation would change, on the last release."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import REFUSED, Donnees
from pipeline.errors import MisuseError

_GRID = "GRILLE.yml"


def simuler(
    grille: Annotated[list[str], typer.Argument(metavar=_GRID, help="La grille à essayer.")],
    donnees: Donnees = None,
    contre: Annotated[
        str, typer.Option(metavar="GRILLE|declaree", help="Avant : une autre grille, ou les points déclarés.")
    ] = "declaree",
    sur: Annotated[
        str,
        typer.Option(
            metavar="stock|attributions:2024-S2", help="Les ménages en attente, ou les logés d'une période."
        ),
    ] = "stock",
    varier: Annotated[
        str | None,
        typer.Option(
            metavar="critere=… points=… pas=…",
            help="Essaie d'autres points : critere=MUTATION points=0..200 pas=20.",
        ),
    ] = None,
    sortie: Annotated[
        Path, typer.Option(metavar="DOSSIER", help="Où écrire la note et les chiffres.")
    ] = Path(),
) -> None:
    """Dit ce qu'une grille changerait : points, rangs, quartiles, critères (note HTML et Parquet)."""
    from pipeline.grilles.problemes import GrilleRefuseeError
    from pipeline.settings import Settings
    from pipeline.simulation.note import write_files
    from pipeline.simulation.simulation import GrilleLue, contre_of, simulate
    from pipeline.terminal_grilles import show_refused
    from pipeline.terminal_simulation import show_simulation

    path, varied = _sorted_out(grille, varier)
    try:
        read, against = GrilleLue.read(Path(path)), contre_of(contre)
    except GrilleRefuseeError as error:
        show_refused(error)
        raise typer.Exit(REFUSED) from None
    simulation = simulate(Settings.load(donnees), read, against, sur, varied)
    show_simulation(simulation, *write_files(simulation, sortie.expanduser()))


def _sorted_out(words: list[str], varier: str | None) -> tuple[str, list[str]]:
    """Return the grid, and the words of --varier, written with or without quotation marks."""
    parts = [word for word in words if word.startswith(("critere=", "points=", "pas="))]
    files = [word for word in words if word not in parts]
    if len(files) != 1 or (parts and not varier):
        told = " ".join(files[1:] or parts or [_GRID])
        raise MisuseError(
            f"Commande non comprise : {told}.",
            remede=f"ppgd simuler {_GRID} --varier critere=MUTATION points=0..200 pas=20",
        )
    return files[0], [varier, *parts] if varier else []
