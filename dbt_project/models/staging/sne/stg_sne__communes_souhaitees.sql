with source as (
    select * from {{ source('sne', 'communes_souhaitees') }}
),

final as (
    select
        cast(demande_sne_id as uuid) as demande_sne_id,
        cast(ORDRE as bigint) as ordre,
        {{ texte('COMMUNE_ID') }} as code_commune_souhaitee,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
