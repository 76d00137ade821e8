with suivies as (
    select * from {{ ref('int_attentes__suivies') }}
    where jours_fin is not null
),

-- Suivie du lendemain de `jours_debut` à `jours_fin` compris.
mouvements as (
    select
        suivies.periode,
        suivies.code_epci,
        suivies.quartile_cotation,
        suivies.type_demande,
        ages.jours,
        ages.variation,
        case when ages.variation = 0 then suivies.issue end as issue,
        cast(null as bigint) as delai_mois
    from suivies
    cross join
        lateral (
            values (suivies.jours_debut + 1, 1), (suivies.jours_fin, 0), (suivies.jours_fin + 1, -1)
        ) as ages (jours, variation)
    union all
    -- Les jours où la courbe se lit.
    select
        groupes.*,
        {{ jour_du_delai('delais.delai_mois') }} as jours,
        0 as variation,
        null as issue,
        delais.delai_mois
    from (
        select distinct
            periode,
            code_epci,
            quartile_cotation,
            type_demande
        from suivies
    ) as groupes
    cross join
        unnest(range(0, {{ attente_maximale_mois() }} + 1, {{ pas_attente_mois() }})) as delais (delai_mois)
),

comptes as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('quartile_cotation') }} as quartile_cotation,
        {{ modalite_ou_ensemble('type_demande') }} as type_demande,
        jours,
        sum(variation) as variation,
        count(*) filter (where issue = 'attribution') as attributions,
        count(*) filter (where issue = 'autre_sortie') as autres_sorties,
        count(*) filter (where issue = 'censure') as censures,
        max(delai_mois) as delai_mois
    from mouvements
    where jours <= {{ jour_du_delai(attente_maximale_mois()) }}
    group by periode, code_epci, jours, cube (quartile_cotation, type_demande)
),

-- À risque : avant les sorties du jour ; celles du jour, censurées comprises.
final as (
    select
        *,
        attributions + autres_sorties as sorties,
        cast(sum(variation) over ages as double precision) as a_risque,
        cast(sum(censures) over ages as bigint) as nombre_censures
    from comptes
    window ages as (partition by periode, code_epci, quartile_cotation, type_demande order by jours)
    qualify sorties > 0 or delai_mois is not null
)

select * from final
