"""The note of a simulation, to open in any browser, and the Parquet of its figures: aggregates only.

Nothing comes from the clock: the same grid on the same release gives the same bytes.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.grilles.ecriture_sql import quoted_text
from pipeline.publication.durable import aside
from pipeline.publication.theme import page, table, text
from pipeline.simulation.axes import UNKNOWN
from pipeline.simulation.graphiques import STYLE, bars_chart, columns_chart, lines_chart, told
from pipeline.simulation.simulation import Simulation
from pipeline.simulation.tableaux import Ligne, Secret, Tableau

AXES_TOLD = {
    "type_demande": "type de demande",
    "dalo": "DALO",
    "tranche_age": "âge",
    "taille_menage": "personnes",
    "quartile_ressources": "ressources",
    "localisation_qpv": "adresse actuelle",
}
VALUES_TOLD = {
    "hors_mutation": "hors mutation",
    "dalo": "reconnu DALO",
    "hors_dalo": "sans décision DALO",
    "moins_de_30": "moins de 30 ans",
    "30_44": "30 à 44 ans",
    "45_59": "45 à 59 ans",
    "60_74": "60 à 74 ans",
    "75_et_plus": "75 ans et plus",
    "6_et_plus": "6 et plus",
    "qpv": "en QPV",
    "hors_qpv": "hors QPV",
    UNKNOWN: "non renseigné",
}
FICTIVE = "Grille ou données fictives : aucun de ces chiffres ne décrit une situation réelle."


def name_of(ligne: Ligne) -> str:
    """Return what a person reads of a row."""
    if ligne.axe not in AXES_TOLD:
        return ligne.libelle
    return f"{AXES_TOLD[ligne.axe]} : {VALUES_TOLD.get(ligne.modalite, ligne.modalite)}"


def secrecy_told(simulation: Simulation) -> str:
    """Say what `s` stands for."""
    small = f"moins de {simulation.seuil} ménages"
    return f"« s » : secret statistique, {small}, ou un chiffre qui en livrerait un par différence."


def facts_of(simulation: Simulation) -> Iterator[tuple[str, str]]:
    """Yield what makes the figures reproducible: grids, release, days."""
    grid, against = simulation.grille, simulation.contre
    yield "Grille (après)", f"{grid.grille.grille_version}, {grid.grille.libelle}"
    yield "Son empreinte", grid.empreinte
    if against:
        yield "Contre (avant)", f"{against.grille.grille_version}, {against.grille.libelle}"
        yield "Son empreinte", against.empreinte
    else:
        versions = ", ".join(simulation.versions_declarees) or "aucun"
        mixed = (
            " : mêlées, leurs points ne se comparent pas" if len(simulation.versions_declarees) > 1 else ""
        )
        yield "Contre (avant)", f"points déclarés ({versions}{mixed})"
    period = simulation.champ.periode
    yield "EPCI", grid.grille.code_epci
    yield (
        "Sur",
        f"ménages logés, {period.code}"
        if period
        else f"ménages en attente au {simulation.dernier_jour:%d/%m/%Y}",
    )
    day = simulation.publication.arrete_au
    yield (
        "Publication",
        f"{simulation.publication.publication_id}" + (f", arrêtée au {day:%d/%m/%Y}" if day else ""),
    )
    if simulation.non_disponibles:
        yield (
            "Non disponibles",
            f"{', '.join(simulation.non_disponibles)} : aucun dépôt ne donne leurs faits, ils comptent 0",
        )
    if simulation.variation:
        values = simulation.variation.valeurs
        yield "Fait varier", f"{simulation.variation.critere}, {told(values[0])} à {told(values[-1])} points"


def write_note(simulation: Simulation) -> str:
    """Return the note as HTML."""
    body = [f"<h1>Simulation de {text(simulation.grille.grille.grille_version)}</h1>"]
    if simulation.est_fictive:
        body.append(f"<p><strong>{FICTIVE}</strong></p>")
    body.append("<dl>")
    body += [f"<dt>{text(label)}</dt><dd>{text(value)}</dd>" for label, value in facts_of(simulation)]
    body.append(f"</dl><p>{text(secrecy_told(simulation))}</p>")
    for tableau in simulation.tableaux:
        body += [f"<h2>{text(tableau.titre)}</h2>", f"<p>{text(tableau.dit)}</p>"]
        body += [_chart(tableau), _table(tableau)]
    return page(f"Simulation de {simulation.grille.grille.grille_version}", body, STYLE)


def _chart(tableau: Tableau) -> str:
    match tableau.code:
        case "distribution":
            return columns_chart(tableau, tableau.titres)
        case "criteres":
            return bars_chart(tableau, ["changent_quartile"], ["changent de quartile"])
        case "sensibilite":
            pairs = [
                ("changent_quartile", "compares"),
                ("concernes_en_c4", "concernes"),
                ("premiers", "commissions"),
            ]
            names = ["changent de quartile", "concernés dans le quartile C4", "signataires encore premiers"]
            return lines_chart(tableau, pairs, names)
        case "groupes":
            named = replace(
                tableau, lignes=tuple(replace(line, libelle=name_of(line)) for line in tableau.lignes[1:])
            )
            return bars_chart(named, ["gagnent", "perdent"], ["gagnent des rangs", "en perdent"], "ensemble")
        case _:
            return ""


def _table(tableau: Tableau) -> str:
    rows = []
    for line in tableau.lignes:
        cells = "".join(f'<td class="nombre">{told(value)}</td>' for value in line.valeurs)
        rows.append(f"<tr><td>{text(name_of(line))}</td>{cells}</tr>")
    return table([text(tableau.tete), *map(text, tableau.titres)], rows)


def write_files(simulation: Simulation, folder: Path) -> tuple[Path, Path]:
    """Write the note and the Parquet; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    grid = simulation.grille.grille
    stem = "".join(
        letter if letter.isalnum() else "-" for letter in f"simulation-{grid.code}-{grid.version}".lower()
    )
    note, figures = folder / f"{stem}.html", folder / f"{stem}.parquet"
    aside(note).write_text(write_note(simulation), encoding="utf-8")
    _write_parquet(simulation, aside(figures))
    return aside(note).replace(note), aside(figures).replace(figures)


def _write_parquet(simulation: Simulation, path: Path) -> None:
    import duckdb

    rows = [
        f"({quoted_text(tableau.code)}, {quoted_text(line.axe)}, {quoted_text(line.modalite)}, "
        f"{quoted_text(column)}, {'NULL' if value is None or isinstance(value, Secret) else value}, "
        f"{isinstance(value, Secret)})"
        for tableau in simulation.tableaux
        for line in tableau.lignes
        for column, value in zip(tableau.colonnes, line.valeurs, strict=True)
    ]
    metadata = ", ".join(f"{name}: {quoted_text(value)}" for name, value in _metadata(simulation).items())
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute(
            "copy (select * replace (cast(valeur as decimal(18, 2)) as valeur) "
            f"from (values {', '.join(rows)}) as v(tableau, axe, modalite, mesure, valeur, est_secret)) "
            f"to {quoted_text(str(path))} (format parquet, compression zstd, kv_metadata {{{metadata}}})"
        )


def _metadata(simulation: Simulation) -> dict[str, str]:
    period = simulation.champ.periode
    return {
        "grille_version": simulation.grille.grille.grille_version,
        "empreinte_grille": simulation.grille.empreinte,
        "contre": simulation.contre.grille.grille_version if simulation.contre else "declaree",
        "empreinte_contre": simulation.contre.empreinte if simulation.contre else "",
        "sur": f"attributions:{period.code}" if period else "stock",
        "publication_id": simulation.publication.publication_id,
        "arrete_au": str(simulation.publication.arrete_au or ""),
        "seuil_secret": str(simulation.seuil),
        "mention": FICTIVE if simulation.est_fictive else simulation.publication.mention_origine,
    }
