"""Fictitious facts of any number of demandes, and one grid per EPCI: drawn by a hash, the same each time."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pipeline.grilles.grilles import parse_grille
from pipeline.grilles.modele import Grille
from pipeline.grilles.vocabulaire import Fait, load_vocabulaire

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MODEL = Path(__file__).with_name("grille_de_mesure.yml")
DAY = "2024-12-31"
_FIRST_EPCI = 100_000_000
_ONE_IN_UNKNOWN = 20
_MOST = {"age": 90, "taille_menage": 8, "anciennete_mois_revolus": 72, "personnes_moins_pieces": 8}
_MOST_ELSEWHERE = 4
_DECIMALS = {
    "montant_ressources_uc_annuelles_eur": 30_000,
    "montant_revenu_mensuel_foyer_eur": 4_000,
    "montant_apl_mensuel_eur": 600,
}
_RELEASE = f"""
create table fct_demandes as select demande_id, code_epci, date_faits as date_stock,
    cast(hash(demande_id) % 200 as decimal(18, 2)) as points, 'G/1' as grille_version,
    true as est_dans_les_indicateurs, true as est_menage from int_demandes__faits;
create table fct_attributions (demande_id uuid, code_epci varchar, date_attribution date, date_caleol date,
    points decimal(18, 2), grille_version varchar, est_dans_les_indicateurs boolean);
create table fct_candidatures_caleol as select rang // 4 as commission_id, 'L' as logement_id, demande_id,
    code_epci, date '{DAY}' as date_seance, rang % 4 + 1 as rang, rang % 4 = 0 as a_bail_signe,
    cast(10 as decimal(18, 2)) as points
    from (select *, row_number() over (order by demande_id) - 1 as rang from int_demandes__faits)
    where rang < 8000;
create table publication as select 'MESURE' as publication_id, 'Mesure.' as mention_origine,
    date '{DAY}' as arrete_au, 'fictive' as origine;
alter table int_demandes__faits rename to fct_faits_demandes;
"""
_ONE_IN_TRUE = {"est_dalo": 30, "est_relogement_anru": 100, "est_delai_anormalement_long": 8}


def write_facts(connection: "DuckDBPyConnection", rows: int, epci: int) -> None:
    """Write `int_demandes__faits`: `rows` demandes shared between `epci` EPCI."""
    facts = ",\n".join(
        f"{_drawn(rank, fait)} as {fait.nom}" for rank, fait in enumerate(load_vocabulaire().values())
    )
    connection.execute(
        "create or replace table int_demandes__faits as select "
        "md5(i::varchar)::uuid as demande_id, "
        f"({_FIRST_EPCI} + hash(i, 'epci') % {epci})::varchar as code_epci, "
        f"date '{DAY}' as date_faits,\n{facts}\nfrom range({rows}) as t(i)"
    )


def write_release(path: Path, rows: int) -> None:
    """Write a released file of one EPCI: its demandes wait, and some are candidates of CALEOL."""
    import duckdb

    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; set schema = 'marts'")
        write_facts(connection, rows, 1)
        connection.execute(_RELEASE)


def facts_read(grille: Grille) -> tuple[str, ...]:
    """Return the facts a grid reads, each once."""
    return tuple(dict.fromkeys(fact for critere in grille.criteres for fact in critere.faits))


def grids_of(count: int, *, one_epci: bool = False) -> Iterator[Grille]:
    """Yield grids of the same criteria and other points: one per EPCI, or versions of one EPCI."""
    model = yaml.safe_load(MODEL.read_text(encoding="utf-8"))
    for rank in range(count):
        code = str(_FIRST_EPCI + (0 if one_epci else rank))
        told = _moved(model, rank % 7) | {"code_epci": code, "version": str(rank)}
        yield parse_grille(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), Path(code)).grille


def _moved(part: Any, step: int) -> Any:
    """Return a part of a grid whose points, negative ones apart, are `step` more."""
    match part:
        case dict():
            return {
                key: value + step if key == "points" and value > 0 else _moved(value, step)
                for key, value in part.items()
            }
        case list():
            return [_moved(item, step) for item in part]
        case bool():
            return "oui" if part else "non"
        case _:
            return part


def _drawn(rank: int, fait: Fait) -> str:
    """Write a fact of demande `i`: unknown for one in twenty."""
    if not fait.est_disponible:
        return f"cast(null as {fait.type_sql})"
    seed = f"hash(i, {rank})"
    return f"case when {seed} % {_ONE_IN_UNKNOWN} > 0 then {_known(rank, fait)} end::{fait.type_sql}"


def _known(rank: int, fait: Fait) -> str:
    seed = f"(hash(i, {rank}, 'valeur') // 2)::bigint"
    codes = f"{sorted(fait.codes)}" if fait.codes else "['97411', '97418', '97415']"
    size = len(fait.codes) if fait.codes else 3
    match fait.type:
        case "booleen":
            return f"{seed} % {_ONE_IN_TRUE.get(fait.nom, 3)} = 0"
        case "texte":
            return f"{codes}[1 + {seed} % {size}]"
        case "liste":
            code = f"{codes}[1 + (hash(i, {rank}, k) % {size})::bigint]"
            return f"list_transform(range(({seed} % 3)::bigint), lambda k: {code})"
        case "dates":
            several = f"case when {seed} % 10 = 0 then {seed} // 16 % 4 else 0 end"
            day = f"date '{DAY}' - (hash(i, {rank}, k) % 1200)::integer"
            return f"list_sort(list_transform(range(({several})::bigint), lambda k: {day}))"
        case "nombre":
            return f"({seed} % {_DECIMALS.get(fait.nom, 1) * 10**fait.decimales}) / {10**fait.decimales}"
        case _:
            low = -3 if fait.nom == "personnes_moins_pieces" else 0
            return f"{low} + ({seed} % {_MOST.get(fait.nom, _MOST_ELSEWHERE + 2)})::bigint"
