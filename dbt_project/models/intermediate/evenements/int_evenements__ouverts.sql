-- Avant le premier dépôt d'un flux, personne ne sait si un événement a eu lieu.
with periodes as (
    select
        'bailleurs/propositions' as flux,
        periode
    from {{ ref('stg_bailleurs__propositions') }}
    union all
    select
        'bailleurs/candidatures_caleol' as flux,
        periode
    from {{ ref('stg_bailleurs__candidatures_caleol') }}
),

final as (
    select
        flux,
        min({{ premier_jour_periode('periode') }}) as premier_jour
    from periodes
    group by flux
)

select * from final
