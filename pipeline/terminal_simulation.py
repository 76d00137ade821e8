"""What a person sees of a simulation in the terminal: the tables of the note."""

from pathlib import Path

from rich.table import Table
from rich.text import Text

from pipeline.simulation.graphiques import told
from pipeline.simulation.note import FICTIVE, facts_of, name_of, secrecy_told
from pipeline.simulation.simulation import Simulation
from pipeline.simulation.tableaux import Tableau
from pipeline.terminal import console_for, say


def show_simulation(simulation: Simulation, note: Path, figures: Path) -> None:
    """Print every table, then where the note and the figures are."""
    console = console_for()
    console.print(Text.assemble("Simulation de ", (simulation.grille.grille.grille_version, "bold")))
    if simulation.est_fictive:
        console.print(Text(f"  {FICTIVE}", style="yellow"))
    for label, value in facts_of(simulation):
        console.print(Text.assemble((f"  {label} : ", "dim"), value))
    for tableau in simulation.tableaux:
        console.print()
        console.print(Text(tableau.titre, style="bold"))
        console.print(Text(f"  {tableau.dit}", style="dim"))
        console.print(_table(tableau))
    console.print(Text(f"\n{secrecy_told(simulation)}", style="dim"))
    say(f"Note, à ouvrir dans un navigateur : {note}")
    say(f"Chiffres : {figures}")


def _table(tableau: Tableau) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 0, 0, 2))
    table.add_column(tableau.tete)
    for title in tableau.titres:
        table.add_column(title, justify="right")
    for line in tableau.lignes:
        table.add_row(Text(name_of(line)), *map(told, line.valeurs))
    return table
