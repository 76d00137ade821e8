with livrees as (
    select * from {{ ref('stg_sne__radiations') }}
),

radiations as (
    select * from {{ ref('int_radiations__qualifiees') }}
),

-- Le premier dépôt ne recule jamais : une date plus tardive est une remise à zéro, listée (règle A6).
depots as (
    select
        demande_id,
        min(date_creation) as date_premier_depot
    from livrees
    group by demande_id
),

dernieres as (
    select
        demande_id,
        date_creation,
        coalesce(type_demandeur, 'D') = 'D' as est_menage
    from livrees
    qualify row_number() over (
        partition by demande_id
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

fins as (
    select
        demande_id,
        min(date_radiation) as date_fin
    from radiations
    where not est_annulee
    group by demande_id
),

final as (
    select
        depots.demande_id,
        depots.date_premier_depot,
        coalesce(dernieres.date_creation > depots.date_premier_depot, false) as est_remise_a_zero,
        dernieres.est_menage,
        fins.date_fin
    from depots
    inner join dernieres on depots.demande_id = dernieres.demande_id
    left join fins on depots.demande_id = fins.demande_id
)

select * from final
