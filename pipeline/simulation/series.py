"""Scores before and after, the grid without each criterion or with other points, and the ranks they give.

A series holds pairs of points and how many households have them: ranks and quartiles need no more.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.grilles.cible import LEFT_OUT, Cible
from pipeline.grilles.compilation import totals_sql
from pipeline.grilles.modele import Bornes, Critere, Fixe, Grille, ParTranches, ParUnite
from pipeline.simulation.axes import AXES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_HERE = Cible(faits="faits", a_toute_date=True)
_PAIRS = "select {name} as nature, {rank} as rang, {before} as avant, {after} as apres, count(*) as n"


def score_households(connection: "DuckDBPyConnection", grille: Grille, contre: Grille | None) -> None:
    """Write `apres`, `avant` and `menages`: points on both sides, NULL where a side gives no score."""
    _score(connection, "apres", grille)
    if contre:
        _score(connection, "avant", contre)
    before = "avant.points" if contre else "vus.points_declares"
    joined = "left join avant using (demande_id, date_faits)" if contre else ""
    axes = ", ".join(f"{expression} as {name}" for name, expression in AXES.items())
    connection.execute(
        f"create temp table menages as select vus.demande_id, vus.date_faits, {before} as avant, "
        f"apres.points as apres, apres.masque_comptes as masque, {axes} from vus "
        "left join faits using (demande_id, date_faits) left join apres using (demande_id, date_faits) "
        + joined
    )
    before = "avant.points" if contre else "candidats.points_declares"
    connection.execute(
        f"create temp table concourus as select candidats.* exclude (points_declares), {before} as avant, "
        f"apres.points as apres from candidats left join apres using (demande_id, date_faits) {joined}"
    )


def _score(connection: "DuckDBPyConnection", name: str, grille: Grille) -> None:
    connection.execute(
        f"create temp table {name} as select demande_id, date_faits, points_provisoires as points, "
        f"masque_comptes from ({totals_sql([grille], _HERE)})"
    )


def write_series(connection: "DuckDBPyConnection", grille: Grille, variants: Sequence[Grille]) -> None:
    """Write `paires`: the grid against what is, without each of its criteria, with each value tried."""
    pairs = _PAIRS.format(name="'grille'", rank=0, before="avant", after="apres")
    connection.execute(
        f"create temp table paires as {pairs} from menages "
        "where avant is not null and apres is not null group by all"
    )
    _leave_one_out(connection, grille)
    if variants:
        _vary(connection, variants)
    _rank(connection)


def _leave_one_out(connection: "DuckDBPyConnection", grille: Grille) -> None:
    """Score again, without a criterion, the only households it weighs on; the others keep their points."""
    always = sum(
        1 << rank for rank, each in enumerate(grille.criteres) if each.code in _silent_choices(grille)
    )
    ranks = (
        f"list_filter(range({len(grille.criteres)}), lambda k: ((menages.masque | {always}) >> k) & 1 = 1)"
    )
    connection.execute(
        f"create temp view faits_sans as select faits.*, {ranks} as sans from faits "
        "join menages using (demande_id, date_faits) where menages.apres is not null"
    )
    scored = totals_sql([grille], Cible(faits="faits_sans", a_toute_date=True, sans="sans"))
    pairs = _PAIRS.format(name="'sans'", rank=f"s.{LEFT_OUT}", before="m.apres", after="s.points_provisoires")
    connection.execute(
        f"insert into paires {pairs} from ({scored}) as s join menages as m using (demande_id, date_faits) "
        "group by all"
    )
    connection.execute(
        "insert into paires with tous as (select apres, count(*) as n from menages where apres is not null "
        "group by apres), touches as (select rang, avant, sum(n) as n from paires where nature = 'sans' "
        "group by rang, avant) select 'sans', k, tous.apres, tous.apres, "
        "tous.n - coalesce(touches.n, 0) as reste "
        f"from tous cross join range({len(grille.criteres)}) as criteres(k) "
        "left join touches on touches.rang = k and touches.avant = tous.apres where reste > 0"
    )


def _silent_choices(grille: Grille) -> set[str]:
    """Return the criteria that may take the place of another without giving points."""
    return {
        critere.code
        for bloc in grille.blocs
        for rubrique in bloc.rubriques
        if rubrique.regle != "somme"
        for critere in rubrique.criteres
        if critere.bornes != Bornes() or not all(_points_of(critere))
    }


def _points_of(critere: Critere) -> tuple[Decimal, ...]:
    """Return the points a criterion may give; per unit, they start at zero."""
    match critere.bareme:
        case Fixe(points):
            return (points,)
        case ParTranches(tranches=tranches):
            return tuple(tranche.points for tranche in tranches)
        case ParUnite():
            return (Decimal(0),)


def _vary(connection: "DuckDBPyConnection", variants: Sequence[Grille]) -> None:
    versions = [f"{variant.grille_version}" for variant in variants]
    quoted = ", ".join("'" + version.replace("'", "''") + "'" for version in versions)
    connection.execute(
        f"create temp table variantes as select list_position([{quoted}], grille_version) - 1 as rang, "
        "demande_id, date_faits, points_provisoires as points, masque_comptes as masque "
        f"from ({totals_sql(variants, _HERE)})"
    )
    pairs = _PAIRS.format(name="'points'", rank="v.rang", before="m.avant", after="v.points")
    connection.execute(
        f"insert into paires {pairs} from variantes as v join menages as m using (demande_id, date_faits) "
        "where m.avant is not null group by all"
    )


def _rank(connection: "DuckDBPyConnection") -> None:
    """Write `classes` and `rangees`: rank 1 has the most points; C1 ≤ p25 < C2 ≤ p50 < C3 ≤ p75 < C4 (C6)."""
    connection.execute(
        "create temp table classes as with valeurs as ("
        "select nature, rang, cote, points, sum(n) as n from ("
        "select nature, rang, 'avant' as cote, avant as points, n from paires "
        "union all select nature, rang, 'apres', apres, n from paires) group by all), "
        "cumulees as (select *, sum(n) over (partition by nature, rang, cote order by points) - n "
        "as dessous, "
        "sum(n) over (partition by nature, rang, cote) as total from valeurs) "
        "select nature, rang, cote, points, cast(n as bigint) as n, "
        "cast(1 + total - dessous - n as bigint) as place, "
        # Au plus p25 : moins d'un quart des ménages a strictement moins de points.
        "case when 4 * dessous < total then 1 when 2 * dessous < total then 2 "
        "when 4 * dessous < 3 * total then 3 else 4 end as quartile from cumulees"
    )
    connection.execute(
        "create temp table rangees as select p.nature, p.rang, p.avant, p.apres, p.n, "
        "a.place as place_avant, b.place as place_apres, a.quartile as quartile_avant, "
        "b.quartile as quartile_apres, a.n as egaux_avant, b.n as egaux_apres from paires as p "
        "join classes as a on (a.nature, a.rang, a.cote, a.points) = (p.nature, p.rang, 'avant', p.avant) "
        "join classes as b on (b.nature, b.rang, b.cote, b.points) = (p.nature, p.rang, 'apres', p.apres)"
    )
    connection.execute(
        "create temp view rangees_menages as select m.*, r.place_avant, r.place_apres from menages as m "
        "left join rangees as r on r.nature = 'grille' and r.avant = m.avant and r.apres = m.apres"
    )
