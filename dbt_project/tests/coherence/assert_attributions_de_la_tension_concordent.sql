-- Détecte des attributions de la tension qui diffèrent d'un axe à l'autre, ou de celles de l'année.
-- Cause probable : une commune ou une typologie vide, ou une fenêtre de douze mois décalée (règle F4).
with axes as (
    select
        periode,
        code_epci,
        axe,
        sum(nombre_attributions_12_mois) as nombre_attributions
    from {{ ref('mart_tension') }}
    where nombre_attributions_12_mois is not null
    group by periode, code_epci, axe
),

comptes as (
    select * from axes
    union all
    -- Les douze mois d'une année sont l'année elle-même.
    select
        annees.periode,
        annees.code_epci,
        'mart_attributions_par_reservataire' as axe,
        annees.nombre_attributions
    from {{ ref('mart_attributions_par_reservataire') }} as annees
    where
        annees.code_bailleur = 'ensemble'
        and annees.code_reservataire = 'ensemble'
        and length(annees.periode) = 4
        and exists (
            select 1
            from axes
            where axes.periode = annees.periode and axes.code_epci = annees.code_epci
        )
)

select
    periode,
    code_epci,
    min(nombre_attributions) as compte_le_plus_bas,
    max(nombre_attributions) as compte_le_plus_haut
from comptes
group by periode, code_epci
having min(nombre_attributions) <> max(nombre_attributions)
