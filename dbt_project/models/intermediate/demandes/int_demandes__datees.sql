with livrees as (
    select
        demande_id,
        date_creation,
        type_demandeur,
        periode,
        fournisseur,
        recu_le,
        ligne
    from {{ ref('stg_sne__radiations') }}
    union all
    select
        demande_id,
        date_creation,
        type_demandeur,
        periode,
        fournisseur,
        recu_le,
        ligne
    from {{ ref('stg_sne__demandes') }}
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

final as (
    select
        depots.demande_id,
        depots.date_premier_depot,
        coalesce(dernieres.date_creation > depots.date_premier_depot, false) as est_remise_a_zero,
        dernieres.est_menage
    from depots
    inner join dernieres on depots.demande_id = dernieres.demande_id
)

select * from final
