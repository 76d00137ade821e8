"""The facts a grid may speak of: `expectations/grilles/faits.yml`, codes taken from the feeds' schemas."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.feeds import EXPECTATIONS, Feed, load_feeds

FAITS = EXPECTATIONS / "grilles" / "faits.yml"
SANS_SOURCE = "sans source"
CERTIFIED = "pieces_certifiees"

TypeDeFait = Literal["booleen", "texte", "liste", "entier", "nombre", "dates"]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Fait:
    """One fact about a demande at a date: a column of `int_demandes__faits`."""

    nom: str
    type: TypeDeFait
    dit: str
    sources: tuple[str, ...] = ()
    unite: str = ""
    decimales: int = 0
    codes: Mapping[str, str] | None = None
    liste_ouverte: bool = False

    @property
    def est_disponible(self) -> bool:
        """Tell whether some feed has a column for it."""
        return bool(self.sources)

    @property
    def est_mesurable(self) -> bool:
        """Tell whether points may follow its quantity: a number, or events to count."""
        return self.type in {"entier", "nombre", "dates"}

    @property
    def type_sql(self) -> str:
        """Return the DuckDB type of its column."""
        return {
            "booleen": "boolean",
            "texte": "varchar",
            "liste": "varchar[]",
            "entier": "bigint",
            "nombre": f"decimal(18, {self.decimales})",
            "dates": "date[]",
        }[self.type]


Vocabulaire = Mapping[str, Fait]


@cache
def load_vocabulaire(path: Path = FAITS) -> Vocabulaire:
    """Read the vocabulary, in its order.

    >>> fait = load_vocabulaire()["statut_dalo"]
    >>> fait.type, fait.sources, sorted(fait.codes)
    ('texte', ('sne/dalo',), ['ACTIF', 'ACTREL', 'CADUC', 'NON'])
    """
    feeds = load_feeds()
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _fact(name, item, feeds) for name, item in declared.items()}


def _fact(name: str, item: Mapping[str, Any], feeds: Mapping[str, Feed]) -> Fait:
    if not _NAME.fullmatch(name):
        raise ValueError(f"faits.yml : « {name} » n'est pas un nom de colonne")
    sources = () if item["sources"] == SANS_SOURCE else tuple(item["sources"])
    if unknown := [source for source in sources if source not in feeds]:
        raise ValueError(f"faits.yml : {name} : flux inconnu {unknown[0]}")
    return Fait(
        nom=name,
        type=item["type"],
        dit=item["dit"],
        sources=sources,
        unite=item.get("unite", ""),
        decimales=item.get("decimales", 0),
        codes=_codes(item, feeds),
        liste_ouverte=item.get("liste_ouverte", False),
    )


def _codes(item: Mapping[str, Any], feeds: Mapping[str, Feed]) -> Mapping[str, str] | None:
    """Return the codes and labels of a closed vocabulary; None when the list is open."""
    if "codes_de" in item:
        key, _, column = item["codes_de"].partition(".")
        (found,) = (each for each in feeds[key].columns if each.name == column)
        return {code: spec.libelle for code, spec in found.codes.items()}
    return {code: code for code in item["codes"]} if "codes" in item else None
