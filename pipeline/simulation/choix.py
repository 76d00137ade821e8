"""What is asked of a simulation: on whom, against what, and which points to vary."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from pipeline.errors import MisuseError
from pipeline.grilles.modele import Critere, Fixe, Grille, ParUnite, Rubrique
from pipeline.periods import Periode

DECLAREE = "declaree"
MOST_VALUES = 51
_EXAMPLE = "--varier critere=MUTATION points=0..200 pas=20"
_MOST_POINTS = 10_000


@dataclass(frozen=True)
class Champ:
    """Whom the grid is tried on: those waiting, or those housed in a period."""

    periode: Periode | None = None

    @classmethod
    def parse(cls, text: str) -> "Champ":
        """Read `stock` or `attributions:2024-S2`.

        >>> Champ.parse("attributions:2024-S2").periode.code
        '2024-S2'
        """
        kind, _, code = text.partition(":")
        if kind == "stock" and not code:
            return cls()
        remedy = "Écrivez « --sur stock » ou « --sur attributions:2024-S2 »."
        if kind != "attributions" or not code:
            raise MisuseError(f"« {text} » ne dit pas sur qui simuler.", remede=remedy)
        try:
            return cls(Periode.parse(code))
        except ValueError as error:
            raise MisuseError(str(error), remede=remedy) from error


@dataclass(frozen=True)
class Variation:
    """The points of one criterion, tried in turn."""

    critere: str
    valeurs: tuple[Decimal, ...]

    @classmethod
    def parse(cls, words: Sequence[str], grille: Grille) -> "Variation":
        """Read `critere=MUTATION points=0..200 pas=20` for a grid."""
        told = dict(word.split("=", 1) for text in words for word in text.split() if "=" in word)
        if set(told) != {"critere", "points", "pas"}:
            raise MisuseError(
                "--varier veut « critere », « points » et « pas ».", remede=f"Exemple : {_EXAMPLE}"
            )
        critere = _criterion(told["critere"], grille)
        return cls(critere.code, _values(told["points"], told["pas"]))

    def grids(self, grille: Grille) -> list[Grille]:
        """Return the grid with each value, all of one shape."""
        return [
            replace(
                grille,
                version=f"{grille.version} points={value}",
                blocs=tuple(
                    replace(
                        bloc,
                        elements=tuple(_with_points(each, self.critere, value) for each in bloc.elements),
                    )
                    for bloc in grille.blocs
                ),
            )
            for value in self.valeurs
        ]


def _with_points(element: Critere | Rubrique, code: str, value: Decimal) -> Critere | Rubrique:
    if isinstance(element, Rubrique):
        return replace(element, criteres=tuple(_revalued(each, code, value) for each in element.criteres))
    return _revalued(element, code, value)


def _revalued(critere: Critere, code: str, value: Decimal) -> Critere:
    if critere.code != code or not isinstance(critere.bareme, Fixe | ParUnite):
        return critere
    return replace(critere, bareme=replace(critere.bareme, points=value))


def _criterion(name: str, grille: Grille) -> Critere:
    codes = {critere.code.lower(): critere for critere in grille.criteres}
    found = codes.get(name.lower())
    if found is None:
        near = get_close_matches(name.lower(), codes, n=1, cutoff=0.5)
        hint = f"Vouliez-vous dire « {codes[near[0]].code} » ? " if near else ""
        known = ", ".join(critere.code for critere in grille.criteres)
        raise MisuseError(
            f"« {name} » n'est pas un critère de {grille.grille_version}.",
            remede=f"{hint}Existent : {known}.",
        )
    if not isinstance(found.bareme, Fixe | ParUnite):
        raise MisuseError(
            f"{found.code} donne ses points par tranches : il n'y a pas un nombre à faire varier.",
            remede="Écrivez une seconde grille et comparez-les : « --contre ».",
        )
    return found


def _values(span: str, step: str) -> tuple[Decimal, ...]:
    match = re.fullmatch(r"(-?[\d.,]+?)\.\.(-?[\d.,]+)", span)
    try:
        low, high = (_number(text) for text in match.groups()) if match else (Decimal(1), Decimal(0))
        by = _number(step)
    except InvalidOperation:
        low, high, by = Decimal(1), Decimal(0), Decimal(0)
    if low > high or by <= 0 or max(abs(low), abs(high)) > _MOST_POINTS:
        raise MisuseError(
            f"« points={span} pas={step} » n'est pas une suite de points.",
            remede=f"Du plus petit au plus grand, {_MOST_POINTS} points, deux décimales : {_EXAMPLE}",
        )
    count = int((high - low) / by) + 1
    if count > MOST_VALUES:
        raise MisuseError(
            f"{count} valeurs à essayer, {MOST_VALUES} au plus.", remede="Prenez un plus grand pas."
        )
    return tuple(low + by * rank for rank in range(count))


def _number(text: str) -> Decimal:
    value = Decimal(text.replace(",", "."))
    if not value.is_finite() or value != value.quantize(Decimal("0.01")):
        raise InvalidOperation
    return value
