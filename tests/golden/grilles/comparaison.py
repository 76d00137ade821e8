"""Compiled SQL against the reference: the same grids, the same demandes, every figure equal."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import pyarrow as pa
import yaml

from pipeline.grilles.cible import Cible
from pipeline.grilles.compilation import criteria_sql, detail_sql, totals_sql
from pipeline.grilles.grilles import parse_grille
from pipeline.grilles.modele import BLOCS, Grille
from pipeline.grilles.vocabulaire import CERTIFIED, Vocabulaire, load_vocabulaire
from tests.golden.grilles.reference import Reference
from tests.golden.grilles.tirages import draw_demande, draw_grid


def vocabulary(*, certifie: bool) -> Vocabulaire:
    """Return the vocabulary, certificates being delivered or not."""
    words = dict(load_vocabulaire())
    if certifie:
        words[CERTIFIED] = replace(words[CERTIFIED], sources=("essai",))
    return words


class _Dumper(yaml.SafeDumper):
    """Writes decimals as they are, and no alias."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _plain(dumper: _Dumper, value: Decimal) -> yaml.ScalarNode:
    text = f"{value:f}"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _plain)


def written(grille: dict) -> str:
    """Return the YAML of a drawn grid."""
    return yaml.dump(grille, Dumper=_Dumper, allow_unicode=True, sort_keys=False)


def facts_table(con: duckdb.DuckDBPyConnection, rows: list[dict], vocabulaire: Vocabulaire) -> None:
    """Write the facts as dbt would: every column of the vocabulary, unknown ones NULL."""
    kinds = {
        "booleen": pa.bool_(),
        "texte": pa.string(),
        "liste": pa.list_(pa.string()),
        "entier": pa.int64(),
    }
    columns = {"demande_id": pa.string(), "code_epci": pa.string(), "date_faits": pa.date32()}
    for name, fait in vocabulaire.items():
        decimals = pa.decimal128(18, fait.decimales)
        columns[name] = kinds.get(fait.type) or (decimals if fait.type == "nombre" else pa.list_(pa.date32()))
    arrays = [pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()]
    table = pa.table(arrays, names=list(columns))
    con.register("faits_tires", table)
    con.execute("create or replace table int_demandes__faits as from faits_tires")
    con.unregister("faits_tires")


def compare(seed: int, grids: int, demandes: int) -> int:
    """Draw, score both ways, fail at the first figure that differs; return the number of scores."""
    rng = Random(seed)
    certifie = rng.random() < 0.7
    drawn = {f"{100000000 + rank}": draw_grid(rng, f"{100000000 + rank}") for rank in range(grids)}
    return compare_drawn(drawn, demandes, rng, certifie=certifie)


def compare_drawn(drawn: dict, demandes: int, rng: Random, *, certifie: bool) -> int:
    """Draw demandes of each grid's EPCI and score them both ways."""
    words = vocabulary(certifie=certifie)
    types = {name: fait.type for name, fait in words.items()}
    without = {name for name, fait in words.items() if not fait.est_disponible}
    rows = [draw_demande(rng, rank, epci) for epci in drawn for rank in range(demandes)]
    read = [
        parse_grille(written(grille), Path(f"{epci}.yml"), words).grille for epci, grille in drawn.items()
    ]
    expected = {}
    references = {epci: Reference(grille, types, without) for epci, grille in drawn.items()}
    for row in rows:
        reference = references[row["code_epci"]]
        if reference.applies(row):
            expected[row["code_epci"], row["demande_id"]] = reference.score(row)
    con = duckdb.connect()
    facts_table(con, rows, words)
    cible = Cible(vocabulaire=words)
    _check_totals(con, read, cible, expected)
    _check_detail(con, read, cible, expected)
    return len(expected)


def _check_totals(con: duckdb.DuckDBPyConnection, read: list[Grille], cible: Cible, expected: dict) -> None:
    codes: dict = defaultdict(dict)
    for rank, epci, critere in con.execute(
        f"select rang, code_epci, critere from ({criteria_sql(read, cible)})"
    ).fetchall():
        codes[epci][rank] = critere
    found = con.execute(totals_sql(read, cible)).fetch_arrow_table().to_pylist()
    assert {(row["code_epci"], row["demande_id"]) for row in found} == set(expected)
    assert len(found) == len(expected)
    for row in found:
        score = expected[row["code_epci"], row["demande_id"]]
        names = codes[row["code_epci"]]
        where = (row["code_epci"], row["demande_id"])
        assert {bloc: row[f"points_{bloc}"] for bloc in BLOCS} == {
            bloc: score.blocs.get(bloc, 0) for bloc in BLOCS
        }, where
        assert row["points_provisoires"] == score.provisoire, where
        assert row["points_definitifs"] == score.definitif, where
        assert decoded(row["masque_comptes"], names) == set(score.points), where
        assert decoded(row["masque_definitifs"], names) == score.comptes_definitifs, where
        assert decoded(row["masque_inconnus"], names) == score.inconnus, where
        assert decoded(row["masque_non_disponibles"], names) == score.non_disponibles, where
        assert row["est_fictif"], where


def _check_detail(con: duckdb.DuckDBPyConnection, read: list[Grille], cible: Cible, expected: dict) -> None:
    points: dict = defaultdict(dict)
    trimmed: dict = defaultdict(Decimal)
    for row in con.execute(detail_sql(read, cible)).fetch_arrow_table().to_pylist():
        key = row["code_epci"], row["demande_id"]
        if row["nature"] == "critere":
            assert row["code"] not in points[key], key
            points[key][row["code"]] = row["points"]
        else:
            trimmed[key] += row["points"]
    for key, score in expected.items():
        assert points[key] == score.points, key
        assert trimmed[key] == score.ecretements, key
        assert sum(score.points.values()) + score.ecretements == score.provisoire, key


def decoded(mask: int | None, names: dict) -> set | None:
    """Return the criteria a mask holds."""
    return None if mask is None else {name for rank, name in names.items() if mask >> rank & 1}
