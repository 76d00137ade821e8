-- Taux d'effort du ménage dans un logement proposé ou passé en CALEOL.
with reunis as (
    select
        demande_id,
        coalesce(date_commission, date_creation) as date_effort,
        taux_effort
    from {{ ref('int_propositions__retenues') }}
    union all
    select
        demande_id,
        date_seance as date_effort,
        taux_effort
    from {{ ref('int_candidatures__retenues') }}
),

-- Deux logements le même jour : le taux le plus lourd.
final as (
    select
        demande_id,
        date_effort,
        max(taux_effort) as taux_effort_propose
    from reunis
    where demande_id is not null and date_effort is not null and taux_effort is not null
    group by demande_id, date_effort
)

select * from final
