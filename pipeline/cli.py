"""ppgd: thin verbs. What an analyst types, in French; what is heavy is imported once it is needed."""

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_bilan_flux import bilan_flux
from pipeline.cli_grilles import grilles
from pipeline.cli_options import DONE, FAILURE, MISUSE, REFUSED, Day, Donnees
from pipeline.cli_rappels import rappels
from pipeline.cli_simuler import simuler
from pipeline.developers import developers
from pipeline.errors import BuildFailedError, MisuseError, PpgdError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.judges import Judges

READERS = "Pour qui construit et lit"

app = typer.Typer(
    name="ppgd",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def everywhere(donnees: Donnees = None) -> None:
    """Observatoire des indicateurs d'un PPGD : contrôler les dépôts, construire, publier, lire."""
    if donnees:
        os.environ["PPGD_DONNEES"] = str(donnees)


@app.command(rich_help_panel=READERS)
def demo(
    donnees: Donnees = None,
    graine: Annotated[int, typer.Option(help="Graine du tirage.")] = 974,
) -> None:
    """Écrit les dépôts d'un territoire fictif et construit son observatoire."""
    from pipeline import terminal
    from pipeline.intake.pseudonyms import create_key_file
    from pipeline.judges import judges_for
    from pipeline.sample.territoire import MOST_DEPOTS, write_territoire

    settings = Settings.load(donnees)
    terminal.say(f"Territoire fictif (graine {graine}) : écriture des dépôts dans {settings.raw}…")
    with judges_for(MOST_DEPOTS) as judges:
        try:
            write_territoire(settings.donnees, seed=graine)
        except ValueError as error:
            raise MisuseError(str(error)) from error
        create_key_file(settings.key_file)
        raise typer.Exit(_build(settings, force=False, judges=judges))


@app.command(rich_help_panel=READERS)
def construire(
    donnees: Donnees = None,
    *,
    forcer: Annotated[
        bool, typer.Option("--forcer", help="Reconstruit tout, même si rien n'a changé.")
    ] = False,
) -> None:
    """Lit les nouveaux dépôts, reconstruit les indicateurs, publie."""
    raise typer.Exit(_build(Settings.load(donnees), force=forcer))


@app.command(rich_help_panel=READERS)
def depots(
    donnees: Donnees = None,
    flux: Annotated[
        str | None, typer.Option(help="Un seul flux, par exemple bailleurs/attributions.")
    ] = None,
    periode: Annotated[
        str | None, typer.Option(help="Une seule période, par exemple 2025 ou 2025-T1.")
    ] = None,
    au: Day = None,
    *,
    historique: Annotated[
        bool, typer.Option("--historique", help="Montre aussi les dépôts remplacés.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Sortie JSON.")] = False,
) -> None:
    """Dit ce qui est reçu, accepté, refusé et pourquoi, attendu ou en retard (code de sortie 1)."""
    from pipeline.acceptation import Door
    from pipeline.follow_up import Selection, chosen_day, expected_depots
    from pipeline.terminal import last_of_each, show_depots

    settings, day = Settings.load(donnees), chosen_day(au)
    with Door.open(settings) as door:
        chosen = Selection.of(flux, periode, door.feeds)
        waiting, misplaced = door.waiting()
        records = [record for record in door.register.records() if chosen.keeps(record.flux, record.periode)]
        waiting = [delivery for delivery in waiting if chosen.keeps(delivery.feed_key, delivery.periode)]
        expected = chosen.among(expected_depots(door, day))
        closed = door.closed_depots()
    records = records if historique else last_of_each(records)
    show_depots(records, waiting, misplaced, closed=closed, expected=expected, as_json=json)
    raise typer.Exit(REFUSED if any(situation.is_late for situation in expected) else DONE)


app.command(rich_help_panel=READERS)(rappels)
app.command(rich_help_panel=READERS)(bilan_flux)


@app.command(rich_help_panel=READERS)
def verifier(
    fichier: Annotated[Path, typer.Argument(help="Le fichier à contrôler, .csv ou .xlsx.")],
    donnees: Donnees = None,
    flux: Annotated[str | None, typer.Option(help="Son flux, s'il ne se reconnaît pas.")] = None,
    periode: Annotated[str | None, typer.Option(help="Sa période : 2025-T1, 2025-S1 ou 2025.")] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="Où écrire le rapport (défaut : à côté du fichier)."),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Sortie JSON.")] = False,
) -> None:
    """Contrôle un fichier avant l'envoi, sans clé ni base, et écrit son rapport (code 1 : à corriger)."""
    from pipeline.terminal_rapport import show_verified
    from pipeline.verification import verify_file

    verified = verify_file(Settings.load(donnees), fichier, flux=flux, periode=periode, sortie=sortie)
    show_verified(verified, as_json=json)
    raise typer.Exit(DONE if verified.outcome.is_accepted else REFUSED)


@app.command(rich_help_panel=READERS)
def modele(
    flux: Annotated[str, typer.Argument(help="Le flux, par exemple bailleurs/attributions.")],
    sortie: Annotated[Path, typer.Option(metavar="DOSSIER", help="Où l'écrire.")] = Path(),
) -> None:
    """Écrit le modèle vierge d'un flux, XLSX et CSV : listes, exemple, explications."""
    from pipeline import terminal
    from pipeline.modeles import write_templates

    for path in write_templates(flux, sortie):
        terminal.say(f"Modèle : {path}")


@app.command(rich_help_panel=READERS)
def purger(
    au: Annotated[str, typer.Option(metavar="AAAA-MM-JJ", help="Jour auquel courent les durées.")],
    donnees: Donnees = None,
    *,
    simuler: Annotated[
        bool, typer.Option("--simuler", help="Dit ce qui partirait, sans rien changer.")
    ] = False,
    supprimer_bruts: Annotated[
        bool, typer.Option("--supprimer-bruts", help="Supprime aussi les fichiers bruts échus.")
    ] = False,
) -> None:
    """Coupe le lien des demandes closes avec les personnes, à chiffres constants ; c'est sans retour."""
    from pipeline.retention.expiry import parse_day
    from pipeline.retention.purge import run_purge
    from pipeline.terminal import show_purge, watch_build

    settings, day = Settings.load(donnees), parse_day(au)
    with watch_build(0) as on_event:
        report = run_purge(settings, day, simulate=simuler, delete_raw=supprimer_bruts, on_event=on_event)
    show_purge(settings, report)


@app.command(rich_help_panel=READERS)
def rgpd(donnees: Donnees = None) -> None:
    """Écrit la fiche du registre des traitements et la trame de l'AIPD, avec les réglages d'ici."""
    from pipeline.retention.record import write_record

    sys.stdout.write(write_record(Settings.load(donnees)))


@app.command(rich_help_panel=READERS)
def sql(
    requete: Annotated[str, typer.Argument(help="Une requête SQL de lecture, entre guillemets.")],
    donnees: Donnees = None,
    sortie: Annotated[str, typer.Option("--format", help="table, csv ou json.")] = "table",
    publication: Annotated[
        str | None,
        typer.Option(metavar="ID|AAAA-MM-JJ", help="Une publication gardée, ou la dernière de ce jour-là."),
    ] = None,
) -> None:
    """Interroge la dernière publication, ou une publication gardée, en lecture seule."""
    from pipeline.publication.consultation import query_observatoire
    from pipeline.publication.presentation import render

    sys.stdout.write(render(query_observatoire(Settings.load(donnees), requete, publication), sortie))


@app.command(rich_help_panel=READERS)
def definitions(donnees: Donnees = None) -> None:
    """Écrit la page des définitions : chaque table, ses colonnes, ses contrôles, son calcul."""
    from pipeline import terminal
    from pipeline.definitions_page import write_definitions

    terminal.say(
        f"Page des définitions, à ouvrir dans un navigateur : {write_definitions(Settings.load(donnees))}"
    )


@app.command(rich_help_panel=READERS)
def cle(donnees: Donnees = None) -> None:
    """Crée la clé de pseudonymisation, ou dit où elle est ; ne la montre jamais."""
    from pipeline import terminal
    from pipeline.intake.pseudonyms import create_key_file, load_pseudonymiser

    settings = Settings.load(donnees)
    made = create_key_file(settings.key_file)
    fingerprint = load_pseudonymiser(settings).fingerprint
    terminal.say(
        f"Clé {'créée' if made else 'déjà présente'} : {settings.key_file} (empreinte {fingerprint})."
    )
    if made:
        terminal.say(
            "Sauvegardez-la à part : sans elle, les prochains dépôts ne rejoindront pas les précédents."
        )


@app.command(rich_help_panel=READERS)
def initier(epci: Annotated[str, typer.Option(help="SIREN de l'EPCI.")], donnees: Donnees = None) -> None:
    """Écrit les modèles à remplir des paramètres d'un territoire."""
    from pipeline import terminal
    from pipeline.initiation import write_parameter_templates

    for path in write_parameter_templates(Settings.load(donnees), epci):
        terminal.say(f"Modèle à remplir : {path}")
    terminal.say("Un modèle déjà là n'est pas touché. La suite est écrite dans chacun.")


@app.command(rich_help_panel=READERS)
def ui(donnees: Donnees = None) -> None:
    """Ouvre les pages de Dagster sur cette machine (Ctrl-C pour arrêter)."""
    from pipeline.workshop import open_dagster

    raise typer.Exit(open_dagster(Settings.load(donnees)))


app.add_typer(grilles, name="grille", rich_help_panel=READERS)
app.command(rich_help_panel=READERS)(simuler)
app.add_typer(developers)


def _build(settings: Settings, *, force: bool, judges: "Judges | None" = None) -> int:
    """Decide « nothing new » before Dagster is imported; otherwise run the job and tell what it did."""
    from pipeline.acceptation import Door
    from pipeline.publication.manifest import is_up_to_date
    from pipeline.terminal import show_misplaced, show_nothing_new, show_report, watch_build

    with Door.open(settings) as door:
        waiting, misplaced = door.waiting()
    show_misplaced(misplaced)
    if not waiting and not force and is_up_to_date(settings):
        show_nothing_new(settings)
        return DONE
    from pipeline.construction import run_build
    from pipeline.judges import judges_for

    started = nullcontext(judges) if judges else judges_for(len(waiting))
    try:
        with watch_build(len(waiting)) as on_event, started as ready:
            report = run_build(settings, waiting, on_event=on_event, force=force, judges=ready)
    except KeyboardInterrupt as interruption:
        told, remede = "Interrompu. Ce qui est publié n'a pas changé.", "Relancez la commande."
        raise BuildFailedError(told, remede=remede) from interruption
    show_report(settings, report)
    return REFUSED if report.refused or misplaced else DONE


def main() -> None:
    """Do what the command line asks, then exit: 0 done, 1 something was refused, 2 misuse, 3 failure."""
    try:
        app()
    except MisuseError as error:
        _fail(error, MISUSE)
    except PpgdError as error:
        _fail(error, FAILURE)
    except Exception as error:  # noqa: BLE001 the last resort: named, told without its text
        from pipeline.disk import disk_error
        from pipeline.terminal import show_unexpected

        if refused := disk_error(error):
            _fail(refused, FAILURE)
        show_unexpected(error)
        sys.exit(FAILURE)


def _fail(error: PpgdError, code: int) -> None:
    from pipeline.terminal import show_error

    show_error(error)
    sys.exit(code)
