-- Détecte deux quartiles de cotation qui se chevauchent : à points égaux, même quartile (règle C6).
-- Cause probable : des bornes interpolées, ou calculées sur une autre population que les classes.
with classes as (
    select
        periode,
        code_epci,
        grille_version,
        quartile_cotation,
        points_min,
        lag(points_max) over (
            partition by periode, code_epci, grille_version
            order by quartile_cotation
        ) as points_max_precedents
    from {{ ref('mart_bornes_quartile_cotation') }}
    where nombre_demandes > 0
)

select *
from classes
where points_min <= points_max_precedents
