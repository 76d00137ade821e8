"""A grid once read: immutable, exact (points are decimals of two digits), every part with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

BLOCS = ("priorites_nationales", "priorites_locales", "historique")

Regle = Literal["max", "coche", "somme"]
Public = Literal["toutes", "mutation", "hors_mutation"]
Statut = Literal["en_vigueur", "test", "projet"]
STATUTS: Mapping[Statut, str] = {"en_vigueur": "en vigueur", "test": "en test", "projet": "en projet"}
Comparaison = Literal["egal", "au_moins", "au_plus", "plus_de", "moins_de"]


@dataclass(frozen=True)
class Mesure:
    """A quantity of the demande: a number, or the events of the last `depuis_mois` months."""

    fait: str
    depuis_mois: int | None = None


@dataclass(frozen=True)
class Parmi:
    """A text is one of these codes, or a list holds one of them."""

    fait: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Vrai:
    """A yes/no fact has this value."""

    fait: str
    valeur: bool


@dataclass(frozen=True)
class Compare:
    """A measure against a number."""

    mesure: Mesure
    comparaison: Comparaison
    seuil: Decimal


@dataclass(frozen=True)
class Renseigne:
    """The fact is known (or not): never itself unknown."""

    fait: str
    valeur: bool


@dataclass(frozen=True)
class Toutes:
    """All hold."""

    termes: "tuple[Condition, ...]"


@dataclass(frozen=True)
class UneDe:
    """At least one holds."""

    termes: "tuple[Condition, ...]"


@dataclass(frozen=True)
class AucuneDe:
    """None holds."""

    termes: "tuple[Condition, ...]"


Condition = Parmi | Vrai | Compare | Renseigne | Toutes | UneDe | AucuneDe


def facts_of(condition: Condition) -> Iterator[str]:
    """Yield the facts a condition speaks of."""
    match condition:
        case Toutes(termes) | UneDe(termes) | AucuneDe(termes):
            for terme in termes:
                yield from facts_of(terme)
        case Compare(mesure):
            yield mesure.fait
        case Parmi(fait) | Vrai(fait) | Renseigne(fait):
            yield fait


def tests_knowledge(condition: Condition | None) -> bool:
    """Tell whether a condition asks somewhere if a fact is known."""
    match condition:
        case Toutes(termes) | UneDe(termes) | AucuneDe(termes):
            return any(map(tests_knowledge, termes))
        case _:
            return isinstance(condition, Renseigne)


@dataclass(frozen=True)
class Fixe:
    """The same points for all who meet the criterion."""

    points: Decimal


@dataclass(frozen=True)
class ParUnite:
    """Points for each whole `pour_chaque` of the measure beyond `a_partir_de`."""

    mesure: Mesure
    pour_chaque: Decimal
    a_partir_de: Decimal
    points: Decimal


@dataclass(frozen=True)
class Tranche:
    """`de` ≤ measure < `a`; an end left out is open."""

    ligne: int
    de: Decimal | None
    a: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class ParTranches:
    """Points of the tranche that holds the measure."""

    mesure: Mesure
    tranches: tuple[Tranche, ...]

    @property
    def par_ordre(self) -> tuple[Tranche, ...]:
        """Return the tranches from the lowest; they never overlap."""
        return tuple(sorted(self.tranches, key=lambda each: (each.de is not None, each.de or Decimal(0))))


Bareme = Fixe | ParUnite | ParTranches


@dataclass(frozen=True)
class Bornes:
    """A cap and a floor, each optional."""

    plafond: Decimal | None = None
    plancher: Decimal | None = None


@dataclass(frozen=True)
class Renvoi:
    """The code of another part of the grid, and the line that names it."""

    code: str
    ligne: int


@dataclass(frozen=True)
class Critere:
    """One criterion: who meets it, how many points, what leaves it out."""

    code: str
    ligne: int
    libelle: str
    bareme: Bareme
    si: Condition | None = None
    bornes: Bornes = Bornes()
    sauf_si_compte: tuple[Renvoi, ...] = ()
    certifie_par: str | None = None
    codes_declares: tuple[str, ...] = ()

    @property
    def faits(self) -> tuple[str, ...]:
        """Return the facts it needs, certification apart."""
        named = list(facts_of(self.si)) if self.si else []
        if not isinstance(self.bareme, Fixe):
            named.append(self.bareme.mesure.fait)
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True)
class Rubrique:
    """Criteria of which one counts (`max`, `coche`), or whose sum is bounded (`somme`)."""

    code: str
    ligne: int
    regle: Regle
    criteres: tuple[Critere, ...]
    bornes: Bornes = Bornes()
    sauf_si_compte: tuple[Renvoi, ...] = ()


@dataclass(frozen=True)
class Bloc:
    """One of the three blocs: criteria that add up, and rubrics."""

    code: str
    ligne: int
    elements: tuple[Critere | Rubrique, ...]
    bornes: Bornes = Bornes()
    sauf_si_compte: tuple[Renvoi, ...] = ()

    @property
    def rubriques(self) -> tuple[Rubrique, ...]:
        """Return its rubrics."""
        return tuple(item for item in self.elements if isinstance(item, Rubrique))

    @property
    def criteres(self) -> tuple[Critere, ...]:
        """Return its criteria, those of its rubrics included, in the order of the file."""
        found: list[Critere] = []
        for item in self.elements:
            found.extend(item.criteres if isinstance(item, Rubrique) else (item,))
        return tuple(found)


@dataclass(frozen=True)
class Grille:
    """The grid of one EPCI, in one version, over its validity."""

    code: str
    version: str
    libelle: str
    code_epci: str
    demandes: Public
    valide_du: date
    valide_au: date | None
    statut: Statut
    fictive: bool
    source: str
    blocs: tuple[Bloc, ...]
    bornes: Bornes = Bornes()

    @property
    def grille_version(self) -> str:
        """Return the name under which scores carry it: `code/version`."""
        return f"{self.code}/{self.version}"

    @property
    def criteres(self) -> tuple[Critere, ...]:
        """Return all its criteria; the rank of one is its bit in the masks."""
        return tuple(critere for bloc in self.blocs for critere in bloc.criteres)
