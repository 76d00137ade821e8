"""Tries a grid on its cases: the compiled SQL over households in memory, against what was worked out by hand.

A fact without source counts as delivered once a case gives it: the case tries what the grid says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.grilles.cas import Attente, Cas, JeuDeCas
from pipeline.grilles.cible import FAITS, Cible
from pipeline.grilles.compilation import detail_sql, totals_sql
from pipeline.grilles.ecriture_sql import quoted_name
from pipeline.grilles.modele import BLOCS, Grille
from pipeline.grilles.unites import excluders_of, units_of
from pipeline.grilles.vocabulaire import CERTIFIED, Vocabulaire, load_vocabulaire

_ZERO = Decimal(0)
_TRIED = ("cas",)


@dataclass(frozen=True)
class Score:
    """What the grid gives to a household, as the compiled SQL says it."""

    total: Decimal
    definitif: Decimal | None
    blocs: Mapping[str, Decimal]
    criteres: Mapping[str, Decimal]
    ecretements: Mapping[str, Decimal]
    inconnus: frozenset[str]

    def of(self, attente: Attente) -> Decimal | None:
        """Return the figure an expectation speaks of."""
        match attente.nature:
            case "total":
                return self.total
            case "definitif":
                return self.definitif
            case "bloc":
                return self.blocs[attente.code]
            case "critere":
                return self.criteres.get(attente.code, _ZERO)


@dataclass(frozen=True)
class Ecart:
    """An expectation that was not met."""

    attente: Attente
    obtenu: Decimal | None


@dataclass(frozen=True)
class Resultat:
    """One case tried; no score when the grid does not apply to the household."""

    cas: Cas
    score: Score | None
    ecarts: tuple[Ecart, ...]


@dataclass(frozen=True)
class Epreuve:
    """All the cases of a grid tried, and what they leave aside."""

    resultats: tuple[Resultat, ...]
    jamais_comptes: tuple[str, ...]
    sans_effet: tuple[str, ...]
    sans_source: tuple[str, ...]

    @property
    def faux(self) -> tuple[Resultat, ...]:
        """Return the cases that differ."""
        return tuple(resultat for resultat in self.resultats if resultat.ecarts)


def run_cases(grille: Grille, jeu: JeuDeCas, vocabulaire: Vocabulaire | None = None) -> Epreuve:
    """Score every case with the SQL of the grid and compare."""
    words = load_vocabulaire() if vocabulaire is None else vocabulaire
    scores = _scores(grille, jeu.cas, words)
    results = tuple(_result(case, scores.get(str(rank))) for rank, case in enumerate(jeu.cas))
    counted = {code for score in scores.values() for code in score.criteres}
    given = dict.fromkeys(name for case in jeu.cas for name in case.faits)
    read = facts_read(grille)
    return Epreuve(
        resultats=results,
        jamais_comptes=tuple(critere.code for critere in grille.criteres if critere.code not in counted),
        sans_effet=tuple(name for name in given if name not in read),
        sans_source=tuple(name for name in given if name in read and not words[name].est_disponible),
    )


def facts_read(grille: Grille) -> tuple[str, ...]:
    """Return the facts that can change a score of the grid."""
    names = [name for critere in grille.criteres for name in critere.faits]
    if grille.demandes != "toutes":
        names.insert(0, "type_demande")
    if any(critere.certifie_par for critere in grille.criteres):
        names.append(CERTIFIED)
    return tuple(dict.fromkeys(names))


def why_not_counted(grille: Grille, code: str, score: Score) -> str:
    """Say why a criterion gave nothing; nothing to say when it gave some points."""
    if code in score.criteres:
        return ""
    if code in score.inconnus:
        return "un fait dont il dépend est inconnu"
    (critere,) = (each for each in grille.criteres if each.code == code)
    (unit,) = (each for each in units_of(grille.blocs) if critere in each.criteres)
    excluders = (*unit.ecartee_par, *excluders_of(critere, grille.blocs))
    if counted := [each for each in excluders if each in score.criteres]:
        return f"écarté, car {counted[0]} a compté"
    if chosen := [each.code for each in unit.criteres if each.code in score.criteres]:
        return f"{chosen[0]} a compté à sa place, ou sa condition n'est pas remplie"
    return "sa condition n'est pas remplie"


def _result(case: Cas, score: Score | None) -> Resultat:
    gaps = []
    for attente in case.attentes:
        found = score.of(attente) if score else None
        if found != attente.points:
            gaps.append(Ecart(attente, found))
    return Resultat(case, score, tuple(gaps))


def _scores(grille: Grille, cases: Sequence[Cas], words: Vocabulaire) -> dict[str, Score]:
    """Return the score of each case by its rank; none where the grid does not apply."""
    given = {name for case in cases for name in case.faits}
    tried = {name: replace(words[name], sources=words[name].sources or _TRIED) for name in given}
    cible = Cible(vocabulaire={**words, **tried})
    with duckdb.connect() as con:
        _write_facts(con, grille, cases, words)
        lines: dict[str, list[dict[str, Any]]] = {}
        for line in _rows(con, detail_sql([grille], cible)):
            lines.setdefault(line["demande_id"], []).append(line)
        totals = _rows(con, totals_sql([grille], cible))
    return {row["demande_id"]: _score(grille, row, lines.get(row["demande_id"], ())) for row in totals}


def _score(grille: Grille, row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Score:
    points: dict[str, dict[str, Decimal]] = {"critere": {}, "ecretement": {}}
    for line in lines:
        points[line["nature"]][line["code"]] = line["points"]
    mask = row["masque_inconnus"] | row["masque_non_disponibles"]
    unknown = (critere.code for rank, critere in enumerate(grille.criteres) if mask >> rank & 1)
    return Score(
        total=row["points_provisoires"],
        definitif=row["points_definitifs"],
        blocs={bloc: row[f"points_{bloc}"] for bloc in BLOCS},
        criteres=points["critere"],
        ecretements=points["ecretement"],
        inconnus=frozenset(unknown),
    )


def _write_facts(
    con: duckdb.DuckDBPyConnection, grille: Grille, cases: Sequence[Cas], words: Vocabulaire
) -> None:
    """Write the table of facts as dbt does: every column of the vocabulary, unknown ones NULL."""
    columns = {"demande_id": "varchar", "code_epci": "varchar", "date_faits": "date"}
    columns |= {name: fait.type_sql for name, fait in words.items()}
    listed = ", ".join(f"{quoted_name(name)} {kind}" for name, kind in columns.items())
    con.execute(f"create table {FAITS} ({listed})")
    marks = ", ".join(f"cast(? as {kind})" for kind in columns.values())
    for rank, case in enumerate(cases):
        values = [str(rank), grille.code_epci, case.jour, *(case.faits.get(name) for name in words)]
        con.execute(f"insert into {FAITS} values ({marks})", values)  # noqa: S608 our own names and types


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = con.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
