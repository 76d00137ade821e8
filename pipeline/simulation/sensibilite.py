"""What moves as the points of one criterion vary, and whether a chosen candidate has the most points."""

from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.simulation.choix import Variation
from pipeline.simulation.tableaux import Ligne, Tableau, share, whole

if TYPE_CHECKING:
    from pipeline.simulation.mesures import Lecteur


def sensitivity_table(lecteur: "Lecteur", variation: Variation) -> Tableau:
    """Follow what moves as the points of one criterion vary."""
    rows = lecteur.rows(_SENSITIVITY)
    first = dict(lecteur.rows(_FIRST_BY_VALUE))
    [(compared,)] = lecteur.rows("select count(*) from menages where avant is not null and apres is not null")
    commissions = lecteur.rows(f"select count(*) from ({first_of('a_bail_signe')})")[0][0]
    lines = []
    for rank, place, quartile, tied, touched, top in rows:
        value = variation.valeurs[rank]
        values = (
            whole(compared, lecteur.seuil),
            *(share(count, compared, lecteur.seuil) for count in (place, quartile, tied)),
            share(top, touched, lecteur.seuil),
            whole(touched, lecteur.seuil),
            share(first.get(rank, 0), commissions, lecteur.seuil),
            whole(commissions, lecteur.seuil),
        )
        lines.append(Ligne(variation.critere, f"{value.normalize():f}", points_told(value), values))
    return Tableau(
        "sensibilite",
        f"Si {variation.critere} donnait d'autres points",
        "Rangs et quartiles comparés à « avant ». Concernés : ceux à qui le critère donne des points.",
        "points",
        tuple(_SENSITIVE),
        tuple(_SENSITIVE.values()),
        tuple(lines),
    )


def first_of(chosen: str, concourus: str = "concourus", by: str = "") -> str:
    """Write, per commission and dwelling, whether the chosen candidate has the most points on each side."""
    return (
        f"select {by} max(avant) filter (where {chosen}) = max(avant) as est_premier_avant, "
        f"max(apres) filter (where {chosen}) = max(apres) as est_premier_apres "
        f"from {concourus} where avant is not null and apres is not null "
        f"group by {by} commission_id, logement_id "
        f"having count(*) >= 2 and count(*) filter (where {chosen}) > 0"
    )


_SENSITIVE = {
    "compares": "comparés",
    "changent_rang": "changent de rang",
    "changent_quartile": "changent de quartile",
    "ex_aequo": "ex aequo",
    "concernes_en_c4": "concernés en C4",
    "concernes": "concernés",
    "premiers": "signataires premiers",
    "commissions": "commissions",
}
_TRIED = (
    "(select v.rang as essai, c.* exclude (apres), v.points as apres from concourus as c "
    "join variantes as v using (demande_id, date_faits))"
)
_FIRST_BY_VALUE = (
    "select essai, count(*) filter (where est_premier_apres) "
    f"from ({first_of('a_bail_signe', _TRIED, 'essai,')}) group by essai"
)
_SENSITIVITY = """
with touches as (
    select distinct demande_id, date_faits
    from variantes
    where (masque >> (select rang from critere_varie)) & 1 = 1
),
concernes as (
    select v.rang, count(*) as n, count(*) filter (where c.quartile = 4) as en_tete
    from variantes as v
    join touches using (demande_id, date_faits)
    join menages as m using (demande_id, date_faits)
    join classes as c
        on c.nature = 'points' and c.cote = 'apres' and c.rang = v.rang and c.points = v.points
    where m.avant is not null
    group by v.rang
)
select
    r.rang,
    coalesce(sum(r.n) filter (where place_avant <> place_apres), 0)::bigint,
    coalesce(sum(r.n) filter (where quartile_avant <> quartile_apres), 0)::bigint,
    coalesce(sum(r.n) filter (where egaux_apres > 1), 0)::bigint,
    coalesce(min(concernes.n), 0),
    coalesce(min(concernes.en_tete), 0)
from rangees as r
left join concernes on concernes.rang = r.rang
where r.nature = 'points'
group by r.rang
order by r.rang
"""


def points_told(value: Decimal) -> str:
    """Write points as a person does.

    >>> points_told(Decimal("-12.50")), points_told(Decimal(200))
    ('−12,5', '200')
    """
    return f"{value.normalize():f}".replace(".", ",").replace("-", "−")
