with source as (
    select * from {{ source('sne', 'dalo') }}
),

final as (
    select
        cast(demande_sne_id as uuid) as demande_sne_id,
        {{ texte('STATUT_DALO') }} as statut_dalo,
        cast(DATE_DECISION as date) as date_decision,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
