with source as (
    select * from {{ source('parametres', 'passage_qpv') }}
),

final as (
    select
        {{ texte('code_qpv_2015') }} as code_qpv_2015,
        {{ texte('code_qpv_2024') }} as code_qpv_2024,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
