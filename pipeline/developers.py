"""The developers' verbs of ppgd: thin, as the others."""

import sys
from typing import Annotated

import typer

DEVELOPERS = "Pour qui développe"

developers = typer.Typer()


@developers.command(rich_help_panel=DEVELOPERS)
def preparer() -> None:
    """Lit une fois les modèles dbt, à l'installation : la première construction part plus vite."""
    from pipeline.parsed_models import parse_models
    from pipeline.settings import Settings

    parse_models(Settings.load())


@developers.command("test", rich_help_panel=DEVELOPERS, context_settings={"ignore_unknown_options": True})
def run_pytest(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passés à pytest.")] = None,
) -> None:
    """Lance les tests."""
    from pipeline.workshop import run_tests

    raise typer.Exit(run_tests(arguments or []))


@developers.command(rich_help_panel=DEVELOPERS, context_settings={"ignore_unknown_options": True})
def endurance(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passés à pytest.")] = None,
    *,
    graine: Annotated[int | None, typer.Option(help="Graine d'un tirage à refaire.")] = None,
) -> None:
    """Lance les longs tests, sur des cas tirés au hasard."""
    from pipeline.workshop import run_endurance

    raise typer.Exit(run_endurance(graine, arguments or []))


@developers.command(rich_help_panel=DEVELOPERS)
def reel() -> None:
    """Rejoue les données réelles présentes et les compare aux chiffres publiés."""
    from pipeline.workshop import run_real_input

    raise typer.Exit(run_real_input())


@developers.command("bench-porte", rich_help_panel=DEVELOPERS)
def bench_porte(
    repetitions: Annotated[int, typer.Option(help="Nombre de fois que chaque mesure est faite.")] = 5,
    mo: Annotated[int, typer.Option(help="Taille du fichier SNE, en Mo.")] = 1000,
    *,
    garder: Annotated[bool, typer.Option(help="Écrit les mesures dans docs/performance.md.")] = True,
) -> None:
    """Mesure la porte : démarrage, un dépôt nouveau, un gros fichier à côté de DuckDB."""
    from pipeline.bench.porte import run_bench
    from pipeline.bench.report import describe_run, keep_in_page, render_measures
    from pipeline.terminal import say

    with describe_run(f"bench-porte --repetitions {repetitions} --mo {mo}") as circumstances:
        measures = run_bench(repetitions, mo, say)
    table = render_measures(measures, circumstances)
    sys.stdout.write(f"{table}\n")
    if garder:
        keep_in_page(table, "bench-porte")


@developers.command("bench-cotation", rich_help_panel=DEVELOPERS)
def bench_cotation(
    repetitions: Annotated[int, typer.Option(help="Nombre de fois que chaque mesure est faite.")] = 5,
    demandes: Annotated[int, typer.Option(help="Demandes cotées, 400 EPCI et 40 critères.")] = 2_800_000,
    *,
    garder: Annotated[bool, typer.Option(help="Écrit les mesures dans docs/performance.md.")] = True,
) -> None:
    """Mesure la cotation à côté d'une simple lecture des mêmes colonnes, et une simulation."""
    from pipeline.bench.cotation import run_bench
    from pipeline.bench.report import describe_run, keep_in_page, render_measures
    from pipeline.terminal import say

    with describe_run(f"bench-cotation --repetitions {repetitions} --demandes {demandes}") as circumstances:
        measures = run_bench(repetitions, demandes, say)
    table = render_measures(measures, circumstances)
    sys.stdout.write(f"{table}\n")
    if garder:
        keep_in_page(table, "bench-cotation")


@developers.command(rich_help_panel=DEVELOPERS)
def qualite() -> None:
    """Vérifie le style : ruff, ty, sqlfluff."""
    from pipeline.workshop import check_style

    raise typer.Exit(check_style())


@developers.command(rich_help_panel=DEVELOPERS)
def verrou() -> None:
    """Réécrit requirements.lock d'après pyproject.toml."""
    from pipeline.workshop import compile_lock

    raise typer.Exit(compile_lock())
