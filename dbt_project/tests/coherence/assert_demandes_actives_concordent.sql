-- Détecte un axe du profil, une tension ou un bilan qui ne compte pas les mêmes demandes en cours.
-- Cause probable : une jointure qui perd une demande, ou une modalité vide au lieu de « non_renseigne ».
with comptes as (
    select
        'mouvements' as table_comptee,
        periode,
        code_epci,
        nombre_demandes_fin as nombre
    from {{ ref('mart_mouvements_demandes') }}
    where nombre_demandes_fin > 0
    union all
    select
        'profil, axe ' || axe as table_comptee,
        periode,
        code_epci,
        sum(nombre_demandes) as nombre
    from {{ ref('mart_demandes_actives_par_profil') }}
    group by axe, periode, code_epci
    union all
    select
        'tension, axe ' || axe as table_comptee,
        periode,
        code_epci,
        sum(nombre_demandes_actives) as nombre
    from {{ ref('mart_tension') }}
    group by axe, periode, code_epci
    having sum(nombre_demandes_actives) > 0
    union all
    select
        'points' as table_comptee,
        periode,
        code_epci,
        nombre_demandes as nombre
    from {{ ref('mart_distribution_points') }}
    where grille_version = 'ensemble' and axe = 'ensemble'
)

select
    periode,
    code_epci,
    count(*) as nombre_comptes,
    min(nombre) as compte_le_plus_bas,
    max(nombre) as compte_le_plus_haut
from comptes
group by periode, code_epci
-- Dix-huit comptes : le bilan, les treize axes du profil, les trois axes de la tension et les points.
having count(*) <> 18 or min(nombre) <> max(nombre)
