"""The document of a bailleur's year: the flow, the regulatory table and its sums, what is to be checked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.bilan_flux.documents import Cell, Colonne, Document, Tableau
from pipeline.bilan_flux.lecture import AXES, Annee, Mots, Row, column_of, read_year
from pipeline.bilan_flux.pdf import write_pdf
from pipeline.bilan_flux.workbook import write_workbook
from pipeline.publication.contents import MENTIONS

if TYPE_CHECKING:
    from pipeline.settings import Settings

_EVENEMENTS = "Chaque événement compte dans l'année de sa date."
_COHORTE = (
    "Les logements remis dans l'année, et ce qu'ils sont devenus à ce jour : ce n'est pas le compte du bilan."
)
_SUIVI = (
    ("code_reservataire", Colonne("Réservataire", 27)),
    ("code_organisme", Colonne("Organisme (SIREN)", 14)),
    ("taux_pct", Colonne("Taux (%)", 8)),
    ("objectif", Colonne("Objectif", 9)),
    ("objectif_realise", Colonne("Objectif sur l'assiette réalisée", 12)),
    ("nombre_mises_a_disposition", Colonne("Mis à disposition", 11)),
    ("nombre_proposees", Colonne("Proposés", 10)),
    ("nombre_attribuees", Colonne("Attribués", 10)),
    ("nombre_baux", Colonne("Baux signés", 9)),
    ("nombre_rendues", Colonne("Rendus", 8)),
    ("part_mises_a_disposition", Colonne("Remis ÷ objectif", 10, est_part=True)),
    ("part_attribuees", Colonne("Attribués ÷ objectif", 10, est_part=True)),
    ("part_baux", Colonne("Baux ÷ objectif", 10, est_part=True)),
    ("prevision", Colonne("Prévision au 31/12", 10)),
    ("prevision_min", Colonne("au moins", 8)),
    ("prevision_max", Colonne("au plus", 8)),
    ("ecart_prevision", Colonne("Prévision − objectif", 10)),
)
_GRAVITES = {"bloquant": "Bloquant", "a_confirmer": "À confirmer", "information": "Information"}
_MESURE, _DEUX = 11, 2
_LARGEURS = {
    "reservataire": 20,
    "typologie": 10,
    "financement": 19,
    "en_qpv": 13,
    "code_commune": 11,
    "periode_construction": 13,
}


def write_bilans(settings: "Settings", annee: str, siren: str | None, folder: Path) -> tuple[list[Path], int]:
    """Write the workbook and the PDF of each bailleur; also tell how many rows name no bailleur."""
    year, words = read_year(settings, annee, siren), Mots.du_flux()
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for code in [siren] if siren else year.bailleurs:
        document = describe(year, code, words)
        for extension, write in ((".xlsx", write_workbook), (".pdf", write_pdf)):
            path = folder / f"bilan-flux-{annee}-{code}{extension}"
            write(document, path)
            written.append(path)
    return written, year.sans_siren


def describe(year: Annee, siren: str, words: Mots) -> Document:
    """Return the document of one bailleur."""
    rows = year.of("mart_bilan_flux_annuel", siren)
    return Document(
        f"Bilan annuel de la gestion en flux {year.annee}",
        tuple(_facts(year, siren, rows)),
        (
            _accounting(year.of("mart_bilan_synthetique_bailleur", siren), words),
            _by_axis(rows, ("reservataire",), words, "Par réservataire"),
            _by_axis(rows, AXES[1:], words, "Par caractéristique"),
            _follow_up(year.of("mart_suivi_conventions", siren), words),
            _anomalies(year.of("mart_anomalies_flux", siren), words),
            _differences(year.of("mart_ecarts_bilan_flux", siren), words),
            _detail(rows, words),
        ),
    )


def _facts(year: Annee, siren: str, rows: Sequence[Row]) -> Iterable[tuple[str, str]]:
    yield "Bailleur (SIREN)", siren
    yield "EPCI (SIREN)", ", ".join(sorted({row["code_epci"] for row in rows}))
    yield "Fondement", "CCH R441-5-1 : bilan dû au 28 février de l'année suivante."
    yield "Arrêté au", f"{max(row['arrete_au'] for row in rows):%d/%m/%Y}"
    whole = min(row["completude"] for row in rows)
    told = f"{100 * whole:.0f} % des dépôts attendus de tous les bailleurs sont reçus."
    yield "Complétude", told if whole == 1 else f"{told} Un chiffre bas peut être un fichier absent."
    yield "Origine", MENTIONS[year.publication["origine"]]


def _accounting(rows: Sequence[Row], words: Mots) -> Tableau:
    """Show the identity of the flow, from what is available to what the réservataires share."""
    taken = [name for name in words.mesures if name.startswith("soustraits_")]
    lines: list[tuple[Cell, ...]] = []
    for row in rows:
        lines += [
            ("Logements devenus disponibles", row["nombre_disponibles"]),
            ("   dont premières mises en location", row["nombre_premieres_locations"]),
            *((f"− {words.titres[name]}", row[column_of(name)]) for name in taken),
            (f"− {words.titres['exclus']}", row["nombre_exclus"]),
            ("   dont remis à un réservataire, part du bailleur comprise", row["nombre_orientes"]),
            ("   dont remis à personne", row["nombre_non_orientes"]),
            ("= Assiette réalisée", row["assiette_realisee"]),
            ("Assiette prévisionnelle des conventions", row["assiette_previsionnelle"]),
            ("Part réservée par les conventions (%)", row["taux_reserve_pct"]),
            ("Objectif de toutes les conventions", row["objectif"]),
        ]
    note = "Disponibles = soustraits + exclus + remis à un réservataire + remis à personne ; chacun une fois."
    columns = (Colonne("Le flux de l'année", 60), Colonne("Logements", 12))
    return Tableau("Synthèse", "Le flux de l'année", note, columns, tuple(lines))


def _by_axis(rows: Sequence[Row], axes: Sequence[str], words: Mots, title: str) -> Tableau:
    """Sum the measures over each axis; each of them gives the same total."""
    measures = words.mesures
    lines: list[tuple[Cell, ...]] = []
    for axis in axes:
        sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(measures))
        for row in rows:
            for rank, name in enumerate(measures):
                sums[row[column_of(axis)]][rank] += row[column_of(name)]
        lines += [(words.titres[axis], words.dit(code), *sums[code]) for code in sorted(sums)]
    total = [sum(row[column_of(name)] for row in rows) for name in measures]
    lines.append(("Ensemble", "", *total))
    columns = (
        Colonne("Axe", 22),
        Colonne("Modalité", 22),
        *(Colonne(words.titres[name], _MESURE) for name in measures),
    )
    return Tableau(title, f"Bilan {title.lower()}", _EVENEMENTS, columns, tuple(lines))


def _follow_up(rows: Sequence[Row], words: Mots) -> Tableau:
    # An organisme alone in its category would say twice what the category says.
    several = Counter(row["code_reservataire"] for row in rows)
    kept = [
        row
        for row in rows
        if row["code_organisme"] == "ensemble" or several[row["code_reservataire"]] > _DEUX
    ]
    lines = tuple(tuple(words.dit(row[name]) for name, _ in _SUIVI) for row in kept)
    empty = "Aucune convention ni mise à disposition."
    return Tableau(
        "Conventions", "Suivi des conventions", _COHORTE, tuple(item for _, item in _SUIVI), lines, empty
    )


def _anomalies(rows: Sequence[Row], words: Mots) -> Tableau:
    order = list(_GRAVITES)
    lines = tuple(
        (_GRAVITES[row["gravite"]], words.dit(row["code_reservataire"]), row["constat"], row["remede"])
        for row in sorted(rows, key=lambda row: (order.index(row["gravite"]), row["nature_anomalie"]))
    )
    columns = (
        Colonne("Gravité", 13), Colonne("Réservataire", 24), Colonne("Constat", 60), Colonne("Que faire", 45)
    )  # fmt: skip
    note = "Une valeur fautive est écartée ou signalée, jamais additionnée."
    return Tableau("À vérifier", "Ce qui est à vérifier avant l'envoi", note, columns, lines)


def _differences(rows: Sequence[Row], words: Mots) -> Tableau:
    titles = {column_of(name): words.titres[name] for name in words.mesures}
    lines = tuple(
        (
            *(words.dit(row[column_of(axis)]) for axis in AXES),
            titles[row["mesure_bilan"]], row["valeur_bailleur"], row["valeur_observatoire"], row["ecart"],
        )
        for row in rows
    )  # fmt: skip
    columns = (
        *(Colonne(words.titres[axis], 18) for axis in AXES),
        Colonne("Mesure", 18), Colonne("Bilan du bailleur", 12), Colonne("Le nôtre", 12), Colonne("Écart", 9),
    )  # fmt: skip
    note = (
        "Ligne à ligne, ce que le bilan envoyé par le bailleur (flux bailleurs/bilan_flux) compte autrement."
    )
    empty = "Aucun écart, ou le bailleur n'a pas envoyé son propre bilan."
    return Tableau("Écarts", "Le bilan du bailleur devant le nôtre", note, columns, lines, empty)


def _detail(rows: Sequence[Row], words: Mots) -> Tableau:
    names = (*AXES, *words.mesures)
    lines = tuple(
        tuple(words.dit(row[column_of(name)]) for name in names)
        for row in sorted(rows, key=lambda row: [row[column_of(axis)] for axis in AXES])
    )
    columns = tuple(Colonne(words.titres[name], _LARGEURS.get(name, _MESURE)) for name in names)
    return Tableau("Bilan", "Le bilan, ligne à ligne", _EVENEMENTS, columns, lines)
