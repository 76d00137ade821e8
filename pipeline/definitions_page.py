"""The page of definitions: every table with its columns, tests, SQL and lineage, to open in any browser.

It is the static page of dbt, its labels put in French; it asks nothing of the network.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.dbt_runs import build_file
from pipeline.errors import MisuseError
from pipeline.lock import build_lock
from pipeline.parsed_models import write_static_page
from pipeline.publication.durable import aside
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.settings import Settings

PAGE = "definitions.html"
# Within the strings of a script: no quote, no apostrophe.
_LABELS: Mapping[str, str] = {
    "Argument": "Argument",
    "Arguments": "Arguments",
    "Code": "Code",
    "Column": "Colonne",
    "Column Description": "Description de la colonne",
    "Column information is not available for this seed": "Colonnes inconnues pour cette table",
    "Columns": "Colonnes",
    "Constraints": "Contraintes",
    "Data Tests": "Contrôles",
    "Database": "Base",
    "Depends On": "Calculé à partir de",
    "Description": "Description",
    "Details": "Fiche",
    "Generic Data Tests": "Contrôles génériques",
    "Group": "Groupe",
    "Lineage Graph": "Graphe des dépendances",
    "Link": "Lien",
    "Name": "Nom",
    "None": "Aucun",
    "Not Null": "Toujours renseignée",
    "Overview": "Présentation",
    "Primary Key": "Clé primaire",
    "Project": "Projet",
    "Projects": "Projets",
    "Referenced By": "Sert à calculer",
    "Select All": "Tout choisir",
    "Source": "Source",
    "Source Tables": "Tables sources",
    "Sources": "Sources",
    "Table": "Table",
    "Tables and Views": "Tables et vues",
    "Tags": "Étiquettes",
    "This function is not currently documented": "Formule sans description",
    "This model is hidden": "Ce modèle est masqué",
    "Type": "Type",
    "Unique": "Unique",
    "View docs": "Voir la définition",
}
_LABEL = re.compile(r">((?:\\n|\s)*)([A-Z][A-Za-z ]+?)((?:\\n|\s)*)<")
_PHRASES: Mapping[str, str] = {
    'lang="en-US"': 'lang="fr"',
    "Search for models...": "Chercher une table…",
    "View Lineage Graph": "Voir le graphe des dépendances",
    ">More?<": ">Suite<",
    ">untagged<": ">aucune<",
    '{name:"Access"': '{name:"Accès"',
    '{name:"Contract"': '{name:"Contrat"',
    '{name:"Language"': '{name:"Langage"',
    '{name:"Owner"': '{name:"Responsable"',
    '{name:"Package"': '{name:"Projet"',
    '{name:"Relation"': '{name:"Nom en base"',
}


def write_definitions(settings: "Settings") -> "Path":
    """Write the page of the last build beside the release; raises MisuseError before any build."""
    if not build_file(settings).exists():
        raise MisuseError("Rien n'est encore construit ici.", remede="Lancez « ppgd construire ».")
    with build_lock(settings):
        page = in_french(write_static_page(settings).read_text(encoding="utf-8"))
        target = settings.marts / PAGE
        settings.marts.mkdir(parents=True, exist_ok=True)
        for folder, told in ((settings.donnees, "données"), (ROOT, "observatoire")):
            page = page.replace(str(folder), told)
        aside(target).write_text(page, encoding="utf-8")
        return aside(target).replace(target)


def in_french(page: str) -> str:
    """Put the labels of dbt's page in French; what is not a label stays.

    >>> in_french('<html lang="en-US"><h4> Depends On </h4><p>Description</p><b>DuckDB</b>')
    '<html lang="fr"><h4> Calculé à partir de </h4><p>Description</p><b>DuckDB</b>'
    """
    for english, french in _PHRASES.items():
        page = page.replace(english, french)
    return _LABEL.sub(
        lambda found: f">{found[1]}{_LABELS.get(found[2], found[2])}{found[3]}<",
        page,
    )
