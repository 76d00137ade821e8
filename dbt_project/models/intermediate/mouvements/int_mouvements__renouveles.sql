with presences as (
    select * from {{ ref('int_presences__trimestrielles') }}
    where est_menage
),

demandes as (
    select
        demande_id,
        periode,
        max(code_epci_fin) filter (where est_active_fin) as code_epci
    from presences
    where
        -- Anniversaire du dépôt dans le trimestre (règle R0.5).
        year(premier_jour) > year(date_premier_depot)
        and cast(date_premier_depot + to_years(year(premier_jour) - year(date_premier_depot)) as date)
        between premier_jour and dernier_jour
    group by demande_id, periode
    having bool_or(est_active_debut) and bool_or(est_active_fin)
),

final as (
    select
        periode,
        code_epci,
        count(*) as nombre_renouvellements_deduits
    from demandes
    group by periode, code_epci
)

select * from final
