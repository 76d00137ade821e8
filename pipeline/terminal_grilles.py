"""What a person sees of grids in the terminal: what one holds, what is wrong in it, how its cases went."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.grilles.cas import NO_SCORE, Attente, JeuDeCas
from pipeline.grilles.disponibilite import unavailable_criteria
from pipeline.grilles.epreuve import Ecart, Epreuve, Resultat, Score, facts_read, why_not_counted
from pipeline.grilles.etendue import NO_END, Etendue, range_of_bloc, range_of_grid
from pipeline.grilles.faits_donnes import UNKNOWN
from pipeline.grilles.grilles import GrilleChargee
from pipeline.grilles.modele import STATUTS, Grille
from pipeline.grilles.problemes import MOST_SHOWN, GrilleRefuseeError, Probleme
from pipeline.grilles.vocabulaire import load_vocabulaire
from pipeline.terminal import console_for, say

_DEMANDES = {
    "toutes": "toutes les demandes",
    "mutation": "les seules mutations",
    "hors_mutation": "les demandes hors mutation",
}
_GAP = (0, 0, 0, 2)
_FICTIVE = "Grille fictive : aucune délibération derrière ces points."
_MOST = (
    "« Au plus » et « au moins » additionnent tout ce que les bornes permettent, même ce que nul ne réunit."
)


def show_verified_grids(loaded: Sequence[GrilleChargee]) -> None:
    """Say what each accepted grid holds, and what its reader should know."""
    for each in loaded:
        _show_content(each)
    if loaded:
        console_for().print(Text(_MOST, style="dim"))


def show_refused(error: GrilleRefuseeError) -> None:
    """List the problems of a file in the order of its lines, each with what to write."""
    console = console_for()
    console.print(Text(error.entete, style="bold red"))
    _show_problems(console, error.problemes[:MOST_SHOWN])
    if error.reste:
        say(f"  {error.reste}")


def show_trial(grille: Grille, jeu: JeuDeCas, epreuve: Epreuve) -> None:
    """Show the cases beside what was expected, then what differs, then what the cases leave aside."""
    console = console_for()
    console.print(_titled(grille.grille_version, f" : {len(jeu.cas)} cas, {jeu.chemin}"))
    _show_fictive(console, grille)
    table = _table("cas", "attendu", "obtenu", "écart", "", "ce qui diffère" if epreuve.faux else "")
    for resultat in epreuve.resultats:
        table.add_row(*_row(resultat))
    console.print(table)
    for resultat in epreuve.faux:
        _show_difference(console, grille, resultat)
    _show_left_aside(console, jeu, epreuve)
    wrong, tried = len(epreuve.faux), len(jeu.cas)
    told = (
        f"{wrong} cas sur {tried} {'diffère' if wrong == 1 else 'diffèrent'}." if wrong else "Tout est juste."
    )
    console.print(Text(told, style="bold red" if wrong else "bold green"))


def _show_content(each: GrilleChargee) -> None:
    console, grille = console_for(), each.grille
    console.print(_titled(grille.grille_version, f" : grille acceptée, {each.chemin}"))
    end = f"du {grille.valide_du:%d/%m/%Y} au {grille.valide_au:%d/%m/%Y}" if grille.valide_au else ""
    valid = end or f"à partir du {grille.valide_du:%d/%m/%Y}"
    say(f"  {grille.libelle}")
    say(f"  EPCI {grille.code_epci}, {_DEMANDES[grille.demandes]}, {STATUTS[grille.statut]}, {valid}")
    _show_fictive(console, grille)
    missing = unavailable_criteria(grille, load_vocabulaire())
    table = _table("bloc", "critères", "au plus", "au moins", "non disponibles")
    for bloc in grille.blocs:
        codes = [critere.code for critere in bloc.criteres]
        table.add_row(bloc.code, *_content(codes, range_of_bloc(bloc), missing))
    codes = [critere.code for critere in grille.criteres]
    table.add_row("grille", *_content(codes, range_of_grid(grille), missing), style="bold")
    console.print(table)
    if each.avertissements:
        say("  À savoir")
        _show_problems(console, each.avertissements, 4)


def _content(codes: Sequence[str], etendue: Etendue, missing: Sequence[str]) -> tuple[str, ...]:
    unavailable = sum(code in missing for code in codes)
    return str(len(codes)), _shown(etendue.haut), _shown(etendue.bas), str(unavailable or "")


def _show_problems(console: Console, problems: Iterable[Probleme], margin: int = 2) -> None:
    for item in problems:
        console.print(_indented(Text(f"{item.place} : {item.constat}"), margin))
        console.print(_indented(Text(f"→ {item.remede}", style="dim"), margin + 2))


def _row(resultat: Resultat) -> tuple[Text, ...]:
    """Return one case: its name, both totals, their gap, the verdict, what else differs."""
    total = next(attente for attente in resultat.cas.attentes if attente.nature == "total")
    found = resultat.score.total if resultat.score else None
    gap = _signed(found - total.points) if found is not None and total.points is not None else ""
    verdict = Text("faux", style="bold red") if resultat.ecarts else Text("juste", style="green")
    others = ", ".join(_gap(ecart) for ecart in resultat.ecarts if ecart.attente.nature != "total")
    texts = (resultat.cas.nom, _told(total, total.points), _told(total, found), gap)
    return *map(Text, texts), verdict, Text(others)


def _gap(ecart: Ecart) -> str:
    if ecart.obtenu is None or ecart.attente.points is None:
        return _name(ecart)
    return f"{_name(ecart)} {_signed(ecart.obtenu - ecart.attente.points)}"


def _show_difference(console: Console, grille: Grille, resultat: Resultat) -> None:
    """Lay the sum obtained beside the one written, then each figure that differs and the facts not given."""
    case, score = resultat.cas, resultat.score
    console.print(Text(f"  {case.nom} (ligne {case.ligne})", style="bold"))
    table = Table(box=None, show_header=False, padding=_GAP)
    if case.calcul:
        table.add_row("écrit", Text(case.calcul))
    table.add_row("obtenu", Text(_sum_of(score) if score else _why_no_score(grille, resultat)))
    for ecart in resultat.ecarts:
        if ecart.attente.nature != "total":
            table.add_row(_name(ecart), Text(_difference(grille, ecart, score)))
    unknown = [name for name in facts_read(grille) if case.faits.get(name) is None]
    if score and unknown:
        table.add_row("inconnus", Text(f"{', '.join(unknown)} : le cas ne les dit pas"))
    console.print(_indented(table, 4))


def _name(ecart: Ecart) -> str:
    return "score définitif" if ecart.attente.nature == "definitif" else ecart.attente.code


def _difference(grille: Grille, ecart: Ecart, score: Score | None) -> str:
    attente = ecart.attente
    told = f"attendu {_told(attente, attente.points)}, obtenu {_told(attente, ecart.obtenu)}"
    if attente.nature == "critere" and score and (why := why_not_counted(grille, attente.code, score)):
        told += f" : {why}"
    return told


def _sum_of(score: Score) -> str:
    """Write the sum that makes a score.

    >>> one = {"DALO": Decimal(50), "REFUS": Decimal(-10)}
    >>> _sum_of(Score(Decimal(40), None, {}, one, {}, frozenset()))
    'DALO 50 − REFUS 10 = 40'
    """
    terms = [*score.criteres.items()]
    terms += [(f"écrêtement {code}", points) for code, points in score.ecretements.items()]
    told = "".join(f" {'−' if points < 0 else '+'} {code} {_shown(abs(points))}" for code, points in terms)
    return f"{told.removeprefix(' +').strip()} = {_shown(score.total)}" if terms else "aucun point"


def _why_no_score(grille: Grille, resultat: Resultat) -> str:
    kind = resultat.cas.faits.get("type_demande") or UNKNOWN
    return f"pas de score : la grille cote {_DEMANDES[grille.demandes]}, et type_demande est {kind}"


def _show_left_aside(console: Console, jeu: JeuDeCas, epreuve: Epreuve) -> None:
    never, useless, without = epreuve.jamais_comptes, epreuve.sans_effet, epreuve.sans_source
    if never:
        say(f"Aucun cas ne fait compter : {', '.join(never)}.")
    if useless:
        say(f"Faits que la grille ne lit pas : {', '.join(useless)}.")
    if without:
        told = (
            f"Aucun dépôt ne donne encore {', '.join(without)} : essayé ici, non compté dans l'observatoire."
        )
        console.print(Text(told, style="yellow"))
    _show_problems(console, jeu.avertissements)


def _show_fictive(console: Console, grille: Grille) -> None:
    if grille.fictive:
        console.print(Text(f"  {_FICTIVE}", style="yellow"))


def _titled(name: str, rest: str) -> Text:
    return Text.assemble((name, "bold"), rest)


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=None, header_style="dim", padding=_GAP)
    table.add_column(first)
    for title in numbers:
        table.add_column(title, justify="left" if title in {"", "ce qui diffère"} else "right")
    return table


def _indented(what: Table | Text, margin: int = 2) -> Padding:
    return Padding(what, (0, 0, 0, margin), expand=False)


def _told(attente: Attente, points: Decimal | None) -> str:
    absent = NO_SCORE if attente.nature != "definitif" else UNKNOWN
    return absent if points is None else _shown(points)


def _signed(points: Decimal) -> str:
    return f"+{_shown(points)}" if points > 0 else _shown(points)


def _shown(points: Decimal) -> str:
    """Write points as a person does.

    >>> _shown(Decimal("-22.50")), _shown(Decimal(100)), _shown(NO_END)
    ('−22,5', '100', 'sans borne')
    """
    if abs(points) == NO_END:
        return "sans borne"
    return f"{points.normalize():f}".replace(".", ",").replace("-", "−")
