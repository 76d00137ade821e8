"""Conditions and measures as DuckDB expressions over the facts, in SQL's own three values.

Unknown is NULL: `and`, `or`, `not` carry it as Kleene says, so that a known side may settle the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.grilles.ecriture_sql import Nombres, any_of, quoted_name, quoted_text, scaled
from pipeline.grilles.modele import (
    AucuneDe,
    Compare,
    Condition,
    Fixe,
    Mesure,
    Parmi,
    ParTranches,
    ParUnite,
    Renseigne,
    Toutes,
    UneDe,
    Vrai,
)
from pipeline.grilles.vocabulaire import Vocabulaire

BITS = 60
FEW = 3
_OPERATORS = {"egal": "=", "au_moins": ">=", "au_plus": "<=", "plus_de": ">", "moins_de": "<"}


@dataclass
class Colonnes:
    """The columns of facts a grid reads, prepared once whatever the number of criteria that use them."""

    vocabulaire: Vocabulaire
    nombres: Nombres
    lues: dict[str, str] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)
    comptes: dict[Mesure, str] = field(default_factory=dict)

    def fact(self, name: str) -> str:
        """Return the column of a fact."""
        fait = self.vocabulaire[name]
        column, raw = f"f_{name}", f"f.{quoted_name(name)}"
        self.lues[column] = f"cast({raw} as {fait.type_sql})" if fait.type == "nombre" else raw
        return column

    def holds_one(self, name: str, codes: Sequence[str]) -> str:
        """Return whether a list holds one of some codes; each list is read once, into bits."""
        known = self.codes.setdefault(name, [])
        known.extend(code for code in codes if code not in known)
        bits: dict[int, int] = {}
        for code in codes:
            group, rank = divmod(known.index(code), BITS)
            bits[group] = bits.get(group, 0) | 1 << rank
        return any_of([f"(l{group}_{name} & {mask}) <> 0" for group, mask in bits.items()])

    def columns(self) -> dict[str, str]:
        """Return the columns to read, now that all are known."""
        read = dict(self.lues)
        for name, codes in self.codes.items():
            fact = f"f.{quoted_name(name)}"
            for group, start in enumerate(range(0, len(codes), BITS)):
                read[f"l{group}_{name}"] = _list_bits(fact, codes[start : start + BITS])
        return read

    def known_by(self, name: str) -> str:
        """Return a column read for a fact: NULL when the fact is unknown, and only then."""
        match self.vocabulaire[name].type:
            case "liste":
                return f"l0_{name}"
            case "dates":
                return next(column for mesure, column in self.comptes.items() if mesure.fait == name)
            case _:
                return f"f_{name}"

    def measure(self, mesure: Mesure) -> str:
        """Return the column of a quantity: a number, or how many events there were by that day."""
        if self.vocabulaire[mesure.fait].type != "dates":
            return self.fact(mesure.fait)
        if mesure not in self.comptes:
            column = f"compte_{len(self.comptes)}"
            self.comptes[mesure] = column
            window = "jour <= f.date_faits"
            if mesure.depuis_mois is not None:
                months = self.nombres.write(mesure.depuis_mois)
                window += f" and jour >= cast(f.date_faits - to_months(cast({months} as integer)) as date)"
            events = f"f.{quoted_name(mesure.fait)}"
            kept = f"len(list_filter({events}, lambda jour: {window}))"
            # Most demandes have no event: theirs is not worth a filter.
            self.lues[column] = f"case when len({events}) = 0 then 0 else {kept} end"
        return self.comptes[mesure]

    def threshold(self, mesure: Mesure, value: Decimal) -> str:
        """Return a number to compare with the measure, a decimal with as many decimals."""
        fait = self.vocabulaire[mesure.fait]
        whole = scaled(value, fait.decimales)
        return self.nombres.write(Decimal(whole).scaleb(-fait.decimales) if fait.type == "nombre" else whole)

    def whole_measure(self, mesure: Mesure) -> str:
        """Return a quantity as a whole number, a decimal one in its last decimal."""
        measured, fait = self.measure(mesure), self.vocabulaire[mesure.fait]
        return f"cast({measured} * {10**fait.decimales} as bigint)" if fait.type == "nombre" else measured

    def whole_threshold(self, mesure: Mesure, value: Decimal) -> str:
        """Return a number as the whole measure counts it."""
        return self.nombres.write(scaled(value, self.vocabulaire[mesure.fait].decimales))


def _list_bits(fact: str, codes: Sequence[str]) -> str:
    """Return one bit per code that a list holds; a few codes are looked for one by one, which costs less."""
    if len(codes) <= FEW:
        found = [f"list_contains({fact}, {quoted_text(code)})" for code in codes]
        return " + ".join(f"cast({each} as integer) * {1 << rank}" for rank, each in enumerate(found))
    cases = " ".join(f"when {quoted_text(code)} then {1 << rank}" for rank, code in enumerate(codes))
    bits = f"list_bit_or(list_transform({fact}, lambda code: case code {cases} else 0 end))"
    return f"case when {fact} is not null then coalesce({bits}, 0) end"


def condition_sql(condition: Condition, colonnes: Colonnes) -> str:
    """Return a boolean expression, NULL when unknown."""
    match condition:
        case Toutes(termes):
            return "(" + " and ".join(condition_sql(terme, colonnes) for terme in termes) + ")"
        case UneDe(termes):
            return any_of([condition_sql(terme, colonnes) for terme in termes])
        case AucuneDe(termes):
            return f"(not {any_of([condition_sql(terme, colonnes) for terme in termes])})"
        case _:
            return _test_sql(condition, colonnes)


def _test_sql(test: Vrai | Renseigne | Compare | Parmi, colonnes: Colonnes) -> str:
    match test:
        case Vrai(fait, valeur):
            return colonnes.fact(fait) if valeur else f"(not {colonnes.fact(fait)})"
        case Renseigne(fait, valeur):
            return f"({colonnes.fact(fait)} is {'not ' if valeur else ''}null)"
        case Compare(mesure, comparaison, seuil):
            measured = colonnes.measure(mesure)
            return f"({measured} {_OPERATORS[comparaison]} {colonnes.threshold(mesure, seuil)})"
        case Parmi(fait, codes):
            if colonnes.vocabulaire[fait].type == "liste":
                return colonnes.holds_one(fait, codes)
            return _one_of(colonnes.fact(fait), codes)


def _one_of(column: str, codes: Sequence[str]) -> str:
    """Return whether a text is one of some codes; several at once cost less as a list."""
    texts = ", ".join(map(quoted_text, codes))
    return f"list_contains([{texts}], {column})" if len(codes) > 1 else f"({column} = {texts})"


def reach_sql(bareme: Fixe | ParUnite | ParTranches, colonnes: Colonnes) -> str | None:
    """Return when a scale reaches the demande: beyond its start, or in a tranche; None for fixed points."""
    match bareme:
        case Fixe():
            return None
        case ParUnite(mesure):
            return f"({colonnes.measure(mesure)} >= {colonnes.threshold(mesure, bareme.a_partir_de)})"
        case ParTranches(mesure):
            measured = colonnes.measure(mesure)
            return any_of([_within(measured, mesure, ends, colonnes) for ends in _spans(bareme)])


def _spans(bareme: ParTranches) -> list[tuple[Decimal | None, Decimal | None]]:
    """Return what the tranches cover, those that touch joined."""
    spans: list[tuple[Decimal | None, Decimal | None]] = []
    for tranche in bareme.par_ordre:
        if spans and spans[-1][1] is not None and spans[-1][1] == tranche.de:
            spans[-1] = spans[-1][0], tranche.a
        else:
            spans.append((tranche.de, tranche.a))
    return spans


def _within(
    measured: str, mesure: Mesure, ends: tuple[Decimal | None, Decimal | None], colonnes: Colonnes
) -> str:
    low, high = ends
    tests = [f"{measured} >= {colonnes.threshold(mesure, low)}"] if low is not None else []
    tests += [f"{measured} < {colonnes.threshold(mesure, high)}"] if high is not None else []
    return "(" + (" and ".join(tests) or f"{measured} = {measured}") + ")"
