"""What a person sees in the terminal: short French lines, colours and a bar only where there is a screen."""

import json
import os
import sys
from collections.abc import Callable, Container, Generator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.errors import PpgdError, trace_without_values
from pipeline.intake.deliveries import Delivery, Misplaced
from pipeline.intake.reasons import counted
from pipeline.intake.register_lines import DepotRecord
from pipeline.rappels.listing import as_rows, tell_expected
from pipeline.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.construction import BuildReport
    from pipeline.publication.releases import Release
    from pipeline.rappels.situations import Situation
    from pipeline.retention.purge import PurgeReport

_DECISIONS = {
    "accepte": ("accepté", "green"),
    "accepte_avec_reserves": ("accepté avec réserves", "yellow"),
    "refuse": ("refusé", "red"),
}
DEBUG = "PPGD_TRACE"
_WIDTH_OFF_SCREEN = 200
_MOST_REVISIONS = 5


def console_for(*, stderr: bool = False) -> "Console":
    """Return where to print: as wide as the screen, or one line per sentence elsewhere."""
    from rich.console import Console

    on_screen = (sys.stderr if stderr else sys.stdout).isatty()
    width = None if on_screen else _WIDTH_OFF_SCREEN
    return Console(stderr=stderr, highlight=False, soft_wrap=not on_screen, width=width)


def say(sentence: str) -> None:
    """Print one plain sentence."""
    console_for().print(sentence, markup=False)


def show_error(error: PpgdError) -> None:
    """Print what was found, then what to do."""
    from rich.text import Text

    console = console_for(stderr=True)
    console.print(Text(error.constat, style="bold red"))
    if error.remede:
        console.print(Text(f"→ {error.remede}"))


def show_unexpected(error: Exception) -> None:
    """Name an error nobody foresaw; on demand its way through the code, never its text.

    The text of an error may quote a value.
    """
    console = console_for(stderr=True)
    console.print(
        f"Erreur imprévue ({type(error).__name__}). Ce qui est publié n'a pas changé.", style="bold red"
    )
    if not os.environ.get(DEBUG):
        console.print(f"→ Relancez avec {DEBUG}=1 pour voir la trace, qui ne cite aucune valeur.")
        return
    for line in trace_without_values(error):
        console.print(line, markup=False)


def show_misplaced(misplaced: Sequence[Misplaced]) -> None:
    """Name the files of data/raw that are no delivery."""
    for stray in misplaced:
        say(f"Fichier ignoré : {stray.path}. {stray.reason}")


def show_nothing_new(settings: Settings) -> None:
    """Say that the last release is up to date."""
    say(f"Rien de nouveau : {settings.observatoire} est à jour.")
    say("« ppgd construire --forcer » reconstruit tout.")


def show_depots(
    records: Sequence[DepotRecord],
    waiting: Sequence[Delivery],
    misplaced: Sequence[Misplaced],
    *,
    closed: Container[int] = (),
    expected: Sequence["Situation"] = (),
    as_json: bool,
) -> None:
    """List the deliveries by feed, period and provider: decision, rows, reasons."""
    if as_json:
        told = _as_json(records, waiting, misplaced, closed) | {"attendus": as_rows(expected)}
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = console_for()
    for flux, lines in groupby(sorted(records, key=_order), key=lambda record: record.flux):
        console.print(f"[bold]{flux}[/bold]")
        for record in lines:
            _show_record(console, record, is_closed=record.depot_id in closed)
    for delivery in waiting:
        say(f"En attente : {delivery.label}. Lancez « ppgd construire ».")
    show_misplaced(misplaced)
    for line in tell_expected(expected):
        say(line)
    if not (records or waiting or misplaced):
        say("Aucun dépôt. Placez un fichier dans raw/<source>/<table>/<periode>/<fournisseur>.csv ou .xlsx.")


def _order(record: DepotRecord) -> tuple[str, str, str, int]:
    return record.flux, record.periode, record.fournisseur, record.depot_id


def last_of_each(records: Sequence[DepotRecord]) -> list[DepotRecord]:
    """Keep, for each feed, period and provider, the last line and the one in force if it is another."""
    last = {(record.flux, record.periode, record.fournisseur): record for record in records}
    return [record for record in records if record.en_vigueur or record in last.values()]


def _show_record(console: "Console", record: DepotRecord, *, is_closed: bool) -> None:
    from rich.markup import escape

    label, colour = _DECISIONS[record.decision]
    state = "" if record.en_vigueur or record.decision == "refuse" else " (remplacé)"
    state = " (période close)" if is_closed else state
    rows = f"{record.lignes_acceptees:,} lignes sur {record.lignes_lues:,}".replace(",", "\u202f")
    rows = rows if record.lignes_lues else "non lu"
    console.print(
        f"  {record.periode:<8} {escape(record.fournisseur):<14} "
        f"[{colour}]{label + state:<22}[/{colour}] {rows}, reçu le {record.recu_le:%d/%m/%Y}"
    )
    _show_reasons(console, record)


def _show_reasons(console: "Console", record: DepotRecord) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for reason in record.motifs:
        console.print(Padding(Text(f"· {reason}", style="dim"), (0, 0, 0, 11), expand=False))


def _as_json(
    records: Sequence[DepotRecord],
    waiting: Sequence[Delivery],
    misplaced: Sequence[Misplaced],
    closed: Container[int],
) -> dict[str, object]:
    return {
        "depots": [
            {name: getattr(record, name) for name in record.__dataclass_fields__ if name != "modifie_ns"}
            | {"recu_le": record.recu_le.isoformat(), "traite_le": record.traite_le.isoformat()}
            | {"periode_close": record.depot_id in closed}
            for record in records
        ],
        "en_attente": [delivery.label for delivery in waiting],
        "mal_places": [{"fichier": stray.path, "raison": stray.reason} for stray in misplaced],
    }


@contextmanager
def watch_build(deliveries: int) -> Generator[Callable[[str, str], None]]:
    """Give the build a way to say where it is: a bar on a screen, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield lambda stage, detail: say(f"{stage} : {detail}")
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console_for(), transient=True) as progress:
        task = progress.add_task("Démarrage", total=deliveries or None)

        def follow(stage: str, detail: str) -> None:
            progress.update(task, description=f"{stage} : {detail}", advance=1 if stage == "Dépôt" else 0)

        yield follow


def show_report(settings: Settings, report: "BuildReport") -> None:
    """Sum up a build: deliveries accepted and refused with the reason, what was published, where to look."""
    from rich.markup import escape

    console = console_for()
    refused = report.refused
    accepted = len(report.decisions) - len(refused)
    told = (counted(accepted, "accepté", "acceptés"), counted(len(refused), "refusé", "refusés"))
    console.print(f"[bold]Dépôts[/bold] : {', '.join(told)}.")
    for decision in refused:
        console.print(f"  [red]refusé[/red] {escape(decision.delivery.label)}")
        _show_reasons(console, decision.record)
    _show_release(console, settings, report)


def _show_release(console: "Console", settings: Settings, report: "BuildReport") -> None:
    release = report.release
    marts = {
        table["nom"]: table["lignes"]
        for table in release.manifest["tables"]
        if table["nom"].startswith("mart_")
    }
    state = "nouvelle publication" if release.created else "contenu inchangé : la publication en place reste"
    console.print(f"[bold]Publication[/bold] {release.publication_id} ({state}).")
    if settings.est_fictif:
        console.print(f"  [yellow]{release.manifest['mention_origine']}[/yellow]")
    for name, rows in sorted(marts.items()):
        console.print(f"  {name:<40} {rows:>8,} lignes".replace(",", "\u202f"))
    if release.created:
        _show_revisions(console, release)
    console.print("[bold]Où regarder[/bold]")
    console.print(f"  {settings.observatoire}", soft_wrap=True)
    console.print(f"  {settings.marts / 'derniere'} (Parquet, CSV, manifeste)", soft_wrap=True)
    console.print('  ppgd depots ; ppgd sql "from mart_delai_par_quartile_cotation limit 10"', markup=False)
    seconds = ", ".join(f"{stage} {spent:.1f} s" for stage, spent in report.seconds.items())
    console.print(f"[dim]{seconds}. Journal : {report.journal}[/dim]", soft_wrap=True)


def _show_revisions(console: "Console", release: "Release") -> None:
    """Say which figures already published moved, the largest by name; nothing when none did."""
    from pipeline.publication.releases import DATABASE
    from pipeline.publication.revisions import read_revisions

    found = read_revisions(release.folder / DATABASE, most=_MOST_REVISIONS)
    if not found.moved:
        return
    moved = counted(found.moved, "valeur déjà publiée a changé", "valeurs déjà publiées ont changé")
    corrected = counted(found.corrected, "était donnée comme complète", "étaient données comme complètes")
    console.print(f"[bold]Révisions[/bold] : {moved}, dont {corrected}.")
    for told in found.largest:
        console.print(f"  · {told}", markup=False, soft_wrap=True)
    console.print('  Toutes : ppgd sql "from mart_revisions"', markup=False)


def show_purge(settings: Settings, report: "PurgeReport") -> None:
    """Say what a purge cut, closed and deleted, or would; the raw files left are named one by one."""
    console, done = console_for(), not report.is_simulated
    head = "Purge" if done else "Simulation : rien n'a changé. Purge"
    limit = f"{report.limite:%d/%m/%Y}"
    console.print(f"[bold]{head} au {report.au:%d/%m/%Y}[/bold] : demandes closes au {limit}.")
    demandes = counted(report.demandes, "demande", "demandes")
    where = f"{counted(report.lignes, 'ligne', 'lignes')}, {counted(report.depots, 'dépôt', 'dépôts')}"
    say(f"  {demandes} au lien {'coupé' if done else 'à couper'} ({where}). Les indicateurs ne changent pas.")
    later = f", ni pour {', '.join(report.later)}" if report.later else ""
    say(f"  Plus aucun fichier n'entre pour les périodes finies au {limit}{later}.")
    if report.sans_fin_connue:
        kept = counted(report.sans_fin_connue, "demande gardée", "demandes gardées")
        say(f"  {kept} : cotées, mais ni stock, ni radiation, ni bail ne dit leur fin.")
    went = "supprimés" if done else "à supprimer"
    say(f"  Rejets {went} : {len(report.expired.rejets)}. Journaux {went} : {len(report.expired.journaux)}.")
    removed = "retiré" if done else "à retirer"
    say(f"  Anciennes publications au détail {removed} : {len(report.publications)}.")
    _show_raw_files(settings, report)


def _show_raw_files(settings: Settings, report: "PurgeReport") -> None:
    bruts = report.expired.bruts
    if report.raw_deleted:
        say(f"  Fichiers bruts supprimés : {len(bruts)}.")
        return
    say(f"  Fichiers bruts à supprimer : {len(bruts)}{'.' if not bruts else ' :'}")
    for path in bruts:
        say(f"    {path.relative_to(settings.donnees)}")
    if bruts:
        say("  « --supprimer-bruts » les supprime. Vos sauvegardes en gardent peut-être une copie.")
