"""What several verbs of ppgd share: the exit codes and the options."""

from pathlib import Path
from typing import Annotated

import typer

DONE, REFUSED, MISUSE, FAILURE = 0, 1, 2, 3

Donnees = Annotated[
    Path | None,
    typer.Option(
        "--donnees", metavar="DOSSIER", help="Dossier des données (défaut : PPGD_DONNEES, sinon data/)."
    ),
]
Day = Annotated[
    str | None, typer.Option("--au", metavar="AAAA-MM-JJ", help="Jour considéré (défaut : aujourd'hui).")
]
