"""ppgd rappels: the mails to the providers whose delivery is due or late."""

from typing import Annotated

import typer

from pipeline.cli_options import DONE, FAILURE, REFUSED, Day, Donnees
from pipeline.errors import MisuseError
from pipeline.settings import Settings

_FOUND = "DEPOT"


def rappels(
    donnees: Donnees = None,
    au: Day = None,
    parti: Annotated[
        list[str] | None,
        typer.Option("--parti", metavar=_FOUND, help="Rappel incertain qui est bien parti."),
    ] = None,
    perdu: Annotated[
        list[str] | None,
        typer.Option("--perdu", metavar=_FOUND, help="Rappel incertain qui n'est pas parti : à renvoyer."),
    ] = None,
    *,
    simuler: Annotated[
        bool, typer.Option("--simuler", help="Dit ce qui partirait, sans rien envoyer.")
    ] = False,
    envoyer: Annotated[bool, typer.Option("--envoyer", help="Envoie les rappels dus.")] = False,
) -> None:
    """Rappelle par courriel les dépôts attendus à J−15, J−3, J+7 et J+21, chacun une seule fois."""
    from pipeline.follow_up import chosen_day
    from pipeline.rappels.telling import tell_plan, tell_report
    from pipeline.reminding import send_due_reminders, simulate_reminders
    from pipeline.terminal import say

    if simuler == envoyer or (simuler and (parti or perdu)):
        raise MisuseError(
            "Choisissez « --simuler » ou « --envoyer » ; « --parti » et « --perdu » vont avec « --envoyer ».",
            remede="Simulez d'abord : « ppgd rappels --simuler ».",
        )
    settings, day = Settings.load(donnees), chosen_day(au)
    if simuler:
        for line in tell_plan(*simulate_reminders(settings, day)):
            say(line)
        raise typer.Exit(DONE)
    report = send_due_reminders(settings, day, left=parti or (), lost=perdu or ())
    for line in tell_report(report):
        say(line)
    raise typer.Exit(FAILURE if report.cut else DONE if report.is_whole else REFUSED)
