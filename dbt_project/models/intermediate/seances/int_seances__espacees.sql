with candidatures as (
    select candidatures.*
    from {{ ref('int_candidatures__retenues') }} as candidatures
    left join {{ ref('int_demandes__datees') }} as demandes
        on candidatures.demande_id = demandes.demande_id
    -- Les ménages seuls (règle A17).
    where coalesce(demandes.est_menage, true)
),

-- Une séance qui examine des logements de deux EPCI compte dans chacun.
seances as (
    select
        code_epci,
        commission_id,
        min(code_bailleur) as code_bailleur,
        min(date_seance) as date_seance,
        -- L'unité d'examen est la commission et le logement (règle F11).
        count(distinct logement_id) as nombre_commissions,
        count(*) as nombre_candidatures,
        count(*) filter (where logement_id is null) as nombre_candidatures_sans_logement
    from candidatures
    group by code_epci, commission_id
),

final as (
    select
        *,
        date_seance - lag(date_seance) over (
            partition by code_epci, code_bailleur
            order by date_seance, commission_id
        ) as jours_depuis_precedente
    from seances
)

select * from final
