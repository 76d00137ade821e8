with source as (
    select * from {{ source('parametres', 'passage') }}
),

final as (
    select
        {{ texte('code_commune_ancien') }} as code_commune_ancien,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
