"""ppgd bilan-flux: the yearly table of each bailleur, as the workbook and the PDF it can send."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import Donnees
from pipeline.settings import Settings


def bilan_flux(
    annee: Annotated[str, typer.Option(metavar="AAAA", help="Année du bilan, par exemple 2024.")],
    donnees: Donnees = None,
    bailleur: Annotated[
        str | None, typer.Option(metavar="SIREN", help="Un seul bailleur (défaut : tous).")
    ] = None,
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Où les écrire.")] = Path(),
) -> None:
    """Écrit le bilan de la gestion en flux dû au 28 février, XLSX et PDF, avec ses écarts à celui livré."""
    from pipeline.bilan_flux.contenu import write_bilans
    from pipeline.terminal import say

    written, unnamed = write_bilans(Settings.load(donnees), annee, bailleur, sortie.expanduser())
    for path in written:
        say(f"Bilan : {path}")
    if unnamed:
        say(
            f"{unnamed} lignes n'ont pas de SIREN de bailleur : elles ne sont dans aucun bilan. "
            "Complétez la colonne, puis relancez « ppgd construire »."
        )
