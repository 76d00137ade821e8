"""Templates of a territory's own parameters, made from the schemas alone (règle R0.10).

They are written outside data/raw, so that none is taken for a delivery before it is filled; a
template copied there unfilled holds no complete row, and the door refuses it.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import MisuseError
from pipeline.feeds import Column, Feed, load_feeds
from pipeline.settings import Settings

FOLDER = "parametres-a-remplir"
SOURCE = "parametres"
EPCI = "code_epci"

_SIREN_D_EPCI = re.compile(r"(20|24)[0-9]{7}")
_FORMS = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "date": "date JJ/MM/AAAA",
    "boolean": "OUI ou NON",
}


def write_parameter_templates(settings: Settings, siren: str) -> list[Path]:
    """Write one commented CSV per parameter feed, for the EPCI of that SIREN; returns those written.

    A file already there is left as it is. Raises MisuseError when the SIREN is not an EPCI's.
    """
    code_epci = _checked_siren(siren)
    folder = settings.donnees / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    feeds = [feed for feed in load_feeds().values() if feed.source == SOURCE]
    return [path for feed in feeds if (path := _write_new(folder / f"{feed.table}.csv", feed, code_epci))]


def _checked_siren(siren: str) -> str:
    bare = "".join(siren.split())
    if not _SIREN_D_EPCI.fullmatch(bare):
        raise MisuseError(
            f"« {siren} » n'est pas le SIREN d'un EPCI : attendu 9 chiffres, qui commencent par 20 ou 24.",
            remede="Cherchez-le dans la base nationale des intercommunalités (Banatic), puis relancez.",
        )
    return bare


def _write_new(path: Path, feed: Feed, code_epci: str) -> Path | None:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(_template(feed, code_epci))
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            file.write(text.getvalue())
    except FileExistsError:
        return None
    return path


def _template(feed: Feed, code_epci: str) -> Iterator[Sequence[str]]:
    """Yield the rows: titles, which the door skips, then the header, then what is known of a row."""
    names = [column.name for column in feed.columns]
    known = {EPCI: code_epci}
    yield [f"# {feed.title} : modèle à remplir, une ligne par {feed.grain}."]
    yield [f"# {feed.description}"]
    yield ["# 1. Écrivez vos lignes sous l'en-tête, au bas de ce fichier. Ce qui est au-dessus peut rester."]
    yield [f"# 2. Copiez-le : raw/{feed.source}/{feed.table}/<annee>/analyste.csv (<annee> : 2025, 2026…)."]
    yield ["# 3. Lancez « ppgd construire ». Tant qu'il n'est pas copié, ce fichier n'est pas lu."]
    yield ["# Colonnes"]
    yield from ([_explanation(column)] for column in feed.columns)
    yield ["# Exemple d'une ligne : au-dessus de l'en-tête, il n'est pas lu."]
    examples = examples_of(feed) | known
    yield [examples.get(name, "") for name in names]
    yield names
    if EPCI in names:
        yield [known.get(name, "") for name in names]


def _explanation(column: Column) -> str:
    need = "obligatoire" if column.required else "facultatif"
    codes = ", ".join(f"{code} ({spec.libelle})" for code, spec in column.codes.items())
    values = f" Valeurs : {codes}." if codes else ""
    return f"# {column.name} ({need}, {form_of(column)}) : {column.title}. {column.description}{values}"


def form_of(column: Column) -> str:
    """Say how a value of the column is written."""
    return _FORMS[column.type]


def examples_of(feed: Feed) -> dict[str, str]:
    """Return the example of each column of the schema that gives one."""
    schema = json.loads((feed.folder / "schema.json").read_text(encoding="utf-8"))
    return {item["name"]: item["example"] for item in schema["fields"] if "example" in item}
