"""The JSON Schema of a grid, for editors: made from the same keys and facts as the reader, never by hand.

`ppgd grille schema --sortie expectations/grilles` writes it beside the example grids.
"""

import json
from pathlib import Path
from typing import Any

from pipeline.feeds import EXPECTATIONS
from pipeline.grilles.cles import BLOC, CRITERE, GRILLE, RUBRIQUE, TRANCHE, Cle, Forme, Genre
from pipeline.grilles.conditions import COMPARISONS, JOINS
from pipeline.grilles.modele import BLOCS
from pipeline.grilles.valeurs import CODE, MOST_MONTHS, MOST_POINTS, SIREN
from pipeline.grilles.vocabulaire import Fait, Vocabulaire, load_vocabulaire

SCHEMA = EXPECTATIONS / "grilles" / "grille.schema.json"
_OUI_NON = {"enum": ["oui", "non", True, False]}
_NUMBER = {"type": "number"}
_WHOLE = {"type": "integer"}
_MONTHS = {"type": "integer", "minimum": 1, "maximum": MOST_MONTHS}
_CONDITION = {"$ref": "#/$defs/condition"}


def grid_schema(vocabulaire: Vocabulaire) -> dict[str, Any]:
    """Return the schema of a whole grid over a vocabulary."""
    parts = {"bloc": BLOC, "rubrique": RUBRIQUE, "critere": CRITERE, "tranche": TRANCHE}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Grille de cotation",
        "description": "Une grille de cotation d'un EPCI, telle que l'observatoire la lit.",
        **_form(GRILLE, vocabulaire),
        "$defs": {
            **{name: _form(forme, vocabulaire) for name, forme in parts.items()},
            "condition": _condition(vocabulaire),
        },
    }


def schema_text() -> str:
    """Return the published schema, as its file holds it."""
    return json.dumps(grid_schema(load_vocabulaire()), ensure_ascii=False, indent=1) + "\n"


def write_schema(folder: Path) -> Path:
    """Write the schema in a folder, beside the grids that name it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SCHEMA.name
    path.write_text(schema_text(), encoding="utf-8")
    return path


def _form(forme: Forme, vocabulaire: Vocabulaire) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [cle.nom for cle in forme.cles if cle.obligatoire],
        "properties": {cle.nom: {"description": cle.dit, **_value(cle, vocabulaire)} for cle in forme.cles},
    }


def _value(cle: Cle, vocabulaire: Vocabulaire) -> dict[str, Any]:
    """Return what a key may hold."""
    texts: dict[str, Any] = {"type": "string", "minLength": 1}
    blocs = {code: {"$ref": "#/$defs/bloc"} for code in BLOCS}
    kinds: dict[Genre, dict[str, Any]] = {
        "choix": {"enum": list(cle.choix)},
        "fait": {"enum": [fait.nom for fait in vocabulaire.values() if fait.est_mesurable]},
        "blocs": {"type": "object", "additionalProperties": False, "minProperties": 1, "properties": blocs},
        "criteres": _by_code("critere"),
        "rubriques": _by_code("rubrique"),
        "tranches": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/tranche"}},
        "si": _CONDITION,
        "code": {"type": "string", "pattern": f"^{CODE.pattern}$"},
        "version": {"type": ["string", "number"]},
        "siren": {"type": ["string", "integer"], "pattern": f"^{SIREN.pattern}$"},
        "texte": texts,
        "textes": {"anyOf": [texts, {"type": "array", "items": texts}]},
        "points": {"type": "number", "minimum": -MOST_POINTS, "maximum": MOST_POINTS},
        "nombre": _NUMBER,
        "entier": _MONTHS,
        "date": {"type": "string", "format": "date"},
        "oui_non": _OUI_NON,
    }
    return kinds[cle.genre]


def _by_code(part: str) -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": f"^{CODE.pattern}$"},
        "additionalProperties": {"$ref": f"#/$defs/{part}"},
    }


def _condition(vocabulaire: Vocabulaire) -> dict[str, Any]:
    joins = {name: {"type": "array", "minItems": 1, "items": _CONDITION} for name in JOINS}
    facts = {fait.nom: {"description": _told(fait), **_test(fait)} for fait in vocabulaire.values()}
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {**joins, **facts},
    }


def _told(fait: Fait) -> str:
    unit = f" ({fait.unite})" if fait.unite else ""
    source = ", ".join(fait.sources) or "sans source : le critère sera non disponible"
    return f"{fait.dit}{unit} Source : {source}."


def _test(fait: Fait) -> dict[str, Any]:
    """Return what a fact may be compared with, after its type."""
    known = {"renseigne": _OUI_NON}
    match fait.type:
        case "booleen":
            return {"anyOf": [_OUI_NON, _operators(known)]}
        case "texte" | "liste":
            codes = _codes(fait)
            several = {"anyOf": [codes, {"type": "array", "minItems": 1, "items": codes}]}
            return {"anyOf": [*several["anyOf"], _operators({"parmi": several, "sauf": several, **known})]}
        case "dates":
            counts = dict.fromkeys(COMPARISONS, _WHOLE)
            return _operators({**counts, "depuis_mois": _MONTHS, **known})
        case _:
            number = _WHOLE if fait.type == "entier" else _NUMBER
            return {"anyOf": [number, _operators({**dict.fromkeys(COMPARISONS, number), **known})]}


def _operators(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": properties}


def _codes(fait: Fait) -> dict[str, Any]:
    """Return the codes of a fact; an editor reads an unquoted 05 as a number, the reader does not."""
    if fait.codes is None or fait.liste_ouverte:
        return {"type": ["string", "number"]}
    listed = {"enum": list(fait.codes)}
    return {"anyOf": [listed, {"type": "integer"}]} if any(code.isdigit() for code in fait.codes) else listed
